"""A new signing key that headquarters has not certified: what goes on, and what waits."""

import pytest

from ilocdoc.casework.drafting import abandon_draft, keep_answers, stamp, start_report
from ilocdoc.casework.evidence import attach
from ilocdoc.casework.receiving import open_deliveries
from ilocdoc.casework.referring import accept_packet, prepare_packet
from ilocdoc.casework.reviewing import (
    approve_report,
    close_without_referral,
    report_document,
    return_report,
)
from ilocdoc.casework.submitting import preview, submit_report
from ilocdoc.record.errors import RefusedError
from tests.doubles.keys import software_key
from tests.doubles.precinct import DANE, FINCH, PELL, QUILL


def give_new_key(precinct, star) -> None:
    precinct.members[star].signer = software_key()


def test_drafts_evidence_and_times_go_on(precinct, photo):
    give_new_key(precinct, QUILL)
    shift = precinct[QUILL]
    draft = start_report(shift, answers={"place": "here"})
    attach(shift, draft.report_id, photo, caption="")
    stamp(shift, draft.report_id, "ems_called")
    keep_answers(shift, draft.report_id, {"place": "there"})
    assert preview(shift, draft.report_id)
    other = start_report(shift)
    abandon_draft(shift, other.report_id, reason="opened twice")


def test_submitting_waits_and_says_why_and_the_draft_stays(precinct):
    draft = start_report(precinct[QUILL], answers={"place": "here"})
    certified = precinct.members[QUILL].signer
    give_new_key(precinct, QUILL)
    with pytest.raises(RefusedError, match="has not certified your new signing key") as error:
        submit_report(precinct[QUILL], draft.report_id)
    assert "Everything is kept" in error.value.advice
    assert precinct[QUILL].vault.case(draft.report_id).draft == draft
    precinct.members[QUILL].signer = certified
    submit_report(precinct[QUILL], draft.report_id)


def test_no_decision_of_a_supervisor_is_signed_with_such_a_key(precinct, submitted):
    give_new_key(precinct, PELL)
    read = report_document(precinct[PELL].vault.case(submitted)).sha256
    with pytest.raises(RefusedError, match="new signing key"):
        approve_report(precinct[PELL], submitted, read_sha256=read)
    with pytest.raises(RefusedError, match="new signing key"):
        return_report(precinct[PELL], submitted, questions=["Which hospital?"])
    assert precinct[PELL].vault.case(submitted).state == "submitted"


def test_no_report_is_closed_with_such_a_key(precinct, approved):
    open_deliveries(precinct[DANE])
    give_new_key(precinct, DANE)
    with pytest.raises(RefusedError, match="new signing key"):
        close_without_referral(precinct[DANE], approved, reason="no apparent violation")


def test_no_packet_is_prepared_or_accepted_with_such_a_key(precinct, approved):
    certified = precinct.members[PELL].signer
    give_new_key(precinct, PELL)
    with pytest.raises(RefusedError, match="new signing key"):
        prepare_packet(precinct[PELL], approved)
    precinct.members[PELL].signer = certified
    packet = prepare_packet(precinct[PELL], approved)
    open_deliveries(precinct[FINCH])
    give_new_key(precinct, FINCH)
    with pytest.raises(RefusedError, match="new signing key"):
        accept_packet(precinct[FINCH], approved, read_sha256=packet.sha256)
