"""Whatever leaves the vault for people outside leaves an entry first."""

from ilocdoc.casework.shift import Shift, new_entry, sign_act
from ilocdoc.record.documents import StoredDocument
from ilocdoc.record.errors import RefusedError
from ilocdoc.record.ids import ReportId, Sha256
from ilocdoc.record.ledger import EntryKind
from ilocdoc.wire.ledger_copy import LedgerCopy

_PACKETS = frozenset({"packet_prepared", "packet_accepted", "annex"})


def print_document(
    shift: Shift, report_id: ReportId, sha256: Sha256, *, purpose: str = ""
) -> StoredDocument:
    """Return a kept document for the printer; that it was printed is kept first.

    Args:
        shift: Whoever prints.
        report_id: Of the document's report.
        sha256: Digest of the document.
        purpose: In the member's words; may be empty.

    Raises:
        RefusedError: If the document is not kept here.
    """
    return _give_out(shift, EntryKind.PACKET_PRINTED, report_id, sha256, purpose=purpose)


def export_document(
    shift: Shift, report_id: ReportId, sha256: Sha256, *, purpose: str = ""
) -> StoredDocument:
    """Return a kept document to be written to a file; see `print_document`.

    Raises:
        RefusedError: If the document is not kept here.
    """
    return _give_out(shift, EntryKind.PACKET_EXPORTED, report_id, sha256, purpose=purpose)


def _give_out(
    shift: Shift, kind: EntryKind, report_id: ReportId, sha256: Sha256, *, purpose: str
) -> StoredDocument:
    case, at = shift.vault.case(report_id), shift.now_text()
    document = next((each for each in case.documents if each.sha256 == sha256), None)
    if document is None:
        raise RefusedError("This document is not on this laptop.", "Open the report again.")
    ids = {"report": report_id, "document": sha256, "actor": shift.officer.id}
    if document.kind in _PACKETS:
        ids["packet"] = f"PKT-{case.versions[-1].draft.local_number}-{document.version}"
    act = sign_act(
        shift,
        kind,
        at=at,
        report=report_id,
        document=sha256,
        document_kind=document.kind,
        version=document.version,
        purpose=purpose,
    )
    with shift.vault.transaction() as opened:
        opened.append(new_entry(kind, act, at=at, **ids))
    return document


def export_ledger(shift: Shift, *, with_bodies: bool = True) -> LedgerCopy:
    """Return the whole ledger of a member; its last entry says that it was copied out.

    That entry names the receipt of headquarters that is copied with it, so that nobody can
    take the receipt away and then cut the end off.
    """
    kind, at, entries = EntryKind.LEDGER_EXPORTED, shift.now_text(), shift.vault.entries()
    newest, receipt = entries[-1] if entries else None, shift.vault.signed_for()
    act = sign_act(
        shift,
        kind,
        at=at,
        head={"seq": newest.seq if newest else 0, "hash": newest.hash if newest else ""},
        receipt={"seq": receipt.seq, "hash": receipt.hash},
        bodies="all" if with_bodies else "none",
    )
    with shift.vault.transaction() as opened:
        opened.append(new_entry(kind, act, at=at, actor=shift.officer.id))
    return shift.vault.ledger_copy()
