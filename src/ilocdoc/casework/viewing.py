"""Looking at evidence; that it was shown is told in the ledger."""

from collections.abc import Sequence

from ilocdoc.casework.evidence_port import OpenedFile
from ilocdoc.casework.shift import Shift, new_entry, sign_act
from ilocdoc.record.file_names import safe_name
from ilocdoc.record.ids import ReportId
from ilocdoc.record.intake import Shelf
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.report import EvidenceItem


def open_file(shift: Shift, evidence_id: str) -> OpenedFile:
    """Return a file to look into, on any thread; nothing is noted for a small picture.

    Raises:
        RefusedError: If this member was never given the key.
    """
    return shift.vault.evidence.open(evidence_id)


def note_viewed(shift: Shift, report_id: ReportId, item: EvidenceItem) -> None:
    """Tell in the ledger that a file was shown; once for each sign-in and file."""
    if item.id in shift.viewed:
        return
    kind, at = EntryKind.EVIDENCE_VIEWED, shift.now_text()
    act = sign_act(
        shift,
        kind,
        at=at,
        report=report_id,
        evidence=item.id,
        sha256=item.sha256,
        purpose="preview",
    )
    entry = new_entry(kind, act, at=at, report=report_id, evidence=item.id, actor=shift.officer.id)
    with shift.vault.transaction() as opened:
        opened.append(entry)
    shift.viewed.add(item.id)


def copy_name(item: EvidenceItem) -> str:
    """Return a name for a copy that any system takes; the record keeps the original one."""
    return safe_name(item.name, evidence_id=item.id)


def check_shelf(shift: Shift) -> Shelf:
    """Compare the containers on this laptop with what is known of them."""
    return shift.vault.evidence.shelf()


def same_as(items: Sequence[EvidenceItem], item: EvidenceItem) -> EvidenceItem | None:
    """Return an earlier file of a report with the same content, or None.

    Both stay: whether one is a copy of the other is for people to say.
    """
    earlier = items[: [each.id for each in items].index(item.id)]
    return next((each for each in earlier if each.sha256 == item.sha256), None)
