"""Editors of typed answers: text, whole numbers, positions, confirmations."""

import re
from typing import Any

from PySide6.QtCore import QPoint, QRegularExpression, QSize, Slot
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout

from ilocdoc.desktop.controls import text_label
from ilocdoc.desktop.editor import Editor, Line, Paragraphs
from ilocdoc.desktop.theme import Look
from ilocdoc.record.answers import absence_of
from ilocdoc.record.errors import AnswerError
from ilocdoc.record.form import Field, in_language
from ilocdoc.record.formats import FORMATS, normalise

_NARROW_PX = 260
_LINES_SHOWN = 5
_MOST_DIGITS = 15
"""Whole numbers stay below 2**53."""


def value_of(answer: object) -> object:
    """Return an answer, or None for an absence: editors show values only."""
    return None if absence_of(answer) else answer


class TextEditor(Editor):
    """One line. A number with a known form is put into that form when the line is left."""

    def __init__(self, field: Field, *, path: str, look: Look) -> None:
        super().__init__(path, in_language(field.label, "en"))
        self._format = field.format
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self._line = Line()
        if field.max_length:
            self._line.setMaxLength(field.max_length)
        if field.format:
            self._line.setPlaceholderText(f"For example {FORMATS[field.format].example}")
            self._line.setMaximumWidth(look.px(_NARROW_PX))
        self._line.textEdited.connect(self._on_edited)
        self._line.editingFinished.connect(self._on_finished)
        row.addWidget(self._line)
        if field.format:
            row.addStretch()
        self.name_widget(self._line)
        self.watch_focus(self._line)

    def show_answer(self, answer: object) -> None:
        """Show a text."""
        value = value_of(answer)
        text = value if isinstance(value, str) else ""
        if text != self._line.text():
            self._line.setText(text)

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        self.edited.emit(text or None)

    @Slot()
    def _on_finished(self) -> None:
        typed = self._line.text()
        if not self._format or not typed.strip():
            return
        try:
            stored = normalise(typed, form=self._format)
        except AnswerError:
            return
        if stored != typed:
            self._line.setText(stored)
            self.edited.emit(stored)


class ParagraphsEditor(Editor):
    """Several lines, at least five in view; grows with what is written."""

    def __init__(self, field: Field, *, path: str, look: Look) -> None:
        super().__init__(path, in_language(field.label, "en"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._text, self._look = Paragraphs(), look
        self._max_length = field.max_length
        self._is_showing = False
        self._text.textChanged.connect(self._on_changed)
        column.addWidget(self._text)
        self._left = text_label("", "hint")
        self._left.hide()
        column.addWidget(self._left)
        look.changed.connect(self._fit)
        self.name_widget(self._text)
        self.watch_focus(self._text)
        self._fit()

    def show_answer(self, answer: object) -> None:
        """Show a text."""
        value = value_of(answer)
        text = value if isinstance(value, str) else ""
        if text != self._text.toPlainText():
            self._is_showing = True
            self._text.setPlainText(text)
            self._is_showing = False

    @Slot()
    def _on_changed(self) -> None:
        text = self._text.toPlainText()
        self._fit()
        room = self._max_length - len(text)
        is_near = bool(self._max_length) and room < self._max_length // 10
        self._left.setVisible(is_near)
        if is_near:
            words = f"{room} characters left" if room >= 0 else f"{-room} characters too many"
            self._left.setText(words)
        if not self._is_showing:
            self.edited.emit(text or None)

    @Slot()
    def _fit(self) -> None:
        lines = max(_LINES_SHOWN, min(self._text.document().lineCount() + 1, 3 * _LINES_SHOWN))
        line_px = self._text.fontMetrics().lineSpacing()
        self._text.setFixedHeight(max(lines * line_px, self._look.px(90)) + self._look.px(20))


class IntegerEditor(Editor):
    """A whole number; a line, because a spin box changes on a stray turn of the wheel."""

    def __init__(self, field: Field, *, path: str, look: Look) -> None:
        super().__init__(path, in_language(field.label, "en"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self._line = Line()
        self._line.setMaximumWidth(look.px(_NARROW_PX / 2))
        digits = QRegularExpression(rf"-?\d{{0,{_MOST_DIGITS}}}")
        self._line.setValidator(QRegularExpressionValidator(digits, self._line))
        self._line.textEdited.connect(self._on_edited)
        row.addWidget(self._line)
        row.addStretch()
        self.name_widget(self._line)
        self.watch_focus(self._line)

    def show_answer(self, answer: object) -> None:
        """Show a whole number."""
        value = value_of(answer)
        text = str(value) if isinstance(value, int) else ""
        if text != self._line.text():
            self._line.setText(text)

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        self.edited.emit(int(text) if text.strip("-") else None)


_DEGREES = re.compile(r"\s*(-?\d{1,2}\.\d{3,8})\s*[,; ]\s*(-?\d{1,3}\.\d{3,8})\s*")


class PositionEditor(Editor):
    """Latitude and longitude in degrees, typed or taken from a map."""

    def __init__(self, field: Field, *, path: str, look: Look) -> None:
        super().__init__(path, in_language(field.label, "en"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self._line = Line()
        self._line.setPlaceholderText("Latitude, longitude")
        self._line.setMaximumWidth(look.px(_NARROW_PX))
        self._line.textEdited.connect(self._on_edited)
        self._about = text_label("No position yet", "hint")
        row.addWidget(self._line)
        row.addWidget(self._about)
        row.addStretch()
        self.name_widget(self._line)
        self.watch_focus(self._line)

    @property
    def fault(self) -> str:
        """What is typed and is no position yet."""
        typed = self._line.text().strip()
        if not typed or _DEGREES.fullmatch(typed):
            return ""
        return "Enter two numbers in degrees, for example 41.88000, -87.63000."

    def show_answer(self, answer: object) -> None:
        """Show a position and where it came from."""
        value = value_of(answer)
        if not isinstance(value, dict):
            self._about.setText("No position yet")
            if not self._line.hasFocus():
                self._line.clear()
            return
        sources = {"gps": f"± {value.get('accuracy_m', '?')} m, by satellite", "map": "By hand"}
        self._about.setText(sources.get(str(value.get("source")), ""))
        text = f"{value.get('lat')}, {value.get('lon')}"
        if not self._line.hasFocus():
            self._line.setText(text)

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        found = _DEGREES.fullmatch(text)
        answer: dict[str, Any] | None = None
        if found:
            answer = {"lat": found[1], "lon": found[2], "accuracy_m": 0, "source": "map"}
        elif text.strip():
            return
        self.edited.emit(answer)


TICK_PX, TICK_GAP = 24, 8


class TickBox(QCheckBox):
    """A check box with a large, tinted tick."""

    def __init__(self, text: str, *, look: Look) -> None:
        super().__init__(text)
        self.setAccessibleName(text)
        self._look = look
        look.changed.connect(self.tint)
        self.checkStateChanged.connect(self.tint)
        self.tint()

    @Slot()
    def tint(self) -> None:
        """Draw the tick in the theme's colours."""
        icon, colour = ("circle-check", "ok") if self.isChecked() else ("circle", "text2")
        self.setIcon(self._look.icon(icon, colour, size=TICK_PX, gap=TICK_GAP))
        self.setIconSize(QSize(self._look.px(TICK_PX + TICK_GAP), self._look.px(TICK_PX)))

    def hitButton(self, pos: QPoint) -> bool:
        """Take a tap anywhere on the row."""
        return self.rect().contains(pos)


class AcknowledgeEditor(Editor):
    """The person confirms the label."""

    def __init__(self, field: Field, *, path: str, look: Look) -> None:
        super().__init__(path, in_language(field.label, "en"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._box = TickBox("I confirm this", look=look)
        self._box.clicked.connect(self._on_clicked)
        column.addWidget(self._box)
        self.name_widget(self._box)
        self.watch_focus(self._box)

    def show_answer(self, answer: object) -> None:
        """Show whether it was confirmed."""
        self._box.setChecked(value_of(answer) == "yes")

    @Slot(bool)
    def _on_clicked(self, is_checked: bool) -> None:  # noqa: FBT001 - Qt calls it so
        self.edited.emit("yes" if is_checked else None)


class NoteEditor(Editor):
    """Text only; the question's own label says it."""

    def show_answer(self, answer: object) -> None:
        """Show nothing: a note takes no answer."""
