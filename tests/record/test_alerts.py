from dataclasses import replace
from typing import Any

import pytest

from ilocdoc.record.alerts import compile_alerts, prompts_for, read_alert_rules
from ilocdoc.record.errors import FormError
from ilocdoc.record.form import Stage
from ilocdoc.record.report import EvidenceItem, PromptRecord, Stamp
from tests.doubles.shipped_forms import FORM, RULES, WORDS, at, draft_of, prompts_of
from tests.record.alert_cases import DONE, ENTRY, FIRES, NO, QUIET_CASES, YES


@pytest.mark.parametrize(("rule", "answers"), FIRES)
def test_a_rule_is_raised_by_what_it_is_about(rule: str, answers: dict[str, Any]) -> None:
    raised = prompts_of(draft_of(answers), stage=Stage.APPROVE)
    assert raised[rule].state == "open", raised


@pytest.mark.parametrize(("rule", "answers"), QUIET_CASES)
def test_a_rule_is_quiet_where_it_has_nothing_to_say(rule: str, answers: dict[str, Any]) -> None:
    assert rule not in prompts_of(draft_of(answers), stage=Stage.APPROVE)


@pytest.mark.parametrize(("rule", "answers"), DONE)
def test_a_rule_sees_that_its_task_was_done(rule: str, answers: dict[str, Any]) -> None:
    assert prompts_of(draft_of(answers))[rule].state == "done"


def test_the_tables_above_hold_every_rule_that_answers_decide() -> None:
    decided = {each.id for each in RULES.rules if type(each.test).__name__ != "ByTime"} - {"A-25"}
    assert {rule for rule, _answers in FIRES} == decided
    assert {rule for rule, _answers in QUIET_CASES} == decided


def test_the_rules_are_the_28_of_the_domain_model() -> None:
    numbers = {each.id.split(".")[0] for each in RULES.rules}
    assert numbers == {f"A-{number:02d}" for number in range(1, 29)}


@pytest.mark.parametrize(
    "seen",
    [
        {"agents": [{"id": "a1", "face_covering": "full", "visible_identifier": ["none"]}]},
        {"agents": [{"id": "a1", "bwc_visible": NO, "announced": NO}]},
        {"vehicles": [{"id": "w1", "plate_observation": "different", "plate_illinois": NO}]},
        {"vehicles": [{"id": "w1", "plate_observation": "covered"}]},
        {"crowd_control_carried": YES},
    ],
)
def test_a_mask_or_a_plate_raises_no_alert_at_all(seen: dict[str, Any]) -> None:
    plain = {"no_attempt_reason": "left"}
    assert prompts_of(draft_of({**plain, **seen})) == prompts_of(draft_of(plain))


@pytest.mark.parametrize("words", ["violat", "offence", "guilty", "illegal", "unlawful"])
def test_no_alert_concludes(words: str) -> None:
    assert not [each.id for each in RULES.rules if words in each.text["en"].lower()]


def test_a_rule_of_a_later_stage_waits_for_it() -> None:
    draft = draft_of({"apparent_violations": ENTRY})
    assert "A-08" not in prompts_of(draft, stage=Stage.DRAFT)
    assert "A-13" not in prompts_of(draft, stage=Stage.SUBMIT)
    assert "A-13" in prompts_of(draft, stage=Stage.APPROVE)


def test_a_prompt_that_is_raised_again_keeps_its_answer() -> None:
    first = prompts_of(draft_of({}))["A-08"]
    answered = replace(first, state="overridden", reason="Written from video only.")
    assert prompts_of(draft_of({}, prompts=(answered,)))["A-08"] == answered


def test_a_new_version_of_a_rule_asks_again() -> None:
    older = PromptRecord(
        rule="A-08", version="0", text="x", state="overridden", severity="stop", reason="y"
    )
    assert prompts_of(draft_of({}, prompts=(older,)))["A-08"].state == "open"


def test_a_word_that_was_not_there_before_asks_again() -> None:
    quoted = draft_of({"synopsis": "A visa card lay there."})
    answered = replace(
        prompts_of(quoted)["A-18"], state="overridden", reason="A name on a bank card."
    )
    same = replace(quoted, prompts=(answered,))
    assert prompts_of(same)["A-18"].state == "overridden"
    more = replace(same, answers={"synopsis": "A visa card lay there. He is undocumented."})
    assert prompts_of(more)["A-18"].state == "open"


def test_a_prompt_that_is_raised_no_more_stays_in_the_record() -> None:
    shown = prompts_of(draft_of({"synopsis": "He is undocumented."}))["A-18"]
    after = prompts_of(draft_of({"synopsis": "He left."}, prompts=(shown,)))["A-18"]
    assert (after.state, after.before) == ("done", "undocumented")
    gone = replace(shown, rule="A-99", state="overridden", reason="r")
    assert prompts_of(draft_of({}, prompts=(gone,)))["A-99"] == gone


def test_a_prompt_names_words_of_the_list_and_never_the_text() -> None:
    found = prompts_of(draft_of({"synopsis": "Number A123456789, illegal, visa."}))["A-18"]
    assert "A123456789" not in found.text + found.before
    assert "“A-number”" in found.text
    neutral = prompts_of(draft_of({"synopsis": "He was brutally pushed, illegally."}))["A-19"].text
    assert "“brutal…” (name the kind of force" in neutral
    assert neutral.endswith("“illegally” (say what was done).")
    many = "visa deport migrant alien illegal asylum refugee daca nationality"
    assert "and 3 more" in prompts_of(draft_of({"synopsis": many}))["A-18"].text


@pytest.mark.parametrize(
    "draft",
    [
        draft_of({"place": {"absent": "unknown", "reason": "an undocumented place"}}),
        draft_of({"people": [{"id": "p1", "description": "undocumented man"}]}),
        draft_of({}, stamps=(Stamp(id="s", kind="o", wall="", mono_ms=0, boot="", note="a visa"),)),
        draft_of(
            {},
            evidence=(
                EvidenceItem(
                    id="e",
                    name="n",
                    media_type="image/jpeg",
                    size_bytes=1,
                    sha256="",
                    container_sha256="",
                    captured_at="",
                    imported_at="",
                    collected_by="",
                    caption="an undocumented man",
                ),
            ),
        ),
    ],
)
def test_reasons_rows_notes_and_captions_are_looked_through_too(draft: Any) -> None:
    assert "A-18" in prompts_of(draft)


def test_a_full_event_number_that_names_no_day_is_a_doubt_in_words() -> None:
    answers = {"event_number_full": "2636699188", "occurred_from": at("1150")}
    assert "no day" in prompts_of(draft_of(answers))["A-24"].text


@pytest.mark.parametrize(
    "broken", [{"occurred_from": {"at": "soon"}}, {"members": "x"}, {"rd_number": 5}]
)
def test_answers_of_a_wrong_shape_raise_no_error(broken: dict[str, Any]) -> None:
    assert prompts_of(draft_of(broken))


MINI = """
alerts = "incident"
version = "1"
forms = ["2026-11.1"]

[[rules]]
id = "A-01"
version = "1"
severity = "stop"
section = "care"
field = "medical"
when = 'hurt'
text = { en = "Has EMS been summoned?" }

[[rules]]
id = "A-02"
version = "1"
severity = "act"
kind = "time"
section = "care"
each = "medical"
open = 'ems_arrived_at == null'
since = "requested_at"
marks = ["10 min", "1 h"]
tell = ["officer", "supervisor"]
text = { en = "Call OEMC again." }

[[rules]]
id = "A-18"
version = "1"
severity = "act"
kind = "words"
section = "account"
list = "status"
without = ["people.name"]
text = { en = "Take out words." }

[[rules]]
id = "A-24"
version = "1"
severity = "info"
kind = "numbers"
section = "scene"
rd = ["rd_number"]
occurred = "occurred_from"
text = { en = "Check this number." }

[[rules]]
id = "A-25"
version = "1"
severity = "info"
kind = "same_event"
where = "hq"
section = "scene"
window = "90 min"
text = { en = "Link the two." }
"""


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("severity = ", "severty = ", "rule 'A-01' has an unknown key 'severty'"),
        ('severity = "stop"', 'severity = "halt"', "no severity 'halt'"),
        ('kind = "time"', 'kind = "tme"', "no kind 'tme'"),
        ("when = 'hurt'", "", "rule 'A-01' has no when"),
        ('id = "A-02"', 'id = "A-01"', "the rule 'A-01' stands twice"),
        ('where = "hq"', 'where = "city"', "'city' is not a valid Where"),
        ('"10 min"', '"10 minutes"', "'10 minutes' is no span"),
        ('["10 min", "1 h"]', '["1 h", "10 min"]', "marks do not rise"),
        ('["officer", "supervisor"]', '["officer"]', "differ in length"),
        ('["officer", "supervisor"]', '["officer", "mayor"]', "'mayor' is not a valid Role"),
        ("[[rules]]", "rules]]", "line 6, column"),
    ],
)
def test_a_rule_file_with_a_mistake_is_refused_in_words(old: str, new: str, sentence: str) -> None:
    assert old in MINI
    with pytest.raises(FormError, match=sentence):
        read_alert_rules(MINI.replace(old, new, 1).encode(), file="alerts.toml")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("'hurt'", "'hrt'", r"alerts.toml, rule A-01: line 12, column 9: .*hrt"),
        ("'hurt'", "'size(medical)'", "gives int"),
        ("ems_arrived_at == null", "ems_arived_at == null", r"A-02: line 22, column 9: .*ems_ar"),
        ('each = "medical"', 'each = "medicals"', "no field 'medicals'"),
        ('without = ["people.name"]', 'without = ["people.nmae"]', "no field 'people.nmae'"),
        ('section = "scene"', 'section = "scne"', "no section 'scne'"),
        ('field = "medical"', 'field = "medcal"', "no field 'medcal'"),
        ('occurred = "occurred_from"', 'occurred = "occured"', "no field 'occured'"),
        ('since = "requested_at"', 'since = "asked_at"', "no time 'asked_at'"),
    ],
)
def test_a_rule_that_does_not_fit_the_form_is_refused_with_its_place(
    old: str, new: str, sentence: str
) -> None:
    assert old in MINI
    rules = read_alert_rules(MINI.replace(old, new, 1).encode(), file="alerts.toml")
    with pytest.raises(FormError, match=sentence):
        compile_alerts(rules, FORM)


def test_a_rule_of_headquarters_asks_nothing_on_a_laptop() -> None:
    hurt = draft_of({"injury_reported": "yes"})
    theirs = MINI.replace('id = "A-01"', 'id = "A-01"\nwhere = "hq"')
    raised = [
        prompts_for(
            read_alert_rules(text.encode()), hurt, form=FORM, words=WORDS, stage=Stage.SUBMIT
        )
        for text in (MINI, theirs)
    ]
    assert [[each.rule for each in prompts] for prompts in raised] == [["A-01"], []]


def test_a_rule_over_a_list_that_is_not_there_is_refused() -> None:
    rules = read_alert_rules(MINI.replace('"status"', '"stats"').encode())
    with pytest.raises(FormError, match="no word list 'stats'"):
        prompts_for(rules, draft_of({}), form=FORM, words=WORDS, stage=Stage.SUBMIT)
