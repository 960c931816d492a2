"""Going on with a file that was half sealed when the laptop stopped.

A part file proves itself: its commitment shows that the intake's key is its key, and every
whole chunk that opens was written by us at that place. What does not open (torn by a power
cut, never written) is cut off and sealed again. The source must be the same one: size and
time of change are those of the intake, and the first and the last chunk of every block are
compared with it. If anything differs the part file is thrown away and the file is sealed
from its beginning under a new salt, so no nonce ever meets two plain texts.
"""

from pathlib import Path
from typing import BinaryIO

from ilocdoc.record.errors import DamagedError, EvidenceError
from ilocdoc.record.intake import Phase, Progress
from ilocdoc.vault.container import (
    CHUNK_BYTES,
    SEALED_CHUNK_BYTES,
    Schedule,
    Sealer,
    open_chunk_into,
    open_context,
    open_schedule,
    read_header,
)
from ilocdoc.vault.files import disk_errors
from ilocdoc.vault.source_file import shape_of
from ilocdoc.vault.taking_in import BLOCK_BYTES, Hashing, Slots, Watch, fill, obey
from ilocdoc.wire.entries import Intake

_CHUNKS = BLOCK_BYTES // CHUNK_BYTES


def go_on(
    part: Path, source: BinaryIO, intake: Intake, *, hashing: Hashing, watch: Watch
) -> tuple[BinaryIO, Sealer] | None:
    """Return the part file, open where sealing goes on, and the sealer for the rest.

    Args:
        part: May be missing.
        source: Left standing where sealing goes on.
        intake: Of the source.
        hashing: Holds afterwards what was sealed before.
        watch: Asked after every block.

    Returns:
        None when there is nothing that can be gone on with.
    """
    if not part.exists() or shape_of(source) != (intake.size_bytes, intake.modified_ns):
        return None
    with disk_errors():
        file = part.open("r+b", buffering=0)
    try:
        _header, prefix = read_header(file)
        schedule = open_schedule(file, intake.file_key, context=open_context(prefix))
        front = file.tell()
        file.seek(0)
        hashing.take_prefix(file.read(front))
        chunks = _checked(file, source, schedule, intake, hashing=hashing, watch=watch)
    except DamagedError:
        file.close()
        return None
    except BaseException:
        file.close()
        raise
    with disk_errors():
        file.truncate(front + chunks * SEALED_CHUNK_BYTES)
        file.seek(0, 2)
    source.seek(chunks * CHUNK_BYTES)
    return file, Sealer(schedule, chunks=chunks)


def _checked(
    file: BinaryIO,
    source: BinaryIO,
    schedule: Schedule,
    intake: Intake,
    *,
    hashing: Hashing,
    watch: Watch,
) -> int:
    """Return how many whole chunks open and are the source's.

    Raises:
        DamagedError: If the source is another one.
    """
    chunks = 0
    with Slots() as slots:
        for slot in slots.in_turn():
            stored = fill(file, slot.sealed[: _CHUNKS * SEALED_CHUNK_BYTES])
            count = _opened(schedule, chunks, slot.sealed[:stored], into=slot.plain)
            plain = slot.plain[: count * CHUNK_BYTES]
            for start in sorted({0, max(0, len(plain) - CHUNK_BYTES)}):
                _require_same(
                    source, chunks * CHUNK_BYTES + start, plain[start : start + CHUNK_BYTES]
                )
            slot.reader = hashing.take_stored(slot.sealed[: count * SEALED_CHUNK_BYTES])
            hashing.take_plain(plain)
            chunks += count
            done = hashing.size_bytes
            obey(
                watch(Progress(phase=Phase.SEALING, done_bytes=done, size_bytes=intake.size_bytes))
            )
            if count < _CHUNKS:
                break
        slots.wait()
    return chunks


def _opened(schedule: Schedule, number: int, sealed: memoryview, *, into: memoryview) -> int:
    """Open whole chunks until one does not open; returns how many did."""
    whole = len(sealed) // SEALED_CHUNK_BYTES
    for count in range(whole):
        chunk = sealed[count * SEALED_CHUNK_BYTES : (count + 1) * SEALED_CHUNK_BYTES]
        try:
            open_chunk_into(schedule, number + count, chunk, into=into[count * CHUNK_BYTES :])
        except DamagedError:
            return count
    return whole


def _require_same(source: BinaryIO, offset: int, plain: memoryview) -> None:
    source.seek(offset)
    try:
        there = source.read(len(plain))
    except OSError as error:
        raise EvidenceError("The file could not be read to its end.") from error
    if there != plain:
        raise DamagedError("The file that was begun is another one now.")
