"""The pane of reports: a field to search, filters, the list."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from ilocdoc.desktop.controls import text_label
from ilocdoc.desktop.editor import Line
from ilocdoc.desktop.report_list import ROW_ROLE, ReportList
from ilocdoc.desktop.theme import Look
from ilocdoc.desktop.words import told_of
from ilocdoc.record.lifecycle import State
from ilocdoc.record.searching import Found
from ilocdoc.record.summary import ReportRow

FILTERS: tuple[tuple[str, str, Callable[[ReportRow], bool]], ...] = (
    ("all", "All", lambda _row: True),
    ("drafts", "Drafts", lambda row: row.state == State.DRAFT.value),
    ("returned", "Returned", lambda row: row.state == State.RETURNED.value),
    (
        "to_send",
        "To send",
        lambda row: row.mine and row.state == State.SUBMITTED.value and not row.confirmed,
    ),
)


class SearchLine(Line):
    """The search field: Down and Enter lead to the list, Esc clears it."""

    def __init__(self, reports: ReportList) -> None:
        super().__init__()
        self._list = reports
        self.setObjectName("search")
        self.setPlaceholderText("Search reports (Ctrl+F)")
        self.setAccessibleName("Search reports: words, a number, a badge with ? for unread places")
        self.setClearButtonEnabled(True)

    def event(self, event: QEvent) -> bool:
        """Keep Esc for itself while there is something to clear."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.ShortcutOverride
            and event.key() == Qt.Key.Key_Escape
            and self.text()
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Lead to the list, or type."""
        first = self._list.rows_model.index(0)
        if event.key() == Qt.Key.Key_Down and first.isValid():
            self._list.setCurrentIndex(first)
            self._list.setFocus(Qt.FocusReason.OtherFocusReason)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and first.isValid():
            self._list.opened.emit(first.data(ROW_ROLE))
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class ReportsPane(QFrame):
    """My reports: search, filters, list."""

    searched = Signal(str)
    """What is typed now; answered by `show_found`."""

    def __init__(self, look: Look, *, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.setProperty("kind", "list")
        self._rows: list[ReportRow] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, look.px(14), 0, 0)
        column.setSpacing(look.px(10))
        top = QVBoxLayout()
        top.setContentsMargins(look.px(14), 0, look.px(14), 0)
        self._found: list[Found] = []
        self.list = ReportList(look, now=now, name="report_list")
        self._search = SearchLine(self.list)
        self._search.textChanged.connect(self.refilter)
        self._search.textChanged.connect(self.searched)
        top.addWidget(self._search)
        top.addLayout(self._make_pills(look))
        column.addLayout(top)
        self._nothing = text_label("", "hint")
        self._nothing.setContentsMargins(look.px(18), look.px(8), look.px(18), 0)
        column.addWidget(self._nothing)
        column.addWidget(self.list, 1)
        slash = QShortcut(QKeySequence("/"), self.list)
        slash.setContext(Qt.ShortcutContext.WidgetShortcut)
        slash.activated.connect(self.focus_search)
        self.refilter()

    def _make_pills(self, look: Look) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(look.px(4))
        self._group = QButtonGroup(self)
        for name, label, _test in FILTERS:
            pill = QPushButton(label)
            pill.setProperty("kind", "pill")
            pill.setCheckable(True)
            pill.setChecked(name == "all")
            pill.setObjectName(f"filter:{name}")
            pill.setAccessibleName(f"Show: {label}")
            pill.clicked.connect(self.refilter)
            self._group.addButton(pill)
            row.addWidget(pill)
        row.addStretch()
        return row

    def focus_search(self) -> None:
        """Go to the search field."""
        self._search.setFocus()
        self._search.selectAll()

    def show_rows(self, rows: Sequence[ReportRow]) -> None:
        """Show the member's own reports, newest first."""
        self._rows = sorted(rows, key=lambda row: row.started_at, reverse=True)
        self.refilter()

    @Slot()
    def refilter(self) -> None:
        """Show what the filter and the search words leave."""
        chosen = self._group.checkedButton()
        name = chosen.objectName().removeprefix("filter:") if chosen else "all"
        test = next(test for each, _label, test in FILTERS if each == name)
        typed = self._search.text()
        words = typed.casefold().split()
        found = [each for each in self._found if test(each.row)] if words else []
        named = {each.row.report_id for each in found}
        rows = [each.row for each in found]
        rows += [
            row
            for row in self._rows
            if test(row) and _holds(row, words) and row.report_id not in named
        ]
        self.list.show_rows(rows, found)
        self._nothing.setText(_nothing_words(typed.strip(), has_reports=bool(self._rows)))
        self._nothing.setVisible(not rows)

    @Slot(object)
    def show_found(self, found: Sequence[Found]) -> None:
        """Show what was found for what is typed."""
        self._found = list(found)
        self.refilter()


def _nothing_words(typed: str, *, has_reports: bool) -> str:
    if typed:
        return "No report here fits. Try fewer letters, or ? for an unread place of a badge."
    return "No report here fits." if has_reports else "No reports yet. Ctrl+N starts one."


def _holds(row: ReportRow, words: Sequence[str]) -> bool:
    text = f"{row.title} {row.local_number} {told_of(row).text}".casefold()
    return all(word in text for word in words)
