"""Review: a decision is bound to the hash that was read."""

from collections.abc import Sequence

from ilocdoc.casework.mail import act_to_json, document_to_json, post_to, witnesses_to_json
from ilocdoc.casework.ports import Transaction
from ilocdoc.casework.shift import (
    Shift,
    member_of,
    members_with,
    new_entry,
    require_certificate,
    sign_act,
    sign_decision,
)
from ilocdoc.casework.soundness import require_unaltered
from ilocdoc.casework.submitting import stored
from ilocdoc.casework.verdicts import is_divided, state_after_review
from ilocdoc.record.documents import StoredDocument
from ilocdoc.record.errors import RefusedError
from ilocdoc.record.ids import ReportId
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.lifecycle import State, Verb, may_now, may_refer, may_review
from ilocdoc.record.people import Role
from ilocdoc.record.report import ReportVersion
from ilocdoc.wire.entries import Case
from ilocdoc.wire.envelope import Envelope


def report_document(case: Case) -> StoredDocument:
    """Return the newest report document of a case; while it waits, the one to be decided on.

    Raises:
        RefusedError: If none is kept here.
    """
    waits = case.state in (State.SUBMITTED.value, State.IN_REVIEW.value)
    kinds = ("report",) if waits else ("report", "report_approved")
    found = [each for each in case.documents if each.kind in kinds]
    if not found:
        raise RefusedError("No signed document of this report is on this laptop.")
    return max(found, key=lambda each: (each.version, each.kind))


def _reviewable(shift: Shift, report_id: ReportId) -> Case:
    case = shift.vault.case(report_id)
    if case.state not in (State.SUBMITTED.value, State.IN_REVIEW.value):
        raise RefusedError(
            "This report is not waiting for review.", "Open it to see where it stands."
        )
    refusal = may_review(shift.officer, case.versions[-1].draft)
    if refusal:
        raise RefusedError(refusal, "Another supervisor must review it.")
    require_unaltered(shift, case)
    if is_divided(shift, case) and Role.WATCH_LIEUTENANT not in shift.officer.roles:
        raise RefusedError(
            "Two reviewers decided differently about this report.",
            "A watch lieutenant reads it and decides.",
        )
    return case


def open_for_review(shift: Shift, report_id: ReportId) -> StoredDocument:
    """Return the document to be decided on; that this member opened it is kept first.

    Opening the same document again adds nothing.

    Raises:
        RefusedError: If it is not waiting for review, or this member may not review it.
    """
    case = _reviewable(shift, report_id)
    document, kind, me = report_document(case), EntryKind.REPORT_OPENED, shift.officer.id
    ids = {"report": str(report_id), "document": str(document.sha256), "actor": str(me)}
    if any((each.kind, each.ids) == (kind, ids) for each in shift.vault.entries(report_id)):
        return document
    at = shift.now_text()
    act = sign_decision(shift, kind, case.versions[-1], at=at, read=document.sha256)
    with shift.vault.transaction() as opened:
        opened.put_state(report_id, State.IN_REVIEW.value)
        opened.append(new_entry(kind, act, at=at, **ids))
    return document


def return_report(shift: Shift, report_id: ReportId, *, questions: Sequence[str]) -> None:
    """Send a report back with questions; the sealed version stays as it is.

    Raises:
        RefusedError: If it is not waiting for review, the reviewer is involved, or no
            question is asked.
    """
    asked = [each.strip() for each in questions if each.strip()]
    if not asked:
        raise RefusedError("A report is returned with at least one question.", "Write it.")
    case = _reviewable(shift, report_id)
    version, at = case.versions[-1], shift.now_text()
    kind = EntryKind.REPORT_RETURNED
    act = sign_decision(
        shift,
        kind,
        version,
        at=at,
        document=report_document(case).sha256,
        questions=asked,
    )
    with shift.vault.transaction() as opened:
        _put_decision(opened, shift, case, act)
        opened.append(new_entry(kind, act, at=at, report=report_id, actor=shift.officer.id))
        _post_decision(opened, shift, version, act, documents=())


def approve_report(
    shift: Shift, report_id: ReportId, *, read_sha256: str, checks: Sequence[str] = ()
) -> StoredDocument:
    """Approve: the second signature, on the very bytes that were read.

    Args:
        shift: The reviewer's.
        report_id: Waiting for review.
        read_sha256: Digest of the document that was on the reviewer's screen.
        checks: Sentences of the check-list that the reviewer confirmed.

    Raises:
        RefusedError: If the document changed since, does not verify, or the reviewer
            may not review it.
    """
    case = _reviewable(shift, report_id)
    document = report_document(case)
    if document.sha256 != read_sha256:
        raise RefusedError(
            "The report changed while it was being read.", "Open the newest version and read it."
        )
    require_certificate(shift)
    _require_genuine(shift, document)
    if not shift.press.holds(document.pdf, case.versions[-1]):
        raise RefusedError(
            "The document shows another report than the one that was sent with it.",
            "Do not approve it. Call the device desk; nothing was changed.",
        )
    now, at = shift.clock.now(), shift.now_text()
    pdf = shift.press.approve(
        document.pdf, signer=shift.vault.signer, officer=shift.officer, at=now
    )
    number = case.versions[-1].draft.version
    approved = stored(pdf, report_id, kind="report_approved", version=number, at=at)
    _keep_approval(shift, case, approved, read=read_sha256, checks=list(checks))
    return approved


def _keep_approval(
    shift: Shift,
    case: Case,
    approved: StoredDocument,
    *,
    read: str,
    checks: list[str],
) -> None:
    version, report_id = case.versions[-1], case.report_id
    me, at = shift.officer.id, approved.at
    decided, signed = EntryKind.REPORT_APPROVED, EntryKind.DOCUMENT_APPROVED
    act = sign_decision(
        shift,
        decided,
        version,
        at=at,
        read=read,
        document=approved.sha256,
        checks=checks,
    )
    seal = sign_act(shift, signed, at=at, report=report_id, document=approved.sha256)
    with shift.vault.transaction() as opened:
        opened.put_document(approved)
        _put_decision(opened, shift, case, act)
        opened.append(new_entry(decided, act, at=at, report=report_id, actor=me))
        opened.append(
            new_entry(signed, seal, at=at, report=report_id, document=approved.sha256, actor=me)
        )
        _post_decision(opened, shift, version, act, documents=(approved,))


def _put_decision(opened: Transaction, shift: Shift, case: Case, act: Envelope) -> None:
    opened.put_decision(case.report_id, act)
    state = state_after_review(
        shift, case, (*case.decisions, act), version=case.versions[-1].draft.version
    )
    opened.put_state(case.report_id, state.value)


def close_without_referral(shift: Shift, report_id: ReportId, *, reason: str) -> None:
    """End an approved report that leads to no referral; the reason is disclosed.

    Raises:
        RefusedError: If no reason is given, the report is not approved, or this member
            may not close it.
    """
    case = shift.vault.case(report_id)
    if not may_now(shift.officer.roles, Verb.CLOSE_NO_REFERRAL, state=State(case.state)):
        raise RefusedError(
            "An approved report is closed by a watch lieutenant or detective.",
            "Have the report approved first.",
        )
    refusal = may_refer(shift.officer, case.versions[-1].draft, Verb.CLOSE_NO_REFERRAL)
    if refusal:
        raise RefusedError(refusal, "Another member must close it.")
    if not reason.strip():
        raise RefusedError("A report is closed only with a reason.", "Write the reason.")
    version, at = case.versions[-1], shift.now_text()
    kind = EntryKind.REPORT_CLOSED
    act = sign_decision(
        shift,
        kind,
        version,
        at=at,
        reason=reason.strip(),
    )
    with shift.vault.transaction() as opened:
        opened.put_decision(report_id, act)
        opened.put_state(report_id, State.CLOSED_NO_REFERRAL.value)
        opened.append(new_entry(kind, act, at=at, report=report_id, actor=shift.officer.id))
        _post_decision(opened, shift, version, act, documents=())


def _require_genuine(shift: Shift, document: StoredDocument) -> None:
    verdict = shift.press.verify(document.pdf, root_der=shift.vault.root_der)
    if not verdict.accepted and document.kind != "report":
        raise RefusedError("The document does not verify.", verdict.reasons[0])
    certified = shift.press.is_certified(document.pdf, root_der=shift.vault.root_der)
    if document.kind == "report" and not certified:
        raise RefusedError(
            "The author's signature on this document does not verify.",
            "Do not approve it. Call the device desk; nothing was changed.",
        )


def _post_decision(
    opened: Transaction,
    shift: Shift,
    version: ReportVersion,
    act: Envelope,
    *,
    documents: Sequence[StoredDocument],
) -> None:
    author = member_of(shift, version.draft.author.id)
    # Whoever had the report to review learns that somebody decided.
    told = members_with(shift, Role.SUPERVISOR, unit=version.draft.author.unit)
    if author is not None and author.encryption_key and author not in told:
        told.append(author)
    content = {
        "acts": [act_to_json(act)],
        "documents": [document_to_json(each) for each in documents],
        "witnesses": witnesses_to_json(opened, version.draft.report_id),
    }
    post_to(opened, told, shift=shift, kind="decision", content=content)
