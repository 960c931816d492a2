"""The use banner: stands before signing in until somebody acknowledges it (CJIS AC-8)."""

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ilocdoc.desktop.controls import IconButton, card, scrolling, text_label
from ilocdoc.desktop.notices import announce
from ilocdoc.desktop.theme import Look
from ilocdoc.desktop.words import BANNER, LOCKED_WORDS
from ilocdoc.record.errors import IlocdocError
from ilocdoc.record.sessions import LockReason

CARD_PX = 640
_MARGIN_PX = 32


class _Whole(QLabel):
    """A text of which no line is ever cut.

    A centred card asks its labels for their height before they know their width, their
    letters' size or a text that comes later.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "body")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)

    def event(self, event: QEvent) -> bool:
        """Take the height of all lines whenever the layout, the text or the letters change."""
        done = super().event(event)
        needed = max(0, self.heightForWidth(self.width()))
        if event.type() in _RESHAPED and self.minimumHeight() != needed:
            self.setMinimumHeight(needed)
        return done


_RESHAPED = {
    QEvent.Type.Resize,
    QEvent.Type.FontChange,
    QEvent.Type.StyleChange,
    QEvent.Type.LayoutRequest,
    QEvent.Type.Show,
    QEvent.Type.Paint,
}


class BannerPage(QWidget):
    """Why the laptop locked, the banner, one button."""

    acknowledged = Signal(str)
    """The text that was on the screen."""

    def __init__(self, look: Look, *, locked_by: LockReason | None) -> None:
        super().__init__()
        self.setObjectName("banner_page")
        column = self._make_card(look)
        column.addWidget(text_label("ilocdoc", "title"))
        self._where = text_label("Opening …", "meta")
        column.addWidget(self._where)
        self._training = text_label("TRAINING: nothing here is a real report", "training")
        self._training.hide()
        column.addWidget(self._training)
        if locked_by is not None:
            column.addWidget(text_label(LOCKED_WORDS[locked_by], "heading"))
        self._banner = _Whole()
        self._banner.setObjectName("use_banner")
        column.addWidget(self._banner)
        self._fault = text_label("", "fault")
        self._fault.hide()
        column.addWidget(self._fault)
        self._button = IconButton(
            "I understand and accept", look=look, icon="check", kind="primary", name="acknowledge"
        )
        self._button.setEnabled(False)
        self._button.clicked.connect(self._on_acknowledged)
        column.addWidget(self._button)

    def _make_card(self, look: Look) -> QVBoxLayout:
        content = QWidget()
        outer = QVBoxLayout(content)
        frame, column = card()
        frame.setFixedWidth(look.font_px(CARD_PX))
        side = look.px(_MARGIN_PX)
        column.setContentsMargins(side, look.px(28), side, look.px(28))
        column.setSpacing(look.px(12))
        outer.addStretch(1)
        outer.addWidget(frame, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(2)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(scrolling(content))
        return column

    def show_banner(self, banner: str, *, device: str, is_training: bool) -> None:
        """Show the text that holds here; empty for the one of the program."""
        self._banner.setText(banner or BANNER)
        self._where.setText(f"Laptop {device}")
        self._training.setVisible(is_training)
        self._button.setEnabled(True)
        self._button.setDefault(True)
        self._button.setFocus()

    def show_error(self, error: IlocdocError) -> None:
        """Tell why the laptop's folder did not open."""
        words = f"{error.headline} {error.advice}"
        self._fault.setText(words)
        self._fault.show()
        announce(self, words)

    @Slot()
    def _on_acknowledged(self) -> None:
        self.acknowledged.emit(self._banner.text())
