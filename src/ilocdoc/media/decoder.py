"""The parent's side of the isolated decoder: starts it, waits, believes little.

One process per picture, without environment, without files, killed after a fixed time.
What it answers is looked through marker by marker before anybody uses it, so that even a
worker that was taken over can hand on nothing but the picture.
"""

import os
import struct
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ilocdoc.media.limits import (
    LONGEST_SIDE,
    MOST_ANSWER_BYTES,
    MOST_INPUT_BYTES,
    WALL_S,
)

_HEAD = struct.Struct(">II")
_START, _END = b"\xff\xd8", b"\xff\xd9"
_APP0, _DQT, _SOF0, _DHT, _SOS = 0xE0, 0xDB, 0xC0, 0xC4, 0xDA
_SIMPLE = frozenset([_APP0, _DQT, _SOF0, _DHT])
"""Segments of a plain baseline JPEG; no comment, no metadata, no profile."""

DECODE_COMMAND = "decode-picture"
"""First argument by which a frozen program knows that it is the worker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SafePicture:
    """A re-encoded picture."""

    jpeg: bytes
    """Baseline, sRGB, upright, without metadata."""
    width: int
    height: int


def safe_picture(data: bytes, *, command: tuple[str, ...] = ()) -> SafePicture | None:
    """Return a picture that is safe to show, or None when there is nothing to show.

    Args:
        data: Foreign bytes: JPEG, PNG, HEIC, WebP or TIFF; anything else gives None.
        command: Replaces the worker program, for tests.
    """
    if not data or len(data) > MOST_INPUT_BYTES:
        return None
    answer = _ask(command or _worker_command(), data)
    if len(answer) <= _HEAD.size or len(answer) > MOST_ANSWER_BYTES:
        return None
    width, height = _HEAD.unpack_from(answer)
    jpeg = answer[_HEAD.size :]
    if not 0 < max(width, height) <= LONGEST_SIDE or jpeg_size(jpeg) != (width, height):
        return None
    return SafePicture(jpeg=jpeg, width=width, height=height)


def _worker_command() -> tuple[str, ...]:
    if getattr(sys, "frozen", False):
        return (sys.executable, DECODE_COMMAND)
    return (sys.executable, "-I", "-c", _BOOT, str(Path(__file__).parents[2]))


_BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); from ilocdoc.media import worker; "
    "sys.exit(worker.main(sys.stdin.buffer.read, sys.stdout.buffer.write))"
)


def _ask(command: tuple[str, ...], data: bytes) -> bytes:
    """Return what the worker answers; empty when it fails, floods or takes too long."""
    try:
        process = subprocess.Popen(  # noqa: S603 - our own program, no shell, fixed arguments
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_bare_environment(),
            close_fds=True,
        )
    except OSError:
        return b""
    assert process.stdin is not None
    assert process.stdout is not None
    clock = threading.Timer(WALL_S, process.kill)
    feeder = threading.Thread(target=_feed, args=(process.stdin, data), daemon=True)
    clock.start()
    feeder.start()
    answer = process.stdout.read(MOST_ANSWER_BYTES + 1)
    # A worker that floods finds its pipe closed and ends.
    process.stdout.close()
    code = process.wait()
    clock.cancel()
    feeder.join()
    return answer if code == 0 else b""


def _feed(stream: IO[bytes], data: bytes) -> None:
    try:
        stream.write(data)
        stream.close()
    except OSError:
        # The worker has ended; what it answered decides.
        return


def _bare_environment() -> dict[str, str]:
    """Only what an operating system needs to start a program at all."""
    kept = ("SYSTEMROOT", "LD_LIBRARY_PATH", "TEMP")
    return {name: os.environ[name] for name in kept if name in os.environ}


def jpeg_size(jpeg: bytes) -> tuple[int, int] | None:
    """Return (width, height) of a plain baseline JPEG in colour, or None if it is another.

    Plain means: only the segments that decoding needs, one scan, nothing behind the end.
    """
    if not jpeg.startswith(_START) or not jpeg.endswith(_END):
        return None
    at, size = len(_START), None
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF:  # noqa: PLR2004 - every marker's first byte
        marker, length = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4], "big")
        segment = jpeg[at + 4 : at + 2 + length]
        at += 2 + length
        if marker == _SOS:
            return size if _is_one_scan(jpeg[at:]) else None
        if marker not in _SIMPLE or (marker == _APP0 and not segment.startswith(b"JFIF\0")):
            return None
        if marker == _SOF0:
            precision, height, width, channels = struct.unpack_from(">BHHB", segment)
            size = (width, height) if (precision, channels) == (8, 3) else None
    return None


def _is_one_scan(coded: bytes) -> bool:
    """In coded data 0xFF is followed by 0; the only marker is the end."""
    at = coded.find(b"\xff")
    while at >= 0:
        follower = coded[at + 1 : at + 2]
        if follower == b"\xd9":
            return at + 2 == len(coded)
        if follower != b"\0":
            return False
        at = coded.find(b"\xff", at + 2)
    return False
