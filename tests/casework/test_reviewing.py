"""Review: bound to the bytes that were read, by somebody who was not part of it."""

import pytest

from ilocdoc.casework.drafting import keep_answers, open_draft, start_report
from ilocdoc.casework.receiving import open_deliveries
from ilocdoc.casework.referring import accept_packet, prepare_packet
from ilocdoc.casework.reviewing import (
    approve_report,
    close_without_referral,
    report_document,
    return_report,
)
from ilocdoc.casework.shift import act_of
from ilocdoc.casework.submitting import submit_report
from ilocdoc.record.errors import RefusedError
from tests.doubles.precinct import DANE, FINCH, PELL, QUILL


def read_at(precinct, star, report_id):
    return report_document(precinct[star].vault.case(report_id)).sha256


def test_the_author_does_not_review(precinct, submitted):
    with pytest.raises(RefusedError):
        approve_report(precinct[QUILL], submitted, read_sha256=read_at(precinct, QUILL, submitted))


def test_an_approval_of_other_bytes_than_those_read_is_refused(precinct, submitted):
    with pytest.raises(RefusedError, match="changed"):
        approve_report(precinct[PELL], submitted, read_sha256="0" * 64)


def test_an_involved_supervisor_does_not_review(precinct):
    answers = {"place": "here", "members": [{"id": "m", "star": PELL, "member_role": "used_force"}]}
    draft = start_report(precinct[QUILL], answers=answers)
    submit_report(precinct[QUILL], draft.report_id)
    open_deliveries(precinct[PELL])
    with pytest.raises(RefusedError, match="taking part"):
        read = read_at(precinct, PELL, draft.report_id)
        approve_report(precinct[PELL], draft.report_id, read_sha256=read)


def test_a_return_needs_a_question(precinct, submitted):
    with pytest.raises(RefusedError):
        return_report(precinct[PELL], submitted, questions=["  "])


def test_a_returned_report_comes_back_as_the_next_version(precinct, submitted):
    return_report(precinct[PELL], submitted, questions=["Which hospital?"])
    assert open_deliveries(precinct[QUILL]) == 1
    draft = open_draft(precinct[QUILL], submitted)
    assert (draft.version, precinct[QUILL].vault.case(submitted).state) == (2, "returned")
    keep_answers(precinct[QUILL], submitted, {**draft.answers, "place": "3300 W Testbed Rd, lot B"})
    submit_report(precinct[QUILL], submitted)
    open_deliveries(precinct[PELL])
    case = precinct[PELL].vault.case(submitted)
    assert [each.draft.version for each in case.versions] == [1, 2]
    assert case.state == "submitted"
    assert case.versions[0].draft.answers["place"] == "3300 W Testbed Rd", "the first stays"


def test_an_approval_reaches_the_author_and_the_other_supervisors(precinct, approved):
    open_deliveries(precinct[DANE])
    for star in (QUILL, PELL, DANE):
        case = precinct[star].vault.case(approved)
        assert case.state == "approved"
        assert [each.kind for each in case.documents].count("report_approved") == 1


def test_a_report_is_reviewed_once(precinct, approved):
    with pytest.raises(RefusedError, match="not waiting"):
        return_report(precinct[PELL], approved, questions=["And?"])


def test_a_lieutenant_closes_an_approved_report_with_a_reason(precinct, approved):
    open_deliveries(precinct[DANE])
    for star, reason in ((PELL, "civil matter"), (DANE, " ")):
        with pytest.raises(RefusedError):
            close_without_referral(precinct[star], approved, reason=reason)
    close_without_referral(precinct[DANE], approved, reason="civil matter")
    open_deliveries(precinct[QUILL])
    assert precinct[QUILL].vault.case(approved).state == "closed_no_referral"
    open_deliveries(precinct[PELL])
    with pytest.raises(RefusedError):
        prepare_packet(precinct[PELL], approved)


def test_a_packet_goes_from_the_supervisor_to_a_detective(precinct, approved):
    prepared = prepare_packet(precinct[PELL], approved)
    open_deliveries(precinct[FINCH])
    case = precinct[FINCH].vault.case(approved)
    assert case.state == "referral_prepared"
    accepted = accept_packet(precinct[FINCH], approved, read_sha256=prepared.sha256)
    assert accepted.pdf.startswith(prepared.pdf)
    open_deliveries(precinct[PELL])
    assert precinct[PELL].vault.case(approved).state == "referral_accepted"
    said = [act_of(each)["kind"] for each in precinct[PELL].vault.case(approved).decisions]
    assert said == ["report.submitted", "report.approved", "packet.prepared", "packet.accepted"]


def test_who_prepared_a_packet_does_not_accept_it(precinct, approved):
    open_deliveries(precinct[DANE])
    prepared = prepare_packet(precinct[DANE], approved)
    with pytest.raises(RefusedError, match="did not prepare"):
        accept_packet(precinct[DANE], approved, read_sha256=prepared.sha256)


def test_an_officer_neither_prepares_nor_accepts(precinct, approved):
    with pytest.raises(RefusedError):
        prepare_packet(precinct[QUILL], approved)
    prepared = prepare_packet(precinct[PELL], approved)
    with pytest.raises(RefusedError):
        accept_packet(precinct[QUILL], approved, read_sha256=prepared.sha256)


def test_a_packet_that_was_not_the_one_read_is_not_accepted(precinct, approved):
    prepare_packet(precinct[PELL], approved)
    open_deliveries(precinct[FINCH])
    with pytest.raises(RefusedError, match="changed"):
        accept_packet(precinct[FINCH], approved, read_sha256="0" * 64)
