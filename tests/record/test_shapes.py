"""Whether an answer has the shape its question needs, question by question."""

from typing import Any

import pytest

from ilocdoc.record.answers import Absence
from ilocdoc.record.form import Field, FieldType
from ilocdoc.record.shapes import fault_in
from tests.doubles.shipped_forms import at

ROWS = {"people": frozenset(["p1"]), "agents": frozenset(["a1"])}
PLACE = {"lat": "41.844410", "lon": "-87.705120", "accuracy_m": 6, "source": "gps"}


def question(kind: FieldType, **more: Any) -> Field:
    return Field(
        name="q", type=kind, label={"en": "Q"}, hint={}, constraint_message={}, row_label={}, **more
    )


def fault(kind: FieldType, answer: object, **more: Any) -> str:
    return fault_in(answer, field=question(kind, **more), rows=ROWS)


LINKS = {"targets": ("people", "agents")}


@pytest.mark.parametrize(
    ("kind", "answer", "more"),
    [
        (FieldType.TEXT, "some words", {}),
        (FieldType.TEXT, "99001", {"format": "star"}),
        (FieldType.TEXT, "abc", {"max_length": 3}),
        (FieldType.SELECT_ONE, "yes", {}),
        (FieldType.SELECT_MULTIPLE, ["a", "b"], {}),
        (FieldType.INTEGER, 0, {}),
        (FieldType.INTEGER, -(2**53) + 1, {}),
        (FieldType.DATETIME, at("1150"), {}),
        (FieldType.DATE, at("0001"), {}),
        (FieldType.GEOPOINT, PLACE, {}),
        (FieldType.LINK, "p1", LINKS),
        (FieldType.LINKS, ["p1", "a1"], LINKS),
        (FieldType.ACKNOWLEDGE, "yes", {}),
        (FieldType.REPEAT, [{"id": "x"}, {"id": "y"}], {}),
        (FieldType.TEXT, {"absent": "unknown"}, {}),
        (FieldType.TEXT, {"absent": "refused", "reason": "would not say"}, {}),
        (FieldType.REPEAT, {"absent": "unknown"}, {}),
    ],
)
def test_an_answer_that_fits_has_no_fault(kind: FieldType, answer: object, more: Any) -> None:
    assert fault(kind, answer, **more) == ""


@pytest.mark.parametrize(
    ("kind", "answer", "more", "words"),
    [
        (FieldType.TEXT, 3, {}, "takes text"),
        (FieldType.TEXT, "abcd", {"max_length": 3}, "longer than 3"),
        (FieldType.TEXT, "99-001", {"format": "star"}, "five digits"),
        (FieldType.SELECT_ONE, ["yes"], {}, "one choice"),
        (FieldType.SELECT_MULTIPLE, "yes", {}, "list of choices"),
        (FieldType.SELECT_MULTIPLE, [1], {}, "list of choices"),
        (FieldType.SELECT_MULTIPLE, ["a", "a"], {}, "twice"),
        (FieldType.INTEGER, "3", {}, "whole number"),
        (FieldType.INTEGER, True, {}, "whole number"),
        (FieldType.INTEGER, 2.0, {}, "whole number"),
        (FieldType.INTEGER, 2**53, {}, "too large"),
        (FieldType.DATETIME, "1150", {}, "date and a time"),
        (FieldType.DATETIME, {"at": "2026-10-20T11:50:00"}, {}, "date and a time"),
        (FieldType.DATETIME, {**at("1150"), "precision": "sure"}, {}, "exact"),
        (FieldType.GEOPOINT, "here", {}, "position"),
        (FieldType.GEOPOINT, {"lat": "41", "lon": "-87"}, {}, "degrees"),
        (FieldType.GEOPOINT, {"lat": 41.84, "lon": -87.7}, {}, "degrees"),
        (FieldType.LINK, "p2", LINKS, "not in the report"),
        (FieldType.LINK, "p1", {"targets": ("agents",)}, "not in the report"),
        (FieldType.LINKS, "p1", LINKS, "not in the report"),
        (FieldType.LINKS, ["p1", "p2"], LINKS, "not in the report"),
        (FieldType.ACKNOWLEDGE, "no", {}, "confirmed"),
        (FieldType.NOTE, "x", {}, "no answer"),
        (FieldType.REPEAT, "x", {}, "entries"),
        (FieldType.REPEAT, ["x"], {}, "entries"),
        (FieldType.REPEAT, [{}], {}, "id of its own"),
        (FieldType.REPEAT, [{"id": "x"}, {"id": "x"}], {}, "id of its own"),
        (FieldType.TEXT, {"absent": "maybe"}, {}, "none of the four"),
        (FieldType.TEXT, {"absent": "unknown", "why": "x"}, {}, "none of the four"),
        (
            FieldType.TEXT,
            {"absent": "refused"},
            {"absences": (Absence.UNKNOWN,)},
            "answered with a value",
        ),
        (FieldType.TEXT, {"absent": "unknown"}, {"absence_reason": True}, "few words why"),
        (
            FieldType.TEXT,
            {"absent": "unknown", "reason": " "},
            {"absence_reason": True},
            "few words why",
        ),
    ],
)
def test_an_answer_that_does_not_fit_is_told_in_words(
    kind: FieldType, answer: object, more: Any, words: str
) -> None:
    assert words in fault(kind, answer, **more)
