"""What the disk of a laptop says, in the vault's own errors."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ilocdoc import disk
from ilocdoc.record.errors import DiskFaultError, DiskFullError, VaultError

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_PROBE_BYTES = 64 * 1024
_PROBE = "probe.tmp"


@contextmanager
def disk_errors() -> Iterator[None]:
    """Translate what the disk says, once, at the edge of the vault.

    Raises:
        DiskFullError: If there is no room.
        DiskFaultError: If the disk failed.
        VaultError: For every other refusal of the disk.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise DiskFullError from error
        if error.errno == errno.EIO:
            raise DiskFaultError from error
        raise VaultError("The disk of this laptop refused to read or write.") from error


def has_room(folder: Path) -> bool:
    """Tell whether a small file can be written; asked after a fault that does not say why.

    A quota that is used up is told as a fault of the disk by the database, and as what it
    is by the system.
    """
    probe = folder / _PROBE
    try:
        with probe.open("wb") as file:
            file.write(bytes(_PROBE_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return error.errno not in _NO_ROOM
    finally:
        with suppress(OSError):
            probe.unlink()
    return True


def is_there(path: Path) -> bool:
    """Tell whether a file exists and holds anything.

    Raises:
        VaultError: If the disk refuses.
    """
    with disk_errors():
        return path.exists() and path.stat().st_size > 0


def replace_file(path: Path, data: bytes) -> None:
    """Write a file for its owner only, wholly or not at all.

    Raises:
        DiskFullError: If there is no room; the old file stays.
        VaultError: If the disk refuses.
    """
    with disk_errors():
        disk.write_file(path, data)


def make_folder(folder: Path) -> None:
    """Make a folder and its parents for their owner only; what exists is taken as it is.

    Raises:
        DiskFullError: If there is no room.
        VaultError: If the disk refuses.
    """
    with disk_errors():
        disk.make_folder(folder)


class Suspicion:
    """The mark in a laptop's folder that its disk once reported a fault."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "disk-suspect"

    def note(self) -> None:
        """Remember a fault; in a file, because the database may be what failed."""
        with suppress(OSError):
            self._path.touch(mode=0o600)

    @property
    def is_noted(self) -> bool:
        """True from the first fault until the device desk deletes the file."""
        return self._path.exists()
