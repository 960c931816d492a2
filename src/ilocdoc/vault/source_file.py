"""The file somebody offers as evidence: opened without following links, never written to."""

import os
import stat
from pathlib import Path
from typing import BinaryIO

from ilocdoc.record.errors import EvidenceError

_UNKNOWN = "application/octet-stream"
# Names lie; the first bytes of a file decide. Offset, bytes, type.
_SIGNATURES = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF8", "image/gif"),
    (0, b"BM", "image/bmp"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypmif1", "image/heic"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1a\x45\xdf\xa3", "video/webm"),
    (8, b"WAVE", "audio/wav"),
    (8, b"AVI ", "video/x-msvideo"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"%PDF-", "application/pdf"),
)


def media_type_of(start: bytes) -> str:
    """Return the media type by the first bytes of a file, never by its name."""
    for offset, mark, media_type in _SIGNATURES:
        if start[offset : offset + len(mark)] == mark:
            return media_type
    return _UNKNOWN


def name_of(path: Path) -> str:
    """Return the name of a file as text; old cameras name files in bytes that are no UTF-8."""
    return os.fsencode(path.name).decode(errors="replace")


def open_source(path: Path) -> BinaryIO:
    """Open a source, unbuffered.

    Raises:
        EvidenceError: If it is a link, no regular file, or cannot be opened.
    """
    # NONBLOCK: a FIFO must be refused, not waited for.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        handle = os.open(path, flags)
    except (OSError, ValueError) as error:
        raise EvidenceError("This file cannot be opened; links are not followed.") from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise EvidenceError("This is not a file: folders, pipes and devices are not taken in.")
    return os.fdopen(handle, "rb", buffering=0)


def shape_of(source: BinaryIO) -> tuple[int, int]:
    """Return (bytes, time of the last change in ns) of an open source."""
    status = os.fstat(source.fileno())
    return status.st_size, status.st_mtime_ns
