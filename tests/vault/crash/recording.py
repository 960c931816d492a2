"""Runs a program under the shim and reads back what it did to its files."""

import os
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).with_name("shim.c")
CHECKOUT = Path(__file__).parents[3]
_HEAD = struct.Struct("<cBHiqI")


@dataclass(frozen=True, slots=True, kw_only=True)
class Op:
    """One operation on a file, in the order in which they happened."""

    kind: str
    """Open, Write, Truncate, Sync, Rename, Unlink, Mkdir, Dir removed, Close or Ack: a letter."""
    flag: int
    path: str
    fd: int
    at: int
    """Offset of a write; size after a truncation."""
    data: bytes
    """Of a write or an acknowledgement; the new name of a rename."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What a program did below `root`, and what it said on its pipe."""

    root: Path
    ops: Sequence[Op]
    said: str
    exit_code: int
    errors: str


@cache
def shim() -> Path:
    """Return the shared library, built once in a process."""
    folder = Path(tempfile.mkdtemp(prefix="ilocdoc-shim-"))
    built = folder / "shim.so"
    line = ["gcc", "-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"]
    subprocess.run([*line, "-o", built, SOURCE, "-ldl", "-lpthread"], check=True)
    return built


def run_recorded(
    module: str, *arguments: str, root: Path, log: Path | None = None, fail: str = ""
) -> Recording:
    """Run a module under the shim until it ends.

    Args:
        module: With a `main` below `if __name__ == "__main__"`.
        arguments: Of the module, after the number of the descriptor to acknowledge on.
        root: The folder that is watched; it has to be there.
        log: Where to record; nothing is recorded without it.
        fail: As `CRASH_FAIL` in the shim.
    """
    reader, writer = os.pipe()
    environment = {
        **os.environ,
        "LD_PRELOAD": str(shim()),
        "CRASH_ROOT": str(root),
        "CRASH_ACK": str(writer),
        "PYTHONPATH": f"{CHECKOUT / 'src'}:{CHECKOUT}",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    if log is not None:
        environment["CRASH_LOG"] = str(log)
    if fail:
        environment["CRASH_FAIL"] = fail
    line = [sys.executable, "-m", module, str(writer), *arguments]
    with subprocess.Popen(
        line, env=environment, pass_fds=[writer], stderr=subprocess.PIPE, text=True, cwd=CHECKOUT
    ) as program:
        os.close(writer)
        with os.fdopen(reader) as pipe:
            said = pipe.read()
        assert program.stderr is not None
        errors = program.stderr.read()
        code = program.wait()
    ops = tuple(read_log(log.read_bytes())) if log is not None and log.exists() else ()
    return Recording(root=root, ops=ops, said=said, exit_code=code, errors=errors)


def read_log(data: bytes) -> Iterator[Op]:
    """Read what the shim wrote."""
    place = 0
    while place < len(data):
        kind, flag, path_bytes, fd, at, size = _HEAD.unpack_from(data, place)
        place += _HEAD.size
        path = data[place : place + path_bytes].decode()
        place += path_bytes
        yield Op(
            kind=kind.decode(), flag=flag, path=path, fd=fd, at=at, data=data[place : place + size]
        )
        place += size
