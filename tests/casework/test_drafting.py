"""A draft is kept before anything is asked, and never silently lost."""

import dataclasses

import pytest

from ilocdoc.casework.drafting import (
    abandon_draft,
    keep_answers,
    keep_draft,
    open_draft,
    override_prompt,
    stamp,
    start_report,
    strike_stamp,
)
from ilocdoc.record.errors import DiskFullError, RefusedError
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.report import PromptRecord
from tests.doubles.precinct import QUILL, VANE

PROMPT = PromptRecord(
    rule="A-01", version="1", text="Has EMS been summoned?", state="open", severity="stop"
)


def test_a_report_is_kept_before_anything_is_asked(precinct):
    draft = start_report(precinct[QUILL], answers={"place": "3300 W Testbed Rd"})
    assert draft.local_number == "LOC-0A1B-261020-01"
    assert [each.kind for each in draft.stamps] == ["started"]
    assert precinct[QUILL].vault.case(draft.report_id).draft == draft
    assert precinct[QUILL].vault.rows()[0].title == "3300 W Testbed Rd"


def test_numbers_of_one_laptop_count_up_whoever_starts(precinct):
    numbers = [start_report(precinct[star]).local_number[-2:] for star in (QUILL, VANE, QUILL)]
    assert numbers == ["01", "02", "03"]


def test_a_full_disk_leaves_the_last_kept_draft(precinct):
    draft = start_report(precinct[QUILL])
    precinct.vaults[QUILL].fill_up()
    with pytest.raises(DiskFullError):
        keep_answers(precinct[QUILL], draft.report_id, {"place": "somewhere"})
    assert precinct[QUILL].vault.case(draft.report_id).draft == draft


def test_every_save_counts_a_revision(precinct):
    draft = start_report(precinct[QUILL])
    assert keep_draft(precinct[QUILL], draft).revision == draft.revision + 1


def test_a_stamp_takes_both_clocks(precinct):
    draft = start_report(precinct[QUILL])
    precinct.clock.move_on(minutes=3)
    last = stamp(precinct[QUILL], draft.report_id, "ems_called", note="by radio").stamps[-1]
    assert (last.kind, last.note, last.boot) == ("ems_called", "by radio", "boot-1")
    assert last.mono_ms - draft.stamps[0].mono_ms == 180_000
    assert last.wall == "2026-10-20T17:03:00.000000Z"


def test_a_stamp_is_struck_with_a_reason_and_stays(precinct):
    draft = start_report(precinct[QUILL])
    stamped = stamp(precinct[QUILL], draft.report_id, "ems_here")
    struck = strike_stamp(
        precinct[QUILL], draft.report_id, stamped.stamps[-1].id, reason="pressed by mistake"
    )
    assert [each.struck for each in struck.stamps] == ["", "pressed by mistake"]
    with pytest.raises(RefusedError):
        strike_stamp(precinct[QUILL], draft.report_id, stamped.stamps[-1].id, reason=" ")


def test_a_prompt_set_aside_without_a_reason_is_refused(precinct):
    draft = start_report(precinct[QUILL])
    aside = dataclasses.replace(PROMPT, state="overridden")
    with pytest.raises(RefusedError):
        override_prompt(precinct[QUILL], draft.report_id, aside)
    given = dataclasses.replace(aside, reason="EMS was there before us")
    assert override_prompt(precinct[QUILL], draft.report_id, given).prompts == (given,)


def test_a_draft_given_up_leaves_its_number_and_its_reason(precinct):
    draft = start_report(precinct[QUILL])
    with pytest.raises(RefusedError):
        abandon_draft(precinct[QUILL], draft.report_id, reason="")
    abandon_draft(precinct[QUILL], draft.report_id, reason="started twice")
    assert [each.kind for each in precinct[QUILL].vault.entries(draft.report_id)] == [
        EntryKind.DRAFT_CREATED,
        EntryKind.DRAFT_ABANDONED,
    ]
    with pytest.raises(RefusedError):
        open_draft(precinct[QUILL], draft.report_id)
    assert start_report(precinct[QUILL]).local_number.endswith("-02")
