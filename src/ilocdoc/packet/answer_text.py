"""Answers as they are printed: the selected value verbatim, absences in their words."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from ilocdoc.record.answers import (
    ABSENCE_WORDS,
    NO_RESPONSE,
    absence_of,
    has_value,
    is_empty,
    rows_of,
)
from ilocdoc.record.form import Field, FieldType, Form, in_language
from ilocdoc.record.times import internal_stamp, read_time, read_utc

WITHHELD = "withheld"
"""Key of what stands in place of a confidential answer; see `redaction`."""

Stamp = Callable[[datetime], tuple[str, str]]
"""Day and time in the words of internal or of outside documents."""


def machine_time(text: str, *, stamp: Stamp = internal_stamp) -> str:
    """Return a machine time for people; as it is when it is none."""
    try:
        return ", ".join(stamp(read_utc(text)))
    except ValueError:
        return text


class Reader:
    """Reads the answers of one report with the words of its own form."""

    def __init__(
        self,
        form: Form,
        answers: Mapping[str, Any],
        *,
        stamp: Stamp = internal_stamp,
    ) -> None:
        self.form = form
        self.answers = answers
        self.stamp = stamp
        self._names: dict[str, str] = {}
        for repeat in form.repeats():
            for number, row in enumerate(rows_of(answers, repeat.name), start=1):
                self._names[str(row.get("id", ""))] = self.row_name(repeat, row, number)

    def label(self, field: Field) -> str:
        """Return a question as asked."""
        return in_language(field.label, "en")

    def row_name(self, repeat: Field, row: Mapping[str, Any], number: int) -> str:
        """Return what a row is called: its own label, else kind, number and name."""
        own = row.get("label")
        if isinstance(own, str) and own.strip():
            return own.strip()
        if isinstance(row.get("element"), int) and str(row.get("entry")) in self._names:
            return f"{self._names[str(row['entry'])]}, element {row['element']}"
        start = f"{in_language(repeat.row_label, 'en') or self.label(repeat)} {number}"
        name = row.get("name")
        if not isinstance(name, str) or not name.strip():
            return start
        rank = row.get("rank")
        given = f"{rank} {name}" if isinstance(rank, str) and rank.strip() else name
        return f"{start}: {given.strip()}"

    def print(self, field: Field, answer: object) -> str:
        """Return an answer in words; "no response" when there is none."""
        if is_empty(answer):
            return NO_RESPONSE
        if isinstance(answer, dict) and WITHHELD in answer:
            return f"[{answer[WITHHELD]}]"
        absence = absence_of(answer)
        if absence is not None:
            reason = answer.get("reason", "") if isinstance(answer, dict) else ""
            return (
                f"{ABSENCE_WORDS[absence]} (reason: {reason})"
                if reason
                else (ABSENCE_WORDS[absence])
            )
        if has_value(answer) and field.type in self._printers:
            return self._printers[field.type](self, field, answer)
        return str(answer)

    def value(self, row: Mapping[str, Any], repeat: Field | None, name: str) -> str:
        """Return one answer of the form or of a repeat's row, by name."""
        field = repeat.field(name) if repeat else self.form.field(name)
        return self.print(field, row.get(name))

    def _choice(self, field: Field, answer: Any) -> str:
        return self.form.choice_label(field, str(answer))

    def _choices(self, field: Field, answer: Any) -> str:
        return "; ".join(self._choice(field, each) for each in answer)

    def _time(self, _field: Field, answer: Any) -> str:
        at = read_time(answer)
        if at is None:
            return str(answer)
        day, clock = self.stamp(at)
        about = "about " if answer.get("precision") == "approximate" else ""
        return f"{day}, {about}{clock}"

    def _position(self, _field: Field, answer: Any) -> str:
        accuracy = answer.get("accuracy_m")
        near = f", within {accuracy} m" if accuracy else ""
        source = answer.get("source", "")
        return f"{answer.get('lat')}, {answer.get('lon')} ({source}{near})"

    def _link(self, _field: Field, answer: Any) -> str:
        return self._names.get(str(answer), "a row that is not in this report")

    def _links(self, field: Field, answer: Any) -> str:
        return "; ".join(self._link(field, each) for each in answer)

    def _acknowledged(self, _field: Field, answer: Any) -> str:
        return "confirmed" if answer == "yes" else str(answer)

    _printers: Mapping[FieldType, Callable[["Reader", Field, Any], str]] = {
        FieldType.SELECT_ONE: _choice,
        FieldType.SELECT_MULTIPLE: _choices,
        FieldType.DATE: _time,
        FieldType.DATETIME: _time,
        FieldType.GEOPOINT: _position,
        FieldType.LINK: _link,
        FieldType.LINKS: _links,
        FieldType.ACKNOWLEDGE: _acknowledged,
    }
