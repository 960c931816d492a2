"""The rare acts of supervisors at a laptop: release an older store, destroy by order.

Part of the hallway, beside `replay`: builds the parts, asks one verb, decides nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ilocdoc.casework.destroying import carry_out, order_destruction
from ilocdoc.casework.releasing import doubts, release_store
from ilocdoc.casework.shift import Shift
from ilocdoc.laptop import OpenLaptop, SystemClock
from ilocdoc.record.destruction import Tombstone
from ilocdoc.record.errors import InputError
from ilocdoc.record.ids import OfficerId, ReportId
from ilocdoc.record.rollback import Rollback


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who signs in for one act."""

    star: str
    passphrase: str


def release(data: Path, *, by: Person, reason: str) -> Sequence[Rollback]:
    """Release everything on a laptop that is older than it was; returns what that is.

    Raises:
        InUseError: If another ilocdoc has this folder open.
        UnlockError: If the star or the passphrase is wrong.
        RefusedError: If this member may not, or the laptop does not have what is missing.
    """
    laptop = OpenLaptop(data, clock=SystemClock())
    try:
        shift = laptop.unlock(OfficerId(by.star), by.passphrase)
        found = doubts(shift)
        for each in found:
            release_store(shift, each, reason=reason)
        return found
    finally:
        laptop.close()


def destroy(
    data: Path, *, number: str, evidence: str, order: str, first: Person, second: Person
) -> Tombstone:
    """Destroy one item of evidence by order of a court, both persons at this laptop.

    Args:
        data: The laptop's folder.
        number: Local number of the report.
        evidence: Beginning of the item's id, enough to tell it from the others.
        order: Reference of the order.
        first: Has the order in hand.
        second: Carries it out.

    Raises:
        InputError: If no report or no single item is named.
        RefusedError: If one of them may not.
        UnlockError: If a star or a passphrase is wrong.
    """
    laptop = OpenLaptop(data, clock=SystemClock())
    try:
        ordering = laptop.unlock(OfficerId(first.star), first.passphrase)
        report = _report(ordering, number)
        item = _item(ordering, report, evidence)
        signed = order_destruction(ordering, report, item, order=order)
        return carry_out(laptop.unlock(OfficerId(second.star), second.passphrase), signed)
    finally:
        laptop.close()


def _report(shift: Shift, number: str) -> ReportId:
    for row in shift.vault.rows():
        if row.local_number == number:
            return row.report_id
    raise InputError(f"Report {number} is not among this member's reports.")


def _item(shift: Shift, report: ReportId, evidence: str) -> str:
    case = shift.vault.case(report)
    drafts = [each.draft for each in case.versions] + ([case.draft] if case.draft else [])
    ids = {item.id for draft in drafts for item in draft.evidence if item.id.startswith(evidence)}
    if len(ids) != 1 or not evidence:
        raise InputError(
            f"{len(ids)} items of this report begin so.", "Name the item's id from the packet."
        )
    return ids.pop()
