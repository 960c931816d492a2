"""Evidence on the disk: taken in crash-safe, read back, opened at any offset.

Open without following links, hash and seal in one pass into a part file, look at the
source again, fsync, rename to `<id>.ilev`, fsync the folder, then read every byte back.
The intake (key and source) is kept in the officer's volume before the first byte, the
row and its custody events after the last one. So a crash leaves a part file that can be
gone on with, or a whole container whose intake says what it is; what has neither is an
orphan: reported, never deleted.
"""

import os
from collections.abc import Collection
from pathlib import Path
from shutil import disk_usage
from typing import BinaryIO

from ilocdoc.disk import sync_folder
from ilocdoc.record.errors import DamagedError, DiskFullError, EvidenceError
from ilocdoc.record.ids import ReportId
from ilocdoc.record.intake import Progress, Wish
from ilocdoc.record.report import EvidenceItem
from ilocdoc.vault.container import (
    SALT_BYTES,
    Container,
    Sealer,
    key_schedule,
    open_context,
    open_schedule,
    prefix_of,
    read_header,
)
from ilocdoc.vault.files import disk_errors, make_folder
from ilocdoc.vault.resuming import go_on
from ilocdoc.vault.source_file import media_type_of, name_of, open_source, shape_of
from ilocdoc.vault.taking_in import Hashing, Sums, Watch, read_back, seal_source
from ilocdoc.wire.entries import Intake, SealedFile
from ilocdoc.wire.sealing import SealingKey

SUFFIX, PART = ".ilev", ".part"
FILE_KEY_BYTES = 32
LEAST_LEFT_BYTES = 1024**3
"""Room that stays free for reports whatever is taken in."""
MISSING = "A file of evidence is missing on this laptop."
NOT_AS_WRITTEN = "The file could not be read back as it was written."
KEEP_THE_SOURCE = "Keep the card: the original is the only good copy. Take the laptop to the desk."


class Containers:
    """The folder of containers of one laptop, as one member uses it."""

    def __init__(self, folder: Path, *, readers: Collection[SealingKey], owner: str = "") -> None:
        """Make the folder if it is missing.

        Args:
            folder: Of all containers of the laptop.
            readers: To whom each file key is sealed, in the header.
            owner: Star of the member; unfinished files bear it, so that no member
                touches another's.
        """
        self._folder, self._owner = folder, owner
        self._readers = tuple(readers)
        make_folder(folder)

    def path(self, evidence_id: str) -> Path:
        """Return where a container lies."""
        return self._folder / (evidence_id + SUFFIX)

    def _part(self, evidence_id: str) -> Path:
        return self._folder / f"{evidence_id}.{self._owner}{PART}"

    def sweep(self, *, begun: Collection[str]) -> int:
        """Delete the member's part files of no begun intake; returns how many."""
        parts = [
            each
            for each in self._folder.glob(f"*.{self._owner}{PART}")
            if each.name.removesuffix(f".{self._owner}{PART}") not in begun
        ]
        for part in parts:
            part.unlink()
        return len(parts)

    def stored(self) -> frozenset[str]:
        """Return the ids of all containers in the folder, whoever's they are."""
        return frozenset(each.stem for each in self._folder.glob("*" + SUFFIX))

    def begin(self, path: Path, *, evidence_id: str, report_id: ReportId, at: str) -> Intake:
        """Look at a source and make its key; nothing is written.

        Raises:
            EvidenceError: If it is no regular file, or cannot be opened.
        """
        with open_source(path) as source:
            size, modified = shape_of(source)
        return Intake(
            evidence_id=evidence_id,
            report_id=report_id,
            path=str(path),
            size_bytes=size,
            modified_ns=modified,
            begun_at=at,
            file_key=os.urandom(FILE_KEY_BYTES),
        )

    def take_in(self, intake: Intake, *, at: str, collected_by: str, watch: Watch) -> SealedFile:
        """Take a file in; see `casework.ports.EvidenceStore.seal_file`."""
        wishes: list[Wish] = []

        def noting(progress: Progress) -> Wish:
            wishes[:] = [watch(progress)]
            return wishes[0]

        try:
            sealed = self._sealed(intake, noting)
            sums = self._read_back(intake, noting)
        except BaseException:
            if Wish.PAUSE not in wishes:
                self.forget(intake.evidence_id)
            raise
        if sealed is not None and sums != sealed:
            self.forget(intake.evidence_id)
            raise DamagedError(NOT_AS_WRITTEN, KEEP_THE_SOURCE)
        return SealedFile(
            item=_item(intake, sums, at=at, by=collected_by), file_key=intake.file_key
        )

    def _sealed(self, intake: Intake, watch: Watch) -> Sums | None:
        """Seal the source; None when that was done before a crash."""
        target = self.path(intake.evidence_id)
        if target.exists():
            return None
        part = self._part(intake.evidence_id)
        with open_source(Path(intake.path)) as source:
            before = shape_of(source)
            self._require_room(before[0])
            sums = self._seal(source, part, intake, watch)
            if sums.size_bytes != before[0] or shape_of(source) != before:
                raise EvidenceError("The file changed while it was being read.")
        with disk_errors():
            part.rename(target)
            sync_folder(self._folder)
        return sums

    def _require_room(self, size: int) -> None:
        with disk_errors():
            room = disk_usage(self._folder).free
        if room < size + LEAST_LEFT_BYTES:
            raise DiskFullError(
                "There is not enough room on this laptop for that file.",
                "Reports can still be written. Free some space, then add the file again.",
            )

    def _seal(self, source: BinaryIO, part: Path, intake: Intake, watch: Watch) -> Sums:
        size, _modified = shape_of(source)
        with Hashing() as hashing:
            going_on = go_on(part, source, intake, hashing=hashing, watch=watch)
            if going_on is not None:
                target, sealer = going_on
            else:
                hashing.start_over()
                source.seek(0)
                target, sealer = self._start(part, intake, hashing)
            with target:
                seal_source(source, target, size=size, sealer=sealer, hashing=hashing, watch=watch)
            return hashing.sums()

    def _start(self, part: Path, intake: Intake, hashing: Hashing) -> tuple[BinaryIO, Sealer]:
        prefix = prefix_of(intake.evidence_id, intake.file_key, readers=self._readers)
        # A salt of its own for every start: no key stream is ever used for two sources.
        salt = os.urandom(SALT_BYTES)
        schedule = key_schedule(intake.file_key, salt=salt, context=open_context(prefix))
        front = prefix + salt + schedule.commitment
        with disk_errors():
            part.unlink(missing_ok=True)
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            target = os.fdopen(handle, "wb", buffering=0)
            target.write(front)
        hashing.take_prefix(front)
        return target, Sealer(schedule)

    def _read_back(self, intake: Intake, watch: Watch) -> Sums:
        """Return the sums of what lies on the disk, every chunk opened."""
        path = self.path(intake.evidence_id)
        with disk_errors(), path.open("rb", buffering=0) as file, Hashing() as hashing:
            _drop_cached(file)
            _header, prefix = read_header(file)
            schedule = open_schedule(file, intake.file_key, context=open_context(prefix))
            front = file.tell()
            file.seek(0)
            hashing.take_prefix(file.read(front))
            left = os.fstat(file.fileno()).st_size - front
            read_back(file, schedule, payload_bytes=left, hashing=hashing, watch=watch)
            return hashing.sums()

    def forget(self, evidence_id: str) -> None:
        """Delete what was written of a file that is not kept."""
        with disk_errors():
            self._part(evidence_id).unlink(missing_ok=True)
            self.path(evidence_id).unlink(missing_ok=True)

    def read(self, evidence_id: str, file_key: bytes, *, offset: int, size: int) -> bytes:
        """Return plain bytes from an offset; fewer at the end.

        Raises:
            DamagedError: If the container was altered or is missing.
        """
        try:
            with self.path(evidence_id).open("rb") as file:
                return Container(file, file_key).read(offset, size)
        except OSError as error:
            raise DamagedError(MISSING) from error


def _drop_cached(file: BinaryIO) -> None:
    """What is read back must come from the disk, not from memory."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _item(intake: Intake, sums: Sums, *, at: str, by: str) -> EvidenceItem:
    return EvidenceItem(
        id=intake.evidence_id,
        name=name_of(Path(intake.path)),
        media_type=media_type_of(sums.start),
        size_bytes=sums.size_bytes,
        sha256=sums.sha256,
        container_sha256=sums.container_sha256,
        captured_at="",
        imported_at=at,
        collected_by=by,
    )
