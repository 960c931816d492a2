"""One picture of evidence, large, as the isolated decoder made it."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ilocdoc.desktop.controls import IconButton, text_label
from ilocdoc.desktop.document_view import short_digest
from ilocdoc.desktop.theme import Look
from ilocdoc.desktop.words import size_words
from ilocdoc.record.report import EvidenceItem


class PictureView(QDialog):
    """Shows one picture; closing it is all that can be done."""

    def __init__(
        self, picture: QPixmap, item: EvidenceItem, *, look: Look, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("picture_view")
        self.setWindowTitle(item.name)
        self._picture = picture
        column = QVBoxLayout(self)
        self._label = QLabel()
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        # Its size follows the window, never the other way round.
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._label.setAccessibleName(item.caption or item.name)
        column.addWidget(self._label, 1)
        row = QHBoxLayout()
        words = QVBoxLayout()
        words.addWidget(text_label(item.caption or item.name, "label"))
        told = (
            f"{item.name} · {size_words(item.size_bytes)} · SHA-256 {short_digest(item.sha256)}. "
            "A safe copy for the screen; the original is untouched. That it was shown is recorded."
        )
        words.addWidget(text_label(told, "hint"))
        row.addLayout(words, 1)
        close = IconButton("Close", look=look, icon="x", kind="primary", name="close_picture")
        close.clicked.connect(self.accept)
        row.addWidget(close)
        column.addLayout(row)
        self.resize(look.px(900), look.px(680))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the picture to the window."""
        super().resizeEvent(event)
        self._fit()

    @Slot()
    def _fit(self) -> None:
        room = self._label.size() * self.devicePixelRatioF()
        kept = Qt.AspectRatioMode.KeepAspectRatio
        # Never larger than it is: what is not there cannot be seen.
        room = room.boundedTo(self._picture.size())
        shown = self._picture.scaled(room, kept, Qt.TransformationMode.SmoothTransformation)
        shown.setDevicePixelRatio(self.devicePixelRatioF())
        self._label.setPixmap(shown)
