"""Referral: a packet is prepared by a supervisor and accepted by a detective.

Nobody outside the chain of investigation takes part: the attestation is the signer's
own and says only what the signer knows.
"""

from typing import Any

from ilocdoc.casework.mail import act_to_json, document_to_json, post_to, witnesses_to_json
from ilocdoc.casework.reviewing import report_document
from ilocdoc.casework.shift import (
    Shift,
    act_of,
    member_of,
    members_with,
    new_entry,
    require_certificate,
    sign_decision,
)
from ilocdoc.casework.soundness import require_unaltered
from ilocdoc.casework.submitting import stored
from ilocdoc.record.documents import NO_DIRECTION, Exhibit, PacketContents, StoredDocument
from ilocdoc.record.errors import DocumentError, RefusedError
from ilocdoc.record.ids import OfficerId, ReportId
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.lifecycle import State, Verb, may, may_refer
from ilocdoc.record.people import Role
from ilocdoc.record.report import version_to_json
from ilocdoc.wire.entries import Case

ATTESTATION = NO_DIRECTION
PICTURE_LIMIT_BYTES = 64 * 1024 * 1024
"""A picture larger than this is listed with its hash and not drawn."""


def prepare_packet(shift: Shift, report_id: ReportId) -> StoredDocument:
    """Assemble and certify the referral packet of an approved report.

    The packet and its confidential annex are read back and verified before they are
    kept; both go sealed to the detectives and watch lieutenants.

    Raises:
        RefusedError: If the report is not approved or this member may not prepare.
        DocumentError: If the packet does not verify when read back.
    """
    case = shift.vault.case(report_id)
    if case.state != State.APPROVED.value or not may(shift.officer.roles, Verb.PREPARE):
        raise RefusedError(
            "A packet is prepared by a supervisor from an approved report.",
            "Have the report approved first.",
        )
    _require_no_author(shift, case, Verb.PREPARE)
    require_unaltered(shift, case)
    require_certificate(shift)
    now, at = shift.clock.now(), shift.now_text()
    version = 1 + sum(each.kind == "packet_prepared" for each in case.documents)
    contents = _contents(shift, case, version=version, at=at)
    form = shift.forms.form(case.versions[-1].draft.form.version)
    main, annex = shift.press.packet(contents, form=form)
    documents = [
        stored(
            shift.press.certify(pdf, signer=shift.vault.signer, officer=shift.officer, at=now),
            report_id,
            kind=kind,
            version=version,
            at=at,
        )
        for pdf, kind in ((main, "packet_prepared"), (annex, "annex"))
    ]
    for document in documents:
        if not shift.press.is_certified(document.pdf, root_der=shift.vault.root_der):
            raise DocumentError(
                "The packet does not verify when read back and was not kept.",
                "Prepare it again. The report itself is safe.",
            )
    _keep_packet(shift, case, documents, packet_id=contents.packet_id)
    return documents[0]


def _contents(shift: Shift, case: Case, *, version: int, at: str) -> PacketContents:
    newest = case.versions[-1]
    return PacketContents(
        packet_id=_packet_id(case, version),
        version=version,
        report=version_to_json(newest),
        earlier=tuple(version_to_json(each) for each in case.versions[:-1]),
        documents=_signed_reports(case),
        decisions=tuple(_without_snapshot(act_of(each)) for each in case.decisions),
        custody=tuple(
            {
                "stream": each.stream,
                "seq": each.seq,
                "hash": each.hash,
                "kind": each.kind.value,
                "at": each.at,
                "ids": each.ids,
            }
            for each in shift.vault.entries(case.report_id)
        ),
        exhibits=tuple(_exhibits(shift, case)),
        prepared_by=shift.officer,
        prepared_at=at,
        training=shift.vault.training,
    )


def _signed_reports(case: Case) -> tuple[bytes, ...]:
    """Each version's document once: approved if it was, else as its author signed it."""
    best: dict[int, StoredDocument] = {}
    for each in case.documents:
        if each.kind in ("report", "report_approved"):
            known = best.get(each.version)
            if known is None or each.kind == "report_approved":
                best[each.version] = each
    return tuple(best[number].pdf for number in sorted(best))


def _without_snapshot(act: dict[str, Any]) -> dict[str, Any]:
    # The snapshot stands in the packet once already, as report.json.
    return {name: value for name, value in act.items() if name != "snapshot"}


def _exhibits(shift: Shift, case: Case) -> list[Exhibit]:
    prepared = []
    for item in case.versions[-1].draft.evidence:
        drawable = item.media_type.startswith("image/") and item.size_bytes <= PICTURE_LIMIT_BYTES
        if not drawable or not shift.vault.evidence.holds(item.id):
            continue
        data = shift.vault.evidence.read(item.id, offset=0, size=item.size_bytes)
        prepared.append(shift.press.exhibit(item.id, data))
    return prepared


def _keep_packet(
    shift: Shift, case: Case, documents: list[StoredDocument], *, packet_id: str
) -> None:
    report_id, at = case.report_id, documents[0].at
    kind = EntryKind.PACKET_PREPARED
    act = sign_decision(
        shift,
        kind,
        case.versions[-1],
        at=at,
        packet=packet_id,
        document=documents[0].sha256,
        annex=documents[1].sha256,
        reads=report_document(case).sha256,
        attestation=ATTESTATION,
    )
    entry = new_entry(kind, act, at=at, report=report_id, packet=packet_id, actor=shift.officer.id)
    content: dict[str, Any] = {
        "acts": [act_to_json(each) for each in (*case.decisions, act)],
        "documents": [document_to_json(each) for each in (*case.documents, *documents)],
    }
    with shift.vault.transaction() as opened:
        for document in documents:
            opened.put_document(document)
        opened.put_decision(report_id, act)
        opened.put_state(report_id, State.REFERRAL_PREPARED.value)
        opened.append(entry)
        content["witnesses"] = witnesses_to_json(opened, report_id)
        recipients = members_with(shift, Role.DETECTIVE, Role.WATCH_LIEUTENANT)
        post_to(opened, recipients, shift=shift, kind="packet", content=content)


def accept_packet(shift: Shift, report_id: ReportId, *, read_sha256: str) -> StoredDocument:
    """Accept a prepared packet: the second signature, on the bytes that were read.

    The finished packet is verified by reading it back before it is kept.

    Raises:
        RefusedError: If nothing is waiting, this member may not accept or prepared it,
            or the packet is not the one that was read.
        DocumentError: If the signed packet does not verify when read back.
    """
    case = shift.vault.case(report_id)
    prepared = _waiting_packet(shift, case)
    if prepared.sha256 != read_sha256:
        raise RefusedError(
            "The packet changed while it was being read.", "Open the newest one and read it."
        )
    require_certificate(shift)
    now, at = shift.clock.now(), shift.now_text()
    pdf = shift.press.approve(
        prepared.pdf, signer=shift.vault.signer, officer=shift.officer, at=now
    )
    verdict = shift.press.verify(pdf, root_der=shift.vault.root_der)
    if not verdict.accepted:
        raise DocumentError(
            "The signed packet does not verify and was not kept.", verdict.reasons[0]
        )
    accepted = stored(pdf, report_id, kind="packet_accepted", version=prepared.version, at=at)
    _keep_acceptance(shift, case, prepared, accepted)
    return accepted


def _keep_acceptance(
    shift: Shift, case: Case, prepared: StoredDocument, accepted: StoredDocument
) -> None:
    report_id, at, kind = case.report_id, accepted.at, EntryKind.PACKET_ACCEPTED
    packet_id = _packet_id(case, prepared.version)
    act = sign_decision(
        shift,
        kind,
        case.versions[-1],
        at=at,
        packet=packet_id,
        read=prepared.sha256,
        document=accepted.sha256,
        attestation=ATTESTATION,
    )
    with shift.vault.transaction() as opened:
        opened.put_document(accepted)
        opened.put_decision(report_id, act)
        opened.put_state(report_id, State.REFERRAL_ACCEPTED.value)
        opened.append(
            new_entry(kind, act, at=at, report=report_id, packet=packet_id, actor=shift.officer.id)
        )
        content = {
            "acts": [act_to_json(act)],
            "documents": [document_to_json(accepted)],
            "witnesses": witnesses_to_json(opened, report_id),
        }
        told = members_with(shift, Role.DETECTIVE, Role.WATCH_LIEUTENANT)
        preparer = member_of(shift, OfficerId(_preparer(case, prepared)))
        recipients = [*told, preparer] if preparer and preparer not in told else told
        post_to(opened, recipients, shift=shift, kind="decision", content=content)


def _packet_id(case: Case, number: int) -> str:
    return f"PKT-{case.versions[-1].draft.local_number}-{number}"


def _preparer(case: Case, packet: StoredDocument) -> str:
    for act in case.decisions:
        said = act_of(act)
        is_prepared = said["kind"] == EntryKind.PACKET_PREPARED.value
        if is_prepared and said["document"] == packet.sha256:
            return str(said["by"]["id"])
    return ""


def _waiting_packet(shift: Shift, case: Case) -> StoredDocument:
    found = [each for each in case.documents if each.kind == "packet_prepared"]
    if case.state != State.REFERRAL_PREPARED.value or not found:
        raise RefusedError("No packet of this report is waiting.", "Have one prepared first.")
    packet = max(found, key=lambda each: each.version)
    if not may(shift.officer.roles, Verb.ACCEPT) or _preparer(case, packet) == shift.officer.id:
        raise RefusedError(
            "A packet is accepted by a detective or watch lieutenant who did not prepare it.",
            "Ask one of them to read and accept it.",
        )
    _require_no_author(shift, case, Verb.ACCEPT)
    return packet


def _require_no_author(shift: Shift, case: Case, verb: Verb) -> None:
    refusal = may_refer(shift.officer, case.versions[-1].draft, verb)
    if refusal:
        raise RefusedError(refusal, "Another member must do it.")
