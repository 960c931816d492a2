"""The form's sections in order, each question with its answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from ilocdoc.packet.answer_text import Reader
from ilocdoc.packet.safe_markup import SafeMarkup, esc
from ilocdoc.packet.story import Story
from ilocdoc.packet.styles import BODY, EMPTY, QUESTION
from ilocdoc.packet.tables import LONG_VALUE, add_card, add_facts
from ilocdoc.record.answers import NO_RESPONSE, is_empty, rows_of
from ilocdoc.record.form import Field, FieldType, Section, Stage, in_language
from ilocdoc.record.form_check import check

_MOST_LINES = 6
"""Lines from which a value leaves its table."""


class FormPages:
    """Writes a report's answers into a story."""

    def __init__(self, story: Story, reader: Reader, *, stage: Stage = Stage.SUBMIT) -> None:
        self.story = story
        self.reader = reader
        self.asked = check(reader.form, reader.answers, stage=stage).asked

    def write(self) -> None:
        """Write every section that has a question which was asked."""
        for section in self.reader.form.sections:
            self.write_section(section)

    def write_section(self, section: Section) -> None:
        """Write one section: its own questions, then its repeats."""
        own = [f.name for f in section.fields if f.name in self.asked]
        if own:
            self.story.part(in_language(section.label, "en"), listed=False)
            self.write_fields(own)

    def write_fields(self, names: Sequence[str]) -> None:
        """Write some questions of the form: plain ones first, then rows as cards.

        Names that this form version does not have, or did not ask, are left out.
        """
        wanted = [
            field
            for _section, field in self.reader.form.placed_fields()
            if field.name in names and field.name in self.asked and _takes_answer(field)
        ]
        repeats = [f for f in wanted if f.type is FieldType.REPEAT]
        self._write_answers([f for f in wanted if f not in repeats], self.reader.answers)
        filled = [f for f in repeats if rows_of(self.reader.answers, f.name)]
        for repeat in filled:
            self.write_repeat(repeat)
        self._flush(
            [
                (self.reader.label(f), esc(self.reader.print(f, self.reader.answers.get(f.name))))
                for f in repeats
                if f not in filled
            ]
        )

    def _write_answers(self, fields: list[Field], answers: Mapping[str, Any]) -> None:
        rows: list[tuple[str, SafeMarkup]] = []
        empty: list[str] = []
        for field in fields:
            words = self.reader.print(field, answers.get(field.name))
            if is_empty(answers.get(field.name)):
                empty.append(self.reader.label(field))
            elif _is_long(words):
                self._flush(rows)
                self._write_long(self.reader.label(field), words)
            else:
                rows.append((self.reader.label(field), esc(words)))
        self._flush(rows)
        self._write_empty(empty)

    def _flush(self, rows: list[tuple[str, SafeMarkup]]) -> None:
        if rows:
            add_facts(self.story, rows)
            rows.clear()

    def write_lines(self, lines: Sequence[tuple[str, str]]) -> None:
        """Write labels and short values, two to a line where they fit."""
        add_card(self.story, lines)

    def _write_long(self, label: str, words: str) -> None:
        self.story.text(label, style=QUESTION)
        self.story.text(words, style=BODY)

    def _write_empty(self, labels: list[str]) -> None:
        """One line for all questions that were shown and hold nothing."""
        if labels:
            self.story.text(f"{NO_RESPONSE.capitalize()}: {'; '.join(labels)}", style=EMPTY)

    def write_repeat(self, repeat: Field) -> None:
        """Write the rows of a repeat as cards, under the repeat's own heading."""
        self.story.section(self.reader.label(repeat))
        for place in range(len(rows_of(self.reader.answers, repeat.name))):
            self.write_row(repeat, place)

    def write_row(self, repeat: Field, place: int, *, without: Sequence[str] = ()) -> None:
        """Write one row as a card.

        Args:
            repeat: The repeat.
            place: Of the row, from 0.
            without: Questions that the caller prints otherwise.
        """
        row = rows_of(self.reader.answers, repeat.name)[place]
        self.story.card(self.reader.row_name(repeat, row, place + 1))
        asked = [
            f
            for f in repeat.fields
            if f"{repeat.name}[{place}].{f.name}" in self.asked
            and _takes_answer(f)
            and f.name not in without
        ]
        self._write_card(asked, row)

    def _write_card(self, fields: list[Field], row: Mapping[str, Any]) -> None:
        given = [
            (self.reader.label(f), self.reader.print(f, row.get(f.name)))
            for f in fields
            if not is_empty(row.get(f.name))
        ]
        if tabled := [(label, words) for label, words in given if not _is_long(words)]:
            add_card(self.story, tabled)
        for label, words in given:
            if _is_long(words):
                self._write_long(label, words)
        self._write_empty([self.reader.label(f) for f in fields if is_empty(row.get(f.name))])


def _takes_answer(field: Field) -> bool:
    return field.type is not FieldType.NOTE


def _is_long(words: str) -> bool:
    return len(words) > LONG_VALUE or words.count("\n") > _MOST_LINES
