"""Room that is kept for reports and events when everything else has filled the disk.

A file of zeros lies in the laptop's folder. When a commit finds no room the file is deleted
and the commit is done again, so a draft is kept on a full disk too. Evidence never touches
it: a file is taken in only while it leaves a margin (`vault.attachments`).
"""

import os
from contextlib import suppress
from pathlib import Path
from shutil import disk_usage

from ilocdoc.disk import sync_folder

RESERVE_BYTES = 64 * 1024 * 1024
"""Room for some thousand ledger entries or a hundred report documents."""

LEAST_RESERVE_BYTES = 1024 * 1024
"""Less than this is not worth a file."""

SHARE_OF_FREE = 4
"""The reserve never takes more than a quarter of what is free."""

_NAME = "reserve.bin"


class Reserve:
    """The reserve file of one laptop's folder."""

    def __init__(self, folder: Path, *, most_bytes: int = RESERVE_BYTES) -> None:
        self._folder, self._path, self._most_bytes = folder, folder / _NAME, most_bytes

    @property
    def size_bytes(self) -> int:
        """How much is held; 0 after it was given up."""
        with suppress(OSError):
            return self._path.stat().st_size
        return 0

    def make(self) -> int:
        """Make the file if it is not there and there is room; returns its size in bytes."""
        if self.size_bytes:
            return self.size_bytes
        with suppress(OSError):
            free = disk_usage(self._folder).free
            size = min(self._most_bytes, free // SHARE_OF_FREE)
            if size >= min(LEAST_RESERVE_BYTES, self._most_bytes):
                self._allocate(size)
        return self.size_bytes

    def _allocate(self, size: int) -> None:
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            # Not a hole: the blocks have to be this file's own.
            os.posix_fallocate(handle, 0, size)
            os.fsync(handle)
        except OSError:
            self._path.unlink()
            raise
        finally:
            os.close(handle)

    def give_up(self) -> bool:
        """Delete the file; returns whether there was one, so that trying again makes sense."""
        try:
            self._path.unlink()
        except OSError:
            return False
        with suppress(OSError):
            # Some file systems hand freed blocks out only after they wrote that down.
            sync_folder(self._folder)
        return True
