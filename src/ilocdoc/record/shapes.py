"""Whether an answer has the shape its question needs."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from ilocdoc.record.answers import absence_of
from ilocdoc.record.form import Field, FieldType
from ilocdoc.record.formats import FORMATS, fits
from ilocdoc.record.times import Precision, read_time

_DEGREES = re.compile(r"-?\d{1,3}\.\d{1,8}")
_BIGGEST_INTEGER = 2**53 - 1
"""RFC 8785 numbers are exact up to here."""

RowIds = Mapping[str, frozenset[str]]
"""Ids of the rows of each repeat."""


def fault_in(answer: object, *, field: Field, rows: RowIds) -> str:
    """Return a sentence saying why an answer does not fit, or the empty string.

    Args:
        answer: Not empty.
        field: Its question.
        rows: Ids that links may name.
    """
    if isinstance(answer, dict) and "absent" in answer:
        return _absence_fault(answer, field)
    return _FAULTS[field.type](answer, field, rows)


def _absence_fault(answer: Mapping[str, Any], field: Field) -> str:
    kind = absence_of(answer)
    if kind is None or set(answer) - {"absent", "reason"}:
        return "This is none of the four ways to leave a question without a value."
    if kind not in field.absences:
        return "This question must be answered with a value."
    if field.absence_reason and not str(answer.get("reason", "")).strip():
        return "Say in a few words why there is no value."
    return ""


def _text_fault(answer: object, field: Field, _rows: RowIds) -> str:
    if not isinstance(answer, str):
        return "This question takes text."
    if field.max_length and len(answer) > field.max_length:
        return f"This text is longer than {field.max_length} characters."
    if field.format and not fits(answer, form=field.format):
        return FORMATS[field.format].advice
    return ""


def _one_fault(answer: object, _field: Field, _rows: RowIds) -> str:
    return "" if isinstance(answer, str) else "This question takes one choice."


def _several_fault(answer: object, _field: Field, _rows: RowIds) -> str:
    if not isinstance(answer, list) or not all(isinstance(each, str) for each in answer):
        return "This question takes a list of choices."
    return "" if len(set(answer)) == len(answer) else "A choice stands twice."


def _integer_fault(answer: object, _field: Field, _rows: RowIds) -> str:
    if isinstance(answer, bool) or not isinstance(answer, int):
        return "This question takes a whole number."
    return "" if abs(answer) <= _BIGGEST_INTEGER else "This number is too large."


def _time_fault(answer: object, _field: Field, _rows: RowIds) -> str:
    if read_time(answer) is None or not isinstance(answer, dict):
        return "This question takes a date and a time."
    known = {each.value for each in Precision}
    return "" if answer.get("precision") in known else "Say whether the time is exact."


def _place_fault(answer: object, _field: Field, _rows: RowIds) -> str:
    if not isinstance(answer, dict):
        return "This question takes a position."
    degrees = (answer.get("lat"), answer.get("lon"))
    if not all(isinstance(each, str) and _DEGREES.fullmatch(each) for each in degrees):
        return "This is not a position in degrees."
    return ""


def _link_fault(answer: object, field: Field, rows: RowIds) -> str:
    linked = [answer] if field.type is FieldType.LINK else answer
    known = frozenset().union(*(rows.get(name, frozenset()) for name in field.targets))
    if not isinstance(linked, list) or not all(each in known for each in linked):
        return "This names an entry that is not in the report."
    return ""


def _acknowledge_fault(answer: object, _field: Field, _rows: RowIds) -> str:
    return "" if answer == "yes" else "This can only be confirmed."


def _rows_fault(answer: object, _field: Field, _rows: RowIds) -> str:
    if not isinstance(answer, list) or not all(isinstance(row, dict) for row in answer):
        return "This question takes entries."
    ids = [row.get("id") for row in answer]
    if not all(isinstance(each, str) and each for each in ids) or len(set(ids)) != len(ids):
        return "Each entry needs an id of its own."
    return ""


def _note_fault(_answer: object, _field: Field, _rows: RowIds) -> str:
    return "A note takes no answer."


_FAULTS: dict[FieldType, Callable[[object, Field, RowIds], str]] = {
    FieldType.SELECT_ONE: _one_fault,
    FieldType.SELECT_MULTIPLE: _several_fault,
    FieldType.TEXT: _text_fault,
    FieldType.INTEGER: _integer_fault,
    FieldType.DATE: _time_fault,
    FieldType.DATETIME: _time_fault,
    FieldType.GEOPOINT: _place_fault,
    FieldType.LINK: _link_fault,
    FieldType.LINKS: _link_fault,
    FieldType.ACKNOWLEDGE: _acknowledge_fault,
    FieldType.NOTE: _note_fault,
    FieldType.REPEAT: _rows_fault,
}
