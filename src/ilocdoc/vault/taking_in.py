"""The two passes over a file of evidence, each as fast as the disk and in constant memory.

The first pass reads the source once. One thread reads, hashes and seals; a second one hashes
what was sealed and writes it; a third only waits for the disk. So two cores have the same
work, and a system never has to guess which threads belong on one. The second pass reads the
container back from the disk, opens every chunk and hashes both again. Python's lock is
released while bytes are hashed, sealed, read or written.
"""

import hashlib
import itertools
import os
from collections.abc import Callable, Iterator
from concurrent import futures
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType
from typing import BinaryIO, Self, cast

from ilocdoc.record.errors import DamagedError, EvidenceError
from ilocdoc.record.intake import Phase, Progress, Wish
from ilocdoc.vault.container import (
    CHUNK_BYTES,
    SEALED_CHUNK_BYTES,
    TAG_BYTES,
    Schedule,
    Sealer,
    most_sealed,
    open_chunk_into,
)
from ilocdoc.vault.files import disk_errors

BLOCK_BYTES = 64 * CHUNK_BYTES
"""One mebibyte: a whole number of chunks."""
SEALED_BLOCK_BYTES = BLOCK_BYTES // CHUNK_BYTES * SEALED_CHUNK_BYTES
SLOTS = 6
"""Blocks that are under way at once; with their sealed twins 12 MiB."""
FLUSH_BYTES = 32 * BLOCK_BYTES
"""What was written goes to the disk this often, so that the last flush is short."""
START_BYTES = 64
"""As many first bytes as tell the type of a file."""

Watch = Callable[[Progress], Wish]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What a pass found."""

    size_bytes: int
    """Of the plain bytes."""
    sha256: str
    """Of the plain bytes."""
    container_sha256: str
    start: bytes
    """The first plain bytes."""


class Hashing:
    """Two sums: of plain bytes at once, of stored ones in a thread of its own, in order."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1)
        self.start_over()

    def start_over(self) -> None:
        """Forget what was taken; nothing may be under way."""
        self._plain, self._stored = hashlib.sha256(), hashlib.sha256()
        self.size_bytes, self._start = 0, b""

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """End the thread."""
        self._thread.shutdown()

    def take_prefix(self, prefix: bytes) -> None:
        """Count what lies before the chunks."""
        self._stored.update(prefix)

    def take_plain(self, plain: memoryview) -> None:
        """Count plain bytes, here and now."""
        self.size_bytes += len(plain)
        self._start = self._start or bytes(plain[:START_BYTES])
        self._plain.update(plain)

    def take_stored(
        self, stored: memoryview, *, write: Callable[[memoryview], None] | None = None
    ) -> Future[None]:
        """Count stored bytes, and write them; the buffer is free again when that is done."""

        def take() -> None:
            self._stored.update(stored)
            if write is not None:
                write(stored)

        return self._thread.submit(take)

    def sums(self) -> Sums:
        """Return the sums of everything taken; nothing may be under way."""
        return Sums(
            size_bytes=self.size_bytes,
            sha256=self._plain.hexdigest(),
            container_sha256=self._stored.hexdigest(),
            start=self._start,
        )


def _buffer(size: int) -> memoryview:
    return memoryview(bytearray(size))


@dataclass(slots=True, kw_only=True)
class Slot:
    """Two buffers, and who still reads the second one."""

    plain: memoryview = field(default_factory=lambda: _buffer(BLOCK_BYTES))
    sealed: memoryview = field(default_factory=lambda: _buffer(most_sealed(BLOCK_BYTES)))
    reader: Future[None] | None = None

    def wait(self) -> None:
        """Wait until nobody reads the buffers; raises what the reader raised."""
        reader, self.reader = self.reader, None
        if reader is not None:
            reader.result()


class Slots:
    """The buffers of one pass, used again and again; whatever happens, none is left behind."""

    def __init__(self) -> None:
        self._slots = [Slot() for _ in range(SLOTS)]

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_how: object) -> None:
        """Wait until nobody reads or writes any more."""
        futures.wait([each.reader for each in self._slots if each.reader is not None])

    def in_turn(self) -> Iterator[Slot]:
        """Yield slots for ever, each one free."""
        for slot in itertools.cycle(self._slots):
            slot.wait()
            yield slot

    def wait(self) -> None:
        """Wait until all are free; raises what a reader raised."""
        for slot in self._slots:
            slot.wait()


class _Writing:
    """Writes, and lets a thread push what was written to the disk meanwhile."""

    def __init__(self, target: BinaryIO) -> None:
        self._target, self._unflushed = target, 0
        self._thread = ThreadPoolExecutor(1)
        self._under_way: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_how: object) -> None:
        self._thread.shutdown(cancel_futures=True)

    def write(self, sealed: memoryview) -> None:
        with disk_errors():
            left = sealed
            # On a disk that is nearly full a part is written, and a number says so.
            while left:
                left = left[self._target.write(left) :]
            self._unflushed += len(sealed)
            if self._unflushed >= FLUSH_BYTES:
                self._flush()

    def _flush(self) -> None:
        if self._under_way is not None:
            # Also what bounds the pages that wait for a slow disk.
            self._under_way.result()
        self._under_way = self._thread.submit(os.fdatasync, self._target.fileno())
        self._unflushed = 0

    def finish(self) -> None:
        """Make everything durable."""
        with disk_errors():
            if self._under_way is not None:
                # The error of an earlier flush is told only once by the system.
                self._under_way.result()
            os.fsync(self._target.fileno())


def obey(wish: Wish) -> None:
    """Go on, or stop.

    Raises:
        EvidenceError: If the person beside the laptop wants it to stop.
    """
    if wish is Wish.CANCEL:
        raise EvidenceError("Taking the file in was cancelled.", "Add it again at any time.")
    if wish is Wish.PAUSE:
        raise EvidenceError("Taking the file in is paused.", "It can go on at any time.")


def fill(file: BinaryIO, buffer: memoryview) -> int:
    """Fill a buffer from an unbuffered file; less only at its end.

    Raises:
        OSError: If it cannot be read.
    """
    filled = 0
    while filled < len(buffer):
        count = cast("int", file.readinto(buffer[filled:]))  # type: ignore[attr-defined]
        if not count:
            break
        filled += count
    return filled


def _from_source(source: BinaryIO, buffer: memoryview) -> int:
    try:
        return fill(source, buffer)
    except OSError as error:
        raise EvidenceError(
            "The file could not be read to its end.",
            "The original was not changed. Check the card or cable, then add it again.",
        ) from error


def seal_source(
    source: BinaryIO, target: BinaryIO, *, size: int, sealer: Sealer, hashing: Hashing, watch: Watch
) -> None:
    """Seal what is left of a source and make it durable.

    Args:
        source: Unbuffered; stands where sealing goes on.
        target: Unbuffered; stands there too.
        size: Of the whole source when it was opened.
        sealer: Of the payload.
        hashing: Holds what was sealed already.
        watch: Asked after every block.

    Raises:
        EvidenceError: If the source cannot be read, changed, or somebody stopped it.
        DiskFullError: If there is no room.
    """
    with _Writing(target) as writing, Slots() as slots:
        for slot in slots.in_turn():
            plain = slot.plain[: _from_source(source, slot.plain)]
            if hashing.size_bytes + len(plain) > size:
                # A file that is still being written would never end.
                raise EvidenceError("The file changed while it was being read.")
            is_last = len(plain) < BLOCK_BYTES
            sealed = slot.sealed[: sealer.seal(plain, slot.sealed, is_last=is_last)]
            slot.reader = hashing.take_stored(sealed, write=writing.write)
            hashing.take_plain(plain)
            done = hashing.size_bytes
            obey(watch(Progress(phase=Phase.SEALING, done_bytes=done, size_bytes=size)))
            if is_last:
                break
        slots.wait()
        writing.finish()


def read_back(
    file: BinaryIO, schedule: Schedule, *, payload_bytes: int, hashing: Hashing, watch: Watch
) -> None:
    """Open every chunk of a container again.

    Args:
        file: Unbuffered; stands at the first chunk.
        schedule: Of the payload.
        payload_bytes: Of all chunks as they are stored.
        hashing: Holds what lies before the first chunk.
        watch: Asked after every block.

    Raises:
        DamagedError: If a chunk was altered, or the end is missing.
        EvidenceError: If somebody stopped it.
    """
    number = 0
    size = payload_bytes - (payload_bytes // SEALED_CHUNK_BYTES + 1) * TAG_BYTES
    with Slots() as slots:
        for slot in slots.in_turn():
            sealed = slot.sealed[: fill(file, slot.sealed[:SEALED_BLOCK_BYTES])]
            slot.reader = hashing.take_stored(sealed)
            plain = slot.plain[: _opened(schedule, number, sealed, into=slot.plain)]
            number += BLOCK_BYTES // CHUNK_BYTES
            hashing.take_plain(plain)
            done = hashing.size_bytes
            obey(watch(Progress(phase=Phase.CHECKING, done_bytes=done, size_bytes=size)))
            if len(sealed) < SEALED_BLOCK_BYTES:
                break
        slots.wait()
    if hashing.size_bytes != size:
        raise DamagedError("A file of evidence on this laptop was cut off.")


def _opened(schedule: Schedule, number: int, sealed: memoryview, *, into: memoryview) -> int:
    """Open the chunks of a block; returns how many plain bytes there are."""
    done = 0
    for start in range(0, len(sealed), SEALED_CHUNK_BYTES):
        chunk = sealed[start : start + SEALED_CHUNK_BYTES]
        done += open_chunk_into(schedule, number, chunk, into=into[done:])
        number += 1
    return done
