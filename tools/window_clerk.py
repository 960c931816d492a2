"""Fills in the form in the real window, page by page, from answers as a scenario has them."""

from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from ilocdoc.desktop.desk import Desk
from ilocdoc.record.answers import absence_of, is_rows
from ilocdoc.record.form import Field, FieldType
from ilocdoc.record.times import internal_date, internal_stamp, read_time
from tools.window_hands import Hands, StuckError


class Clerk:
    """Fills in the form page by page."""

    def __init__(self, hands: Hands, desk: Desk) -> None:
        self._hands, self._desk = hands, desk
        self._ids: dict[str, str] = {}

    @property
    def _answers(self) -> dict[str, Any]:
        report = self._desk.writing.report
        assert report is not None
        return report.draft.answers

    def fill(self, answers: dict[str, Any]) -> None:
        """Give answers in the order of the form, so that each question is asked in time."""
        report = self._desk.writing.report
        assert report is not None
        left = dict(answers)
        for section, field in report.form.placed_fields():
            if field.name in left:
                self._hands.tap(f"section:{section.name}")
                self.answer(field, left.pop(field.name))
        if left:
            raise StuckError(f"the form has no questions {sorted(left)}")

    def answer(self, field: Field, answer: Any) -> None:
        """Answer one question of the page in view."""
        if field.type is FieldType.REPEAT and is_rows(answer):
            self._fill_rows(field, answer)
            return
        self.put(field, answer, path=field.name)

    def _fill_rows(self, repeat: Field, rows: Iterable[dict[str, Any]]) -> None:
        for number, row in enumerate(rows):
            if len(self._answers.get(repeat.name, [])) <= number:
                self._hands.tap(f"add:{repeat.name}")
            here = f"{repeat.name}[{number}]"
            self._hands.wait_for(here, lambda n=number: len(self._answers.get(repeat.name, [])) > n)
            self._ids[str(row["id"])] = self._answers[repeat.name][number]["id"]
            if not self.is_in_view(f"{here}."):
                self._hands.tap(f"row:{here}")
            for inner in repeat.fields:
                if inner.name in row:
                    self.put(inner, row[inner.name], path=f"{here}.{inner.name}")

    def is_in_view(self, path: str) -> bool:
        """Tell whether a question, or a row's, is on the screen."""
        widgets = self._hands.window.findChildren(QWidget)
        return any(
            each.isVisible() and each.objectName().startswith(f"f:{path}") for each in widgets
        )

    def put(self, field: Field, answer: Any, *, path: str) -> None:
        """Put an answer into the editor at a path."""
        hands, absence = self._hands, absence_of(answer)
        if absence is not None:
            if hands.seen(f"f:{path}?={absence.value}") is None:
                hands.tap(f"f:{path}?")
            hands.tap(f"f:{path}?={absence.value}")
            if answer.get("reason"):
                hands.write(f"f:{path}?reason", answer["reason"])
            return
        PUTTERS[field.type](self, path, answer)

    def put_text(self, path: str, answer: Any) -> None:
        """Write a text or a number, and leave the field."""
        self._hands.write(f"f:{path}", str(answer))
        QTest.keyClick(self._hands.find(f"f:{path}"), Qt.Key.Key_Tab)

    def put_choice(self, path: str, answer: Any) -> None:
        """Take one choice; a long list is opened first."""
        name = f"f:{path}={answer}"
        if self._hands.seen(name) is None and self._hands.seen(f"f:{path}") is not None:
            self._hands.tap(f"f:{path}")
        chosen = self._hands.find(name)
        if not chosen.isChecked():  # type: ignore[attr-defined]  # a choice button
            self._hands.tap(name)

    def put_choices(self, path: str, answer: Any) -> None:
        """Take several choices."""
        for each in answer:
            self.put_choice(path, each)

    def put_link(self, path: str, answer: Any) -> None:
        """Name a row by its own id."""
        for each in answer if isinstance(answer, list) else [answer]:
            self.put_choice(path, self._ids[each])

    def put_time(self, path: str, answer: Any) -> None:
        """Type day and time of day, and whether it is about."""
        moment = read_time(answer)
        assert moment is not None, answer
        day, time_of_day = internal_stamp(moment)
        if self._hands.seen(f"f:{path}.day") is None:
            self._write_whole(f"f:{path}", internal_date(moment.date()))
            return
        self._write_whole(f"f:{path}.day", day)
        self._write_whole(f"f:{path}", time_of_day)
        if answer.get("precision") == "approximate":
            self._hands.tap(f"f:{path}.about")

    def _write_whole(self, name: str, text: str) -> None:
        """Write into a field and look that it stands there: a lost digit is another time."""
        self._hands.write(name, text)
        shown = self._hands.find(name).text()  # type: ignore[attr-defined]  # a line
        if shown != text:
            raise StuckError(f"{name} shows {shown!r}, typed was {text!r}")

    def put_place(self, path: str, answer: Any) -> None:
        """Type a position in degrees."""
        self._hands.write(f"f:{path}", f"{answer['lat']}, {answer['lon']}")


PUTTERS: dict[FieldType, Callable[[Clerk, str, Any], None]] = {
    FieldType.TEXT: Clerk.put_text,
    FieldType.INTEGER: Clerk.put_text,
    FieldType.SELECT_ONE: Clerk.put_choice,
    FieldType.SELECT_MULTIPLE: Clerk.put_choices,
    FieldType.LINK: Clerk.put_link,
    FieldType.LINKS: Clerk.put_link,
    FieldType.DATE: Clerk.put_time,
    FieldType.DATETIME: Clerk.put_time,
    FieldType.GEOPOINT: Clerk.put_place,
    FieldType.ACKNOWLEDGE: lambda clerk, path, _answer: clerk._hands.tap(f"f:{path}"),  # noqa: SLF001 - its own method in a table
}
