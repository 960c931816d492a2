"""Files that are there wholly or not at all, and stay there when the power goes."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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


def sync_folder(folder: Path) -> None:
    """Make names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_file(path: Path, data: bytes) -> None:
    """Write a file for its owner only: temporary, fsync, rename, fsync of the folder.

    Raises:
        DiskFullError: If there is no room; the old file stays.
    """
    with disk_errors():
        temporary = path.with_name(path.name + ".new")
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.write(handle, data)
            os.fsync(handle)
        finally:
            os.close(handle)
        temporary.replace(path)
        sync_folder(path.parent)


def make_folder(folder: Path) -> None:
    """Make a folder and its parents for their owner only; what exists is taken as it is."""
    with disk_errors():
        # `parents=True` would give the parents the ordinary mode.
        for each in (*reversed(folder.parents), folder):
            if not each.is_dir():
                each.mkdir(mode=0o700, exist_ok=True)
