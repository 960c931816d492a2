"""Evidence: a file is hashed and encrypted in one pass, read back, and gets its first link."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ilocdoc.casework.drafting import open_draft, state_of
from ilocdoc.casework.shift import Shift, new_entry, sign_act
from ilocdoc.record.ids import ReportId
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.report import Draft
from ilocdoc.record.summary import title_of
from ilocdoc.wire.entries import SealedFile


def _always(_done: int, _size: int) -> bool:
    return True


def seal_file(
    shift: Shift, path: Path, *, progress: Callable[[int, int], bool] = _always
) -> SealedFile:
    """Encrypt a file into a container; long, and needs no vault lane.

    The original is never altered. Nothing is kept before `keep_file`.

    Args:
        shift: The collecting member's.
        path: A regular file.
        progress: Called with (bytes done, bytes in all); returning False cancels.

    Raises:
        EvidenceError: If it cannot be read or was cancelled.
        DiskFullError: If there is no room.
    """
    return shift.vault.evidence.seal_file(
        path,
        evidence_id=shift.new_id(),
        at=shift.now_text(),
        collected_by=shift.officer.id,
        progress=progress,
    )


def keep_file(shift: Shift, report_id: ReportId, sealed: SealedFile, *, caption: str = "") -> Draft:
    """Keep a sealed file in a draft: key, first custody links and list, all or nothing.

    Args:
        shift: The author's.
        report_id: Of a draft.
        sealed: From `seal_file`.
        caption: The author's words; becomes the picture's alternative text.

    Raises:
        RefusedError: If the report was sealed meanwhile.
    """
    draft, at = open_draft(shift, report_id), shift.now_text()
    item = replace(sealed.item, caption=caption)
    kept = replace(draft, evidence=(*draft.evidence, item), revision=draft.revision + 1)
    with shift.vault.transaction() as opened:
        opened.put_evidence(sealed.item, sealed.file_key, mine=True)
        opened.put_draft(kept, title=title_of(kept), state=state_of(kept).value)
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
    return kept


def attach(
    shift: Shift,
    report_id: ReportId,
    path: Path,
    *,
    caption: str = "",
    progress: Callable[[int, int], bool] = _always,
) -> Draft:
    """Take a file in as evidence of a draft: `seal_file`, then `keep_file`."""
    open_draft(shift, report_id)
    return keep_file(shift, report_id, seal_file(shift, path, progress=progress), caption=caption)
