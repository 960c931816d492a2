"""The list of reports: a model, a painter of rows, and the pane with search and filters."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QListView,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from ilocdoc.desktop.controls import text_label
from ilocdoc.desktop.editor import Line
from ilocdoc.desktop.theme import Look, icon_pixmap
from ilocdoc.desktop.words import Told, day_words, told_of
from ilocdoc.record.lifecycle import State
from ilocdoc.record.summary import ReportRow

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = Qt.ItemDataRole.UserRole
TOLD_ROLE = Qt.ItemDataRole.UserRole + 1
WHEN_ROLE = Qt.ItemDataRole.UserRole + 2
ROW_PX = 84
_NOWHERE = QModelIndex()

Tell = Callable[[ReportRow], Told]


class RowsModel(QAbstractListModel):
    """Rows as they are shown; told anew, never edited."""

    def __init__(self, *, now: Callable[[], datetime], tell: Tell) -> None:
        super().__init__()
        self._rows: list[ReportRow] = []
        self._now, self._tell = now, tell

    def show_rows(self, rows: Sequence[ReportRow]) -> None:
        """Show these rows in this order."""
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Return how many rows there are."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a row shows and says."""
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role == TOLD_ROLE:
            return self._tell(row)
        if role == WHEN_ROLE:
            return day_words(row.started_at, today=self._now())
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            told = self._tell(row).text
            return f"{row.title}, {row.local_number}, {told}"
        return None

    def index_of(self, report_id: str) -> QModelIndex:
        """Return where a report stands, or nowhere."""
        for number, row in enumerate(self._rows):
            if row.report_id == report_id:
                return self.index(number)
        return QModelIndex()


class RowPainter(QStyledItemDelegate):
    """Paints a row: place and time, number, state with its icon."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Return the same height for every row."""
        return QSize(200, self._look.px(ROW_PX) + 2 * (self._look.font_px(15) - 15))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        look, colours = self._look, self._look.colours
        row: ReportRow = index.data(ROW_ROLE)
        told: Told = index.data(TOLD_ROLE)
        state, rect = option.state, option.rect
        is_chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.fillRect(rect, QColor(colours.tint if is_chosen else colours.surface))
        painter.fillRect(QRect(rect.x(), rect.bottom(), rect.width(), 1), QColor(colours.border))
        if is_chosen:
            painter.fillRect(QRect(rect.x(), rect.y(), 5, rect.height()), QColor(colours.primary))
        inner = rect.adjusted(look.px(18), look.px(10), -look.px(16), -look.px(10))
        line = inner.height() // 3
        top = QRect(inner.x(), inner.y(), inner.width(), line)
        middle, bottom = top.translated(0, line), top.translated(0, 2 * line)
        self._text(painter, top, row.title, colour=colours.text, weight=600, size=15)
        when = index.data(WHEN_ROLE)
        width = self._text(painter, middle, when, size=13, is_right=True)
        self._text(painter, middle.adjusted(0, 0, -width - 8, 0), row.local_number, size=13)
        tint = _tone_colour(look, told.tone)
        side = look.font_px(16)
        picture = icon_pixmap(told.icon, tint, side, painter.device().devicePixelRatioF())
        painter.drawPixmap(bottom.x(), bottom.y() + (line - side) // 2, picture)
        words = bottom.adjusted(side + 6, 0, 0, 0)
        self._text(painter, words, told.text, colour=tint, weight=600, size=14)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(colours.focus))
            painter.drawRect(rect.adjusted(1, 1, -2, -2))
        painter.restore()

    def _text(
        self,
        painter: QPainter,
        rect: QRect,
        text: str,
        *,
        size: float,
        colour: str = "",
        weight: int = 400,
        is_right: bool = False,
    ) -> int:
        """Paint a text, cut with an ellipsis; returns its width."""
        font = self._look.font(size, weight=weight)
        painter.setFont(font)
        painter.setPen(QColor(colour or self._look.colours.text2))
        measure = QFontMetrics(font)
        cut = measure.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        side = Qt.AlignmentFlag.AlignRight if is_right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter, cut)
        return measure.horizontalAdvance(cut)


def _tone_colour(look: Look, tone: str) -> str:
    return str(getattr(look.colours, {"plain": "text2"}.get(tone, tone)))


class ReportList(QListView):
    """A list of reports; Enter or a tap opens one."""

    opened = Signal(object)
    """The `ReportRow`."""

    def __init__(
        self, look: Look, *, now: Callable[[], datetime], name: str, tell: Tell = told_of
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName("Reports")
        self.rows_model = RowsModel(now=now, tell=tell)
        self.setModel(self.rows_model)
        # Kept here: a view does not own its painter.
        self._painter = RowPainter(look)
        self.setItemDelegate(self._painter)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(self._on_opened)
        self.activated.connect(self._on_opened)
        look.changed.connect(self.scheduleDelayedItemsLayout)

    def show_rows(self, rows: Sequence[ReportRow]) -> None:
        """Show these rows; the chosen one stays chosen."""
        chosen = self.currentIndex()
        row: ReportRow | None = chosen.data(ROW_ROLE) if chosen.isValid() else None
        self.rows_model.show_rows(rows)
        if row is not None:
            self.choose(row.report_id)

    def choose(self, report_id: str) -> None:
        """Mark a report without opening it."""
        index = self.rows_model.index_of(report_id)
        if index.isValid():
            self.setCurrentIndex(index)

    @Slot(QModelIndex)
    def _on_opened(self, index: QModelIndex) -> None:
        self.opened.emit(index.data(ROW_ROLE))


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


class ReportsPane(QFrame):
    """My reports: search, filters, list."""

    def __init__(self, look: Look, *, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.setProperty("kind", "list")
        self._rows: list[ReportRow] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, look.px(14), 0, 0)
        column.setSpacing(look.px(10))
        top = QVBoxLayout()
        top.setContentsMargins(look.px(14), 0, look.px(14), 0)
        self._search = Line()
        self._search.setObjectName("search")
        self._search.setPlaceholderText("Search reports (Ctrl+F)")
        self._search.setAccessibleName("Search reports")
        self._search.textChanged.connect(self.refilter)
        top.addWidget(self._search)
        top.addLayout(self._make_pills(look))
        column.addLayout(top)
        self._nothing = text_label("", "hint")
        self._nothing.setContentsMargins(look.px(18), look.px(8), look.px(18), 0)
        column.addWidget(self._nothing)
        self.list = ReportList(look, now=now, name="report_list")
        column.addWidget(self.list, 1)
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
        words = self._search.text().casefold().split()
        rows = [row for row in self._rows if test(row) and _holds(row, words)]
        self.list.show_rows(rows)
        nothing = "No report here fits." if self._rows else "No reports yet. Ctrl+N starts one."
        self._nothing.setText(nothing)
        self._nothing.setVisible(not rows)


def _holds(row: ReportRow, words: Sequence[str]) -> bool:
    text = f"{row.title} {row.local_number} {told_of(row).text}".casefold()
    return all(word in text for word in words)
