"""Mail is opened, checked and applied.

A letter is only a wrapping: nothing in it counts unless it stands in an act that is signed
by a member who may do it, or is named there by its digest.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ilocdoc.casework.mail import act_from_json, document_from_json, letter, witness_from_json
from ilocdoc.casework.ports import Transaction
from ilocdoc.casework.shift import Shift, act_of, member_of
from ilocdoc.record.documents import StoredDocument
from ilocdoc.record.errors import WireError
from ilocdoc.record.ids import OfficerId, ReportId
from ilocdoc.record.ledger import ACT_TYPE, EntryKind
from ilocdoc.record.lifecycle import State, Verb, may, may_review, step_of
from ilocdoc.record.people import Officer
from ilocdoc.record.report import Draft, ReportVersion, version_from_json
from ilocdoc.record.summary import title_of
from ilocdoc.wire.envelope import Envelope, open_envelope, public_key_from_pem
from ilocdoc.wire.sealing import Delivery
from ilocdoc.wire.witness import Witness, witnessed_entry

VERB_OF = {
    EntryKind.REPORT_SUBMITTED: Verb.SUBMIT,
    EntryKind.REPORT_SUPPLEMENTED: Verb.SUBMIT,
    EntryKind.REPORT_RETURNED: Verb.RETURN,
    EntryKind.REPORT_APPROVED: Verb.APPROVE,
    EntryKind.REPORT_CLOSED: Verb.CLOSE_NO_REFERRAL,
    EntryKind.PACKET_PREPARED: Verb.PREPARE,
    EntryKind.PACKET_ACCEPTED: Verb.ACCEPT,
}
"""Which verb of the permission matrix an act performs; acts of other kinds are refused."""

_REVIEWS = frozenset({Verb.RETURN, Verb.APPROVE})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Act:
    """An act whose signature and signer were checked."""

    envelope: Envelope
    verb: Verb
    by: Officer
    said: dict[str, Any]
    report_id: ReportId
    version: ReportVersion | None
    """The sealed report that this act submits."""


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
        WireError: If an act carries no valid signature of a member who may do it, or a
            document is not the one that an act names.
    """
    try:
        acts = [_checked(shift, act_from_json(text)) for text in value.get("acts", [])]
        documents = [document_from_json(each) for each in value.get("documents", [])]
        keys = {name: base64.b64decode(key) for name, key in value.get("evidence_keys", {}).items()}
        witnesses = [_checked_witness(shift, each) for each in value.get("witnesses", [])]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise WireError("A letter does not have the shape of letters.") from error
    _require_named(documents, acts)
    with shift.vault.transaction() as opened:
        for act in acts:
            _apply_act(opened, act)
        for document in documents:
            opened.put_document(document)
        for report_id, witness in witnesses:
            opened.put_witness(report_id, witness)
        for version in (act.version for act in acts if act.version):
            for item in version.draft.evidence:
                if item.id in keys:
                    opened.put_evidence(item, keys[item.id], mine=False)
        opened.mark_opened(delivery.id)


def _checked(shift: Shift, envelope: Envelope) -> _Act:
    """Check an act against the roster: signed by a member who may do such a thing."""
    # The name inside is read before it is trusted, only to find the key to check with.
    said = act_of(envelope)
    signer = _require_signed(shift, envelope, by=str(said["by"]["id"]))
    verb = VERB_OF.get(EntryKind(said["kind"]))
    if verb is None or not may(signer.roles, verb):
        raise WireError("A decision was signed by a member who may not make it.")
    report_id = ReportId(str(said["report"]))
    version = _submitted(said, report_id, by=signer) if verb is Verb.SUBMIT else None
    return _Act(
        envelope=envelope, verb=verb, by=signer, said=said, report_id=report_id, version=version
    )


def _require_signed(shift: Shift, envelope: Envelope, *, by: str) -> Officer:
    signer = member_of(shift, OfficerId(by))
    if signer is None or not signer.certificate:
        raise WireError("An act names a member that the roster does not know.")
    open_envelope(envelope, ACT_TYPE, key=public_key_from_pem(signer.certificate))
    return signer


def _checked_witness(shift: Shift, value: object) -> tuple[ReportId, Witness]:
    """Check a ledger entry of somebody else: its proofs, and who signed its act."""
    witness = witness_from_json(value)
    entry, said = witnessed_entry(witness), act_of(witness.act)
    if said["kind"] != entry.kind.value or said["report"] != entry.ids["report"]:
        raise WireError("A received ledger entry says something else than its body.")
    _require_signed(shift, witness.act, by=str(said["by"]["id"]))
    return ReportId(entry.ids["report"]), witness


def _submitted(said: Mapping[str, Any], report_id: ReportId, *, by: Officer) -> ReportVersion:
    version = version_from_json(said["snapshot"])
    if version.draft.author.id != by.id or version.draft.report_id != report_id:
        raise WireError("A received report was not signed by its author.")
    return version


def _require_named(documents: Sequence[StoredDocument], acts: Sequence[_Act]) -> None:
    named = {
        str(act.said[name]) for act in acts for name in ("document", "annex") if name in act.said
    }
    for document in documents:
        digest = hashlib.sha256(document.pdf).hexdigest()
        if digest != document.sha256 or digest not in named:
            raise WireError("A received document is not the one that was signed for.")


def _apply_act(opened: Transaction, act: _Act) -> None:
    case, version = opened.case(act.report_id), act.version
    if version is not None:
        is_late = case and case.versions and case.versions[-1].draft.version > version.draft.version
        state = case.state if case and is_late else State.SUBMITTED.value
        opened.put_version(version, title=title_of(version.draft), state=state)
        opened.put_decision(act.report_id, act.envelope)
        return
    if case is None or not case.versions:
        raise WireError("A decision names a report that is not on this laptop.")
    newest = case.versions[-1].draft
    if act.verb in _REVIEWS and may_review(act.by, newest):
        raise WireError("A decision was signed by a member who may not make it.")
    opened.put_decision(act.report_id, act.envelope)
    # An old decision that comes again never turns a report back.
    is_next = State(case.state) in step_of(act.verb).before
    if is_next and act.said.get("version", newest.version) == newest.version:
        opened.put_state(act.report_id, step_of(act.verb).after.value)
        if act.verb is Verb.RETURN and act.said["author"] == newest.author.id:
            _reopen(opened, newest, case_draft=case.draft)


def _reopen(opened: Transaction, newest: Draft, *, case_draft: Draft | None) -> None:
    """Give the author a draft of the next version; the sealed one stays as it is."""
    if case_draft is None:
        draft = replace(newest, version=newest.version + 1, revision=1)
        opened.put_draft(draft, title=title_of(draft), state=State.RETURNED.value)
