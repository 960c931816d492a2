"""Evidence of an unlocked officer: containers of the laptop, keys of the volume."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from ilocdoc.record.errors import RefusedError
from ilocdoc.record.report import EvidenceItem, canonical_text
from ilocdoc.vault.attachments import Containers
from ilocdoc.vault.blob_queue import DeviceBlobs
from ilocdoc.vault.database import Database
from ilocdoc.vault.keys import unwrap_secret, wrap_secret
from ilocdoc.wire.entries import SealedFile

_PRIORITIES = (("image/", 1), ("audio/", 2), ("application/pdf", 2), ("video/", 4))
_OTHER_PRIORITY = 3


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
        self, database: Database, *, wrapping_key: bytes, containers: Containers, blobs: DeviceBlobs
    ) -> None:
        self._database = database
        self._wrapping_key = wrapping_key
        self._containers = containers
        self._blobs = blobs

    def seal_file(
        self,
        path: Path,
        *,
        evidence_id: str,
        at: str,
        collected_by: str,
        progress: Callable[[int, int], bool],
    ) -> SealedFile:
        """Seal a file into a container; see `casework.ports.EvidenceStore`."""
        return self._containers.take_in(
            path, evidence_id=evidence_id, at=at, collected_by=collected_by, progress=progress
        )

    def keep(self, item: EvidenceItem, key: bytes, *, mine: bool) -> None:
        """Keep a file's key in the open transaction; idempotent.

        Args:
            item: Of the file.
            key: 32 bytes.
            mine: True when this member took the file in, so that it is sent from here.
        """
        wrapped = wrap_secret(self._wrapping_key, key, purpose=item.id)
        self._database.run(
            "INSERT OR IGNORE INTO evidence VALUES (?, ?, ?, ?)",
            (item.id, canonical_text(asdict(item)), wrapped, int(not mine)),
        )

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
        known = self._database.all("SELECT 1 FROM evidence WHERE id = ?", (evidence_id,))
        return bool(known) and self._containers.path(evidence_id).exists()

    def read(self, evidence_id: str, *, offset: int, size: int) -> bytes:
        """Return plain bytes; see `casework.ports.EvidenceStore`."""
        key = self.delivery_key(evidence_id)
        return self._containers.read(evidence_id, key, offset=offset, size=size)

    def delivery_key(self, evidence_id: str) -> bytes:
        """Return the file key.

        Raises:
            RefusedError: If this member was never given it.
        """
        rows = self._database.all("SELECT wrapped FROM evidence WHERE id = ?", (evidence_id,))
        if not rows:
            raise RefusedError("This member has no key to that file.", "Ask the author.")
        return unwrap_secret(self._wrapping_key, rows[0][0], purpose=evidence_id)
