"""End of shift: what this laptop holds of the tour, sending it, locking."""

from collections.abc import Callable

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ilocdoc.casework.sessions import Tour, end_shift, tour_of
from ilocdoc.casework.shift import Shift
from ilocdoc.desktop.background import Background, Lane
from ilocdoc.desktop.controls import IconButton, card_page, text_label
from ilocdoc.desktop.exchanging import Exchanging
from ilocdoc.desktop.theme import Look
from ilocdoc.desktop.words import count_words, waiting_words

SENDING_MS = 15_000
"""How long the end of a shift waits for headquarters; what is unsent stays queued, sealed."""


class ShiftPage(QWidget):
    """One page, one button."""

    def __init__(
        self,
        exchanging: Exchanging,
        *,
        shift: Shift,
        background: Background,
        look: Look,
        ended: Callable[[], None],
    ) -> None:
        """Make the page.

        Args:
            exchanging: To send what waits.
            shift: The member's.
            background: To the lanes.
            look: For sizes and icons.
            ended: Called when the statement is kept and sending was tried: lock now.
        """
        super().__init__()
        self._ended = ended
        self._exchanging, self._shift, self._background = exchanging, shift, background
        self._is_ending = False
        area, column = card_page(look, name="shift")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        column.addWidget(text_label("End shift", "title"))
        self._tour = text_label("One moment.", "section")
        self._open = text_label("")
        self._unsent = text_label("", "hint")
        for each in (self._tour, self._open, self._unsent):
            column.addWidget(each)
        column.addWidget(text_label(STATEMENT, "hint"))
        self._end = IconButton(
            "End shift and lock", look=look, icon="log-out", kind="primary", name="end_shift"
        )
        self._end.clicked.connect(self._begin)
        column.addWidget(self._end)
        self._limit = QTimer(self, singleShot=True, interval=SENDING_MS)
        self._limit.timeout.connect(self._over)
        exchanging.told.connect(self._on_told)

    def showEvent(self, event: QShowEvent) -> None:
        """Ask the vault what it holds."""
        super().showEvent(event)
        shift = self._shift
        self._background.run(Lane.VAULT, lambda: tour_of(shift), then=self._show_tour, owner=self)

    def _show_tour(self, tour: Tour) -> None:
        begun = count_words(tour.begun, "report begun", "reports begun")
        self._tour.setText(f"This tour: {begun}, {tour.submitted} submitted.")
        waiting = count_words(tour.unfinished, "report is", "reports are")
        self._open.setText(f"{waiting} unfinished and kept for you." if tour.unfinished else "")
        self._open.setVisible(bool(tour.unfinished))
        self._show_unsent()

    def _show_unsent(self) -> None:
        waiting = self._exchanging.waiting
        words = "All that is signed is with headquarters."
        if not waiting.is_nothing:
            words = (
                f"Not with headquarters yet: {waiting_words(waiting)}. It stays sealed on this "
                "laptop and is sent when there is a connection."
            )
        self._unsent.setText(words)

    @Slot()
    def _begin(self) -> None:
        self._end.setEnabled(False)
        self._end.setText("Sending, then locking …")
        shift = self._shift
        self._background.run(
            Lane.VAULT, lambda: end_shift(shift), then=lambda _tour: self._send(), owner=self
        )

    def _send(self) -> None:
        self._is_ending = True
        self._limit.start()
        self._exchanging.start()

    @Slot(object)
    def _on_told(self, _told: object) -> None:
        self._show_unsent()
        if self._is_ending and not self._exchanging.is_under_way:
            self._over()

    @Slot()
    def _over(self) -> None:
        if self._is_ending:
            self._is_ending = False
            self._limit.stop()
            self._ended()


STATEMENT = (
    "The laptop signs these numbers itself, zero too: they are its statement, not yours. They "
    "stand in no review and no report."
)
