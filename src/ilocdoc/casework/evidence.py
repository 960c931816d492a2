"""Evidence: a file is hashed and encrypted in one pass, read back, and gets its first link."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from ilocdoc.casework.drafting import keep_evidence, open_draft
from ilocdoc.casework.shift import Shift, new_entry, sign_act
from ilocdoc.record.ids import ReportId
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.report import Draft, EvidenceItem


def _always(_done: int, _size: int) -> bool:
    return True


def attach(
    shift: Shift,
    report_id: ReportId,
    path: Path,
    *,
    caption: str = "",
    progress: Callable[[int, int], bool] = _always,
) -> Draft:
    """Take a file in as evidence of a draft; the original is never altered.

    Args:
        shift: The author's.
        report_id: Of a draft.
        path: A regular file.
        caption: The author's words; becomes the picture's alternative text.
        progress: Called with (bytes done, bytes in all); returning False cancels.

    Raises:
        EvidenceError: If it cannot be read or was cancelled.
        DiskFullError: If there is no room.
    """
    draft = open_draft(shift, report_id)
    item = shift.vault.evidence.take_in(
        path,
        evidence_id=shift.new_id(),
        at=shift.now_text(),
        collected_by=shift.officer.id,
        progress=progress,
    )
    _link(shift, report_id, item)
    captioned = EvidenceItem(**{**asdict(item), "caption": caption})
    return keep_evidence(shift, report_id, (*draft.evidence, captioned))


def _link(shift: Shift, report_id: ReportId, item: EvidenceItem) -> None:
    at = shift.now_text()
    with shift.vault.transaction() as opened:
        for kind in (EntryKind.EVIDENCE_IMPORTED, EntryKind.EVIDENCE_VERIFIED):
            act = sign_act(
                shift,
                kind,
                at=at,
                report=report_id,
                evidence=item.id,
                media_type=item.media_type,
                size_bytes=item.size_bytes,
                sha256=item.sha256,
                container_sha256=item.container_sha256,
            )
            opened.append(
                new_entry(
                    kind, act, at=at, report=report_id, evidence=item.id, actor=shift.officer.id
                )
            )
