"""Evidence in memory, in plain bytes; a double may."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from ilocdoc.media.decoder import safe_picture
from ilocdoc.record.documents import Exhibit
from ilocdoc.record.errors import EvidenceError, RefusedError
from ilocdoc.record.ids import ReportId
from ilocdoc.record.intake import Phase, Progress, Shelf, Wish
from ilocdoc.record.report import EvidenceItem
from ilocdoc.wire.entries import Intake, SealedFile


class MemoryFile:
    """A file that anybody may show: in memory nothing is foreign."""

    def __init__(self, evidence_id: str, files: dict[str, bytes]) -> None:
        self._evidence_id, self._files = evidence_id, files

    def picture(self) -> Exhibit:
        shown = safe_picture(self._files[self._evidence_id])
        return Exhibit(
            evidence_id=self._evidence_id,
            jpeg=shown.jpeg if shown else b"",
            width=shown.width if shown else 0,
            height=shown.height if shown else 0,
        )


class MemoryEvidence:
    """Keeps the plain bytes; a double may."""

    def __init__(self, files: dict[str, bytes], officer: str) -> None:
        self.officer = officer
        self.files = files
        self.keys: dict[str, bytes] = {}
        self.gone: dict[str, str] = {}
        self.intakes: dict[str, Intake] = {}

    def holds(self, evidence_id: str) -> bool:
        return evidence_id in self.keys and evidence_id in self.files

    def begin(self, path: Path, *, evidence_id: str, report_id: ReportId, at: str) -> Intake:
        if not path.is_file() or path.is_symlink():
            raise EvidenceError
        status = path.stat()
        return Intake(
            evidence_id=evidence_id,
            report_id=report_id,
            path=str(path),
            size_bytes=status.st_size,
            modified_ns=status.st_mtime_ns,
            begun_at=at,
            file_key=hashlib.sha256(evidence_id.encode()).digest(),
        )

    def seal_file(
        self, intake: Intake, *, at: str, watch: Callable[[Progress], Wish]
    ) -> SealedFile:
        path = Path(intake.path)
        data = path.read_bytes()
        for phase in Phase:
            if (
                watch(Progress(phase=phase, done_bytes=len(data), size_bytes=len(data)))
                != Wish.GO_ON
            ):
                raise EvidenceError
        self.files[intake.evidence_id] = data
        digest = hashlib.sha256(data).hexdigest()
        item = EvidenceItem(
            id=intake.evidence_id,
            name=path.name,
            media_type="image/jpeg",
            size_bytes=len(data),
            sha256=digest,
            container_sha256=digest,
            captured_at="",
            imported_at=at,
            collected_by=self.officer,
        )
        return SealedFile(item=item, file_key=intake.file_key)

    def begun(self) -> Sequence[Intake]:
        return list(self.intakes.values())

    def forget(self, evidence_id: str) -> None:
        assert evidence_id not in self.keys
        self.files.pop(evidence_id, None)

    def shelf(self) -> Shelf:
        known = self.keys.keys() | self.intakes.keys()
        return Shelf(missing=(), orphans=tuple(sorted(self.files.keys() - known)))

    def read(self, evidence_id: str, *, offset: int, size: int) -> bytes:
        return self.files[evidence_id][offset : offset + size]

    def copy_out(self, item: EvidenceItem, path: Path) -> None:
        path.write_bytes(self.files[item.id])

    def open(self, evidence_id: str) -> "MemoryFile":
        if evidence_id not in self.keys:
            raise RefusedError
        return MemoryFile(evidence_id, self.files)

    def destroy(self, evidence_id: str, *, order: str) -> None:
        self.keys.pop(evidence_id, None)
        self.gone[evidence_id] = order

    def destroyed(self, evidence_id: str) -> str:
        return self.gone.get(evidence_id, "")

    def erase(self, evidence_id: str) -> None:
        self.files.pop(evidence_id, None)

    def delivery_key(self, evidence_id: str) -> bytes:
        return self.keys[evidence_id]
