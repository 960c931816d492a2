"""Notes from the lock screen become somebody's: a member claims one into a report."""

from collections.abc import Sequence
from dataclasses import replace

from ilocdoc.casework.drafting import open_draft, state_of
from ilocdoc.casework.shift import Shift, new_entry, sign_act
from ilocdoc.record.errors import RefusedError
from ilocdoc.record.ids import ReportId
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.lock_notes import LockNote
from ilocdoc.record.report import Draft, Stamp
from ilocdoc.record.summary import title_of

FROM_LOCK_SCREEN = "Written at the lock screen."
"""Begins the words of a claimed time, so that nobody takes it for one of a session."""


def unclaimed_notes(shift: Shift) -> Sequence[LockNote]:
    """Return the notes that nobody claimed yet, oldest first."""
    return shift.vault.laptop.notes()


def claim_note(shift: Shift, note_id: str, report_id: ReportId) -> Draft:
    """Make a note a time of one's own report; nobody else is offered it any more.

    The time is the one of the tap, by both clocks. From now on the member answers for it.

    Raises:
        RefusedError: If the note is gone, or the report is sealed.
    """
    note = next((each for each in shift.vault.laptop.notes() if each.id == note_id), None)
    if note is None:
        raise RefusedError("This note is not here any more.", "Somebody may have claimed it.")
    draft = open_draft(shift, report_id)
    taken = Stamp(
        id=note.id,
        kind=note.kind,
        wall=note.wall,
        mono_ms=note.mono_ms,
        boot=note.boot,
        note=f"{FROM_LOCK_SCREEN} {note.text}".strip(),
    )
    kept = replace(draft, stamps=(*draft.stamps, taken), revision=draft.revision + 1)
    kind, at = EntryKind.NOTE_CLAIMED, shift.now_text()
    act = sign_act(
        shift, kind, at=at, note=note.id, report=report_id, stamp=note.kind, noted_at=note.wall
    )
    with shift.vault.transaction() as opened:
        opened.put_draft(kept, title=title_of(kept), state=state_of(kept).value)
        opened.mark_opened(note.id)
        opened.append(new_entry(kind, act, at=at, report=report_id, actor=shift.officer.id))
    return kept
