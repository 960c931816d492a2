"""Sync in plain words: what waits, what moved, what to do."""

from collections.abc import Callable

from PySide6.QtCore import Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ilocdoc.desktop.controls import IconButton, card_page, set_role, text_label
from ilocdoc.desktop.exchanging import Exchanging
from ilocdoc.desktop.status_bar import StateLabel
from ilocdoc.desktop.theme import Look
from ilocdoc.desktop.words import shelf_words, size_words, waiting_words
from ilocdoc.record.intake import Shelf

PROMISE = (
    "Reports, decisions and files stay on this laptop until headquarters has signed for them. "
    "Only then does a report say “Received by headquarters”. Files are sent sealed."
)


class SyncPage(QWidget):
    """How the line to headquarters stands."""

    def __init__(
        self,
        exchanging: Exchanging,
        *,
        look: Look,
        device: str,
        ask_shelf: Callable[[Callable[[Shelf], None]], None],
    ) -> None:
        """Make the page.

        Args:
            exchanging: The line.
            look: Its colours.
            device: Name of the laptop.
            ask_shelf: Compares files and records on this laptop, and hands the answer over.
        """
        super().__init__()
        self._exchanging, self._ask_shelf = exchanging, ask_shelf
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
        self._add_shelf(column, look)
        exchanging.told.connect(self.show_state)
        self.show_state()

    def _add_shelf(self, column: QVBoxLayout, look: Look) -> None:
        column.addSpacing(look.px(12))
        column.addWidget(text_label("Files on this laptop", "section"))
        self._shelf = text_label("")
        self._shelf.setObjectName("shelf_words")
        column.addWidget(self._shelf)
        again = IconButton("Compare files and records", look=look, name="check_shelf")
        again.clicked.connect(self.compare)
        line = QHBoxLayout()
        line.addWidget(again)
        line.addStretch()
        column.addLayout(line)

    def showEvent(self, event: QShowEvent) -> None:
        """Compare files and records anew."""
        super().showEvent(event)
        self.compare()

    @Slot()
    def compare(self) -> None:
        """Compare the files on the disk with the records of this member."""
        self._ask_shelf(self._show_shelf)

    def _show_shelf(self, shelf: Shelf) -> None:
        self._shelf.setText(shelf_words(shelf))
        is_well = not shelf.missing and not shelf.orphans
        set_role(self._shelf, "tone", "ok" if is_well else "danger")

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
