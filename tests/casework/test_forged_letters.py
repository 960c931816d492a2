"""Members with a key of their own lie in their letters; nothing counts beyond their part."""

import base64
import dataclasses

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from ilocdoc.casework.drafting import open_draft, start_report
from ilocdoc.casework.mail import act_to_json, document_to_json
from ilocdoc.casework.receiving import apply_letter, open_deliveries
from ilocdoc.casework.referring import accept_packet, prepare_packet
from ilocdoc.casework.reviewing import (
    approve_report,
    close_without_referral,
    report_document,
    return_report,
)
from ilocdoc.casework.shift import act_of, sign_act
from ilocdoc.casework.submitting import compose, stored, submit_report
from ilocdoc.record.errors import RefusedError, WireError
from ilocdoc.record.ids import ZERO_HASH
from ilocdoc.record.ledger import (
    ENTRY_TYPE,
    EntryHeader,
    EntryKind,
    body_digest,
    header_bytes,
)
from ilocdoc.record.people import Role
from ilocdoc.record.report import version_to_json
from ilocdoc.wire.canonical import canonical_bytes
from ilocdoc.wire.envelope import (
    SoftwareKey,
    envelope_bytes,
    seal_envelope,
    spki_of,
    stream_id_of,
)
from ilocdoc.wire.sealing import OpeningKey, SealingKey, seal_delivery
from ilocdoc.wire.witness import witness_of
from tests.doubles.authority import pem_of
from tests.doubles.precinct import DANE, FINCH, PELL, QUILL, VANE

AT = "2026-10-20T17:00:00.000000Z"
SALT = b"\1" * 32


def send(precinct, star, content):
    """Apply a letter as it would arrive from anybody who has the roster."""
    delivery = seal_delivery(
        canonical_bytes(content),
        delivery_id=precinct.ids.new_id(),
        to=star,
        sender=VANE,
        kind="report",
        at=AT,
        key=SealingKey(encoded=precinct.members[star].officer.encryption_key),
    )
    apply_letter(precinct[star], delivery, content)


def resubmission(precinct, signer, like, *, document="0" * 64, **changes):
    """A sealed report like Quill's, altered, signed by somebody in their own name."""
    version = precinct[QUILL].vault.case(like).versions[0]
    author = dataclasses.replace(version.draft.author, id=signer, star=signer)
    draft = dataclasses.replace(version.draft, **{"author": author, **changes})
    snapshot = version_to_json(dataclasses.replace(version, draft=draft))
    return sign_act(
        precinct[signer],
        EntryKind.REPORT_SUBMITTED,
        at=AT,
        report=draft.report_id,
        snapshot=snapshot,
        document=document,
    )


def witnessed(precinct, signer, report_id, *, kind, actor):
    """A ledger entry with all its proofs, of a stream that anybody can make."""
    stream = SoftwareKey(ec.generate_private_key(ec.SECP256R1()))
    act = sign_act(precinct[signer], kind, at=AT, report=report_id)
    header = EntryHeader(
        stream=stream_id_of(stream.public.key),
        seq=1,
        prev=ZERO_HASH,
        kind=kind,
        at=AT,
        ids={"actor": actor, "report": report_id},
        body=body_digest(SALT, envelope_bytes(act)),
    )
    sealed = seal_envelope(ENTRY_TYPE, header_bytes(header), signer=stream)
    return msgspec.to_builtins(
        witness_of(sealed, stream_key=spki_of(stream.public.key), salt=SALT, act=act)
    )


def test_a_report_is_not_carried_on_by_another_author(precinct, submitted):
    act = resubmission(precinct, VANE, submitted, version=2)
    with pytest.raises(WireError, match="another author"):
        send(precinct, PELL, {"acts": [act_to_json(act)]})
    assert [each.draft.author.id for each in precinct[PELL].vault.case(submitted).versions] == [
        QUILL
    ]


def test_one_version_of_a_report_is_not_sealed_twice_with_other_content(precinct, submitted):
    act = resubmission(precinct, QUILL, submitted, answers={"place": "1 N Elsewhere St"})
    before = precinct[PELL].vault.case(submitted)
    with pytest.raises(WireError, match="other content"):
        send(precinct, PELL, {"acts": [act_to_json(act)]})
    assert precinct[PELL].vault.case(submitted) == before


def test_an_approval_of_another_document_than_the_one_here_does_not_count(precinct, submitted):
    act = sign_act(
        precinct[PELL],
        EntryKind.REPORT_APPROVED,
        at=AT,
        report=submitted,
        author=QUILL,
        version=1,
        read="0" * 64,
        document="1" * 64,
        checks=[],
    )
    with pytest.raises(WireError, match="another document"):
        send(precinct, QUILL, {"acts": [act_to_json(act)]})
    assert precinct[QUILL].vault.case(submitted).state == "submitted"


def test_a_document_named_for_one_report_is_not_kept_under_another(precinct, submitted):
    other = stored(b"%PDF mine", submitted, kind="report", version=9, at=AT)
    act = resubmission(
        precinct, VANE, submitted, report_id="vanes-own-report", document=other.sha256
    )
    content = {"acts": [act_to_json(act)], "documents": [document_to_json(other)]}
    with pytest.raises(WireError, match="signed for"):
        send(precinct, PELL, content)
    assert other not in precinct[PELL].vault.case(submitted).documents


@pytest.mark.parametrize(
    ("kind", "version"),
    [("report_approved", 1), ("packet_prepared", 1), ("annex", 1), ("report", 2), ("", 1)],
)
def test_a_document_is_kept_only_as_what_the_act_signs_for(precinct, submitted, kind, version):
    document = stored(b"%PDF mine", "vanes-own-report", kind=kind, version=version, at=AT)
    act = resubmission(
        precinct, VANE, submitted, report_id="vanes-own-report", document=document.sha256
    )
    content = {"acts": [act_to_json(act)], "documents": [document_to_json(document)]}
    with pytest.raises(WireError, match="signed for"):
        send(precinct, PELL, content)


def test_who_prepared_a_packet_does_not_accept_it(precinct, approved):
    open_deliveries(precinct[DANE])
    prepare_packet(precinct[DANE], approved)
    open_deliveries(precinct[FINCH])
    prepared = act_of(precinct[FINCH].vault.case(approved).decisions[-1])
    act = sign_act(
        precinct[DANE],
        EntryKind.PACKET_ACCEPTED,
        at=AT,
        report=approved,
        version=1,
        packet=prepared["packet"],
        read=prepared["document"],
        document="0" * 64,
    )
    with pytest.raises(WireError, match="may not make"):
        send(precinct, FINCH, {"acts": [act_to_json(act)]})
    assert precinct[FINCH].vault.case(approved).state == "referral_prepared"


def test_a_ledger_entry_does_not_name_another_actor_than_its_signer(precinct, submitted):
    forged = witnessed(precinct, VANE, submitted, kind=EntryKind.CUSTODY_STEP, actor=DANE)
    with pytest.raises(WireError):
        send(precinct, PELL, {"acts": [], "witnesses": [forged]})


@pytest.mark.parametrize("forger", [QUILL, VANE, FINCH])
def test_a_ledger_entry_of_a_decision_is_by_a_member_who_may_make_it(precinct, submitted, forger):
    forged = witnessed(precinct, forger, submitted, kind=EntryKind.REPORT_APPROVED, actor=forger)
    with pytest.raises(WireError):
        send(precinct, PELL, {"acts": [], "witnesses": [forged]})


def test_mail_sealed_for_somebody_else_stops_nothing(precinct, submitted):
    unreadable = seal_delivery(
        b"{}",
        delivery_id="a-stranger",
        to=QUILL,
        sender=VANE,
        kind="decision",
        at=AT,
        key=OpeningKey.generate().public,
    )
    precinct.post.letters.insert(0, unreadable)
    return_report(precinct[PELL], submitted, questions=["Which hospital?"])
    assert open_deliveries(precinct[QUILL]) == 1
    assert precinct[QUILL].vault.case(submitted).state == "returned"


@pytest.mark.parametrize("missing", ["version", "document", "report", "by", "kind"])
def test_a_decision_that_leaves_something_out_stops_nothing(precinct, submitted, missing):
    said = {
        "kind": "report.returned",
        "at": AT,
        "by": {"id": PELL},
        "report": submitted,
        "author": QUILL,
        "version": 1,
        "document": "0" * 64,
        "questions": ["Which?"],
    }
    del said[missing]
    act = seal_envelope(
        "application/vnd.ilocdoc.act.v1+json",
        canonical_bytes(said),
        signer=precinct[PELL].vault.signer,
    )
    content = {"acts": [act_to_json(act)]}
    with pytest.raises(WireError):
        send(precinct, QUILL, content)


@pytest.mark.parametrize(
    "value",
    [{"version": "1"}, {"version": 0}, {"version": -1}, {"version": 2**53 - 1, "answers": []}],
)
def test_a_report_of_impossible_shape_is_refused(precinct, submitted, value):
    act = resubmission(precinct, VANE, submitted, report_id="vanes-own-report", **value)
    with pytest.raises(WireError):
        send(precinct, PELL, {"acts": [act_to_json(act)]})


@pytest.mark.parametrize(
    "changed",
    [{"version": "1"}, {"at": 7}, {"kind": 7}, {"report": ["x"]}, {"pdf": "not base64"}],
)
def test_a_document_of_another_shape_is_refused(precinct, submitted, changed):
    document = stored(b"%PDF mine", "vanes-own-report", kind="report", version=1, at=AT)
    act = resubmission(
        precinct, VANE, submitted, report_id="vanes-own-report", document=document.sha256
    )
    content = {
        "acts": [act_to_json(act)],
        "documents": [{**document_to_json(document), **changed}],
    }
    with pytest.raises(WireError):
        send(precinct, PELL, content)


@pytest.mark.parametrize("key", [b"", b"x" * 31, b"x" * 33])
def test_an_evidence_key_of_another_length_is_refused(precinct, submitted, key):
    item = precinct[QUILL].vault.case(submitted).versions[0].draft.evidence[0]
    act = resubmission(precinct, VANE, submitted, report_id="vanes-own-report", evidence=(item,))
    content = {
        "acts": [act_to_json(act)],
        "evidence_keys": {item.id: base64.b64encode(key).decode()},
    }
    with pytest.raises(WireError):
        send(precinct, PELL, content)


def test_a_returned_report_is_reopened_for_its_author_only(precinct, submitted):
    return_report(precinct[PELL], submitted, questions=["Which hospital?"])
    for star in (QUILL, DANE):
        open_deliveries(precinct[star])
    assert precinct[QUILL].vault.case(submitted).draft is not None
    assert precinct[DANE].vault.case(submitted).state == "returned"
    assert precinct[DANE].vault.case(submitted).draft is None


def test_reviewers_who_differ_divide_a_report_wherever_it_lies(precinct, submitted):
    """Pell returns while Dane, who has no line, approves; then Dane's word settles it."""
    open_deliveries(precinct[DANE])
    return_report(precinct[PELL], submitted, questions=["Which hospital?"])
    read = report_document(precinct[DANE].vault.case(submitted)).sha256
    approve_report(precinct[DANE], submitted, read_sha256=read)
    for star in (QUILL, PELL, DANE):
        open_deliveries(precinct[star])
    states = {precinct[star].vault.case(submitted).state for star in (QUILL, PELL, DANE)}
    assert states == {"approved"}


def test_two_sergeants_who_differ_leave_it_to_a_watch_lieutenant(precinct):
    second = VANE
    precinct.promote(second, Role.SUPERVISOR)
    submitted = start_report(precinct[QUILL], answers={"place": "here"}).report_id
    submit_report(precinct[QUILL], submitted)
    open_deliveries(precinct[PELL])
    open_deliveries(precinct[second])
    return_report(precinct[PELL], submitted, questions=["Which hospital?"])
    read = report_document(precinct[second].vault.case(submitted)).sha256
    approve_report(precinct[second], submitted, read_sha256=read)
    open_deliveries(precinct[DANE])
    for star in (QUILL, PELL, second):
        open_deliveries(precinct[star])
        assert precinct[star].vault.case(submitted).state == "in_review"
    for star in (PELL, second):
        with pytest.raises(RefusedError):
            prepare_packet(precinct[star], submitted)
        with pytest.raises(RefusedError, match="differently"):
            return_report(precinct[star], submitted, questions=["Again?"])
    read = report_document(precinct[DANE].vault.case(submitted)).sha256
    approve_report(precinct[DANE], submitted, read_sha256=read)
    for star in (QUILL, PELL, second, DANE):
        open_deliveries(precinct[star])
        assert precinct[star].vault.case(submitted).state == "approved"


def test_the_author_neither_prepares_nor_closes_nor_accepts(precinct):
    """A lieutenant who wrote the report has every role, and still does not decide."""
    report_id = start_report(precinct[DANE], answers={"place": "here"}).report_id
    submit_report(precinct[DANE], report_id)
    open_deliveries(precinct[PELL])
    read = report_document(precinct[PELL].vault.case(report_id)).sha256
    approve_report(precinct[PELL], report_id, read_sha256=read)
    open_deliveries(precinct[DANE])
    with pytest.raises(RefusedError, match="author"):
        prepare_packet(precinct[DANE], report_id)
    with pytest.raises(RefusedError, match="author"):
        close_without_referral(precinct[DANE], report_id, reason="No.")
    packet = prepare_packet(precinct[PELL], report_id)
    open_deliveries(precinct[DANE])
    with pytest.raises(RefusedError, match="author"):
        accept_packet(precinct[DANE], report_id, read_sha256=packet.sha256)


def test_a_member_who_enrolled_on_a_second_laptop_still_counts_on_the_first(precinct):
    """The roster names both certificates, newest first; Quill signs with the older key."""
    newer = precinct.authority.signer("P.O. Alder Quill", star=QUILL)
    member = precinct.members[QUILL]
    bundle = pem_of(newer.certificate_der) + member.officer.certificate
    member.officer = dataclasses.replace(member.officer, certificate=bundle)
    precinct.promote(QUILL, Role.OFFICER)
    report_id = start_report(precinct[QUILL], answers={"place": "here"}).report_id
    submit_report(precinct[QUILL], report_id)
    assert open_deliveries(precinct[PELL]) == 1
    assert precinct[PELL].vault.case(report_id).state == "submitted"


def test_a_report_that_shows_something_else_than_it_says_is_not_approved(precinct):
    """Quill signs an act about one report, and a document about another."""
    shown = start_report(precinct[QUILL], answers={"place": "shown"}).report_id
    sent = start_report(precinct[QUILL], answers={"place": "sent"}).report_id
    documents = [
        compose(precinct[QUILL], open_draft(precinct[QUILL], each)) for each in (shown, sent)
    ]
    pdf = documents[0].document.pdf
    document = stored(pdf, sent, kind="report", version=1, at=AT)
    act = sign_act(
        precinct[QUILL],
        EntryKind.REPORT_SUBMITTED,
        at=AT,
        report=sent,
        snapshot=version_to_json(documents[1].version),
        document=document.sha256,
    )
    content = {"acts": [act_to_json(act)], "documents": [document_to_json(document)]}
    send(precinct, PELL, content)
    with pytest.raises(RefusedError, match="another report"):
        approve_report(precinct[PELL], sent, read_sha256=document.sha256)
    assert precinct[PELL].vault.case(sent).state == "submitted"
