"""Answers: what a question holds, and the four ways of holding nothing.

Shapes: select_one and text are str; select_multiple is a list of str; integer is int;
date and time are `{"at", "typed", "precision"}`; geopoint is `{"lat", "lon",
"accuracy_m", "source"}`; repeat is a list of rows, each with `"id"`. A question without
an answer has no key. Any question may hold `{"absent": …, "reason": …}` instead.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any

Answers = Mapping[str, Any]
"""Answers of one report (or of one row), by field name."""


class Absence(Enum):
    """Why a question holds no value; four different things, printed differently."""

    UNKNOWN = "unknown"
    REFUSED = "refused"
    NOT_ASKED = "not_asked"
    NOT_APPLICABLE = "not_applicable"


ABSENCE_WORDS: dict[Absence, str] = {
    Absence.UNKNOWN: "unknown",
    Absence.REFUSED: "declined",
    Absence.NOT_ASKED: "not asked",
    Absence.NOT_APPLICABLE: "not applicable",
}
"""As printed. An empty question is "no response", which is none of these."""

NO_RESPONSE = "no response"
"""Printed for a question that was shown and holds nothing."""


def absent(kind: Absence, *, reason: str = "") -> dict[str, str]:
    """Return the answer that says why there is no value."""
    if reason.strip():
        return {"absent": kind.value, "reason": reason.strip()}
    return {"absent": kind.value}


def absence_of(answer: object) -> Absence | None:
    """Return which absence an answer is, or None when it is a value or nothing."""
    if not isinstance(answer, dict) or "absent" not in answer:
        return None
    try:
        return Absence(answer["absent"])
    except ValueError:
        return None


def is_empty(answer: object) -> bool:
    """Tell whether an answer holds neither a value nor an absence."""
    if isinstance(answer, str):
        return not answer.strip()
    if isinstance(answer, list | dict):
        return not answer
    return answer is None


def has_value(answer: object) -> bool:
    """Tell whether an answer holds a value (an absence is none)."""
    return not is_empty(answer) and absence_of(answer) is None


def answered(answers: Answers, name: str) -> bool:
    """Tell whether a question holds a value or an absence."""
    return not is_empty(answers.get(name))


def put(answers: Answers, name: str, answer: object) -> dict[str, Any]:
    """Return answers with one changed; an empty answer takes the key away."""
    rest = {key: kept for key, kept in answers.items() if key != name}
    return rest if is_empty(answer) else {**rest, name: answer}


def merge(answers: Answers, newer: Answers) -> dict[str, Any]:
    """Return answers with newer ones over them; rows of repeats are matched by id.

    Rows keep their place; new rows follow in their own order. Nothing is taken away:
    an empty newer answer leaves the older one.
    """
    merged: dict[str, Any] = dict(answers)
    for name, answer in newer.items():
        if is_empty(answer):
            continue
        older = merged.get(name)
        both = is_rows(older) and is_rows(answer)
        merged[name] = _merge_rows(older or [], answer) if both else answer
    return merged


def is_rows(answer: object) -> bool:
    """Tell whether an answer is the rows of a repeat."""
    return isinstance(answer, list) and all(isinstance(row, dict) for row in answer)


def rows_of(answers: Answers, name: str) -> list[dict[str, Any]]:
    """Return the rows of a repeat; empty when there are none or they are absent."""
    answer = answers.get(name)
    return [row for row in answer if isinstance(row, dict)] if isinstance(answer, list) else []


def _merge_rows(older: list[dict[str, Any]], newer: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by_id = {row.get("id"): row for row in newer}
    kept = [merge(row, by_id.pop(row.get("id"), {})) for row in older]
    return kept + [row for row in newer if row.get("id") in by_id]
