"""The real headquarters as a program of its own, for journeys."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

import psycopg

from ilocdoc.hq.store import embedded

ROOT = Path(__file__).resolve().parent.parent.parent
ROSTER = ROOT / "forms" / "training" / "roster.toml"
_ENVIRONMENT = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
_READY_WITHIN_S = 60


class RealHeadquarters:
    """A training headquarters in a folder, serving on a free port of this machine.

    Use it as a context manager, or call `stop` at the end.
    """

    def __init__(
        self,
        folder: Path,
        *,
        name: str = "Training Department",
        backup: Path | None = None,
        port: int = 0,
    ) -> None:
        """Make it new, or from a backup, perhaps on the port of the one that was lost."""
        self.data = folder
        self._port_file = folder / "port"
        self._process: subprocess.Popen[bytes] | None = None
        self._port = port
        if (folder / "keys").exists():
            # Made by somebody else's commands.
            pass
        elif backup is None:
            self.command("init", "--training", "--name", name)
            self.command("roster", "--file", str(ROSTER))
        else:
            self.command("restore", "--from", str(backup))
        self.restart()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Where laptops find it; the same after a restart."""
        return f"https://127.0.0.1:{self._port}"

    @property
    def root_pem(self) -> Path:
        """File of the agency's root certificate."""
        return self.data / "keys" / "root.pem"

    @property
    def log(self) -> str:
        """What it said so far."""
        return (self.data / "serve.log").read_text()

    def code_for_device(self) -> str:
        """A one-time code for a laptop, with the pin of the root."""
        return self.command("enrol-code", "--device").strip()

    def code_for_officer(self, star: str) -> str:
        """A one-time code for a member."""
        return self.command("enrol-code", "--officer", star).strip()

    def command(self, name: str, *arguments: str) -> str:
        """Run another `ilocdoc-hq` on the same folder and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "ilocdoc.headquarters", name, "--data", self.data, *arguments],
            env=_ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def restart(self) -> None:
        """Serve, on the port it had before, and return when it answers."""
        self._port_file.unlink(missing_ok=True)
        with (self.data / "serve.log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "ilocdoc.headquarters", "serve"),
                    *("--data", self.data, "--port", str(self._port)),
                    *("--port-file", self._port_file),
                ],
                env=_ENVIRONMENT,
                stdout=log,
                stderr=log,
            )
        give_up = time.monotonic() + _READY_WITHIN_S
        while not self._port_file.exists():
            assert self._process.poll() is None, self.log
            assert time.monotonic() < give_up, self.log
            time.sleep(0.02)
        self._port = int(self._port_file.read_text())

    def stop(self) -> int:
        """End it in order; returns its exit code. After a kill, its database is ended too."""
        code = self._end(signal.SIGTERM)
        if code < 0:
            # A killed headquarters leaves its database running until the next command.
            self.command("roster")
        return code

    def kill(self) -> None:
        """Kill -9: nothing is finished, nothing is tidied up."""
        self._end(signal.SIGKILL)

    def _end(self, number: int) -> int:
        process, self._process = self._process, None
        if process is None:
            return -signal.SIGKILL
        process.send_signal(number)
        return process.wait(60)

    def sql(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Look into its database."""
        with embedded(self.data) as conninfo, psycopg.connect(conninfo) as connection:
            return connection.execute(query, values).fetchall()
