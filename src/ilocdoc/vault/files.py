"""What the disk of a laptop says, in the vault's own errors."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ilocdoc import disk
from ilocdoc.record.errors import DiskFullError, VaultError

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def disk_errors() -> Iterator[None]:
    """Translate what the disk says, once, at the edge of the vault.

    Raises:
        DiskFullError: If there is no room.
        VaultError: For every other refusal of the disk.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise DiskFullError from error
        raise VaultError("The disk of this laptop refused to read or write.") from error


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
