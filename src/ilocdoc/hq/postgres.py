"""The embedded PostgreSQL: a child of this process, reached through one socket only.

Server and client find each other without long paths and through closed parent folders:
the server starts *in* its data folder and is told `/proc/self/cwd`, the client keeps the
socket's folder open and connects to `/proc/self/fd/N`. So neither the limit of 107 bytes
for a socket's path nor a home folder of mode 0700 matters. (Without /proc, as on macOS,
ordinary paths are used and the limit holds.)
"""

import contextlib
import logging
import os
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import IO, Self

import psycopg
from psycopg.conninfo import make_conninfo

from ilocdoc.disk import make_folder, write_file
from ilocdoc.hq.postgres_program import ENVIRONMENT, MAJOR, OWN_ADVICE, program_for, run_as
from ilocdoc.record.errors import HeadquartersError

logger = logging.getLogger(__name__)

_PROC = Path("/proc/self/cwd").exists()
_READY_WITHIN_S = 60.0
"""Recovery after a crash on a slow disk; an ordinary start takes a tenth of a second."""
_STOP_WITHIN_S = 20.0
_LOOK_AGAIN_S = 0.02
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_directories": "../run",
    "unix_socket_permissions": "0700",
    "max_connections": "50",
    # What people wrote must not reach a log: no statements, no DETAIL with key values.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}


class EmbeddedPostgres:
    """The cluster in `folder`. Whoever uses this class holds the folder's lock."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._data, self._run = folder / "data", folder / "run"
        self._who = run_as(folder)
        self._program = program_for(self._who) / "bin"
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._watcher: threading.Thread | None = None

    def start(self) -> None:
        """Make the cluster if it is not there, and run it until `stop`.

        Raises:
            HeadquartersError: If it cannot be made or does not become ready.
        """
        self._make_folders()
        if not (self._data / "PG_VERSION").exists():
            self._make_cluster()
        self._require_version()
        self._clear_remains()
        self._launch()
        try:
            self._wait_until_ready()
            with Access(self._folder) as access:
                access.make_database()
        except HeadquartersError:
            self.stop()
            raise
        self._watcher = threading.Thread(target=self._watch, name="postgres", daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """End the server; every commit is on disk already."""
        self._stopping.set()
        self._end()
        if self._watcher is not None:
            self._watcher.join()
            # The watcher may have been starting it again at that moment.
            self._end()

    def _end(self) -> None:
        process = self._process
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGINT)
        try:
            process.wait(_STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGQUIT)
            process.wait()

    # --- making -----------------------------------------------------------------------

    def _make_folders(self) -> None:
        make_folder(self._folder)
        for each in (self._folder, self._data, self._run):
            each.mkdir(mode=0o700, exist_ok=True)
            if self._who.options and each.stat().st_uid != self._who.uid:
                os.chown(each, self._who.uid, self._who.gid)

    def _make_cluster(self) -> None:
        # What an interrupted first start left behind holds nothing: no server ever ran on it.
        for each in self._data.iterdir():
            shutil.rmtree(each) if each.is_dir() else each.unlink()
        password = os.urandom(24).hex()
        write_file(_password_file(self._folder), password.encode())
        handed = self._folder / "password.new"
        write_file(handed, password.encode())
        os.chown(handed, self._who.uid, self._who.gid)
        command = [
            str(self._program / "initdb"),
            f"--pgdata={self._place()}",
            "--username=ilocdoc",
            "--pwfile=../password.new",
            "--auth=scram-sha-256",
            "--data-checksums",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-instructions",
        ]
        try:
            done = self._run_in_data(command)
        finally:
            handed.unlink()
        if done != 0:
            # A half-made cluster must not pass for a whole one.
            (self._data / "PG_VERSION").unlink(missing_ok=True)
            raise HeadquartersError(
                "The embedded PostgreSQL could not be set up.",
                f"Is the disk full? The log is {self._log_path()}. {OWN_ADVICE}",
            )

    def _run_in_data(self, command: list[str]) -> int:
        with self._log() as log:
            return subprocess.run(  # noqa: S603 - paths of ours, no shell
                command,
                cwd=self._data,
                env=ENVIRONMENT,
                stdout=log,
                stderr=log,
                check=False,
                **self._who.options,
            ).returncode

    def _require_version(self) -> None:
        found = (self._data / "PG_VERSION").read_text().strip()
        if found != MAJOR:
            raise HeadquartersError(
                f"The database was made by PostgreSQL {found}; this program brings {MAJOR}.",
                "Nothing was touched. Restore a backup into a new folder.",
            )

    def _place(self) -> str:
        return "/proc/self/cwd" if _PROC else str(self._data)

    def _log_path(self) -> Path:
        return self._folder / "postgres.log"

    def _log(self) -> IO[bytes]:
        handle = os.open(self._log_path(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(handle, "ab")

    # --- running ----------------------------------------------------------------------

    def _clear_remains(self) -> None:
        """End a server that outlived a killed starter; forget one that is dead.

        A killed postmaster can stay a zombie where process 1 does not reap, and its number
        can belong to somebody else after a restart of the machine: both would make
        PostgreSQL refuse to start.
        """
        lines = self._pid_lines()
        if not lines or not _PROC:
            return
        pid = int(lines[0])
        if self._is_ours(pid):
            os.kill(pid, signal.SIGINT)
            give_up = time.monotonic() + _STOP_WITHIN_S
            while self._is_ours(pid):
                if time.monotonic() > give_up:
                    os.kill(pid, signal.SIGKILL)
                time.sleep(_LOOK_AGAIN_S)
        for name in (self._data / "postmaster.pid", self._run / ".s.PGSQL.5432.lock"):
            name.unlink(missing_ok=True)

    def _pid_lines(self) -> list[str]:
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []
        return lines if lines and lines[0].isdecimal() else []

    def _is_ours(self, pid: int) -> bool:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            # Unlike its folder, a process's command line can be read by every user.
            return state != "Z" and self._mark() in Path(f"/proc/{pid}/cmdline").read_text()
        except OSError:
            return False

    def _mark(self) -> str:
        """Name this cluster on its server's command line, as no other is named."""
        folder = self._data.stat()
        return f"cluster_name=ilocdoc-{folder.st_dev}-{folder.st_ino}"

    def _launch(self) -> None:
        command = [str(self._program / "postgres"), "-D", self._place(), "-c", self._mark()]
        for name, value in _SETTINGS.items():
            command += ["-c", f"{name}={value}"]
        with self._log() as log:
            self._process = subprocess.Popen(  # noqa: S603 - paths of ours, no shell
                command,
                cwd=self._data,
                env=ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C in the terminal is for us; we stop the server after our last commit.
                start_new_session=True,
                **self._who.options,
            )

    def _wait_until_ready(self) -> None:
        give_up = time.monotonic() + _READY_WITHIN_S
        with Access(self._folder) as access:
            while time.monotonic() < give_up and not self._stopping.is_set():
                if access.answers():
                    return
                if self._process is not None and self._process.poll() is not None:
                    # After a crash the last children may still hold its shared memory.
                    time.sleep(10 * _LOOK_AGAIN_S)
                    self._clear_remains()
                    self._launch()
                time.sleep(_LOOK_AGAIN_S)
        raise HeadquartersError(
            "The embedded PostgreSQL does not become ready.",
            f"The log is {self._log_path()}. {OWN_ADVICE}",
        )

    def _watch(self) -> None:
        while not self._stopping.is_set():
            assert self._process is not None
            self._process.wait()
            if self._stopping.is_set():
                return
            logger.warning("the database stopped by itself and is started again")
            self._clear_remains()
            self._launch()
            with contextlib.suppress(HeadquartersError):
                self._wait_until_ready()


class Access:
    """The way to the socket of the cluster in a folder; open while the `with` block lasts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._handle = -1

    def __enter__(self) -> Self:
        if _PROC:
            self._handle = os.open(self._folder / "run", os.O_RDONLY | os.O_DIRECTORY)
        return self

    def __exit__(self, *_exception: object) -> None:
        if self._handle >= 0:
            os.close(self._handle)

    def conninfo(self, database: str = "ilocdoc") -> str:
        """Return how to connect. Holds the password: never print or log it."""
        host = f"/proc/self/fd/{self._handle}" if _PROC else str(self._folder / "run")
        return make_conninfo(
            host=host,
            user="ilocdoc",
            password=_password_file(self._folder).read_text(),
            dbname=database,
            connect_timeout=10,
        )

    def answers(self) -> bool:
        """Tell whether a server answers and lets us in."""
        try:
            psycopg.connect(self.conninfo("postgres")).close()
        except (psycopg.OperationalError, FileNotFoundError):
            return False
        return True

    def make_database(self) -> None:
        """Make the one database if it is not there yet."""
        with psycopg.connect(self.conninfo("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'ilocdoc'")
            if known.fetchone() is None:
                connection.execute("CREATE DATABASE ilocdoc")


def _password_file(folder: Path) -> Path:
    # Beside the cluster's folder, not in it: as root, the database's user never reads it.
    return folder.with_name("postgres.password")
