"""A document as pictures of its pages, bound to the digest of the bytes that were drawn."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from ilocdoc.casework.ports import Press
from ilocdoc.desktop.controls import empty, scrolling, text_label
from ilocdoc.desktop.theme import Look

DPI = 110
"""Sharp enough to read at the width of the page column."""
PAGE_PX = 900
"""Widest picture of a page."""
_BYTES_A_PIXEL = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Pages of one document, drawn."""

    sha256: str
    """Of the document's bytes; a decision names it."""
    pages: tuple[tuple[int, int, bytes], ...]
    """Width, height and RGB bytes."""


def draw(press: Press, pdf: bytes, sha256: str) -> Drawn:
    """Draw a document. Open lane."""
    return Drawn(sha256=sha256, pages=tuple(press.pages(pdf, dpi=DPI)))


class DocumentView(QFrame):
    """Scrolls through the pages of one document."""

    def __init__(self, look: Look, *, name: str) -> None:
        super().__init__()
        self._look = look
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._content = QWidget()
        self._pages = QVBoxLayout(self._content)
        self._pages.setSpacing(look.px(16))
        self._area = scrolling(self._content, name=name)
        self._area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._area.setAccessibleName("Pages of the document")
        column.addWidget(self._area)
        self._pictures: list[QPixmap] = []
        look.changed.connect(self._fit)
        self._labels: list[QLabel] = []
        self.sha256 = ""

    def show_words(self, words: str) -> None:
        """Show a sentence in place of pages."""
        self._clear()
        label = text_label(words, "hint")
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages.addWidget(label)
        self.sha256 = ""

    def show_document(self, drawn: Drawn) -> None:
        """Show pages; `sha256` is theirs from now on."""
        self._clear()
        self._pictures = [_picture(page) for page in drawn.pages]
        for number in range(len(self._pictures)):
            label = QLabel()
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setAccessibleName(f"Page {number + 1} of {len(self._pictures)}")
            self._labels.append(label)
            self._pages.addWidget(label)
        self._pages.addStretch()
        self._fit()
        self._area.verticalScrollBar().setValue(0)
        self.sha256 = drawn.sha256

    def _clear(self) -> None:
        self._labels, self._pictures = [], []
        empty(self._pages)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the pages to the new width."""
        super().resizeEvent(event)
        self._fit()

    @Slot()
    def _fit(self) -> None:
        width = min(self._area.viewport().width() - self._look.px(32), self._look.px(PAGE_PX))
        ratio = self.devicePixelRatioF()
        for label, picture in zip(self._labels, self._pictures, strict=True):
            fitted = picture.scaledToWidth(
                max(1, round(width * ratio)), Qt.TransformationMode.SmoothTransformation
            )
            label.setPixmap(_dimmed(fitted, QColor(self._look.colours.paper), ratio))


def _dimmed(picture: QPixmap, paper: QColor, ratio: float) -> QPixmap:
    """Return a page on paper of the theme's colour; black stays black."""
    painter = QPainter(picture)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
    painter.fillRect(picture.rect(), paper)
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def _picture(page: tuple[int, int, bytes]) -> QPixmap:
    width, height, rgb = page
    image = QImage(rgb, width, height, width * _BYTES_A_PIXEL, QImage.Format.Format_RGB888)
    return QPixmap.fromImage(image)


def short_digest(sha256: str) -> str:
    """Return a digest for people to compare: first and last eight digits."""
    return f"{sha256[:8]} … {sha256[-8:]}"


def page_count(drawn: Drawn) -> str:
    """Return how many pages there are, in words."""
    count = len(drawn.pages)
    return "1 page" if count == 1 else f"{count} pages"
