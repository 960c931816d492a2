"""Custody: evidence changes hands, or is copied out; each step is an entry before the act."""

from pathlib import Path

from ilocdoc.casework.shift import Shift, new_entry, sign_act
from ilocdoc.record.custody import CustodyAction
from ilocdoc.record.errors import InputError, RefusedError
from ilocdoc.record.ids import ReportId
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.report import EvidenceItem
from ilocdoc.wire.entries import Case, Entry


def note_step(
    shift: Shift,
    report_id: ReportId,
    evidence_id: str,
    *,
    action: CustodyAction,
    to: str,
    purpose: str,
) -> Entry:
    """Keep that evidence changed hands, or was copied, outside the program.

    Args:
        shift: Of the member who has the item now; for `TAKEN_BACK`, who takes it.
        report_id: Of the item's report.
        evidence_id: Of the item.
        action: What was done.
        to: Name, star or office of the other side.
        purpose: Why, in the member's words.

    Raises:
        InputError: If the other side or the purpose is not named.
        RefusedError: If the item is not of this report.
    """
    if not to.strip() or not purpose.strip():
        raise InputError("A step of custody names the other side and why.", "Write both.")
    item, at = evidence_of(shift.vault.case(report_id), evidence_id), shift.now_text()
    me, other, kind = shift.officer.id, to.strip(), EntryKind.CUSTODY_STEP
    is_back = action is CustodyAction.TAKEN_BACK
    act = sign_act(
        shift,
        kind,
        at=at,
        report=report_id,
        evidence=item.id,
        sha256=item.sha256,
        action=action.value,
        handed_by=other if is_back else me,
        handed_to=me if is_back else other,
        purpose=purpose.strip(),
    )
    entry = new_entry(kind, act, at=at, report=report_id, evidence=item.id, actor=shift.officer.id)
    with shift.vault.transaction() as opened:
        return opened.append(entry)


def export_file(
    shift: Shift, report_id: ReportId, evidence_id: str, path: Path, *, purpose: str
) -> EvidenceItem:
    """Write a file of evidence to a new plain file; that it was copied out is kept first.

    Args:
        shift: Of a member who has the file's key.
        report_id: Of the item's report.
        evidence_id: Of the item.
        path: Where; nothing is there yet.
        purpose: Why, in the member's words.

    Raises:
        InputError: If no purpose is given, or a file is there already.
        RefusedError: If the item is not of this report, or this member has no key to it.
        DamagedError: If the container is not what was sealed; no file is left behind.
        OSError: If the place cannot be written.
    """
    if not purpose.strip():
        raise InputError("Evidence is copied out only with a purpose.", "Write why.")
    if path.exists():
        raise InputError(f"The file {path.name} exists already.", "Name another one.")
    item, at = evidence_of(shift.vault.case(report_id), evidence_id), shift.now_text()
    if not shift.vault.evidence.holds(item.id):
        raise RefusedError("This file is not on this laptop.", "Ask who collected it.")
    kind = EntryKind.EVIDENCE_EXPORTED
    act = sign_act(
        shift,
        kind,
        at=at,
        report=report_id,
        evidence=item.id,
        sha256=item.sha256,
        size_bytes=item.size_bytes,
        purpose=purpose.strip(),
    )
    entry = new_entry(kind, act, at=at, report=report_id, evidence=item.id, actor=shift.officer.id)
    with shift.vault.transaction() as opened:
        opened.append(entry)
    shift.vault.evidence.copy_out(item, path)
    return item


def evidence_of(case: Case, evidence_id: str) -> EvidenceItem:
    """Return an item of a report's draft or sealed versions.

    Raises:
        RefusedError: If the report does not name it.
    """
    drafts = [each.draft for each in case.versions] + ([case.draft] if case.draft else [])
    for item in (item for draft in reversed(drafts) for item in draft.evidence):
        if item.id == evidence_id:
            return item
    raise RefusedError("This file does not belong to this report.", "Open the report again.")
