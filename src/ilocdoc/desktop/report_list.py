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
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from ilocdoc.desktop.theme import Look, icon_pixmap
from ilocdoc.desktop.words import Told, day_words, told_of
from ilocdoc.record.searching import Found, Piece
from ilocdoc.record.summary import ReportRow

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = Qt.ItemDataRole.UserRole
TOLD_ROLE = Qt.ItemDataRole.UserRole + 1
WHEN_ROLE = Qt.ItemDataRole.UserRole + 2
FOUND_ROLE = Qt.ItemDataRole.UserRole + 3
ROW_PX, FOUND_PX = 84, 112
"""Height of a row, and of one that shows the text around a hit."""
BEFORE_HIT = 20
"""Letters that are shown before a hit."""
_PLACE_WORDS = {
    "heading": "",
    "people": "People: ",
    "places": "Place: ",
    "marks": "Badge or plate: ",
    "narrative": "",
}
_NOWHERE = QModelIndex()

Tell = Callable[[ReportRow], Told]


class RowsModel(QAbstractListModel):
    """Rows as they are shown; told anew, never edited."""

    def __init__(self, *, now: Callable[[], datetime], tell: Tell) -> None:
        super().__init__()
        self._rows: list[ReportRow] = []
        self._found: dict[str, Found] = {}
        self._now, self._tell = now, tell

    def show_rows(self, rows: Sequence[ReportRow], found: Sequence[Found] = ()) -> None:
        """Show these rows in this order; those that were found with the text around the hit."""
        self.beginResetModel()
        self._rows = list(rows)
        self._found = {each.row.report_id: each for each in found}
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Return how many rows there are."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a row shows and says."""
        row = self._rows[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return self._said(row)
        asked: dict[int, Callable[[], Any]] = {
            ROW_ROLE: lambda: row,
            TOLD_ROLE: lambda: self._tell(row),
            WHEN_ROLE: lambda: day_words(row.started_at, today=self._now()),
            FOUND_ROLE: lambda: self._found.get(row.report_id),
        }
        return asked[role]() if role in asked else None

    def _said(self, row: ReportRow) -> str:
        found = self._found.get(row.report_id)
        hit = "".join(each.text for each in hit_pieces(found)) if found else ""
        return ", ".join(filter(None, (row.title, row.local_number, self._tell(row).text, hit)))

    def index_of(self, report_id: str) -> QModelIndex:
        """Return where a report stands, or nowhere."""
        for number, row in enumerate(self._rows):
            if row.report_id == report_id:
                return self.index(number)
        return QModelIndex()


def hit_pieces(found: Found) -> tuple[Piece, ...]:
    """Return what a row tells of a hit: the text around it, or where it is."""
    if found.pieces:
        first, *rest = found.pieces
        before = first if first.is_hit else Piece(text=_end_of(first.text), is_hit=False)
        return (Piece(text=_PLACE_WORDS[found.place], is_hit=False), before, *rest)
    return (Piece(text="In a confidential or chosen answer", is_hit=False),)


def _end_of(text: str) -> str:
    """Return the last words before a hit, so that the hit itself has room."""
    if len(text) <= BEFORE_HIT:
        return text
    _cut, space, words = text[-BEFORE_HIT:].partition(" ")
    return f"…{words}" if space and words.strip() else text[-BEFORE_HIT:]


class RowPainter(QStyledItemDelegate):
    """Paints a row: place and time, number, state with its icon."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the same height for every row, or for every row that was found."""
        height = ROW_PX if index.data(FOUND_ROLE) is None else FOUND_PX
        return QSize(200, self._look.px(height) + 2 * (self._look.font_px(15) - 15))

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
        found: Found | None = index.data(FOUND_ROLE)
        line = inner.height() // (3 if found is None else 4)
        top = QRect(inner.x(), inner.y(), inner.width(), line)
        middle, bottom = top.translated(0, line), top.translated(0, 2 * line)
        self._text(painter, top, row.title, colour=colours.text, weight=600, size=15)
        when = index.data(WHEN_ROLE)
        width = self._text(painter, middle, when, size=13, is_right=True)
        self._text(painter, middle.adjusted(0, 0, -width - 8, 0), row.local_number, size=13)
        self._state(painter, bottom, told)
        if found is not None:
            self._pieces(painter, bottom.translated(0, line), hit_pieces(found))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(colours.focus))
            painter.drawRect(rect.adjusted(1, 1, -2, -2))
        painter.restore()

    def _state(self, painter: QPainter, rect: QRect, told: Told) -> None:
        """Paint where a report stands: icon and words."""
        look = self._look
        tint = _tone_colour(look, told.tone)
        side = look.font_px(16)
        picture = icon_pixmap(told.icon, tint, side, painter.device().devicePixelRatioF())
        painter.drawPixmap(rect.x(), rect.y() + (rect.height() - side) // 2, picture)
        words = rect.adjusted(side + 6, 0, 0, 0)
        self._text(painter, words, told.text, colour=tint, weight=600, size=14)

    def _pieces(self, painter: QPainter, rect: QRect, pieces: Sequence[Piece]) -> None:
        """Paint the text around a hit, the hit itself on a tint, as far as there is room."""
        colours = self._look.colours
        left = QRect(rect)
        for each in pieces:
            measure = QFontMetrics(self._look.font(13, weight=600 if each.is_hit else 400))
            width = min(measure.horizontalAdvance(each.text), left.width())
            if each.is_hit:
                box = QRect(left.x(), left.y() + 1, width, left.height() - 2)
                painter.fillRect(box, QColor(colours.warntint))
            self._text(
                painter,
                left,
                each.text,
                size=13,
                weight=600 if each.is_hit else 400,
                colour=colours.text if each.is_hit else "",
            )
            left.setLeft(left.x() + width)
            if left.width() <= measure.horizontalAdvance("…"):
                return

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

    def show_rows(self, rows: Sequence[ReportRow], found: Sequence[Found] = ()) -> None:
        """Show these rows; the chosen one stays chosen."""
        chosen = self.currentIndex()
        row: ReportRow | None = chosen.data(ROW_ROLE) if chosen.isValid() else None
        self.setUniformItemSizes(not found)
        self.rows_model.show_rows(rows, found)
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
