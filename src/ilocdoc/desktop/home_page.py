"""What a member sees first: begin, go on, answer a reviewer."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ilocdoc.desktop.controls import IconButton, card_page, empty, text_label
from ilocdoc.desktop.theme import Look
from ilocdoc.record.lifecycle import State
from ilocdoc.record.summary import ReportRow

MOST_SHOWN = 3
"""Of drafts and of returned reports; the list has them all."""


class HomePage(QWidget):
    """Large ways to what waits."""

    begun = Signal()
    opened = Signal(object)
    """A `ReportRow` to go on with."""
    files_wanted = Signal(str)
    """Id of a report whose files were not finished."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        area, column = card_page(look, name="home")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        column.addWidget(text_label("Federal Enforcement Incident Report", "title"))
        column.addWidget(
            text_label("Works without a connection. What you type is saved as you type.", "hint")
        )
        new = IconButton("New report", look=look, icon="plus", kind="big", name="home_new")
        new.setToolTip("Ctrl+N")
        new.clicked.connect(self.begun)
        column.addWidget(new)
        self._unfinished, self._ways = QVBoxLayout(), QVBoxLayout()
        for ways in (self._unfinished, self._ways):
            ways.setSpacing(look.px(6))
            column.addLayout(ways)

    def show_rows(self, rows: Sequence[ReportRow]) -> None:
        """Show the member's reports that wait for the member."""
        empty(self._ways)
        newest = sorted(rows, key=lambda each: each.started_at, reverse=True)
        for state, heading, icon in (
            (State.RETURNED, "A reviewer asks", "undo-2"),
            (State.DRAFT, "Go on with", "pencil"),
        ):
            found = [each for each in newest if each.state == state.value][:MOST_SHOWN]
            if found:
                self._ways.addSpacing(self._look.px(8))
                self._ways.addWidget(text_label(heading, "heading"))
            for row in found:
                way = IconButton(row.title, look=self._look, icon=icon, kind="value")
                way.setAccessibleName(f"{heading}: {row.title}, {row.local_number}")
                way.setObjectName(f"go_on:{row.local_number}")
                way.clicked.connect(self._opener(row))
                self._ways.addWidget(way)

    def show_unfinished(self, files: Mapping[str, Sequence[str]]) -> None:
        """Show files that were not finished when the program stopped.

        Args:
            files: Their names, by id of the report.
        """
        empty(self._unfinished)
        count = sum(len(names) for names in files.values())
        if not count:
            return
        were = "1 file was" if count == 1 else f"{count} files were"
        self._unfinished.addSpacing(self._look.px(8))
        self._unfinished.addWidget(text_label(f"{were} not finished", "heading"))
        for report_id, names in files.items():
            more = f" and {len(names) - 1} more" if len(names) > 1 else ""
            words = f"{names[0]}{more}: go on or give up"
            way = IconButton(words, look=self._look, icon="paperclip", kind="value")
            way.setObjectName(f"unfinished:{names[0]}")
            way.clicked.connect(self._wanter(report_id))
            self._unfinished.addWidget(way)

    def _wanter(self, report_id: str) -> Callable[[], None]:
        return lambda: self.files_wanted.emit(report_id)

    def _opener(self, row: ReportRow) -> Callable[[], None]:
        return lambda: self.opened.emit(row)
