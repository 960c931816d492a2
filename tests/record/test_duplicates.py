"""Two reports that may be about one event: linked, never merged."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ilocdoc.record.duplicates import possible_duplicates, window_of
from ilocdoc.record.ids import ReportId
from ilocdoc.record.report import Draft
from tests.doubles.shipped_forms import RULES, at, draft_of

WINDOW = timedelta(minutes=90)
HERE = {"lat": "41.844410", "lon": "-87.705120", "accuracy_m": 6, "source": "gps"}
BLOCK_AWAY = {**HERE, "lat": "41.846200"}
MILE_AWAY = {**HERE, "lat": "41.860000"}
MINE = {
    "event_number": "99188",
    "event_number_full": "2629399188",
    "occurred_from": at("1150"),
    "occurred_to": at("1200"),
    "place": "3300 W Testbed Rd",
    "position": HERE,
}


def other(answers: dict[str, Any], **changes: Any) -> Draft:
    return draft_of(answers, report_id=ReportId("other"), **changes)


def reasons(answers: dict[str, Any], **changes: Any) -> tuple[str, ...]:
    found = possible_duplicates(draft_of(MINE), [other(answers, **changes)], window=WINDOW)
    return found[0].reasons if found else ()


def test_the_shipped_rule_says_how_near_in_time() -> None:
    assert window_of(RULES) == WINDOW


def test_without_a_rule_only_the_same_moment_is_near() -> None:
    none = replace(RULES, rules=())
    assert window_of(none) == timedelta()


@pytest.mark.parametrize(
    "answers",
    [
        {"event_number_full": "2629399188"},
        {"event_number": "99188", "occurred_from": at("2300")},
    ],
)
def test_the_same_event_number_is_enough(answers: dict[str, Any]) -> None:
    assert reasons(answers) == ("the same event number",)


@pytest.mark.parametrize(
    "answers",
    [
        {"occurred_from": at("1330"), "position": HERE},
        {"occurred_from": at("1020"), "position": BLOCK_AWAY},
        {"occurred_from": at("1155"), "place": " 3300  w testbed rd"},
    ],
)
def test_near_in_time_and_place_is_enough(answers: dict[str, Any]) -> None:
    assert reasons(answers) == ("near in time", "near in place")


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"event_number": "99188"},
        {"event_number": "99188", "occurred_from": at("1150", day="2026-10-21")},
        {"event_number": {"absent": "unknown"}, "event_number_full": {"absent": "unknown"}},
        {"occurred_from": at("1331"), "position": HERE},
        {"occurred_from": at("1150"), "position": MILE_AWAY},
        {"occurred_from": at("1150"), "position": {"absent": "unknown"}},
        {"occurred_from": at("1150"), "position": {"lat": "north", "lon": "west"}},
        {"occurred_from": at("1150"), "place": ""},
        {"position": HERE},
    ],
)
def test_less_than_that_is_no_duplicate(answers: dict[str, Any]) -> None:
    assert reasons(answers) == ()


def test_an_end_that_lies_before_the_beginning_does_not_shrink_the_span() -> None:
    answers = {"occurred_from": at("1150"), "occurred_to": at("0100"), "position": HERE}
    assert reasons(answers)


def test_a_report_is_no_duplicate_of_itself_or_of_its_supplement() -> None:
    mine = draft_of(MINE)
    assert possible_duplicates(mine, [mine], window=WINDOW) == ()
    assert reasons(MINE, parent=mine.report_id) == ()
    supplement = draft_of(MINE, parent="other")
    assert possible_duplicates(supplement, [other(MINE)], window=WINDOW) == ()


def test_every_likeness_is_told_in_the_order_of_the_others() -> None:
    others = [draft_of(MINE, report_id=ReportId(name)) for name in ("b", "a")]
    found = possible_duplicates(draft_of(MINE), others, window=WINDOW)
    assert [each.report_id for each in found] == ["b", "a"]
