"""Quick capture: a saved report, a few big answers, time stamps. Nothing has to be asked."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ilocdoc.desktop.controls import CutLabel, IconButton, card, empty, scrolling, text_label
from ilocdoc.desktop.editor import Editor
from ilocdoc.desktop.editors import Surroundings, editor_for
from ilocdoc.desktop.open_report import OpenReport
from ilocdoc.desktop.places import Place
from ilocdoc.desktop.prompts import ems_button
from ilocdoc.desktop.stamps import Stamper
from ilocdoc.desktop.timeline_pane import TAPS
from ilocdoc.desktop.words import STAMP_WORDS, clock_words
from ilocdoc.record.form import Field, FieldType, in_language
from ilocdoc.record.people import Officer
from ilocdoc.record.times import internal_stamp

QUICK_TYPES = {FieldType.SELECT_ONE, FieldType.SELECT_MULTIPLE, FieldType.TEXT, FieldType.INTEGER}
"""Kinds that are asked here; what the program fills in itself is told in the header."""
LABEL_PX = 230
NARROW_AT = 900
TICK_MS = 1000


class QuickPage(QWidget):
    """The form filtered by `quick`, drawn large."""

    done = Signal()
    full_wanted = Signal()

    def __init__(
        self, report: OpenReport, *, around: Surroundings, officer: Officer, stamper: Stamper
    ) -> None:
        super().__init__()
        self.report = report
        self._around, self._stamper, self._look = around, stamper, around.look
        self._editors: dict[str, Editor] = {}
        self._is_narrow = False
        look = self._look
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(look.px(28), look.px(14), look.px(28), look.px(12))
        column.setSpacing(look.px(12))
        column.addLayout(self._make_header(officer))
        frame, self._questions = card()
        self._questions.setContentsMargins(look.px(24), look.px(16), look.px(24), look.px(16))
        column.addWidget(frame)
        self._fill_questions()
        column.addLayout(self._make_taps())
        column.addStretch()
        column.addLayout(self._make_footer())
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolling(content, name="quick"))
        report.answer_changed.connect(self._on_answer_changed)

    def _make_header(self, officer: Officer) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(self._look.px(18))
        grid.setColumnStretch(1, 1)
        grid.addWidget(_Clock(self._around.now), 0, 0)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(text_label("New report started and saved", "section"))
        draft = self.report.draft
        beat = f" · beat {officer.beat}" if officer.beat else ""
        who = f"{officer.printed_name}, star {officer.star}{beat}"
        meta = CutLabel("meta")
        meta.setText(f"{draft.local_number} · started {clock_words(draft.created_at)} · {who}")
        words.addWidget(meta)
        grid.addLayout(words, 0, 1)
        self._ems = ems_button(self._stamper, look=self._look, name="stamp_ems_called")
        self._header = grid
        grid.addWidget(self._ems, 0, 2)
        return grid

    def _fill_questions(self) -> None:
        """Put label and answers side by side, or one under the other where it is narrow."""
        for name in list(self._editors):
            self._editors.pop(name)
        empty(self._questions)
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(self._look.px(20))
        grid.setVerticalSpacing(self._look.px(12))
        grid.setColumnStretch(1, 1)
        self._questions.addWidget(box)
        fields = [each for each in self.report.form.quick_fields() if each.type in QUICK_TYPES]
        for number, field in enumerate(fields):
            self._add(field, grid, number)

    def arrange(self, units: float) -> None:
        """Fit to a window's width divided by the text scale."""
        if (units < NARROW_AT) == self._is_narrow:
            return
        self._is_narrow = units < NARROW_AT
        if self._is_narrow:
            self._header.addWidget(self._ems, 1, 0, 1, 2)
        else:
            self._header.addWidget(self._ems, 0, 2)
        self._place_taps()
        self._fill_questions()

    def _label(self, text: str) -> QWidget:
        label = text_label(text, "biglabel")
        if not self._is_narrow:
            label.setFixedWidth(self._look.font_px(LABEL_PX))
        return label

    def _add(self, field: Field, grid: QGridLayout, number: int) -> None:
        around = replace(self._around, is_big=not self._is_narrow)
        editor = editor_for(field, path=field.name, around=around)
        place = Place(field=field.name)
        editor.show_answer(self.report.answer(place))
        editor.edited.connect(lambda answer: self.report.put(place, answer))
        self._editors[field.name] = editor
        label = self._label(in_language(field.label, "en"))
        if self._is_narrow:
            grid.addWidget(label, 2 * number, 0, 1, 2)
            grid.addWidget(editor, 2 * number + 1, 0, 1, 2)
        else:
            grid.addWidget(label, number, 0)
            grid.addWidget(editor, number, 1)

    def _make_taps(self) -> QGridLayout:
        self._taps = QGridLayout()
        self._taps.setSpacing(self._look.px(10))
        self._tap_buttons = []
        for kind, icon, key in TAPS:
            if kind in {"ems_called", "other"}:
                continue
            button = IconButton(STAMP_WORDS[kind], look=self._look, icon=icon, kind="bigtap")
            button.setObjectName(f"stamp_{kind}")
            button.setToolTip(key)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(self._tapper(kind))
            self._tap_buttons.append(button)
        self._place_taps()
        return self._taps

    def _place_taps(self) -> None:
        columns = 2 if self._is_narrow else len(self._tap_buttons)
        for number, button in enumerate(self._tap_buttons):
            self._taps.addWidget(button, number // columns, number % columns)

    def _tapper(self, kind: str) -> Callable[[], None]:
        return lambda: self._stamper.tap(kind)

    def _make_footer(self) -> QHBoxLayout:
        row = QHBoxLayout()
        hint = "Everything here is already saved. Finish it when you can."
        row.addWidget(text_label(hint, "hint"), 1)
        full = IconButton("Open full report", look=self._look, name="open_full")
        full.clicked.connect(self.full_wanted)
        done = IconButton("Done for now", look=self._look, kind="big", name="quick_done")
        done.clicked.connect(self.done)
        row.addWidget(full)
        row.addSpacing(self._look.px(12))
        row.addWidget(done)
        return row

    @Slot(object)
    def _on_answer_changed(self, place: Place) -> None:
        if not place.row and place.field in self._editors:
            self._editors[place.field].show_answer(self.report.answer(place))

    def focus_first(self) -> None:
        """Go to the first tap; words come later."""
        for name, editor in self._editors.items():
            focus = editor.focus_widget()
            if self.report.form.field(name).type is FieldType.SELECT_ONE and focus is not None:
                focus.setFocus()
                return


class _Clock(QWidget):
    """The time of day, large."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self._label = text_label("", "clock", wrap=False)
        row.addWidget(self._label)
        timer = QTimer(self, interval=TICK_MS)
        timer.timeout.connect(self._tick)
        timer.start()
        self._tick()

    @Slot()
    def _tick(self) -> None:
        self._label.setText(internal_stamp(self._now())[1].split(" ")[0])
