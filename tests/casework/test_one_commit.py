"""Each verb is one commit: whatever the disk does, a report never stands between two."""

import pytest

from ilocdoc.casework.drafting import abandon_draft, start_report
from ilocdoc.casework.evidence import begin_file, keep_file, seal_file
from ilocdoc.casework.receiving import open_deliveries
from ilocdoc.casework.referring import accept_packet, prepare_packet
from ilocdoc.casework.reviewing import (
    approve_report,
    close_without_referral,
    report_document,
    return_report,
)
from ilocdoc.casework.submitting import submit_report
from ilocdoc.record.errors import DiskFullError
from tests.doubles.precinct import DANE, FINCH, PELL, QUILL


def room_for_one(precinct, star):
    precinct.vaults[star].fill_up(after=1)
    return precinct[star]


def test_a_double_that_is_full_takes_nothing_more(precinct):
    with pytest.raises(DiskFullError):
        for _ in range(2):
            start_report(room_for_one(precinct, QUILL))
            start_report(precinct[QUILL])


def test_submit(precinct):
    draft = start_report(precinct[QUILL], answers={"place": "here"})
    submit_report(room_for_one(precinct, QUILL), draft.report_id)
    case = precinct[QUILL].vault.case(draft.report_id)
    assert (case.state, case.draft, len(case.versions)) == ("submitted", None, 1)
    assert {each.to for each in precinct.post.letters} == {PELL, DANE}


def test_abandon(precinct):
    draft = start_report(precinct[QUILL], answers={"place": "here"})
    abandon_draft(room_for_one(precinct, QUILL), draft.report_id, reason="a double entry")
    assert precinct[QUILL].vault.case(draft.report_id).state == "withdrawn"


def test_keeping_a_file(precinct, photo):
    draft = start_report(precinct[QUILL], answers={"place": "here"})
    intake = begin_file(precinct[QUILL], draft.report_id, photo)
    sealed = seal_file(precinct[QUILL], intake)
    kept = keep_file(room_for_one(precinct, QUILL), draft.report_id, sealed)
    assert [each.id for each in kept.evidence] == [sealed.item.id]
    assert len(precinct[QUILL].vault.entries(draft.report_id)) == 1 + 2


def test_return(precinct, submitted):
    return_report(room_for_one(precinct, PELL), submitted, questions=["Which hospital?"])
    assert precinct[PELL].vault.case(submitted).state == "returned"


def test_approve(precinct, submitted):
    read = report_document(precinct[PELL].vault.case(submitted)).sha256
    approve_report(room_for_one(precinct, PELL), submitted, read_sha256=read)
    assert precinct[PELL].vault.case(submitted).state == "approved"


def test_close_without_a_referral(precinct, approved):
    open_deliveries(precinct[DANE])
    close_without_referral(room_for_one(precinct, DANE), approved, reason="civil matter")
    assert precinct[DANE].vault.case(approved).state == "closed_no_referral"


def test_prepare_and_accept(precinct, approved):
    prepared = prepare_packet(room_for_one(precinct, PELL), approved)
    open_deliveries(precinct[FINCH])
    accept_packet(room_for_one(precinct, FINCH), approved, read_sha256=prepared.sha256)
    assert precinct[FINCH].vault.case(approved).state == "referral_accepted"


def test_a_letter(precinct, submitted):
    return_report(precinct[PELL], submitted, questions=["Which hospital?"])
    assert open_deliveries(room_for_one(precinct, QUILL)) == 1
    assert precinct[QUILL].vault.case(submitted).state == "returned"
