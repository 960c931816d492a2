"""The queue of evidence containers that headquarters does not have yet.

Containers are sent as they lie on the disk; the queue holds digests, sizes and receipts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ilocdoc.record.errors import DamagedError
from ilocdoc.vault.device_volume import DeviceVolume
from ilocdoc.wire.envelope import Envelope, envelope_bytes
from ilocdoc.wire.messages import PART_BYTES, BlobReceipt


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingBlob:
    """A container that headquarters does not have yet."""

    sha256: str
    size_bytes: int
    path: Path

    def part(self, number: int) -> bytes:
        """Return part `number`, counted from 0; the last one may be shorter.

        Raises:
            DamagedError: If the container is missing.
        """
        try:
            with self.path.open("rb") as file:
                file.seek(number * PART_BYTES)
                return file.read(PART_BYTES)
        except OSError as error:
            raise DamagedError("A file of evidence is missing on this laptop.") from error


class DeviceBlobs:
    """Fits `sync.ports.Blobs`; a view of the device volume."""

    def __init__(self, volume: DeviceVolume) -> None:
        self._volume = volume
        self._database = volume.database

    def add_blob(self, path: Path, *, sha256: str, size_bytes: int, priority: int) -> None:
        """Queue a container of the evidence folder; photos before audio before video."""
        self._database.run(
            "INSERT OR IGNORE INTO blob VALUES (?, ?, ?, ?, NULL)",
            (sha256, path.name, size_bytes, priority),
        )

    def waiting_blobs(self) -> Sequence[WaitingBlob]:
        """Return containers without a receipt, most urgent first."""
        rows = self._database.all(
            "SELECT sha256, size_bytes, path FROM blob WHERE receipt IS NULL "
            "ORDER BY priority, size_bytes"
        )
        folder = self._volume.evidence_folder
        return [
            WaitingBlob(sha256=sha256, size_bytes=size_bytes, path=folder / name)
            for sha256, size_bytes, name in rows
        ]

    def drop(self, name: str) -> None:
        """Take a container that was destroyed by order out of the queue."""
        self._database.run("DELETE FROM blob WHERE path = ?", (name,))

    def stored_names(self) -> frozenset[str]:
        """Return the ids of all containers that any member of this laptop ever queued."""
        return frozenset(Path(name).stem for (name,) in self._database.all("SELECT path FROM blob"))

    def keep_blob_receipt(self, receipt: BlobReceipt, envelope: Envelope) -> None:
        """Keep headquarters' signed receipt for a container."""
        self._database.run(
            "UPDATE blob SET receipt = ? WHERE sha256 = ?",
            (envelope_bytes(envelope), receipt.sha256),
        )

    def offer_again(self) -> None:
        """Put every container back into the queue: headquarters went back in time.

        What headquarters still has is not sent again, it is only signed for again.
        """
        self._database.run("UPDATE blob SET receipt = NULL")
