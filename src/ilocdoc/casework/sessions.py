"""Leaving and coming back: what a session keeps at its end, and the laptop's own statement."""

from contextlib import suppress
from dataclasses import dataclass, replace

from ilocdoc.casework.destroying import apply_orders
from ilocdoc.casework.drafting import state_of
from ilocdoc.casework.ports import Transaction
from ilocdoc.casework.shift import Shift, new_entry, sign_act
from ilocdoc.record.ids import ReportId
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.sessions import Parting, parting_from_bytes
from ilocdoc.record.summary import title_of

PLACE, LOCKED_AT, SHIFT_SINCE = "session.place", "session.locked_at", "session.shift_since"
"""Names of small texts in the member's own volume."""
_SEALED = {EntryKind.REPORT_SUBMITTED, EntryKind.REPORT_SUPPLEMENTED}


def leave(shift: Shift, parting: Parting) -> None:
    """Keep what a session leaves, say in the ledger that it ended, close the volume.

    Raises:
        VaultError: If it cannot be kept; the volume stays open.
    """
    if not is_read_only(shift):
        _keep(shift, parting, is_late=False)
    shift.vault.close()


def is_read_only(shift: Shift) -> bool:
    """Tell whether nothing may be written because the store is in doubt."""
    doubt = shift.vault.doubt
    return doubt is not None and doubt.is_read_only


def come_back(shift: Shift) -> str:
    """Keep what the last session had to leave beside the volume; returns its place.

    The place is empty when the member was nowhere, or never here.
    """
    left = None if is_read_only(shift) else shift.vault.laptop.parking.take()
    if left is not None:
        with suppress(ValueError):
            _keep(shift, parting_from_bytes(left), is_late=True)
        shift.vault.laptop.parking.clear()
    if not is_read_only(shift):
        apply_orders(shift)
    with shift.vault.transaction() as opened:
        return opened.setting(PLACE)


def _keep(shift: Shift, parting: Parting, *, is_late: bool) -> None:
    with shift.vault.transaction() as opened:
        # Handed over beside the volume, but the volume had taken it just before.
        if opened.setting(LOCKED_AT) == parting.at:
            return
        _keep_draft(opened, parting)
        opened.keep_setting(PLACE, parting.place)
        opened.keep_setting(LOCKED_AT, parting.at)
        kind, at = EntryKind.SESSION_LOCKED, shift.now_text()
        said = {"reason": parting.reason.value, "locked_at": parting.at, "late": int(is_late)}
        act = sign_act(shift, kind, at=at, **said)
        opened.append(new_entry(kind, act, at=at, actor=shift.officer.id))


def _keep_draft(opened: Transaction, parting: Parting) -> None:
    case = opened.case(ReportId(parting.report_id)) if parting.report_id else None
    # A report that was sealed in the same moment holds its last answers.
    if case is None or case.draft is None:
        return
    before = case.draft
    known = {each.id for each in before.stamps}
    draft = replace(
        before,
        answers=before.answers if parting.answers is None else dict(parting.answers),
        stamps=(*before.stamps, *(each for each in parting.stamps if each.id not in known)),
    )
    if draft != before:
        draft = replace(draft, revision=before.revision + 1)
        opened.put_draft(draft, title=title_of(draft), state=state_of(draft).value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour:
    """What this laptop holds of a member's tour. Never shown in any review, list or packet."""

    since: str
    """UTC text of the end of the tour before; empty for the first one."""
    begun: int
    """Reports begun since."""
    submitted: int
    """Reports signed and submitted since."""
    unfinished: int
    """Drafts and returned reports that wait for the member, whenever they were begun."""


def tour_of(shift: Shift) -> Tour:
    """Return what the laptop holds of the tour until now."""
    with shift.vault.transaction() as opened:
        since = opened.setting(SHIFT_SINCE)
    mine = [each for each in shift.vault.rows() if each.mine]
    sealed = [each for each in shift.vault.entries() if each.kind in _SEALED and each.at > since]
    return Tour(
        since=since,
        begun=sum(each.started_at > since for each in mine),
        submitted=len(sealed),
        unfinished=sum(each.state in {"draft", "returned"} for each in mine),
    )


def end_shift(shift: Shift) -> Tour:
    """Let the laptop say what it holds of the tour, and begin the next one.

    Zero reports are a statement too. It is the device's, not the officer's: the device key
    signs it, in the device's own ledger.
    """
    tour, at = tour_of(shift), shift.now_text()
    shift.vault.laptop.attest(
        EntryKind.SHIFT_ENDED,
        at=at,
        officer=shift.officer.id,
        since=tour.since,
        begun=tour.begun,
        submitted=tour.submitted,
    )
    with shift.vault.transaction() as opened:
        opened.keep_setting(SHIFT_SINCE, at)
    return tour
