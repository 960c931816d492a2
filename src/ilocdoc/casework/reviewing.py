"""Review: mail is opened, a decision is bound to the hash that was read."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ilocdoc.casework.mail import (
    act_from_json,
    act_to_json,
    document_from_json,
    document_to_json,
    letter,
    post_to,
)
from ilocdoc.casework.ports import Transaction
from ilocdoc.casework.shift import Shift, act_of, new_entry, sign_act
from ilocdoc.casework.submitting import stored
from ilocdoc.record.documents import StoredDocument
from ilocdoc.record.errors import RefusedError, WireError
from ilocdoc.record.ids import OfficerId, ReportId
from ilocdoc.record.ledger import ACT_TYPE, EntryKind
from ilocdoc.record.lifecycle import State, may_review
from ilocdoc.record.people import Officer
from ilocdoc.record.report import ReportVersion, version_from_json, version_to_json
from ilocdoc.record.summary import title_of
from ilocdoc.wire.canonical import canonical_bytes
from ilocdoc.wire.entries import Case
from ilocdoc.wire.envelope import Envelope, open_envelope, public_key_from_pem
from ilocdoc.wire.sealing import Delivery

STATE_AFTER = {
    EntryKind.REPORT_RETURNED.value: State.RETURNED,
    EntryKind.REPORT_APPROVED.value: State.APPROVED,
    EntryKind.REPORT_CLOSED.value: State.CLOSED_NO_REFERRAL,
    EntryKind.PACKET_PREPARED.value: State.REFERRAL_PREPARED,
    EntryKind.PACKET_ACCEPTED.value: State.REFERRAL_ACCEPTED,
}


def open_deliveries(shift: Shift) -> int:
    """Open new mail and apply it; returns how many letters were new.

    A letter that does not verify is left unopened and does not stop the others.
    """
    opened_count = 0
    for delivery, content in shift.vault.deliveries():
        try:
            apply_letter(shift, delivery, letter(content))
        except WireError:
            continue
        opened_count += 1
    return opened_count


def apply_letter(shift: Shift, delivery: Delivery, value: Mapping[str, Any]) -> None:
    """Keep what a letter brings; applying it twice changes nothing.

    Raises:
        WireError: If an act in it carries no valid signature of the member it names.
    """
    acts = [act_from_json(text) for text in value.get("acts", [])]
    for act in acts:
        require_signed_by_member(shift, act)
    version = version_from_json(value["report"]) if "report" in value else None
    with shift.vault.transaction() as opened:
        if version is not None:
            opened.put_version(version, title=title_of(version.draft), state=State.SUBMITTED.value)
        for document in value.get("documents", []):
            opened.put_document(document_from_json(document))
        for act in acts:
            _apply_act(opened, act)
        if version is not None:
            _keep_keys(opened, version, value.get("evidence_keys", {}))
        opened.mark_opened(delivery.id)


def _apply_act(opened: Transaction, act: Envelope) -> None:
    said = act_of(act)
    report_id = ReportId(said["report"])
    opened.put_decision(report_id, act)
    state = STATE_AFTER.get(said["kind"])
    if state is not None:
        opened.put_state(report_id, state.value)
    case = opened.case(report_id)
    if said["kind"] == EntryKind.REPORT_RETURNED.value and case is not None:
        _reopen(opened, case, author=said["author"])


def _reopen(opened: Transaction, case: Case, *, author: str) -> None:
    """Give the author a draft of the next version; the sealed one stays as it is."""
    last = case.versions[-1].draft
    if case.draft is None and last.author.id == author:
        draft = replace(last, version=last.version + 1, revision=1)
        opened.put_draft(draft, title=title_of(draft), state=State.RETURNED.value)


def _keep_keys(opened: Transaction, version: ReportVersion, keys: Mapping[str, str]) -> None:
    for item in version.draft.evidence:
        if item.id in keys:
            opened.put_evidence(item, base64.b64decode(keys[item.id]), mine=False)


def require_signed_by_member(shift: Shift, act: Envelope) -> None:
    """Check an act's signature against the certificate of the member it names.

    Raises:
        WireError: If the member is unknown or did not sign these bytes.
    """
    # The name inside is read before it is trusted, only to find the key to check with.
    signer = member_of(shift, OfficerId(str(act_of(act)["by"]["id"])))
    if signer is None or not signer.certificate:
        raise WireError("A decision names a member that the roster does not know.")
    key = public_key_from_pem(signer.certificate)
    open_envelope(act, ACT_TYPE, key=key)


def member_of(shift: Shift, officer_id: OfficerId) -> Officer | None:
    """Return a roster member by star number."""
    return next((each for each in shift.vault.roster if each.id == officer_id), None)


def report_document(case: Case) -> StoredDocument:
    """Return the newest report document of a case.

    Raises:
        RefusedError: If none is kept here.
    """
    kinds = ("report", "report_approved")
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
    return case


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
    act = sign_act(
        shift,
        kind,
        at=at,
        report=report_id,
        author=version.draft.author.id,
        version=version.draft.version,
        document=report_document(case).sha256,
        questions=asked,
    )
    with shift.vault.transaction() as opened:
        opened.put_decision(report_id, act)
        opened.put_state(report_id, State.RETURNED.value)
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
    _require_genuine(shift, document)
    now, at = shift.clock.now(), shift.now_text()
    pdf = shift.press.approve(
        document.pdf, signer=shift.vault.signer, officer=shift.officer, at=now
    )
    version = case.versions[-1]
    approved = stored(pdf, report_id, kind="report_approved", version=version.draft.version, at=at)
    _keep_approval(shift, version, approved, read=read_sha256, checks=list(checks))
    return approved


def _keep_approval(
    shift: Shift,
    version: ReportVersion,
    approved: StoredDocument,
    *,
    read: str,
    checks: list[str],
) -> None:
    report_id, me, at = version.draft.report_id, shift.officer.id, approved.at
    decided, signed = EntryKind.REPORT_APPROVED, EntryKind.DOCUMENT_APPROVED
    act = sign_act(
        shift,
        decided,
        at=at,
        report=report_id,
        author=version.draft.author.id,
        version=version.draft.version,
        read=read,
        document=approved.sha256,
        checks=checks,
    )
    seal = sign_act(shift, signed, at=at, report=report_id, document=approved.sha256)
    with shift.vault.transaction() as opened:
        opened.put_document(approved)
        opened.put_decision(report_id, act)
        opened.put_state(report_id, State.APPROVED.value)
        opened.append(new_entry(decided, act, at=at, report=report_id, actor=me))
        opened.append(
            new_entry(signed, seal, at=at, report=report_id, document=approved.sha256, actor=me)
        )
        _post_decision(opened, shift, version, act, documents=(approved,))


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
    if author is None or not author.encryption_key:
        return
    content = {
        "acts": [act_to_json(act)],
        "documents": [document_to_json(each) for each in documents],
    }
    post_to(opened, [author], shift=shift, kind="decision", content=content)


def snapshot_bytes(version: ReportVersion) -> bytes:
    """Return `report.json` of a sealed version."""
    return canonical_bytes(version_to_json(version))
