"""Sync in plain words: what waits, what moved, what to do."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ilocdoc.desktop.controls import IconButton, card_page, text_label
from ilocdoc.desktop.exchanging import Exchanging
from ilocdoc.desktop.status_bar import StateLabel
from ilocdoc.desktop.theme import Look
from ilocdoc.desktop.words import size_words, waiting_words

PROMISE = (
    "Reports, decisions and files stay on this laptop until headquarters has signed for them. "
    "Only then does a report say “Received by headquarters”. Files are sent sealed."
)


class SyncPage(QWidget):
    """How the line to headquarters stands."""

    def __init__(self, exchanging: Exchanging, *, look: Look, device: str) -> None:
        super().__init__()
        self._exchanging = exchanging
        area, column = card_page(look, name="sync")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        column.addWidget(text_label(f"Headquarters and laptop {device}", "section"))
        self._state = StateLabel(look, name="sync_state_page")
        column.addWidget(self._state)
        self._waiting = text_label("")
        self._moved = text_label("")
        self._advice = text_label("", "warn")
        for label in (self._waiting, self._moved, self._advice):
            column.addWidget(label)
        again = IconButton("Try now", look=look, icon="refresh-cw", kind="primary", name="sync_now")
        again.clicked.connect(exchanging.start)
        line = QHBoxLayout()
        line.addWidget(again)
        line.addStretch()
        column.addLayout(line)
        column.addWidget(text_label(PROMISE, "hint"))
        exchanging.told.connect(self.show_state)
        self.show_state()

    @Slot()
    def show_state(self) -> None:
        """Show how things stand now."""
        exchange, waiting = self._exchanging.exchange, self._exchanging.waiting
        self._state.show_state(self._exchanging.words)
        self._waiting.setText(f"Only on this laptop: {waiting_words(waiting)}.")
        moved, advice = "", ""
        if exchange is not None:
            moved = (
                f"Last exchange: {exchange.sent_entries} entries, {exchange.sent_files} files "
                f"({size_words(exchange.sent_bytes)}) and {exchange.sent_letters} letters sent, "
                f"{exchange.received_letters} letters received."
            )
            advice = f"{exchange.headline} {exchange.advice}".strip()
        self._moved.setText(moved)
        self._moved.setVisible(bool(moved))
        self._advice.setText(advice)
        self._advice.setVisible(bool(advice))
