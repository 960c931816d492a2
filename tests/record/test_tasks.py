"""Tasks: what time makes due, at the very minute, and for whom."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ilocdoc.record.alert_rules import Where
from ilocdoc.record.alerts import read_alert_rules
from ilocdoc.record.people import Role
from ilocdoc.record.tasks import Moments, Task, tasks_for
from tests.doubles.shipped_forms import FORM, RULES, at, draft_of

NOON = datetime(2026, 10, 20, 17, 0, tzinfo=UTC)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
CALLED = {"medical": [{"id": "m1", "requested_at": at("1200")}]}
RECORDED = {
    "bwc_recordings": [
        {"id": "r1", "member": "c1", "started_at": at("1200"), "flag": "flagged"},
        {"id": "r2", "member": "c2", "started_at": at("1200"), "flag": "flagged_confirmed"},
    ]
}
VIOLENT = {
    "reported_at": at("1200"),
    "apparent_violations": [{"id": "v1", "offence": "agg_batt"}],
}
SERIOUS = {
    "injury_reported": "yes",
    "injuries": [{"id": "i1", "severity": "life_threatening"}],
}


def tasks(
    answers: dict[str, Any], *, after: timedelta, where: Where = Where.LAPTOP, **more: datetime
) -> dict[str, Task]:
    moments = Moments(now=NOON + after, **more)
    found = tasks_for(RULES, draft_of(answers), form=FORM, moments=moments, where=where)
    return {each.rule: each for each in found}


def test_ems_is_called_again_after_ten_minutes() -> None:
    before = tasks(CALLED, after=9 * MINUTE)["A-02"]
    assert (before.is_due, before.next_at, before.row) == (False, NOON + 10 * MINUTE, "m1")
    due = tasks(CALLED, after=10 * MINUTE)["A-02"]
    assert (due.is_due, due.passed, due.next_at) == (True, 1, None)
    assert (due.section, due.field, due.severity) == ("care", "medical", "act")


@pytest.mark.parametrize(
    "row", [{"requested_at": at("1200"), "ems_arrived_at": at("1205")}, {"ems_unit": "77"}]
)
def test_ems_that_came_or_was_not_called_is_no_task(row: dict[str, Any]) -> None:
    assert "A-02" not in tasks({"medical": [{"id": "m1", **row}]}, after=HOUR)


@pytest.mark.parametrize(
    ("after", "passed", "tell"),
    [
        (DAY - MINUTE, 0, Role.OFFICER),
        (DAY, 1, Role.OFFICER),
        (7 * DAY, 2, Role.SUPERVISOR),
        (30 * DAY, 3, Role.WATCH_LIEUTENANT),
        (60 * DAY, 4, Role.WATCH_LIEUTENANT),
        (80 * DAY, 5, Role.HQ_REVIEWER),
    ],
)
def test_a_recording_without_a_confirmed_flag_goes_up_the_ranks(
    after: timedelta, passed: int, tell: Role
) -> None:
    task = tasks(RECORDED, after=after)["A-15"]
    assert (task.row, task.passed, task.tell) == ("r1", passed, tell)


def test_a_confirmed_flag_ends_the_task() -> None:
    confirmed = {"bwc_recordings": [RECORDED["bwc_recordings"][1]]}
    assert "A-15" not in tasks(confirmed, after=80 * DAY)


@pytest.mark.parametrize(
    ("after", "passed"), [(23 * HOUR, 0), (24 * HOUR, 1), (40 * HOUR, 2), (48 * HOUR, 3)]
)
def test_the_rights_statement_is_due_within_two_days(after: timedelta, passed: int) -> None:
    assert tasks(VIOLENT, after=after)["A-16"].passed == passed


@pytest.mark.parametrize(
    "answers",
    [
        {**VIOLENT, "victim_notices": [{"id": "n1", "given_at": at("1230")}]},
        {**VIOLENT, "apparent_violations": [{"id": "v1", "offence": "plate_disp"}]},
        {"apparent_violations": VIOLENT["apparent_violations"]},
    ],
)
def test_no_rights_statement_is_due_where_none_is_owed(answers: dict[str, Any]) -> None:
    assert "A-16" not in tasks(answers, after=3 * DAY)


def test_a_report_that_waits_is_headquarters_business_alone() -> None:
    waiting = {"submitted_at": NOON}
    assert "A-21" not in tasks({}, after=3 * HOUR, **waiting)
    due = tasks({}, after=2 * HOUR, where=Where.HQ, **waiting)["A-21"]
    assert (due.passed, due.tell) == (1, Role.WATCH_LIEUTENANT)
    assert tasks({}, after=HOUR, where=Where.HQ, **waiting)["A-21"].passed == 0
    assert "A-21" not in tasks({}, after=3 * HOUR, where=Where.HQ)


def test_deadlines_stop_for_a_member_who_is_involved() -> None:
    own = {"own_part": ["used_force"]}
    assert "A-21" not in tasks(own, after=3 * HOUR, where=Where.HQ, submitted_at=NOON)


def test_a_serious_injury_without_a_line_is_told_by_voice() -> None:
    assert tasks(SERIOUS, after=4 * HOUR, last_contact=NOON)["A-22"].is_due
    assert not tasks(SERIOUS, after=3 * HOUR, last_contact=NOON)["A-22"].is_due
    assert "A-22" not in tasks({}, after=4 * HOUR, last_contact=NOON)
    assert "A-22" not in tasks(SERIOUS, after=4 * HOUR)


def test_headquarters_evaluates_the_laptops_rules_too() -> None:
    assert "A-15" in tasks(RECORDED, after=DAY, where=Where.HQ)


def test_a_rule_may_count_from_the_beginning_of_the_report() -> None:
    rules = read_alert_rules(
        b"""
alerts = "incident"
version = "1"
forms = ["2026-11.1"]
[[rules]]
id = "B-01"
version = "1"
severity = "info"
kind = "time"
section = "scene"
since = "created_at"
marks = ["30 d"]
text = { en = "This draft is a month old.", es = "Hace un mes." }
"""
    )
    moments = Moments(now=NOON + 30 * DAY)
    draft = draft_of({}, created_at="2026-10-20T17:00:00.000000Z")
    (task,) = tasks_for(rules, draft, form=FORM, moments=moments, language="es")
    assert (task.passed, task.text, task.since) == (1, "Hace un mes.", NOON)


def test_a_rule_over_rows_may_hold_for_every_row() -> None:
    rules = read_alert_rules(
        b"""
alerts = "incident"
version = "1"
forms = ["2026-11.1"]
[[rules]]
id = "B-02"
version = "1"
severity = "info"
kind = "time"
section = "care"
each = "medical"
since = "requested_at"
marks = ["1 h"]
text = { en = "Ask how the person is." }
"""
    )
    moments = Moments(now=NOON + HOUR)
    (task,) = tasks_for(rules, draft_of(CALLED), form=FORM, moments=moments)
    assert (task.row, task.passed) == ("m1", 1)


def test_hidden_answers_start_no_clock() -> None:
    hidden = {
        **CALLED,
        "medical": [{**CALLED["medical"][0], "requested_at": {"absent": "unknown"}}],
    }
    assert "A-02" not in tasks(hidden, after=HOUR)
