"""What casework asks of the encrypted containers beside a volume."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from ilocdoc.record.documents import Exhibit
from ilocdoc.record.ids import ReportId
from ilocdoc.record.intake import Progress, Shelf, Wish
from ilocdoc.record.report import EvidenceItem
from ilocdoc.wire.entries import Intake, SealedFile


class OpenedFile(Protocol):
    """One file of evidence with its key; touches files only, so any thread may hold it."""

    def picture(self) -> Exhibit:
        """Return it as the isolated decoder shows it; without a picture when it is none.

        Raises:
            DamagedError: If the container was altered or is missing.
        """


class EvidenceStore(Protocol):
    """Encrypted containers beside the volume; `vault.evidence_store` is the real one."""

    def begin(self, path: Path, *, evidence_id: str, report_id: ReportId, at: str) -> Intake:
        """Look at a source and make its key; nothing is written or kept.

        Raises:
            EvidenceError: If it is a link, a folder, a device, or cannot be opened.
        """

    def seal_file(
        self, intake: Intake, *, at: str, watch: Callable[[Progress], Wish]
    ) -> SealedFile:
        """Hash and encrypt a file in one pass into a container, then read it back.

        Touches files only, so it may run on any thread; nothing is kept before
        `Transaction.put_evidence`. What a crash or a pause left of the same intake is gone
        on with, when the source is still the same.

        Args:
            intake: From `begin`, kept by `Transaction.put_intake`.
            at: UTC text, kept as `imported_at`.
            watch: Asked after every block, in both phases, what is wanted.

        Raises:
            EvidenceError: If it cannot be read, changed while read, or was stopped.
            DiskFullError: If there is no room.
            DamagedError: If it was not read back as it was written.
        """

    def begun(self) -> Sequence[Intake]:
        """Return what was begun and is neither kept nor given up, oldest first."""

    def forget(self, evidence_id: str) -> None:
        """Delete what was written of a file that is not kept; files only."""

    def shelf(self) -> Shelf:
        """Compare the containers on the disk with what is known of them."""

    def holds(self, evidence_id: str) -> bool:
        """Tell whether this member can open this file on this laptop."""

    def read(self, evidence_id: str, *, offset: int, size: int) -> bytes:
        """Return plain bytes from an offset; fewer at the end.

        Raises:
            DamagedError: If the container was altered.
        """

    def copy_out(self, item: EvidenceItem, path: Path) -> None:
        """Write an item to a new plain file for its owner only, and check what was written.

        Raises:
            RefusedError: If this member has no key to it.
            DamagedError: If the container is not what was sealed; no file is left behind.
            OSError: If the place cannot be written.
        """

    def open(self, evidence_id: str) -> OpenedFile:
        """Return a file with its key.

        Raises:
            RefusedError: If this member was never given the key.
        """

    def destroy(self, evidence_id: str, *, order: str) -> None:
        """Destroy an item's key for ever, within the volume's open transaction; idempotent."""

    def destroyed(self, evidence_id: str) -> str:
        """Return the order by which an item was destroyed here, or the empty string."""

    def erase(self, evidence_id: str) -> None:
        """Delete what lies on the disk of an item whose key was destroyed. Idempotent."""

    def delivery_key(self, evidence_id: str) -> bytes:
        """Return the file key (32 bytes) to be sealed for a reviewer."""
