"""The one way to the database: short transactions, tried again when the engine asks for it."""

import logging
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

import psycopg
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool

from ilocdoc.disk import make_folder
from ilocdoc.hq.folders import Lock
from ilocdoc.hq.postgres import Access, EmbeddedPostgres
from ilocdoc.record.errors import HeadquartersError

logger = logging.getLogger(__name__)

SCHEMA = "0004"
"""The newest migration (`hq.migrating`); a test holds it equal to what lies there."""
_TRIES = 6
_FIRST_WAIT_S = 0.1
_WAIT_FOR_CONNECTION_S = 5.0
_WAIT_FOR_FOLDER_S = 20.0
_LOOK_AGAIN_S = 0.05
_AGAIN = ("40001", "40P01", "57P01", "57P02", "57P03", "08", "53300")
"""Serialization, deadlock, shutdown, start-up, connection lost, too many connections."""

Connection = psycopg.Connection[TupleRow]
T = TypeVar("T")


class BusyError(HeadquartersError):
    """The database does not answer now; every write is idempotent, so try again."""

    headline = "The database of headquarters does not answer."
    advice = "Nothing was lost. Try again in a moment, or look at its log."


class Database:
    """A pool of connections and the rule for trying again."""

    def __init__(self, conninfo: str, *, most_connections: int = 8) -> None:
        self.conninfo = conninfo
        """How to connect. Holds the password: never print or log it."""
        self._pool = ConnectionPool(
            conninfo,
            min_size=1,
            max_size=most_connections,
            timeout=_WAIT_FOR_CONNECTION_S,
            open=False,
            reconnect_timeout=_WAIT_FOR_CONNECTION_S,
        )

    def __enter__(self) -> Self:
        self._pool.open()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._pool.close()

    def change(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one transaction and return what it returns, durable.

        It may run more than once: it must do nothing but read and write this database.

        Raises:
            BusyError: If the database does not answer after several tries.
        """
        for attempt in range(_TRIES):
            try:
                with self._pool.connection() as connection, connection.transaction():
                    return work(connection)
            except psycopg.Error as error:
                if not _is_passing(error):
                    raise
                logger.info("a transaction is tried again: sqlstate=%s", error.sqlstate)
            # Full jitter, so that those who collided do not collide again.
            time.sleep(random.uniform(0, _FIRST_WAIT_S * (1 << attempt)))  # noqa: S311 - no secret
        raise BusyError

    def rows(self, query: str, values: Mapping[str, Any] | None = None) -> list[TupleRow]:
        """Return all rows of one statement in a transaction of its own."""
        return self.change(lambda connection: connection.execute(query, values).fetchall())

    def schema(self) -> str:
        """Return the migration that the tables are at; empty when there are none."""
        known = self.rows("SELECT 1 FROM pg_tables WHERE tablename = 'alembic_version'")
        found = self.rows("SELECT version_num FROM alembic_version") if known else []
        return str(found[0][0]) if found else ""


def _is_passing(error: psycopg.Error) -> bool:
    if error.sqlstate is None:
        # No answer at all: the line or the pool, not the statement.
        return isinstance(error, psycopg.OperationalError)
    return error.sqlstate.startswith(_AGAIN)


@contextmanager
def embedded(data: Path, *, alone: bool = False) -> Iterator[str]:
    """Give the conninfo of the embedded database of a folder while the block lasts.

    The first process runs the server; others on the same folder join it, and it waits for
    them before it stops.

    Args:
        data: The data folder of headquarters.
        alone: Wait until this process runs the server itself (as `serve` does).

    Raises:
        HeadquartersError: If the folder stays busy or the server does not start.
    """
    make_folder(data)
    owner, guests = Lock(data / "postgres.lock"), Lock(data / "postgres.guests.lock")
    give_up = time.monotonic() + _WAIT_FOR_FOLDER_S
    try:
        while time.monotonic() < give_up:
            if owner.take():
                yield from _own(data, guests)
                return
            if not alone and guests.share():
                with Access(data / "postgres") as access:
                    if access.answers():
                        yield access.conninfo()
                        return
                guests.free()
            time.sleep(_LOOK_AGAIN_S)
    finally:
        guests.close()
        owner.close()
    raise HeadquartersError(
        "Another ilocdoc-hq is using this folder.", "Stop it first, or wait until it is done."
    )


def _own(data: Path, guests: Lock) -> Iterator[str]:
    server = EmbeddedPostgres(data / "postgres")
    server.start()
    try:
        with Access(data / "postgres") as access:
            yield access.conninfo()
    finally:
        give_up = time.monotonic() + _WAIT_FOR_FOLDER_S
        while not guests.take() and time.monotonic() < give_up:
            time.sleep(_LOOK_AGAIN_S)
        server.stop()
