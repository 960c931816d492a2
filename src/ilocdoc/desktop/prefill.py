"""What the program fills in by itself, so that nobody is asked what is known."""

from datetime import datetime
from typing import Any

from ilocdoc.record.form import Field, Form
from ilocdoc.record.people import Officer
from ilocdoc.record.times import Precision, time_answer

WHOSE = "officer"
"""The prefill of a name: a repeat that asks for it begins with the officer."""


def _known(officer: Officer, at: datetime) -> dict[str, Any]:
    return {
        "now": time_answer(at, typed="now", precision=Precision.EXACT),
        "officer": officer.name,
        "star": officer.star,
        "rank": officer.rank,
        "unit": officer.unit,
        "beat": officer.beat,
    }


def first_answers(form: Form, officer: Officer, *, at: datetime, row_id: str) -> dict[str, Any]:
    """Return what is known when a report begins.

    Args:
        form: Its fields say what may be filled in.
        officer: The author.
        at: Now.
        row_id: For the one row that names the author.
    """
    known = _known(officer, at)
    answers: dict[str, Any] = {}
    for _section, field in form.placed_fields():
        if field.prefill and known.get(field.prefill):
            answers[field.name] = known[field.prefill]
        if any(inner.prefill == WHOSE for inner in field.fields):
            answers[field.name] = [new_row(field, officer, at=at, row_id=row_id, is_first=True)]
    return answers


def new_row(
    repeat: Field, officer: Officer, *, at: datetime, row_id: str, is_first: bool
) -> dict[str, Any]:
    """Return a new row; only the first row of the members is the officer's own."""
    known = _known(officer, at)
    is_of_people = any(inner.prefill == WHOSE for inner in repeat.fields)
    row: dict[str, Any] = {"id": row_id}
    if is_of_people and not is_first:
        return row
    for inner in repeat.fields:
        if inner.prefill and known.get(inner.prefill):
            row[inner.name] = known[inner.prefill]
    return row
