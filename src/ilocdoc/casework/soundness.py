"""Is a report what was signed? The store is compared with the signed acts and the ledger.

An old page of the database that was put back is sound in itself; only what was signed tells.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from ilocdoc.casework.shift import Shift
from ilocdoc.record.errors import RefusedError, WireError
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.report import ReportVersion, canonical_text, version_to_json
from ilocdoc.wire.acts import said_in
from ilocdoc.wire.entries import Case
from ilocdoc.wire.snapshots import read_snapshot

_SEALS = (EntryKind.REPORT_SUBMITTED, EntryKind.REPORT_SUPPLEMENTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Altered:
    """A sealed version that is not the one that was signed; both can be shown."""

    number: int
    stored: ReportVersion | None
    """As the store has it; None when it is gone."""
    signed: ReportVersion | None
    """As its author signed it; None when no act of this laptop says so."""


def altered_versions(shift: Shift, case: Case) -> Sequence[Altered]:
    """Return every sealed version of a report that is not what was signed, oldest first."""
    signed = _signed(case)
    stored = {each.draft.version: each for each in case.versions}
    found = [
        Altered(number=number, stored=stored.get(number), signed=signed.get(number))
        for number in sorted({*stored, *signed})
        if _bytes(stored.get(number)) != _bytes(signed.get(number))
    ]
    sealed = sum(each.kind in _SEALS for each in shift.vault.entries(case.report_id))
    if not found and sealed > len(stored):
        found.append(Altered(number=sealed, stored=None, signed=None))
    return found


def require_unaltered(shift: Shift, case: Case) -> None:
    """Refuse to act on a report that is not what was signed; the laptop says so in its ledger.

    Raises:
        RefusedError: If a version or a document is not what was signed.
    """
    versions = [str(each.number) for each in altered_versions(shift, case)]
    documents = [
        each.sha256
        for each in case.documents
        if hashlib.sha256(each.pdf).hexdigest() != each.sha256
    ]
    if not versions and not documents:
        return
    shift.vault.laptop.attest(
        EntryKind.ROLLBACK_SUSPECTED,
        at=shift.now_text(),
        officer=shift.officer.id,
        report=case.report_id,
        versions=",".join(versions),
        documents=",".join(documents),
    )
    raise RefusedError(
        "This report was altered in the store: it is not what its author signed.",
        "Nothing was changed or deleted. Take the laptop to the device desk.",
    )


def _signed(case: Case) -> dict[int, ReportVersion]:
    found = {}
    for act in case.decisions:
        try:
            said = said_in(act)
            if said.kind in _SEALS:
                version = read_snapshot(said.snapshot)
                found[version.draft.version] = version
        except WireError:
            continue
    return found


def _bytes(version: ReportVersion | None) -> bytes:
    return canonical_text(version_to_json(version)) if version else b""
