"""The editor of dates and times: typed as reports write them, or one tap for now."""

from collections.abc import Callable
from datetime import date, datetime

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ilocdoc.desktop.controls import FlowLayout, IconButton, text_label
from ilocdoc.desktop.editor import Editor, Line
from ilocdoc.desktop.field_editors import value_of
from ilocdoc.desktop.theme import Look
from ilocdoc.record.errors import AnswerError
from ilocdoc.record.form import Field, FieldType, in_language
from ilocdoc.record.times import (
    CHICAGO,
    Pick,
    Precision,
    Question,
    instant,
    internal_date,
    internal_stamp,
    parse_date,
    read_time,
    time_answer,
)

_PICK_WORDS = {
    Pick.START_OF_DAY: "Start of the day",
    Pick.END_OF_DAY: "End of the day",
    Pick.FIRST: "The first",
    Pick.SECOND: "The second",
}
_DAY_PX, _TIME_PX = 150, 110
_NOT_YET = object()


class MomentEditor(Editor):
    """A day and a time of day, with *Now* and *About*; or a day alone."""

    def __init__(
        self, field: Field, *, path: str, look: Look, now: Callable[[], datetime], day: date
    ) -> None:
        """Make the editor.

        Args:
            field: A date or a date and time.
            path: For names.
            look: For sizes and icons.
            now: The laptop's clock.
            day: Offered as the day while there is no answer.
        """
        super().__init__(path, in_language(field.label, "en"))
        self._now, self._default = now, day
        self._is_day_only = field.type is FieldType.DATE
        self._question: Question | None = None
        self._fault = ""
        self._known: object = _NOT_YET
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._row = QHBoxLayout()
        self._row.setSpacing(look.px(8))
        column.addLayout(self._row)
        self._asked = QWidget()
        self._asked_flow = FlowLayout()
        self._asked.setLayout(self._asked_flow)
        self._asked.hide()
        column.addWidget(self._asked)
        self._time = self._line("1435", _TIME_PX, look)
        self._day = self._line("14 Feb 2026", _DAY_PX, look)
        self._about = QPushButton("About")
        self._build(look)
        self.left.connect(self._on_left)

    def _line(self, example: str, width: int, look: Look) -> Line:
        line = Line()
        line.setPlaceholderText(example)
        line.setFixedWidth(look.font_px(width))
        line.textEdited.connect(self._on_edited)
        self.watch_focus(line)
        return line

    def _build(self, look: Look) -> None:
        if self._is_day_only:
            self._row.addWidget(self._day)
            self._row.addStretch()
            self.name_widget(self._day)
            return
        self._row.addWidget(self._time)
        self._row.addWidget(self._day)
        now = IconButton("Now", look=look, icon="clock")
        now.setToolTip("Ctrl+;")
        now.clicked.connect(self.take_now)
        self._row.addWidget(now)
        self._about.setCheckable(True)
        self._about.setProperty("kind", "chip")
        self._about.setToolTip("The time is not known exactly")
        self._about.clicked.connect(self._on_edited)
        self._row.addWidget(self._about)
        self._row.addStretch()
        self.watch_focus(now, self._about)
        self.name_widget(self._time)
        self.name_widget(self._day, ".day", spoken="day")
        self.name_widget(now, ".now", spoken="now")
        self.name_widget(self._about, ".about", spoken="about, not known exactly")
        keys = QShortcut(QKeySequence("Ctrl+;"), self)
        keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        keys.activated.connect(self.take_now)

    @property
    def fault(self) -> str:
        """Why what is typed is no time yet."""
        return self._fault

    def show_answer(self, answer: object) -> None:
        """Show a moment; what this editor itself said or shows already is left as it is typed."""
        if answer != self._known:
            self._known = answer
            self._write(answer)

    def _write(self, answer: object) -> None:
        self._fault = ""
        self._ask(None)
        moment = read_time(value_of(answer))
        if moment is None:
            self._time.clear()
            self._day.setText("" if self._is_day_only else internal_date(self._default))
            self._about.setChecked(False)
            return
        day, time = internal_stamp(moment)
        self._day.setText(internal_date(moment.date()) if self._is_day_only else day)
        self._time.setText(time)
        assert isinstance(answer, dict)
        self._about.setChecked(answer.get("precision") == Precision.APPROXIMATE.value)

    def _say(self, answer: object) -> None:
        self._known = answer
        self.edited.emit(answer)

    @Slot()
    def _on_left(self) -> None:
        """Write a time out in full; one that is none is no answer, whatever stood here before."""
        keys_at = QApplication.focusWidget()
        if keys_at is not None and self.isAncestorOf(keys_at):
            return
        if not self._fault:
            self._write(self._known)
        elif self._known is not None:
            self._say(None)

    @Slot()
    def take_now(self) -> None:
        """Answer with the laptop's clock."""
        at = self._now()
        self._ask(None)
        self._fault = ""
        day, time = internal_stamp(at)
        self._day.setText(day)
        self._time.setText(time)
        self._about.setChecked(False)
        self._say(time_answer(at, typed="now", precision=Precision.EXACT))

    @Slot()
    def _on_edited(self) -> None:
        self._take(None)

    def _take(self, pick: Pick | None) -> None:
        """Turn what is typed into an answer, a question, or a fault."""
        self._fault = ""
        typed_time = self._time.text().split(" (")[0].strip()
        typed_day = self._day.text().strip()
        is_empty = not (typed_day if self._is_day_only else typed_time)
        if is_empty:
            self._ask(None)
            self._say(None)
            return
        try:
            day = parse_date(typed_day) if typed_day else self._default
            moment = self._start(day) if self._is_day_only else instant(day, typed_time, pick=pick)
        except AnswerError as error:
            self._fault = error.advice
            return
        if isinstance(moment, Question):
            self._ask(moment)
            self._fault = moment.text
            return
        self._ask(None)
        about = self._about.isChecked()
        precision = Precision.APPROXIMATE if about else Precision.EXACT
        typed = typed_day if self._is_day_only else f"{typed_day} {typed_time}".strip()
        self._say(time_answer(moment, typed=typed, precision=precision))

    def _start(self, day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=CHICAGO)

    def _ask(self, question: Question | None) -> None:
        """Show the two meanings of a typed time as buttons, or take them away."""
        if question == self._question:
            return
        self._question = question
        while self._asked_flow.count():
            item = self._asked_flow.takeAt(0)
            widget = item.widget() if item else None
            if widget is not None:
                self.forget_widgets(widget)
                widget.deleteLater()
        self._asked.setVisible(question is not None)
        if question is None:
            return
        self._asked_flow.addWidget(text_label(question.text, "warn", wrap=False))
        for pick in question.picks:
            button = QPushButton(_PICK_WORDS[pick])
            self.name_widget(button, f"={pick.value}", spoken=_PICK_WORDS[pick])
            button.clicked.connect(self._picker(pick))
            self.watch_focus(button)
            self._asked_flow.addWidget(button)

    def _picker(self, pick: Pick) -> Callable[[], None]:
        return lambda: self._take(pick)
