"""Evidence on the disk: taken in crash-safe, read back, opened at any offset.

Open without following links, hash and seal in one pass into `<id>.part`, look at the
source again, fsync, rename to `<id>.ilev`, fsync the folder, then read every byte back.
The row and its custody event are written only afterwards, so a crash leaves at most a
`.part` (deleted at the next start) or an orphan (reported, never deleted).
"""

import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from ilocdoc.disk import sync_folder
from ilocdoc.record.errors import DamagedError, EvidenceError
from ilocdoc.record.report import EvidenceItem
from ilocdoc.vault.container import Container, prefix_of, seal_chunks
from ilocdoc.vault.files import disk_errors, make_folder
from ilocdoc.wire.entries import SealedFile
from ilocdoc.wire.sealing import SealingKey

BLOCK_BYTES = 1024 * 1024
SUFFIX = ".ilev"
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


class Containers:
    """The folder of containers of one volume."""

    def __init__(self, folder: Path, *, readers: Sequence[SealingKey]) -> None:
        self._folder = folder
        self._readers = tuple(readers)
        make_folder(folder)

    def path(self, evidence_id: str) -> Path:
        """Return where a container lies."""
        return self._folder / (evidence_id + SUFFIX)

    def sweep(self) -> int:
        """Delete what a crash left half-written; returns how many."""
        parts = list(self._folder.glob("*.part"))
        for part in parts:
            part.unlink()
        return len(parts)

    def orphans(self, known: Sequence[str]) -> list[str]:
        """Return ids of containers without a row; they are reported, never deleted."""
        return sorted(
            each.stem for each in self._folder.glob("*" + SUFFIX) if each.stem not in known
        )

    def take_in(
        self,
        path: Path,
        *,
        evidence_id: str,
        at: str,
        collected_by: str,
        progress: Callable[[int, int], bool],
    ) -> SealedFile:
        """Take a file in; see `casework.ports.EvidenceStore.seal_file`."""
        source, size = _open_source(path)
        part = self._folder / (evidence_id + ".part")
        file_key = os.urandom(32)
        try:
            with source:
                digest, start = self._seal(source, part, evidence_id, file_key, size, progress)
                _require_unchanged(source, size, digest.size)
            with disk_errors():
                part.rename(self.path(evidence_id))
                sync_folder(self._folder)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        stored = self._read_back(evidence_id, file_key, digest.hexdigest())
        item = EvidenceItem(
            id=evidence_id,
            # Old cameras and cards name files in bytes that are no UTF-8.
            name=os.fsencode(path.name).decode(errors="replace"),
            media_type=media_type_of(start),
            size_bytes=size,
            sha256=digest.hexdigest(),
            container_sha256=stored,
            captured_at="",
            imported_at=at,
            collected_by=collected_by,
        )
        return SealedFile(item=item, file_key=file_key)

    def _seal(  # noqa: PLR0917 - one pass has this many ends
        self,
        source: BinaryIO,
        part: Path,
        evidence_id: str,
        file_key: bytes,
        size: int,
        progress: Callable[[int, int], bool],
    ) -> tuple["_Digest", bytes]:
        digest = _Digest()
        prefix = prefix_of(evidence_id, file_key, readers=self._readers)
        blocks = digest.pass_through(_blocks(source, size, progress))
        with disk_errors():
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as target:
            for sealed in seal_chunks(blocks, file_key, prefix=prefix):
                with disk_errors():
                    target.write(sealed)
            with disk_errors():
                target.flush()
                os.fsync(target.fileno())
        return digest, digest.start

    def _read_back(self, evidence_id: str, file_key: bytes, expected: str) -> str:
        """Return SHA-256 of the container after every byte was opened again."""
        plain, stored = hashlib.sha256(), hashlib.sha256()
        with disk_errors(), self.path(evidence_id).open("rb") as file:
            container = Container(file, file_key)
            for offset in range(0, container.size_bytes, BLOCK_BYTES):
                plain.update(container.read(offset, BLOCK_BYTES))
            file.seek(0)
            while block := file.read(BLOCK_BYTES):
                stored.update(block)
        if plain.hexdigest() != expected:
            raise DamagedError("The file could not be read back as it was written.")
        return stored.hexdigest()

    def read(self, evidence_id: str, file_key: bytes, *, offset: int, size: int) -> bytes:
        """Return plain bytes from an offset; fewer at the end.

        Raises:
            DamagedError: If the container was altered or is missing.
        """
        try:
            with self.path(evidence_id).open("rb") as file:
                return Container(file, file_key).read(offset, size)
        except OSError as error:
            raise DamagedError("A file of evidence is missing on this laptop.") from error


class _Digest:
    """Hashes what passes, and remembers the first bytes and the length."""

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()
        self.start = b""
        self.size = 0

    def pass_through(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        for block in blocks:
            self.start = self.start or block[:32]
            self.size += len(block)
            self._sha256.update(block)
            yield block

    def hexdigest(self) -> str:
        return self._sha256.hexdigest()


def _open_source(path: Path) -> tuple[BinaryIO, int]:
    # NONBLOCK: a FIFO must be refused, not waited for.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        handle = os.open(path, flags)
    except OSError as error:
        raise EvidenceError("This file cannot be opened; links are not followed.") from error
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        os.close(handle)
        raise EvidenceError("This is not a file: folders, pipes and devices are not taken in.")
    return os.fdopen(handle, "rb"), status.st_size


def _blocks(source: BinaryIO, size: int, progress: Callable[[int, int], bool]) -> Iterator[bytes]:
    done = 0
    while True:
        try:
            block = source.read(BLOCK_BYTES)
        except OSError as error:
            raise EvidenceError("The file could not be read to its end.") from error
        if not block:
            return
        done += len(block)
        if done > size:
            # A file that is still being written would never end.
            raise EvidenceError("The file changed while it was being read.")
        yield block
        if not progress(done, size):
            raise EvidenceError("Taking the file in was cancelled.", "Add it again at any time.")


def _require_unchanged(source: BinaryIO, size: int, read: int) -> None:
    if read != size or os.fstat(source.fileno()).st_size != size:
        raise EvidenceError("The file changed while it was being read.")
