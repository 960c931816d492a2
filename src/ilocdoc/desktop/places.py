"""Where an answer stands in a draft; rows are named by id, so that they can move."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ilocdoc.record.answers import Answers, put, rows_of

_ROW_PATH = re.compile(r"(\w+)\[(\d+)\]\.(\w+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One question of the form, or one question of one row."""

    field: str
    """Of the form; the repeat, for a question of a row."""
    row: str = ""
    """Id of the row; empty for a question of the form."""
    inner: str = ""
    """Name of the question within the row."""


def answer_at(answers: Answers, place: Place) -> Any:
    """Return the answer at a place, or None."""
    if not place.row:
        return answers.get(place.field)
    for row in rows_of(answers, place.field):
        if row.get("id") == place.row:
            return row.get(place.inner)
    return None


def with_answer(answers: Answers, place: Place, answer: object) -> dict[str, Any]:
    """Return answers with one changed; an empty answer takes the key away.

    An answer in a row that is gone changes nothing.
    """
    if not place.row:
        return put(answers, place.field, answer)
    rows = [
        put(row, place.inner, answer) if row.get("id") == place.row else row
        for row in rows_of(answers, place.field)
    ]
    return put(answers, place.field, rows)


def place_of(answers: Answers, path: str) -> Place:
    """Return the place of a path of findings; a row that is gone gives its repeat."""
    found = _ROW_PATH.fullmatch(path)
    if found is None:
        return Place(field=path)
    rows = rows_of(answers, found[1])
    number = int(found[2])
    if number >= len(rows):
        return Place(field=found[1])
    return Place(field=found[1], row=str(rows[number].get("id", "")), inner=found[3])


def row_title(name: str, number: int, row: Mapping[str, Any]) -> str:
    """Return what a row is called: "Federal agent 2" and its own label, if it has one.

    Args:
        name: What one row is called.
        number: From 0.
        row: Its answers.
    """
    title = f"{name} {number + 1}"
    for key in ("label", "name", "star", "description"):
        own = row.get(key)
        if isinstance(own, str) and own.strip():
            return f"{title}: {own.strip()}"
    return title
