"""The timeline: one tap, one time; a time is struck through with a reason, never removed."""

from collections.abc import Callable

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from ilocdoc.desktop.controls import IconButton, card, empty, set_role, text_label
from ilocdoc.desktop.editor import Line
from ilocdoc.desktop.open_report import OpenReport
from ilocdoc.desktop.stamps import Stamper, strike
from ilocdoc.desktop.theme import Look
from ilocdoc.desktop.words import STAMP_WORDS, clock_words
from ilocdoc.record.report import Stamp

TAPS = (
    ("ems_called", "siren", "F2"),
    ("ems_here", "heart-pulse", "F3"),
    ("supervisor_told", "users", "F4"),
    ("video_starts", "video", ""),
    ("agents_left", "log-out", ""),
    ("other", "plus", ""),
)
"""Kind, icon and key of each button, in order."""
_COLUMNS = 2


class StampRow(QWidget):
    """One recorded time, and the way to strike it through."""

    def __init__(self, stamp: Stamp, *, report: OpenReport, look: Look) -> None:
        super().__init__()
        self._stamp, self._report = stamp, report
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        row = QHBoxLayout()
        at = text_label(clock_words(stamp.wall), "time", wrap=False)
        at.setFixedWidth(look.font_px(44))
        words = text_label(STAMP_WORDS.get(stamp.kind, stamp.kind))
        if stamp.note:
            words.setText(f"{words.text()}: {stamp.note}")
        row.addWidget(at)
        row.addWidget(words, 1)
        column.addLayout(row)
        self._reason = Line()
        if stamp.struck:
            set_role(at, "struck", "true")
            set_role(words, "struck", "true")
            column.addWidget(text_label(f"Struck: {stamp.struck}", "hint"))
        elif stamp.kind != "started":
            strike = IconButton("Strike", look=look, kind="quiet", name=f"strike:{stamp.kind}")
            strike.setAccessibleName(f"Strike through {words.text()} {at.text()}")
            strike.clicked.connect(self._ask)
            row.addWidget(strike)
            self._reason.setPlaceholderText("Why? Then Enter")
            self._reason.setObjectName(f"strike_reason:{stamp.kind}")
            self._reason.setAccessibleName(f"Why is {words.text()} struck through?")
            self._reason.returnPressed.connect(self._strike)
            self._reason.hide()
            column.addWidget(self._reason)

    @Slot()
    def _ask(self) -> None:
        self._reason.setVisible(self._reason.isHidden())
        self._reason.setFocus()

    @Slot()
    def _strike(self) -> None:
        strike(self._report, self._stamp.id, reason=self._reason.text())


class TimelinePane(QWidget):
    """Six buttons and the times they recorded."""

    def __init__(self, report: OpenReport, *, stamper: Stamper, look: Look) -> None:
        super().__init__()
        self._report, self._stamper, self._look = report, stamper, look
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(8))
        column.addWidget(text_label("Timeline: one tap keeps the time", "heading"))
        grid = QGridLayout()
        grid.setSpacing(look.px(8))
        for number, (kind, icon, key) in enumerate(TAPS):
            button = IconButton(STAMP_WORDS[kind], look=look, icon=icon, kind="tap")
            button.setObjectName(f"stamp_{kind}")
            button.setToolTip(key)
            button.clicked.connect(self._tapper(kind))
            grid.addWidget(button, number // _COLUMNS, number % _COLUMNS)
        column.addLayout(grid)
        self._note = Line()
        self._note.setPlaceholderText("What? Then Enter")
        self._note.setObjectName("stamp_note")
        self._note.setAccessibleName("What happened at this time?")
        self._note.returnPressed.connect(self._keep_other)
        self._note.hide()
        column.addWidget(self._note)
        frame, self._list = card("inner")
        self._list.setContentsMargins(look.px(12), look.px(8), look.px(8), look.px(8))
        self._list.setSpacing(look.px(4))
        column.addWidget(frame)
        report.draft_changed.connect(self.show_stamps)
        self.show_stamps()

    def _tapper(self, kind: str) -> Callable[[], None]:
        if kind == "other":
            return self._ask_note
        return lambda: self._stamper.tap(kind)

    @Slot()
    def _ask_note(self) -> None:
        self._note.show()
        self._note.setFocus()

    @Slot()
    def _keep_other(self) -> None:
        note = self._note.text().strip()
        self._note.clear()
        self._note.hide()
        if note:
            self._report.stamp("other", note=note)

    @Slot()
    def show_stamps(self) -> None:
        """Show every time as it now is."""
        empty(self._list)
        for stamp in self._report.draft.stamps:
            self._list.addWidget(StampRow(stamp, report=self._report, look=self._look))
