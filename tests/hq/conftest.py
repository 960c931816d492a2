"""One real PostgreSQL for the session, one database for each test."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from ilocdoc.hq.authority import About, Keys, make_keys, read_keys
from ilocdoc.hq.migrating import migrate
from ilocdoc.hq.roster import read_roster_file, take_in_members
from ilocdoc.hq.store import Database, embedded
from tests.doubles.clocks import NOON, StoppedClock
from tests.doubles.headquarters import ROSTER
from tests.hq.desk import Desk

_NUMBERS = count()


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with keys."""
    folder = tmp_path_factory.mktemp("hq")
    about = About(name="Training Department", training=True, made_at="")
    make_keys(folder, about=about, now=NOON)
    return folder


@pytest.fixture(scope="session")
def keys(data: Path) -> Keys:
    return read_keys(data)


@pytest.fixture(scope="session")
def cluster(data: Path) -> Iterator[str]:
    """Conninfo of the template database: tables and the roster."""
    with embedded(data) as conninfo:
        migrate(conninfo, found="")
        with Database(conninfo) as database:
            members = read_roster_file(ROSTER.read_text())
            database.change(lambda c: take_in_members(c, members))
        yield conninfo


@pytest.fixture
def conninfo(cluster: str) -> Iterator[str]:
    """Conninfo of a database of this test alone."""
    name = f"test_{next(_NUMBERS)}"
    parts = conninfo_to_dict(cluster)
    with psycopg.connect(make_conninfo(cluster, dbname="postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {parts['dbname']}")
        yield make_conninfo(cluster, dbname=name)
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(conninfo: str) -> Iterator[Database]:
    with Database(conninfo, most_connections=4) as opened:
        yield opened


@pytest.fixture
def desk(database: Database, keys: Keys, tmp_path: Path) -> Iterator[Desk]:
    """Headquarters in this process, spoken to over HTTP, with a clock that stands still."""
    with Desk(database=database, keys=keys, objects=tmp_path / "objects") as opened:
        yield opened


@pytest.fixture
def clock(desk: Desk) -> StoppedClock:
    return desk.clock
