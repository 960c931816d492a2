"""Submit: all or nothing, and only what was asked."""

import dataclasses
import json

import pytest

from ilocdoc.casework.drafting import keep_answers, open_draft, override_prompt, start_report
from ilocdoc.casework.evidence import attach, begin_file, keep_file, seal_file
from ilocdoc.casework.receiving import open_deliveries
from ilocdoc.casework.submitting import compose, preview, readiness, seal_report, submit_report
from ilocdoc.record.errors import DiskFullError, RefusedError
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.report import ReportKind
from tests.doubles.precinct import DANE, PELL, QUILL


def test_a_report_with_an_open_question_is_not_submitted(precinct):
    draft = start_report(precinct[QUILL])
    assert readiness(precinct[QUILL], draft).blocking == ("Answer needed: Place",)
    with pytest.raises(RefusedError, match="1 open"):
        submit_report(precinct[QUILL], draft.report_id)
    assert precinct[QUILL].vault.case(draft.report_id).draft == draft


def test_a_stop_is_cleared_with_a_reason_that_stays_in_the_report(precinct):
    draft = start_report(precinct[QUILL], answers={"place": "here", "injured": "yes"})
    (prompt,) = readiness(precinct[QUILL], draft).prompts
    with pytest.raises(RefusedError):
        submit_report(precinct[QUILL], draft.report_id)
    answered = dataclasses.replace(prompt, state="overridden", reason="EMS was there already")
    override_prompt(precinct[QUILL], draft.report_id, answered)
    version = submit_report(precinct[QUILL], draft.report_id)
    assert version.draft.prompts[0].reason == "EMS was there already"


def test_answers_that_are_not_asked_any_more_stay_out_of_the_sealed_report(precinct):
    answers = {"place": "here", "injured": "no", "injury": "a bruise"}
    draft = start_report(precinct[QUILL], answers=answers)
    version = submit_report(precinct[QUILL], draft.report_id)
    assert version.draft.answers == {"place": "here", "injured": "no"}


def test_submit_keeps_version_document_entries_and_mail_together(precinct, submitted):
    case = precinct[QUILL].vault.case(submitted)
    assert (case.state, case.draft, len(case.versions)) == ("submitted", None, 1)
    assert [each.kind for each in case.documents] == ["report"]
    assert [each.kind for each in precinct[QUILL].vault.entries(submitted)] == [
        EntryKind.DRAFT_CREATED,
        EntryKind.EVIDENCE_IMPORTED,
        EntryKind.EVIDENCE_VERIFIED,
        EntryKind.REPORT_SUBMITTED,
        EntryKind.DOCUMENT_CERTIFIED,
    ]
    assert {each.to for each in precinct.post.letters} == {PELL, DANE}


def test_a_full_disk_at_submit_changes_nothing(precinct):
    draft = start_report(precinct[QUILL], answers={"place": "here"})
    precinct.vaults[QUILL].fill_up()
    with pytest.raises(DiskFullError):
        submit_report(precinct[QUILL], draft.report_id)
    case = precinct[QUILL].vault.case(draft.report_id)
    assert (case.state, case.draft, case.versions) == ("draft", draft, ())
    assert precinct.post.letters == []


def test_a_draft_that_changed_while_it_was_drawn_is_not_sealed(precinct):
    draft = start_report(precinct[QUILL], answers={"place": "here"})
    composed = compose(precinct[QUILL], draft)
    keep_answers(precinct[QUILL], draft.report_id, {"place": "there"})
    with pytest.raises(RefusedError, match="changed"):
        seal_report(precinct[QUILL], composed)
    assert open_draft(precinct[QUILL], draft.report_id).answers == {"place": "there"}


def test_a_sealed_report_is_not_written_again_but_supplemented(precinct, submitted):
    with pytest.raises(RefusedError, match="sealed"):
        keep_answers(precinct[QUILL], submitted, {"place": "elsewhere"})
    added = start_report(
        precinct[QUILL], answers={"place": "x"}, kind=ReportKind.SUPPLEMENT, parent=submitted
    )
    submit_report(precinct[QUILL], added.report_id)
    kinds = [each.kind for each in precinct[QUILL].vault.entries(added.report_id)]
    assert kinds[:2] == [EntryKind.DRAFT_CREATED, EntryKind.REPORT_SUPPLEMENTED]


def test_a_preview_is_a_draft_and_carries_no_signature(precinct):
    draft = start_report(precinct[QUILL], answers={"place": "here"})
    page = json.loads(preview(precinct[QUILL], draft.report_id))
    assert page["draft"] is True


def test_a_sealed_file_is_no_evidence_before_it_is_kept(precinct, photo):
    draft = start_report(precinct[QUILL], answers={"place": "here"})
    intake = begin_file(precinct[QUILL], draft.report_id, photo)
    sealed = seal_file(precinct[QUILL], intake)
    assert open_draft(precinct[QUILL], draft.report_id).evidence == ()
    precinct.vaults[QUILL].fill_up()
    with pytest.raises(DiskFullError):
        keep_file(precinct[QUILL], draft.report_id, sealed)
    assert not precinct[QUILL].vault.evidence.holds(sealed.item.id)
    (begun,) = precinct[QUILL].vault.entries(draft.report_id)
    assert begun.kind is EntryKind.DRAFT_CREATED


def test_a_supervisor_reads_the_photo_with_the_key_from_the_letter(precinct, submitted, photo):
    (item,) = precinct[PELL].vault.case(submitted).versions[0].draft.evidence
    assert item.caption == "The car, driver's side"
    read = precinct[PELL].vault.evidence.read(item.id, offset=0, size=item.size_bytes)
    assert read == photo.read_bytes()
    assert not precinct[DANE].vault.evidence.holds(item.id)
    open_deliveries(precinct[DANE])
    assert precinct[DANE].vault.evidence.holds(item.id)


def test_a_file_is_attached_to_a_draft_only(precinct, submitted, photo):
    with pytest.raises(RefusedError):
        attach(precinct[QUILL], submitted, photo)
