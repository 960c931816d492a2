"""What a process that holds keys may leave behind: no dump of its memory, no children."""

import ctypes
import os
import resource
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

_PR_SET_DUMPABLE = 4
"""linux/prctl.h. Also closes /proc/<pid>/mem to everybody but root."""
_MOST_CARRIED_BYTES = 64 * 1024 * 1024
_ROUNDS, _ROUND_S = 100, 0.002
"""Long enough for the system to take memory away; a process that hangs in a disk is left."""


def forbid_dumps() -> None:
    """Let the system write no core file of this process, and no other process read it."""
    # Windows Error Reporting is kept out by the installer's policy (docs/session.md).
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def become(command: Sequence[str], *, carried: bytes) -> NoReturn:
    """Replace this process by a program: its memory, its threads, its files, its children.

    Args:
        command: Program and arguments; nothing secret, others can read them.
        carried: Sealed bytes for it, which no disk took. It finds them with `taken_over` by
            the number after `--carried`.
    """
    end_children()
    handed = [*command]
    if carried and hasattr(os, "memfd_create"):
        handle = os.memfd_create("carried", 0)
        os.write(handle, carried)
        handed += ["--carried", str(handle)]
    sys.stdout.flush()
    os.execv(handed[0], handed)  # noqa: S606 - ourselves, no shell


def taken_over(handle: int) -> bytes:
    """Return what `become` carried, and let its memory go."""
    try:
        with os.fdopen(handle, "rb", closefd=True) as memory:
            memory.seek(0)
            return memory.read(_MOST_CARRIED_BYTES)
    except OSError:
        return b""


def end_children() -> None:
    """Kill every process that this one started, and theirs: a worker may hold evidence."""
    for _ in range(_ROUNDS):
        found = descendants(os.getpid())
        if not found:
            return
        for each in found:
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        for each in found:
            with suppress(ChildProcessError):
                os.waitpid(each, os.WNOHANG)
        time.sleep(_ROUND_S)


def descendants(pid: int) -> Sequence[int]:
    """Return every living process below one, children before grandchildren.

    Empty where the system has no /proc.
    """
    below: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError, IndexError):
            # The name of the program may hold spaces; it ends at the last parenthesis.
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                below.setdefault(int(parent), []).append(int(folder.name))
    found, at = list(below.get(pid, [])), 0
    while at < len(found):
        found += below.get(found[at], [])
        at += 1
    return found
