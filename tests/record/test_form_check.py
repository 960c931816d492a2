"""What a form says about answers: asked, missing, not fitting, duties, notices."""

from typing import Any

import pytest

from ilocdoc.record.answers import Absence, absent
from ilocdoc.record.findings import DutyState
from ilocdoc.record.form import Stage
from ilocdoc.record.form_check import asked_answers, check, rule_values
from ilocdoc.record.form_reading import read_form
from tests.doubles.shipped_forms import FORM, at

MINI = read_form(
    b"""
form = "mini"
version = "1"
title = { en = "Mini" }
[conditions]
submitting = 'stage != "draft"'
has_rows = 'size(rows) > 0'
[choices]
yn = [
  { name = "yes", label = { en = "Yes" } },
  { name = "no", label = { en = "No" } },
  { name = "old", label = { en = "Old" }, status = "retired" },
]
[[sections]]
name = "one"
label = { en = "One" }
  [[sections.fields]]
  name = "used"
  type = "select_one yn"
  label = { en = "Used?", es = "Usado" }
  required = 'submitting'
  [[sections.fields]]
  name = "count"
  type = "integer"
  label = { en = "Count" }
  relevant = 'used == "yes"'
  required = 'submitting'
  constraint = 'int(count) > 0'
  constraint_message = { en = "At least one.", es = "Al menos uno." }
  [[sections.fields]]
  name = "note"
  type = "note"
  label = { en = "Note" }
  [[sections.fields]]
  name = "broken"
  type = "integer"
  label = { en = "Broken" }
  relevant = 'int(count) > 5'
  [[sections.notices]]
  name = "none"
  when = 'used == "no"'
  label = { en = "None was used." }
[[sections]]
name = "two"
label = { en = "Two" }
relevant = 'used == "yes"'
  [[sections.fields]]
  name = "rows"
  type = "repeat"
  label = { en = "Rows" }
    [[sections.fields.fields]]
    name = "kind"
    type = "select_one yn"
    label = { en = "Kind" }
    required = 'submitting && count != null'
    [[sections.fields.fields]]
    name = "why"
    type = "text"
    label = { en = "Why" }
    relevant = 'kind == "no" || "kind" in row_absent'
    required = 'submitting'
    [[sections.fields.fields]]
    name = "of"
    type = "link rows"
    label = { en = "Of" }
  [[sections.notices]]
  name = "two_notice"
  when = 'has_rows'
  label = { en = "Rows are there." }
[[duties]]
name = "rows"
label = { en = "Write rows" }
when = 'used == "yes"'
done = 'has_rows'
section = "two"
"""
)


def missing(answers: dict[str, Any], *, stage: Stage = Stage.SUBMIT) -> list[str]:
    return [each.path for each in check(MINI, answers, stage=stage).missing]


def faults(answers: dict[str, Any]) -> dict[str, str]:
    found = check(MINI, answers, stage=Stage.SUBMIT)
    return {each.path: each.message for each in found.failures}


def test_a_draft_asks_for_nothing_and_a_submit_does() -> None:
    assert missing({}, stage=Stage.DRAFT) == []
    assert missing({}) == ["used"]
    assert missing({"used": "yes"}) == ["count"]


def test_an_absence_answers_a_question() -> None:
    assert missing({"used": absent(Absence.UNKNOWN)}) == []


def test_a_row_is_judged_by_its_own_answers_and_the_forms() -> None:
    assert missing({"used": "yes", "count": 1, "rows": [{"id": "a"}]}) == ["rows[0].kind"]
    answers = {"used": "yes", "count": 1, "rows": [{"id": "a", "kind": "no"}]}
    assert missing(answers) == ["rows[0].why"]
    unknown = {"used": "yes", "count": 1, "rows": [{"id": "a", "kind": absent(Absence.UNKNOWN)}]}
    assert missing(unknown) == ["rows[0].why"]


def test_a_hidden_section_asks_nothing_and_counts_for_nothing() -> None:
    hidden = {"used": "no", "rows": [{"id": "a"}], "count": 3}
    found = check(MINI, hidden, stage=Stage.SUBMIT)
    assert found.asked == {"used", "note"}
    assert found.is_complete
    assert rule_values(MINI, hidden, stage=Stage.SUBMIT)["has_rows"] is False
    assert asked_answers(MINI, hidden, stage=Stage.SUBMIT) == {"used": "no"}


def test_a_sealed_report_holds_only_what_was_asked() -> None:
    answers = {
        "used": "yes",
        "count": 1,
        "stray": "x",
        "rows": [{"id": "a", "kind": "yes", "why": "hidden", "of": "", "stray": 1}],
    }
    kept = asked_answers(MINI, answers, stage=Stage.SUBMIT)
    assert kept == {"used": "yes", "count": 1, "rows": [{"id": "a", "kind": "yes"}]}


def test_answers_that_do_not_fit_are_told_without_their_value() -> None:
    assert faults({"used": 3}) == {"used": "This question takes one choice."}
    assert faults({"used": "maybe"}) == {"used": "This is none of the choices of this question."}
    assert faults({"used": "old"}) == {}
    assert faults({"used": "yes", "count": 0}) == {"count": "At least one."}
    rows = [{"id": "a", "kind": "yes", "of": "b"}]
    wrong = faults({"used": "yes", "count": 1, "rows": rows})
    assert wrong == {"rows[0].of": "This names an entry that is not in the report."}


def test_a_finding_names_its_section_and_speaks_a_language() -> None:
    found = check(MINI, {"used": "yes", "count": 0}, stage=Stage.SUBMIT, language="es")
    assert [each.message for each in found.in_section("one")] == ["Al menos uno."]
    assert found.in_section("two") == ()
    assert check(MINI, {}, stage=Stage.SUBMIT, language="es").missing[0].label == "Usado"


def test_notices_are_told_only_where_their_section_is_asked() -> None:
    def notices(answers: dict[str, Any]) -> list[str]:
        return [each.name for each in check(MINI, answers, stage=Stage.DRAFT).notices]

    assert notices({"used": "no", "rows": [{"id": "a"}]}) == ["none"]
    assert notices({"used": "yes", "rows": [{"id": "a"}]}) == ["two_notice"]


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ({"used": "no"}, DutyState.NOT_APPLICABLE),
        ({"used": "yes"}, DutyState.OPEN),
        ({"used": "yes", "rows": [{"id": "a"}]}, DutyState.DONE),
    ],
)
def test_a_duty_is_open_done_or_does_not_apply(answers: dict[str, Any], state: DutyState) -> None:
    assert check(MINI, answers, stage=Stage.DRAFT).duties[0].state is state


def test_a_rule_that_fails_counts_as_false_and_is_told_as_the_forms_fault() -> None:
    found = check(MINI, {"used": "yes"}, stage=Stage.DRAFT)
    assert "broken" not in found.asked
    assert found.rule_errors[0].startswith("int(count) > 5: ")


def chain(length: int) -> bytes:
    """Return a form in which each question is asked only if the one before was answered."""
    fields = "".join(
        f"""
  [[sections.fields]]
  name = "q{number}"
  type = "text"
  label = {{ en = "Q" }}
  relevant = 'q{number - 1} != ""'
"""
        for number in range(1, length)
    )
    return f"""
form = "chain"
version = "1"
title = {{ en = "Chain" }}
[[sections]]
name = "one"
label = {{ en = "One" }}
  [[sections.fields]]
  name = "q0"
  type = "text"
  label = {{ en = "Q" }}
  relevant = 'q{length - 1} == ""'
{fields}""".encode()


def test_answers_fall_away_through_a_long_chain_and_it_ends() -> None:
    form = read_form(chain(30))
    answers = {f"q{number}": "x" for number in range(30)}
    assert asked_answers(form, answers, stage=Stage.DRAFT) == {}
    answers.pop("q29")
    assert asked_answers(form, answers, stage=Stage.DRAFT) == answers


def test_the_shipped_form_has_no_rule_that_fails_over_nothing_or_oddities() -> None:
    odd: list[dict[str, Any]] = [
        {},
        {"force_reported": "yes", "force_events": [{"id": "f"}]},
        {"injury_reported": "yes", "injuries": [{"id": "i"}], "medical": [{"id": "m"}]},
        {"occurred_from": at("1150"), "occurred_to": at("1151"), "cleared_at": at("1200")},
        {name: absent(Absence.UNKNOWN) for name in ("ward", "occurred_to", "force_events")},
        {repeat.name: [{"id": "x"}] for repeat in FORM.repeats()},
    ]
    for answers in odd:
        for stage in Stage:
            assert check(FORM, answers, stage=stage).rule_errors == ()


def test_times_that_run_back_are_told() -> None:
    answers = {"occurred_from": at("1150"), "occurred_to": at("1100")}
    found = check(FORM, answers, stage=Stage.DRAFT).failures
    assert [each.message for each in found] == ["The end lies before the beginning."]


def test_an_answer_under_a_repeat_that_is_no_row_is_a_failure() -> None:
    found = check(FORM, {"members": "me"}, stage=Stage.DRAFT).failures
    assert [each.path for each in found] == ["members"]
