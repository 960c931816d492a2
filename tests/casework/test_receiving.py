"""Mail proves nothing by itself: forged, replayed and foreign letters change nothing."""

import dataclasses

import msgspec
import pytest

from ilocdoc.casework.mail import act_to_json, document_to_json, letter
from ilocdoc.casework.receiving import apply_letter, open_deliveries
from ilocdoc.casework.reviewing import return_report
from ilocdoc.casework.shift import sign_act
from ilocdoc.casework.submitting import stored, submit_report
from ilocdoc.record.errors import WireError
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.people import Role
from ilocdoc.record.report import version_to_json
from ilocdoc.wire.canonical import canonical_bytes
from ilocdoc.wire.envelope import Envelope
from ilocdoc.wire.sealing import SealingKey, seal_delivery
from tests.doubles.precinct import FINCH, PELL, QUILL, VANE

AT = "2026-10-20T17:00:00.000000Z"


def letter_to(precinct, star, content, *, kind="decision", sender=VANE):
    """Seal a letter as anybody with the roster could."""
    return seal_delivery(
        canonical_bytes(content),
        delivery_id=precinct.ids.new_id(),
        to=star,
        sender=sender,
        kind=kind,
        at=AT,
        key=SealingKey(encoded=precinct.members[star].officer.encryption_key),
    )


def approval_by(precinct, star, report_id):
    return sign_act(
        precinct[star],
        EntryKind.REPORT_APPROVED,
        at=AT,
        report=report_id,
        author=QUILL,
        version=1,
        read="0" * 64,
        document="0" * 64,
        checks=[],
    )


@pytest.mark.parametrize("forger", [QUILL, VANE, FINCH])
def test_an_approval_by_somebody_who_may_not_approve_is_refused(precinct, submitted, forger):
    act = approval_by(precinct, forger, submitted)
    content = {"acts": [act_to_json(act)], "documents": []}
    delivery = letter_to(precinct, PELL, content)
    with pytest.raises(WireError):
        apply_letter(precinct[PELL], delivery, content)
    assert precinct[PELL].vault.case(submitted).state == "submitted"


def test_a_report_signed_by_somebody_else_than_its_author_is_refused(precinct, submitted):
    version = precinct[QUILL].vault.case(submitted).versions[0]
    forged = dataclasses.replace(version, draft=dataclasses.replace(version.draft, version=2))
    act = sign_act(
        precinct[VANE],
        EntryKind.REPORT_SUBMITTED,
        at=AT,
        report=submitted,
        snapshot=version_to_json(forged),
        document="0" * 64,
    )
    content = {"acts": [act_to_json(act)]}
    with pytest.raises(WireError, match="author"):
        apply_letter(precinct[PELL], letter_to(precinct, PELL, content), content)
    assert len(precinct[PELL].vault.case(submitted).versions) == 1


def test_a_report_of_a_member_who_may_not_write_reports_is_refused(precinct, submitted):
    analyst = frozenset([Role.DATA_ANALYST])
    reader = precinct.vaults[PELL]
    reader._roster = [
        dataclasses.replace(each, roles=analyst) if each.id == QUILL else each
        for each in reader.roster
    ]
    version = precinct[QUILL].vault.case(submitted).versions[0]
    other = dataclasses.replace(version.draft, report_id="another-report")
    act = sign_act(
        precinct[QUILL],
        EntryKind.REPORT_SUBMITTED,
        at=AT,
        report="another-report",
        snapshot=version_to_json(dataclasses.replace(version, draft=other)),
        document="0" * 64,
    )
    content = {"acts": [act_to_json(act)]}
    with pytest.raises(WireError, match="may not"):
        apply_letter(precinct[PELL], letter_to(precinct, PELL, content), content)


def test_a_document_that_no_act_names_is_refused(precinct, submitted):
    document = stored(b"%PDF other", submitted, kind="report", version=9, at=AT)
    content = {"acts": [], "documents": [document_to_json(document)]}
    with pytest.raises(WireError, match="signed for"):
        apply_letter(precinct[PELL], letter_to(precinct, PELL, content), content)


def test_an_altered_act_is_refused(precinct, submitted):
    act = approval_by(precinct, PELL, submitted)
    other = approval_by(precinct, PELL, "another-report")
    swapped = Envelope(
        payload_type=act.payload_type, payload=other.payload, signatures=act.signatures
    )
    content = {"acts": [act_to_json(swapped)]}
    with pytest.raises(WireError):
        apply_letter(precinct[QUILL], letter_to(precinct, QUILL, content), content)


@pytest.mark.parametrize(
    "content",
    [
        {"acts": ["not base64!"]},
        {"acts": 7},
        {"documents": [{}]},
        {"acts": [], "evidence_keys": []},
    ],
)
def test_a_letter_of_another_shape_is_refused_and_stops_nothing(precinct, submitted, content):
    precinct.post.letters.insert(0, letter_to(precinct, QUILL, content))
    return_report(precinct[PELL], submitted, questions=["Which hospital?"])
    assert open_deliveries(precinct[QUILL]) == 1
    assert precinct[QUILL].vault.case(submitted).state == "returned"


def test_an_old_return_that_comes_again_does_not_turn_the_report_back(precinct, submitted):
    return_report(precinct[PELL], submitted, questions=["Which hospital?"])
    returned = precinct.post.letters[-1]
    ((_letter, content),) = precinct[QUILL].vault.deliveries()
    open_deliveries(precinct[QUILL])
    submit_report(precinct[QUILL], submitted)
    apply_letter(precinct[QUILL], returned, letter(content))
    case = precinct[QUILL].vault.case(submitted)
    assert (case.state, case.draft) == ("submitted", None)


def test_a_letter_applied_twice_changes_nothing(precinct, submitted):
    fresh = [each for each in precinct.post.letters if each.to == PELL]
    before = precinct[PELL].vault.case(submitted)
    precinct.vaults[PELL].opened.clear()
    ((delivery, content),) = precinct[PELL].vault.deliveries()
    assert delivery == fresh[0]
    apply_letter(precinct[PELL], delivery, letter(content))
    assert precinct[PELL].vault.case(submitted) == before


def test_the_custody_of_the_author_reaches_whoever_prepares_the_packet(precinct, submitted):
    author, reader = (precinct[star].vault.entries(submitted) for star in (QUILL, PELL))
    assert reader == author
    assert EntryKind.EVIDENCE_IMPORTED in {each.kind for each in reader}


def test_a_witness_of_another_report_or_signer_is_refused(precinct, submitted):
    with precinct[QUILL].vault.transaction() as opened:
        witness, *_others = opened.witnesses(submitted)
    forged = msgspec.structs.replace(witness, act=approval_by(precinct, QUILL, submitted))
    for value in (msgspec.to_builtins(forged), {"envelope": 1}, "x"):
        content = {"acts": [], "witnesses": [value]}
        with pytest.raises(WireError):
            apply_letter(precinct[PELL], letter_to(precinct, PELL, content), content)
