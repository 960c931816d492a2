"""Evidence of an unlocked officer: containers of the laptop, keys of the volume."""

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

from ilocdoc.disk import sync_folder
from ilocdoc.media.decoder import safe_picture
from ilocdoc.media.limits import MOST_INPUT_BYTES
from ilocdoc.record.documents import Exhibit
from ilocdoc.record.errors import DamagedError, RefusedError
from ilocdoc.record.ids import ReportId
from ilocdoc.record.intake import Progress, Shelf, Wish
from ilocdoc.record.report import EvidenceItem, canonical_text
from ilocdoc.vault.attachments import Containers
from ilocdoc.vault.backups import Backups
from ilocdoc.vault.blob_queue import DeviceBlobs
from ilocdoc.vault.database import Database
from ilocdoc.vault.files import disk_errors
from ilocdoc.vault.keys import unwrap_secret, wrap_secret
from ilocdoc.vault.source_file import media_type_of
from ilocdoc.vault.taking_in import START_BYTES
from ilocdoc.wire.entries import Intake, SealedFile

_PRIORITIES = (("image/", 1), ("audio/", 2), ("application/pdf", 2), ("video/", 4))
_OTHER_PRIORITY = 3
_COPIED_AT_ONCE = 1024 * 1024
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)


def upload_priority(media_type: str) -> int:
    """Return 1 (first) to 4 (last): small and telling things go before long videos."""
    for start, priority in _PRIORITIES:
        if media_type.startswith(start):
            return priority
    return _OTHER_PRIORITY


class VaultEvidence:
    """Fits `casework.ports.EvidenceStore`.

    Containers lie beside the volumes and open only with a file key; each file key lies in
    the volume of whoever collected the file or received the key by sealed mail.
    """

    def __init__(
        self,
        database: Database,
        *,
        officer: str,
        wrapping_key: bytes,
        containers: Containers,
        blobs: DeviceBlobs,
    ) -> None:
        self._database = database
        self._officer = officer
        self._wrapping_key = wrapping_key
        self._containers = containers
        self._blobs = blobs

    def begin(self, path: Path, *, evidence_id: str, report_id: ReportId, at: str) -> Intake:
        """Look at a source; see `casework.ports.EvidenceStore`."""
        return self._containers.begin(path, evidence_id=evidence_id, report_id=report_id, at=at)

    def seal_file(
        self, intake: Intake, *, at: str, watch: Callable[[Progress], Wish]
    ) -> SealedFile:
        """Seal a file into a container; see `casework.ports.EvidenceStore`."""
        return self._containers.take_in(intake, at=at, collected_by=self._officer, watch=watch)

    def begun(self) -> Sequence[Intake]:
        """Return what was begun and is neither kept nor given up, oldest first."""
        rows = self._database.all(
            "SELECT id, report_id, path, size_bytes, modified_ns, begun_at, wrapped FROM intake "
            "ORDER BY rowid"
        )
        return [self._intake(row) for row in rows]

    def _intake(self, row: tuple[str, str, bytes, int, int, str, bytes]) -> Intake:
        evidence_id, report_id, path, size, modified, begun_at, wrapped = row
        return Intake(
            evidence_id=evidence_id,
            report_id=ReportId(report_id),
            path=os.fsdecode(path),
            size_bytes=size,
            modified_ns=modified,
            begun_at=begun_at,
            file_key=unwrap_secret(self._wrapping_key, wrapped, purpose=evidence_id),
        )

    def keep_intake(self, intake: Intake) -> None:
        """Keep in the open transaction that a file was begun."""
        wrapped = wrap_secret(self._wrapping_key, intake.file_key, purpose=intake.evidence_id)
        self._database.run(
            "INSERT INTO intake VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                intake.evidence_id,
                intake.report_id,
                # A name that is no UTF-8 is no text for a database either.
                os.fsencode(intake.path),
                intake.size_bytes,
                intake.modified_ns,
                intake.begun_at,
                wrapped,
            ),
        )

    def drop_intake(self, evidence_id: str) -> None:
        """Forget in the open transaction that a file was begun."""
        self._database.run("DELETE FROM intake WHERE id = ?", (evidence_id,))

    def forget(self, evidence_id: str) -> None:
        """Delete what was written of a file that is not kept."""
        assert not _has_key(self._database, evidence_id), "what is kept is never deleted"
        self._containers.forget(evidence_id)

    def sweep(self) -> None:
        """Delete part files of this member that nothing was begun for."""
        rows = self._database.all("SELECT id FROM intake")
        self._containers.sweep(begun={evidence_id for (evidence_id,) in rows})

    def shelf(self) -> Shelf:
        """Compare the containers on the disk with what this volume and the queue know."""
        rows = self._database.all("SELECT id, item FROM evidence WHERE wrapped <> X''")
        items = [EvidenceItem(**json.loads(body)) for _id, body in rows]
        mine = [each for each in items if each.collected_by == self._officer]
        begun = {each.evidence_id for each in self.begun()}
        known = begun.union((each.id for each in items), self._blobs.stored_names())
        there = self._containers.stored()
        return Shelf(
            missing=tuple(each for each in mine if each.id not in there),
            orphans=tuple(sorted(there - known)),
        )

    def keep(self, item: EvidenceItem, key: bytes, *, mine: bool) -> None:
        """Keep a file's key in the open transaction; idempotent.

        Args:
            item: Of the file.
            key: 32 bytes.
            mine: True when this member took the file in, so that it is sent from here.
        """
        if self.destroyed(item.id):
            return
        wrapped = wrap_secret(self._wrapping_key, key, purpose=item.id)
        self._database.run(
            "INSERT OR IGNORE INTO evidence VALUES (?, ?, ?, ?)",
            (item.id, canonical_text(asdict(item)), wrapped, int(not mine)),
        )

    def destroy(self, evidence_id: str, *, order: str) -> None:
        """Destroy an item's key in the open transaction; idempotent.

        The database zeroes what it overwrites. A key that comes later is not kept.
        """
        self._database.run("INSERT OR IGNORE INTO tombstone VALUES (?, ?)", (evidence_id, order))
        rows = self._database.all("SELECT item FROM evidence WHERE id = ?", (evidence_id,))
        if rows:
            # A file name may say what the file showed.
            item = canonical_text(json.loads(rows[0][0]) | {"name": "", "caption": ""})
            self._database.run(
                "UPDATE evidence SET wrapped = X'', queued = 1, item = ? WHERE id = ?",
                (item, evidence_id),
            )
        self.drop_intake(evidence_id)

    def destroyed(self, evidence_id: str) -> str:
        """Return the order by which an item was destroyed here, or the empty string."""
        rows = self._database.all(
            "SELECT order_reference FROM tombstone WHERE evidence = ?", (evidence_id,)
        )
        return str(rows[0][0]) if rows else ""

    def erase(self, evidence_id: str) -> None:
        """Delete an item's container, its place in the queue and copies that hold its key."""
        assert self.destroyed(evidence_id), "only what was destroyed by order is deleted"
        path = self._containers.path(evidence_id)
        self._blobs.drop(path.name)
        self._containers.forget(evidence_id)
        with disk_errors():
            path.unlink(missing_ok=True)
            sync_folder(path.parent)
        backups = Backups(self._database)
        backups.forget()
        backups.make()
        # Frames of the log still hold the page as it was.
        self._database.all("PRAGMA wal_checkpoint(TRUNCATE)")

    def hand_over(self) -> None:
        """Queue every container of this volume for headquarters that is not queued yet."""
        rows = self._database.all("SELECT id, item FROM evidence WHERE queued = 0")
        for evidence_id, body in rows:
            item, path = EvidenceItem(**json.loads(body)), self._containers.path(evidence_id)
            if path.exists():
                self._blobs.add_blob(
                    path,
                    sha256=item.container_sha256,
                    size_bytes=path.stat().st_size,
                    priority=upload_priority(item.media_type),
                )
                self._database.run("UPDATE evidence SET queued = 1 WHERE id = ?", (evidence_id,))

    def holds(self, evidence_id: str) -> bool:
        """Tell whether this member can open this file on this laptop."""
        return _has_key(self._database, evidence_id) and self._containers.path(evidence_id).exists()

    def read(self, evidence_id: str, *, offset: int, size: int) -> bytes:
        """Return plain bytes; see `casework.ports.EvidenceStore`."""
        key = self.delivery_key(evidence_id)
        return self._containers.read(evidence_id, key, offset=offset, size=size)

    def copy_out(self, item: EvidenceItem, path: Path) -> None:
        """Write an item to a new plain file; see `casework.ports.EvidenceStore`."""
        unfinished = path.with_name(f"{path.name}.part")
        digest, done = hashlib.sha256(), 0
        try:
            with os.fdopen(os.open(unfinished, _NEW_FILE, 0o600), "wb") as file:
                while done < item.size_bytes:
                    size = min(_COPIED_AT_ONCE, item.size_bytes - done)
                    piece = self.read(item.id, offset=done, size=size)
                    file.write(piece)
                    digest.update(piece)
                    done += size
                file.flush()
                os.fsync(file.fileno())
            if digest.hexdigest() != item.sha256:
                raise DamagedError("A file of evidence is not what was taken in.")
            unfinished.rename(path)
        finally:
            unfinished.unlink(missing_ok=True)

    def open(self, evidence_id: str) -> "SealedEvidence":
        """Return a file with its key; see `casework.ports.EvidenceStore`."""
        return SealedEvidence(self._containers, evidence_id, self.delivery_key(evidence_id))

    def delivery_key(self, evidence_id: str) -> bytes:
        """Return the file key.

        Raises:
            RefusedError: If this member was never given it.
        """
        rows = self._database.all("SELECT wrapped FROM evidence WHERE id = ?", (evidence_id,))
        order = self.destroyed(evidence_id)
        if order:
            raise RefusedError(
                f"This file was destroyed by order {order}.", "Its entry in the ledger stays."
            )
        if not rows:
            raise RefusedError("This member has no key to that file.", "Ask the author.")
        return unwrap_secret(self._wrapping_key, rows[0][0], purpose=evidence_id)


def _has_key(database: Database, evidence_id: str) -> bool:
    rows = database.all("SELECT 1 FROM evidence WHERE id = ? AND wrapped <> X''", (evidence_id,))
    return bool(rows)


class SealedEvidence:
    """Fits `casework.ports.OpenedFile`."""

    def __init__(self, containers: Containers, evidence_id: str, key: bytes) -> None:
        self._containers, self._evidence_id, self._key = containers, evidence_id, key

    def picture(self) -> Exhibit:
        """Return it as the isolated decoder shows it; see `casework.ports.OpenedFile`."""
        read = partial(self._containers.read, self._evidence_id, self._key)
        start = read(offset=0, size=START_BYTES)
        # What cannot be a picture, or is larger than the decoder takes, is not read at all.
        shown = None
        if media_type_of(start).startswith("image/") or _may_be_tiff(start):
            data = read(offset=0, size=MOST_INPUT_BYTES + 1)
            shown = safe_picture(data)
        return Exhibit(
            evidence_id=self._evidence_id,
            jpeg=shown.jpeg if shown else b"",
            width=shown.width if shown else 0,
            height=shown.height if shown else 0,
        )


def _may_be_tiff(start: bytes) -> bool:
    return start[:4] in {b"II*\0", b"MM\0*"}
