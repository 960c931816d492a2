"""The shipped scenarios, played over answers alone: every submit must go through."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from ilocdoc.record.findings import DutyState
from ilocdoc.record.form import Stage
from ilocdoc.record.form_check import check
from ilocdoc.record.formats import fits
from ilocdoc.record.report import Draft, EvidenceItem, Stamp
from ilocdoc.record.scenario import Act, Scenario, Step, read_scenario
from ilocdoc.record.tasks import Moments, tasks_for
from ilocdoc.shelf import form_file
from tests.doubles.shipped_forms import CATALOGUE, FORM, RULES, draft_of, prompts_of

NAMES = ("S5", "S7")


def scenario(name: str) -> Scenario:
    return read_scenario(form_file("scenarios", f"{name}.toml").read_bytes())


def attached(act: Act) -> EvidenceItem:
    return EvidenceItem(
        id=act.said["file"],
        name=act.said["file"],
        media_type="",
        size_bytes=1,
        sha256="",
        container_sha256="",
        captured_at="",
        imported_at="",
        collected_by=act.by,
        caption=act.said["caption"],
    )


def stamped(act: Act) -> Stamp:
    note = act.said.get("note", "")
    return Stamp(id="s", kind=act.said["stamp"], wall="", mono_ms=0, boot="", note=note)


def after(draft: Draft, act: Act) -> Draft:
    """Return the draft after one act of its author, as replay keeps it."""
    if act.do in {Step.START, Step.ANSWER}:
        return replace(draft, answers={**draft.answers, **act.answers})
    if act.do is Step.STAMP:
        return replace(draft, stamps=(*draft.stamps, stamped(act)))
    if act.do is Step.ATTACH:
        return replace(draft, evidence=(*draft.evidence, attached(act)))
    if act.do is Step.SET_ASIDE:
        raised = prompts_of(draft)[act.said["rule"]]
        assert raised.state == "open"
        answered = replace(raised, state="overridden", reason=act.said["reason"])
        return replace(draft, prompts=(*draft.prompts, answered))
    return draft


def submits(name: str) -> Iterator[Draft]:
    draft = draft_of({})
    for act in scenario(name).acts:
        draft = after(draft, act)
        if act.do is Step.SUBMIT:
            yield draft


def last(name: str) -> Draft:
    return list(submits(name))[-1]


@pytest.mark.parametrize("name", NAMES)
def test_every_submit_is_complete_and_no_stop_is_open(name: str) -> None:
    drafts = list(submits(name))
    assert drafts
    for draft in drafts:
        findings = check(FORM, draft.answers, stage=Stage.SUBMIT)
        assert findings.is_complete, (findings.missing, findings.failures)
        assert not findings.rule_errors
        prompts = prompts_of(draft)
        assert not [each for each in prompts.values() if each.state == "open"], prompts


@pytest.mark.parametrize("name", NAMES)
def test_a_reviewer_finds_nothing_missing_but_the_own_decision(name: str) -> None:
    findings = check(FORM, last(name).answers, stage=Stage.REFERRAL)
    assert not findings.failures
    assert all(each.path.endswith(".review_decision") for each in findings.missing)
    prompts = prompts_of(last(name), stage=Stage.APPROVE)
    assert not [each for each in prompts.values() if each.state == "open"]


@pytest.mark.parametrize("name", NAMES)
def test_every_duty_that_applies_is_done(name: str) -> None:
    duties = check(FORM, last(name).answers, stage=Stage.SUBMIT).duties
    assert not [each.name for each in duties if each.state is DutyState.OPEN]


@pytest.mark.parametrize("name", NAMES)
def test_every_answer_is_of_a_question_that_is_asked(name: str) -> None:
    answers = last(name).answers
    asked = check(FORM, answers, stage=Stage.REFERRAL).asked
    given = {path for path in paths_of(answers) if not path.endswith(".id")}
    assert given <= asked, given - asked


def paths_of(answers: dict[str, object]) -> Iterator[str]:
    for name, answer in answers.items():
        yield name
        rows = answer if isinstance(answer, list) else []
        for place, row in enumerate(rows):
            if isinstance(row, dict):
                yield from (f"{name}[{place}].{inner}" for inner in row)


@pytest.mark.parametrize("name", NAMES)
def test_facts_are_tied_to_elements_that_the_catalogue_has(name: str) -> None:
    answers = last(name).answers
    offences = {row["id"]: row["offence"] for row in answers.get("apparent_violations", [])}
    for fact in answers.get("element_facts", []):
        row = CATALOGUE.row(offences[fact["entry"]])
        assert row is not None
        assert 1 <= fact["element"] <= len(row.elements)


@pytest.mark.parametrize("name", NAMES)
def test_numbers_and_stars_come_from_the_reserved_ranges(name: str) -> None:
    answers = last(name).answers
    assert fits(answers["rd_number"], form="rd")
    assert answers["rd_number"].startswith("JK")
    assert 1 <= int(answers["rd_number"][2:]) <= 100_000
    assert answers["event_number"].startswith("99")
    assert answers["event_number_full"].endswith(answers["event_number"])
    assert all(star.startswith("99") for star in scenario(name).people)
    phones = [row["phone"] for row in answers["people"] if "phone" in row]
    assert phones
    assert all(phone.startswith("312-555-01") for phone in phones)


def test_the_family_car_raises_what_it_should_and_ends_in_an_accepted_packet() -> None:
    raised = {rule for rule, prompt in prompts_of(last("S7")).items() if prompt.state == "done"}
    assert {"A-06", "A-10.hospital", "A-12", "A-28"} <= raised
    assert "A-07" not in prompts_of(last("S7"))
    steps = [act.do for act in scenario("S7").acts]
    assert steps.count(Step.SUBMIT) == 2
    assert steps.index(Step.RETURN) < steps.index(Step.APPROVE) < steps.index(Step.PREPARE)
    assert steps[-2:] == [Step.ACCEPT, Step.SYNC]
    assert sum(step is Step.ATTACH for step in steps) == 2


def test_the_family_car_starts_the_clock_for_the_rights_statement_until_it_is_given() -> None:
    draft = last("S7")
    without = {name: held for name, held in draft.answers.items() if name != "victim_notices"}
    now = scenario("S7").acts[-1].at
    open_tasks = tasks_for(RULES, draft_of(without), form=FORM, moments=Moments(now=now))
    assert "A-16" in {each.rule for each in open_tasks}
    given = tasks_for(RULES, draft, form=FORM, moments=Moments(now=now))
    assert "A-16" not in {each.rule for each in given}


def test_the_courthouse_plaza_has_no_entry_and_is_closed_by_the_lieutenant() -> None:
    draft, acts = last("S5"), scenario("S5").acts
    assert "apparent_violations" not in draft.answers
    assert draft.answers["courthouse_distance_ft"] == 240
    close = next(act for act in acts if act.do is Step.CLOSE)
    assert (close.by, bool(close.said["reason"])) == ("99030", True)
    shown = " ".join(each.text for each in prompts_of(draft).values()).lower()
    assert not [word for word in ("mask", "face", "plate", "violat") if word in shown]
