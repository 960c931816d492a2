"""Real file operations that fail, or kill the process, at the n-th one in a folder.

An audit hook (PEP 578) sees every open, rename, remove and chmod before it happens. It
cannot be taken out again, so there is one for the whole test run, idle unless armed.
"""

import errno
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_WATCHED = ("open", "os.rename", "os.remove", "os.chmod", "os.mkdir", "sqlite3.connect")


def refuse() -> None:
    """The disk says no."""
    raise OSError(errno.EIO, "the disk says no")


def refuse_full() -> None:
    """The disk is full."""
    raise OSError(errno.ENOSPC, "no room")


def die() -> None:
    """As pulling the plug does to a process."""
    os.kill(os.getpid(), signal.SIGKILL)


class _Watch:
    def __init__(self) -> None:
        self.folder, self.at, self.seen = "", 0, 0
        self.act: Callable[[], None] = refuse
        sys.addaudithook(self._look)

    def _look(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.folder or event not in _WATCHED or not arguments:
            return
        path = arguments[0]
        if not isinstance(path, str | bytes | os.PathLike):
            return
        if os.fsdecode(path).startswith(self.folder):
            self.seen += 1
            if self.seen == self.at:
                self.act()


_WATCH = _Watch()


@contextmanager
def breaking(folder: Path, *, at: int, act: Callable[[], None] = refuse) -> Iterator[_Watch]:
    """Let the `at`-th operation on files under a folder do something else instead.

    Args:
        folder: Only what lies below it counts.
        at: From 1; 0 only counts.
        act: `refuse`, `refuse_full` or `die`.
    """
    _WATCH.folder, _WATCH.at, _WATCH.seen, _WATCH.act = str(folder), at, 0, act
    try:
        yield _WATCH
    finally:
        _WATCH.folder = ""
