"""Who uses a folder of headquarters: locks that end with the process."""

import fcntl
import os
from pathlib import Path


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
