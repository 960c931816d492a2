"""Files and folders for their owner only: there wholly or not at all, and after a power cut."""

import errno
import hashlib
import os
import stat
from pathlib import Path


def make_folder(folder: Path) -> None:
    """Make a folder and its missing parents, mode 0700, durable; what exists stays as it is."""
    # `parents=True` would give the parents the ordinary mode.
    for each in (*reversed(folder.parents), folder):
        if not each.is_dir():
            each.mkdir(mode=0o700, exist_ok=True)
            # Files in it are lost with its name, however well they were synced themselves.
            sync_folder(each.parent)


def write_file(path: Path, content: bytes) -> None:
    """Write a file, mode 0600: temporary, fsync, rename, fsync of the folder.

    Raises:
        OSError: If the disk refuses; the old file stays.
    """
    temporary = path.with_name(path.name + ".new")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    # Not `os.write`: on a disk that is nearly full it writes a part and says so in a number.
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def read_file(path: Path, *, most_bytes: int) -> bytes:
    """Return the content of a file that somebody named.

    Raises:
        OSError: If it cannot be read, is no ordinary file (a pipe would be waited for
            for ever, a device never ends), or is larger than `most_bytes`.
    """
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(handle, "rb") as file:
        about = os.fstat(file.fileno())
        if not stat.S_ISREG(about.st_mode):
            raise OSError(errno.EINVAL, "not an ordinary file", str(path))
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise OSError(errno.EFBIG, "larger than such files are", str(path))
    return content


def sync_file(path: Path) -> None:
    """Make the content of a file durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    # Windows cannot open a folder; there a rename is durable by itself.
    if os.name != "nt":
        sync_file(folder)


def digests_in(folder: Path) -> dict[str, str]:
    """Return SHA-256 of every file in a folder and its folders, by name with slashes."""
    digests = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            digests[path.relative_to(folder).as_posix()] = digest
    return digests


def odd_files_in(folder: Path) -> list[str]:
    """Return names of what is neither an ordinary file nor a folder: links, pipes, devices."""
    return [
        path.relative_to(folder).as_posix()
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or not (path.is_file() or path.is_dir())
    ]
