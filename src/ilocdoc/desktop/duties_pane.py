"""The duties: the officer's memory. Words and an icon; no scolding, no score."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ilocdoc.desktop.controls import IconLabel, card, empty, text_label
from ilocdoc.desktop.open_report import OpenReport
from ilocdoc.desktop.theme import Look
from ilocdoc.record.findings import Duty, DutyState

_LOOKS = {
    DutyState.OPEN: ("circle", "text2", "open"),
    DutyState.DONE: ("circle-check", "ok", "done"),
}


class DutiesPane(QWidget):
    """The duties that apply now, each with how it stands."""

    def __init__(self, report: OpenReport, *, look: Look) -> None:
        super().__init__()
        self._report, self._look = report, look
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(8))
        column.addWidget(text_label("Directive duties", "heading"))
        frame, self._list = card("inner")
        self._list.setContentsMargins(look.px(12), look.px(10), look.px(12), look.px(10))
        self._list.setSpacing(look.px(8))
        column.addWidget(frame)
        self._shown: tuple[Duty, ...] = ()
        report.judged.connect(self.show_duties)
        self.show_duties()

    @Slot()
    def show_duties(self) -> None:
        """Show the duties of now; nothing is drawn anew while none changed."""
        duties = tuple(
            each
            for each in self._report.findings.duties
            if each.state is not DutyState.NOT_APPLICABLE
        )
        if duties == self._shown:
            return
        self._shown = duties
        empty(self._list)
        for duty in duties:
            self._list.addWidget(self._row(duty))

    def _row(self, duty: Duty) -> QWidget:
        icon, colour, state = _LOOKS[duty.state]
        box = QWidget()
        box.setAccessibleName(f"{duty.text}: {state}")
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        mark = IconLabel(look=self._look, icon=icon, colour=colour)
        row.addWidget(mark)
        row.setAlignment(mark, Qt.AlignmentFlag.AlignTop)
        row.addWidget(text_label(duty.text), 1)
        return box
