"""The one place where something is told: what went wrong, and what was just done."""

from collections.abc import Callable

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ilocdoc.desktop.controls import IconButton, IconLabel, set_role, text_label
from ilocdoc.desktop.theme import Look
from ilocdoc.record.errors import IlocdocError

DONE_MS = 10_000
"""How long something that can be taken back is offered so."""


class Notices(QFrame):
    """A bar above the page; hidden while there is nothing to say."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("notices")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(look.px(24), look.px(12), look.px(24), 0)
        self._box = QFrame()
        outer.addWidget(self._box)
        row = QHBoxLayout(self._box)
        self._icon = IconLabel(look=look, icon="info", colour="accent", size=24)
        self._headline = text_label("", "heading")
        self._advice = text_label("", "hint")
        words = QVBoxLayout()
        words.addWidget(self._headline)
        words.addWidget(self._advice)
        row.addWidget(self._icon)
        row.addLayout(words, 1)
        self._undo = IconButton("Undo", look=look, icon="undo-2", name="undo_notice")
        self._undo.clicked.connect(self._on_undo)
        self._close = IconButton("Close", look=look, icon="x", kind="quiet", name="close_notice")
        self._close.clicked.connect(self.hide)
        row.addWidget(self._undo)
        row.addWidget(self._close)
        self._take_back: Callable[[], None] | None = None
        self._timer = QTimer(self, singleShot=True, interval=DONE_MS)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def show_error(self, error: IlocdocError) -> None:
        """Tell what the world did wrong and what to do; stays until it is closed."""
        self._tell(error.headline, error.advice, kind="fault", icon="triangle-alert")
        self._timer.stop()
        self._undo.hide()

    def show_standing(self, headline: str, advice: str) -> None:
        """Tell what is wrong and stays wrong; it cannot be closed."""
        self._tell(headline, advice, kind="fault", icon="octagon-alert")
        self._timer.stop()
        self._undo.hide()
        self._close.hide()

    def show_done(self, text: str, *, undo: Callable[[], None] | None = None) -> None:
        """Tell what was done; for ten seconds it can be taken back.

        Args:
            text: One sentence.
            undo: Takes it back; None when it cannot be.
        """
        self._tell(text, "", kind="note", icon="circle-check")
        self._take_back = undo
        self._undo.setVisible(undo is not None)
        self._timer.start()

    @property
    def words(self) -> str:
        """What is told now."""
        return f"{self._headline.text()} {self._advice.text()}".strip()

    def _tell(self, headline: str, advice: str, *, kind: str, icon: str) -> None:
        self._headline.setText(headline)
        self._advice.setText(advice)
        self._advice.setVisible(bool(advice))
        self._icon.show_icon(icon, "danger" if kind == "fault" else "accent")
        set_role(self._box, "kind", kind)
        self.show()
        announce(self, f"{headline} {advice}".strip())

    @Slot()
    def _on_undo(self) -> None:
        self.hide()
        if self._take_back is not None:
            self._take_back()


def announce(widget: QWidget, text: str) -> None:
    """Let a screen reader say something that nobody moved to."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))
