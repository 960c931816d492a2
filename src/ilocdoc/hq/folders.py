"""Files and folders of headquarters: for their owner only, whole or not at all."""

import fcntl
import os
from pathlib import Path


def make_folder(folder: Path) -> None:
    """Make a folder and its missing parents, mode 0700; what exists stays as it is."""
    for each in (*reversed(folder.parents), folder):
        if not each.is_dir():
            each.mkdir(mode=0o700, exist_ok=True)


def write_file(path: Path, content: bytes) -> None:
    """Write a file, mode 0600: temporary, fsync, rename, fsync of the folder."""
    temporary = path.with_name(path.name + ".new")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Make the content of a file durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    sync_file(folder)


class Lock:
    """An advisory lock on a file; the system frees it when the process dies."""

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def take(self) -> bool:
        """Take the lock alone, without waiting; tell whether it was free."""
        return self._flock(fcntl.LOCK_EX)

    def share(self) -> bool:
        """Take the lock together with others who share; tell whether that was possible."""
        return self._flock(fcntl.LOCK_SH)

    def _flock(self, mode: int) -> bool:
        try:
            fcntl.flock(self._handle, mode | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def free(self) -> None:
        """Let the lock go, but keep it for another try."""
        fcntl.flock(self._handle, fcntl.LOCK_UN)

    def close(self) -> None:
        """Let the lock go for good."""
        os.close(self._handle)
