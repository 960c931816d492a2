"""Small controls of every page: buttons with tinted icons, headings, wrapping rows."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Slot
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ilocdoc.desktop.theme import Look

ICON_PX, ICON_GAP = 20, 7


class IconButton(QPushButton):
    """A push button whose icon follows the theme."""

    def __init__(
        self, text: str, *, look: Look, icon: str = "", kind: str = "plain", name: str = ""
    ) -> None:
        """Make a button.

        Args:
            text: Shown and read out.
            look: Its colours tint the icon.
            icon: A shipped icon, or empty.
            kind: primary, danger, plain, quiet, tap or link, as the style sheet knows them.
            name: Object name.
        """
        super().__init__(text)
        self.setProperty("kind", kind)
        self.setObjectName(name)
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._look, self._icon, self._kind = look, icon, kind
        if icon:
            look.changed.connect(self.tint)
            self.tint()

    def set_icon(self, icon: str) -> None:
        """Show another icon."""
        self._icon = icon
        self.tint()

    @Slot()
    def tint(self) -> None:
        """Draw the icon in the colour of the button's words."""
        colour = {"primary": "onprimary", "big": "onprimary", "danger": "ondanger"}
        self.show_icon_in(colour.get(self._kind, "accent"))

    def show_icon_in(self, colour: str) -> None:
        """Draw the icon in a colour, with a gap to the words: no style sheet can set one."""
        gap = ICON_GAP if self.text() else 0
        self.setIcon(self._look.icon(self._icon, colour, gap=gap))
        self.setIconSize(QSize(self._look.px(ICON_PX + gap), self._look.px(ICON_PX)))


class IconLabel(QLabel):
    """A tinted icon as a picture; words beside it say the same."""

    def __init__(
        self, *, look: Look, icon: str = "", colour: str = "text2", size: int = 18
    ) -> None:
        super().__init__()
        self._look, self._size = look, size
        self._icon, self._colour = icon, colour
        look.changed.connect(self.tint)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.tint()

    def show_icon(self, icon: str, colour: str) -> None:
        """Show another icon."""
        if (icon, colour) != (self._icon, self._colour):
            self._icon, self._colour = icon, colour
            self.tint()

    @Slot()
    def tint(self) -> None:
        """Draw the icon in the theme's colour."""
        if self._icon:
            side = self._look.px(self._size)
            icon = self._look.icon(self._icon, self._colour, size=self._size)
            self.setPixmap(icon.pixmap(side, side))


class ChoiceButton(QRadioButton):
    """One of several answers, drawn as a button and announced as a radio button.

    The chosen one can be taken back: tap it again, or press Backspace or Delete.
    """

    def __init__(self, text: str, *, name: str, edge: str = "alone") -> None:
        """Make an answer.

        Args:
            text: Shown.
            name: Object name.
            edge: first, middle, last or alone: which corners are round.
        """
        super().__init__(text)
        self.setObjectName(name)
        self.setAccessibleName(text)
        self.setProperty("edge", edge)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.on_cleared: Callable[[], None] | None = None
        self._was_chosen = False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember whether a tap would take the answer back."""
        self._was_chosen = self.isChecked()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose, or take back what was chosen: an exclusive button would stay as it is."""
        is_inside = self.rect().contains(event.position().toPoint())
        if self._was_chosen and is_inside and self.on_cleared is not None:
            self._was_chosen = False
            self.setDown(False)
            self.on_cleared()
            return
        super().mouseReleaseEvent(event)

    def hitButton(self, pos: QPoint) -> bool:
        """Take a tap anywhere on the button, not only on the letters."""
        return self.rect().contains(pos)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the answer back on Backspace or Delete."""
        clearing = event.key() in {Qt.Key.Key_Backspace, Qt.Key.Key_Delete}
        if clearing and self.isChecked() and self.on_cleared is not None:
            self.on_cleared()
            return
        self._was_chosen = False
        super().keyPressEvent(event)


class BigChoice(ChoiceButton):
    """A large answer with its words in the middle."""

    def __init__(self, text: str, *, name: str, edge: str, look: Look) -> None:
        super().__init__("", name=name, edge=edge)
        self._words, self._look = text, look
        self.setProperty("grade", "big")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the button, then the words: a style sheet cannot center them."""
        super().paintEvent(event)
        colours = self._look.colours
        painter = QPainter(self)
        painter.setFont(self._look.font(18, weight=600))
        painter.setPen(QColor(colours.onprimary if self.isChecked() else colours.text))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._words)
        painter.end()

    def sizeHint(self) -> QSize:
        """Return room for the words and the style sheet's height."""
        font = self._look.font(18, weight=600)
        width = QFontMetrics(font).horizontalAdvance(self._words) + self._look.px(28)
        return QSize(width, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return the same: words are never cut."""
        return self.sizeHint()


class FlowLayout(QLayout):
    """Lays its widgets out in rows and wraps, as words do."""

    def __init__(self, *, gap: int = 8) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """Add one at the end."""
        self._items.append(item)

    def count(self) -> int:
        """Return how many there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Return one, or None past the end."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Take one out, or return None past the end."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        """Tell Qt that a narrower row is a higher one."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height that a width needs."""
        return self._place(QRect(0, 0, width, 0), is_moving=False)

    def setGeometry(self, rect: QRect) -> None:
        """Place everything."""
        super().setGeometry(rect)
        self._place(rect, is_moving=True)

    def sizeHint(self) -> QSize:
        """Return the least size; rows may be as narrow as the widest widget."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """Return the size of the largest widget."""
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _place(self, rect: QRect, *, is_moving: bool) -> int:
        x, y, row_height = rect.x(), rect.y(), 0
        for item in self._items:
            widget = item.widget()
            if widget is not None and widget.isHidden():
                continue
            hint = item.sizeHint()
            size = QSize(min(hint.width(), max(rect.width(), 1)), hint.height())
            if x > rect.x() and x + size.width() > rect.right() + 1:
                x, y, row_height = rect.x(), y + row_height + self._gap, 0
            if is_moving:
                item.setGeometry(QRect(QPoint(x, y), size))
            x += size.width() + self._gap
            row_height = max(row_height, size.height())
        return y + row_height - rect.y()


class CutLabel(QLabel):
    """One line that is cut with an ellipsis where there is no room; the tool tip has it whole."""

    def __init__(self, role: str) -> None:
        super().__init__()
        self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint what fits."""
        cut = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip(self.text() if cut != self.text() else "")
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, cut)
        painter.end()


def text_label(text: str, role: str = "body", *, wrap: bool = True) -> QLabel:
    """Return a label in one of the type roles of the style sheet."""
    label = QLabel(text)
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wrap)
    return label


def card(kind: str = "card") -> tuple[QFrame, QVBoxLayout]:
    """Return a framed box and its column."""
    frame = QFrame()
    frame.setProperty("kind", kind)
    column = QVBoxLayout(frame)
    return frame, column


CARD_PX = 860
"""Lines longer than this are hard to read."""


def card_page(look: Look, *, name: str) -> tuple[QScrollArea, QVBoxLayout]:
    """Return a scrolling page with one card, and the card's column."""
    frame, column = card()
    frame.setMaximumWidth(look.px(CARD_PX))
    column.setContentsMargins(look.px(24), look.px(18), look.px(24), look.px(18))
    column.setSpacing(look.px(10))
    content = QWidget()
    below = QVBoxLayout(content)
    below.setContentsMargins(look.px(24), look.px(12), look.px(24), look.px(12))
    row = QHBoxLayout()
    # The card takes all it may; only what is left over goes to the empty side.
    row.addWidget(frame, 1000)
    row.addStretch(1)
    below.addLayout(row)
    below.addStretch(1)
    return scrolling(content, name=name), column


def scrolling(content: QWidget, *, name: str = "") -> QScrollArea:
    """Return a vertical scroll area around a widget."""
    area = QScrollArea()
    area.setObjectName(name)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFrameShape(QFrame.Shape.NoFrame)
    # The content takes the keys; the area itself is no stop of Tab.
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(content)
    return area


def set_role(widget: QWidget, name: str, value: object) -> None:
    """Change a property that the style sheet looks at, and restyle only this widget."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def empty(layout: QLayout) -> None:
    """Take every widget out of a layout and away."""
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()
