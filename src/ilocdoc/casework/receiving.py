"""Mail is opened, checked and applied.

A letter is only a wrapping: nothing in it counts unless it stands in an act that is signed
by a member who may do it, or is named there by its digest.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ilocdoc.casework.acts import require_complete
from ilocdoc.casework.destroying import apply_order
from ilocdoc.casework.mail import (
    act_from_json,
    documents_of,
    evidence_keys_of,
    letter,
    read_letter,
    witness_from_json,
)
from ilocdoc.casework.ports import Transaction
from ilocdoc.casework.shift import Shift, member_of
from ilocdoc.casework.verdicts import state_after_review
from ilocdoc.record.documents import StoredDocument
from ilocdoc.record.errors import WireError
from ilocdoc.record.ids import OfficerId, ReportId
from ilocdoc.record.ledger import ACT_TYPE, EntryKind
from ilocdoc.record.lifecycle import VERB_OF, State, Verb, may, may_refer, may_review, step_of
from ilocdoc.record.people import Officer
from ilocdoc.record.report import Draft, ReportVersion, canonical_text, version_to_json
from ilocdoc.record.summary import title_of
from ilocdoc.wire.acts import Said, said_in
from ilocdoc.wire.entries import Case
from ilocdoc.wire.envelope import Envelope, open_envelope, public_keys_from_pem
from ilocdoc.wire.sealing import Delivery
from ilocdoc.wire.snapshots import read_snapshot
from ilocdoc.wire.witness import Witness, witnessed_entry

_SIGNED_FOR = {
    Verb.SUBMIT: {"document": "report"},
    Verb.APPROVE: {"document": "report_approved"},
    Verb.PREPARE: {"document": "packet_prepared", "annex": "annex"},
    Verb.ACCEPT: {"document": "packet_accepted"},
}
"""Which member of an act signs for a document, and as what."""

_REVIEWS = frozenset({Verb.RETURN, Verb.APPROVE})
_BY_ANOTHER = "A decision was signed by a member who may not make it."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Act:
    """An act whose signature and signer were checked."""

    envelope: Envelope
    verb: Verb
    by: Officer
    said: Said
    version: ReportVersion | None
    """The sealed report that this act submits."""

    @property
    def report_id(self) -> ReportId:
        return ReportId(self.said.report)

    def signs_for(self, document: StoredDocument) -> bool:
        """Tell whether this act says that the document is what it is kept as."""
        said = self.said
        number = self.version.draft.version if self.version else said.version
        if said.packet:
            # A packet counts its own versions: "PKT-LOC-…-2".
            number = int(said.packet.rpartition("-")[2])
        return (document.report_id, document.version) == (said.report, number) and any(
            (getattr(said, name), kind) == (document.sha256, document.kind)
            for name, kind in _SIGNED_FOR.get(self.verb, {}).items()
        )


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
        WireError: If an act carries no valid signature of a member who may do it, a
            document is not the one that an act names, or a report was sealed otherwise.
    """
    read = read_letter(value)
    acts = [_checked(shift, act_from_json(text)) for text in read.acts]
    documents, keys = documents_of(read), evidence_keys_of(read)
    witnesses = [_checked_witness(shift, each) for each in read.witnesses]
    _require_named(documents, acts)
    for order in read.orders:
        apply_order(shift, act_from_json(order))
    with shift.vault.transaction() as opened:
        for document in documents:
            opened.put_document(document)
        for act in acts:
            _apply_act(shift, opened, act)
        for report_id, witness in witnesses:
            opened.put_witness(report_id, witness)
        for version in (act.version for act in acts if act.version):
            for item in version.draft.evidence:
                if item.id in keys:
                    opened.put_evidence(item, keys[item.id], mine=False)
        opened.mark_opened(delivery.id)


# --- who signed -----------------------------------------------------------------------


def _checked(shift: Shift, envelope: Envelope) -> _Act:
    """Check an act against the roster: signed by a member who may do such a thing."""
    # The name inside is read before it is trusted, only to find the key to check with.
    said = said_in(envelope)
    signer = _require_signed(shift, envelope, by=said.by.id)
    verb = VERB_OF.get(said.kind)
    if verb is None or not may(signer.roles, verb):
        raise WireError(_BY_ANOTHER)
    require_complete(said, verb)
    if said.packet and not said.packet.rpartition("-")[2].isdecimal():
        raise WireError("An act names a packet without a number.")
    version = _submitted(said, by=signer) if verb is Verb.SUBMIT else None
    return _Act(envelope=envelope, verb=verb, by=signer, said=said, version=version)


def _require_signed(shift: Shift, envelope: Envelope, *, by: str) -> Officer:
    signer = member_of(shift, OfficerId(by))
    if signer is None or not signer.certificate:
        raise WireError("An act names a member that the roster does not know.")
    # A member who works on two laptops has a key on each; an act names the one that signed.
    keys = public_keys_from_pem(signer.certificate)
    named = [keys[each.keyid] for each in envelope.signatures if each.keyid in keys]
    if not named:
        raise WireError("An act is not signed by a key of the member it names.")
    open_envelope(envelope, ACT_TYPE, key=named[0])
    return signer


def _checked_witness(shift: Shift, value: object) -> tuple[ReportId, Witness]:
    """Check a ledger entry of somebody else: its proofs, and who signed its act."""
    witness = witness_from_json(value)
    entry, said = witnessed_entry(witness), said_in(witness.act)
    named = (entry.kind, entry.at, entry.ids.get("report"), entry.ids.get("actor"))
    if named != (said.kind, said.at, said.report, said.by.id):
        raise WireError("A received ledger entry says something else than its body.")
    signer = _require_signed(shift, witness.act, by=said.by.id)
    verb = VERB_OF.get(entry.kind)
    if verb is not None and not may(signer.roles, verb):
        raise WireError(_BY_ANOTHER)
    return ReportId(said.report), witness


def _submitted(said: Said, *, by: Officer) -> ReportVersion:
    version = read_snapshot(said.snapshot)
    if version.draft.author.id != by.id or version.draft.report_id != said.report:
        raise WireError("A received report was not signed by its author.")
    return version


def _require_named(documents: Sequence[StoredDocument], acts: Sequence[_Act]) -> None:
    for document in documents:
        is_whole = hashlib.sha256(document.pdf).hexdigest() == document.sha256
        if not is_whole or not any(act.signs_for(document) for act in acts):
            raise WireError("A received document is not the one that was signed for.")


# --- what it changes ------------------------------------------------------------------


def _apply_act(shift: Shift, opened: Transaction, act: _Act) -> None:
    case = opened.case(act.report_id)
    if act.version is not None:
        _apply_version(opened, act, act.version, case)
        return
    if case is None or not case.versions:
        raise WireError("A decision names a report that is not on this laptop.")
    if act.verb in _REVIEWS:
        _apply_review(shift, opened, act, case)
    else:
        _apply_step(opened, act, case)


def _apply_version(
    opened: Transaction, act: _Act, version: ReportVersion, case: Case | None
) -> None:
    """Keep a sealed version; the state follows the newest one."""
    known = case.versions if case else ()
    if any(each.draft.author.id != act.by.id for each in known):
        raise WireError("A received report was begun by another author.")
    for each in known:
        same_number = each.draft.version == version.draft.version
        if same_number and _bytes_of(each) != _bytes_of(version):
            raise WireError("A received report was sealed before with other content.")
    is_late = bool(known) and known[-1].draft.version > version.draft.version
    state = case.state if case and is_late else State.SUBMITTED.value
    opened.put_version(version, title=title_of(version.draft), state=state)
    opened.put_decision(act.report_id, act.envelope)


def _bytes_of(version: ReportVersion) -> bytes:
    return canonical_text(version_to_json(version))


def _apply_review(shift: Shift, opened: Transaction, act: _Act, case: Case) -> None:
    """Keep a decision about a version that is here; only the newest one moves the state."""
    drafts = [each.draft for each in case.versions if each.draft.version == act.said.version]
    read = {
        each.sha256
        for each in case.documents
        if (each.kind, each.version) == ("report", act.said.version)
    }
    if not drafts or act.said.decided_on not in read:
        raise WireError("A decision is about another document than the one on this laptop.")
    if may_review(act.by, drafts[0]):
        raise WireError(_BY_ANOTHER)
    opened.put_decision(act.report_id, act.envelope)
    newest = case.versions[-1].draft
    if drafts[0].version != newest.version:
        return
    decisions = (*case.decisions, act.envelope)
    state = state_after_review(shift, case, decisions, version=newest.version)
    opened.put_state(act.report_id, state.value)
    if state is State.RETURNED and shift.officer.id == newest.author.id:
        _reopen(opened, newest, case_draft=case.draft)


def _reopen(opened: Transaction, newest: Draft, *, case_draft: Draft | None) -> None:
    """Give the author a draft of the next version; the sealed one stays as it is."""
    if case_draft is None:
        draft = replace(newest, version=newest.version + 1, revision=1)
        opened.put_draft(draft, title=title_of(draft), state=State.RETURNED.value)


def _apply_step(opened: Transaction, act: _Act, case: Case) -> None:
    """Keep a step of a referral; an old one that comes again never turns a report back."""
    newest = case.versions[-1].draft
    if may_refer(act.by, newest, act.verb):
        raise WireError(_BY_ANOTHER)
    if act.verb is Verb.ACCEPT:
        _require_other_preparer(act, case)
    opened.put_decision(act.report_id, act.envelope)
    is_next = State(case.state) in step_of(act.verb).before
    if is_next and act.said.version == newest.version:
        opened.put_state(act.report_id, step_of(act.verb).after.value)


def _require_other_preparer(act: _Act, case: Case) -> None:
    prepared = [said for said in map(said_in, case.decisions) if said.document == act.said.read]
    by = {each.by.id for each in prepared if each.kind is EntryKind.PACKET_PREPARED}
    if not by:
        raise WireError("A decision names a packet that is not on this laptop.")
    if act.by.id in by:
        raise WireError(_BY_ANOTHER)
