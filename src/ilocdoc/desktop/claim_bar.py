"""Notes from the lock screen, after signing in: take one into a report, or leave it."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from ilocdoc.casework.claiming import claim_note
from ilocdoc.desktop.controls import IconButton, card, empty, text_label
from ilocdoc.desktop.open_report import OpenReport
from ilocdoc.desktop.theme import Look
from ilocdoc.desktop.words import STAMP_WORDS, day_words
from ilocdoc.desktop.writing import Writing
from ilocdoc.record.lock_notes import LockNote

MOST_SHOWN = 3
"""At once; the next ones follow as these are claimed or left."""


class ClaimBar(QFrame):
    """A bar above the page; hidden while there is nothing to claim."""

    told = Signal(str)
    """One sentence of what was done."""

    def __init__(self, look: Look, *, writing: Writing, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.setObjectName("claim_bar")
        self._look, self._writing, self._now = look, writing, now
        self._notes: list[LockNote] = []
        self._wanted: LockNote | None = None
        outer = QVBoxLayout(self)
        outer.setContentsMargins(look.px(24), look.px(12), look.px(24), 0)
        box, column = card("note")
        outer.addWidget(box)
        column.addWidget(text_label("Notes from the lock screen", "heading"))
        column.addWidget(
            text_label(
                "Written on this laptop without signing in. Yours? Take it into a report: then it "
                "stands there as your record, marked as written at the lock screen.",
                "hint",
            )
        )
        self._rows = QVBoxLayout()
        self._rows.setSpacing(look.px(6))
        column.addLayout(self._rows)
        self._more = text_label("", "hint")
        column.addWidget(self._more)
        writing.opened.connect(self._on_opened)
        writing.closed.connect(self._show)
        self.hide()

    def show_notes(self, notes: Sequence[LockNote]) -> None:
        """Offer what is unclaimed."""
        self._notes = list(notes)
        self._show()

    @Slot()
    def _show(self) -> None:
        empty(self._rows)
        for note in self._notes[:MOST_SHOWN]:
            self._rows.addLayout(self._row(note))
        more = len(self._notes) - MOST_SHOWN
        self._more.setText(f"{more} more after these.")
        self._more.setVisible(more > 0)
        self.setVisible(bool(self._notes))

    def _row(self, note: LockNote) -> QHBoxLayout:
        row = QHBoxLayout()
        kind_words = "Note" if note.text else STAMP_WORDS[note.kind]
        words = f"{day_words(note.wall, today=self._now())}   {kind_words}"
        label = text_label(f"{words}: {note.text}" if note.text else words, "label")
        row.addWidget(label, 1)
        is_open = self._writing.report is not None
        take = "Add to the open report" if is_open else "Start a report with it"
        for text, icon, kind, name, do in (
            (take, "plus", "plain", f"claim:{note.id}", self._taker(note)),
            ("Leave it", "x", "quiet", f"leave:{note.id}", self._leaver(note)),
        ):
            button = IconButton(text, look=self._look, icon=icon, kind=kind, name=name)
            button.setAccessibleName(f"{text}: {words}")
            button.clicked.connect(do)
            row.addWidget(button)
        return row

    def _taker(self, note: LockNote) -> Callable[[], None]:
        return lambda: self._take(note)

    def _leaver(self, note: LockNote) -> Callable[[], None]:
        return lambda: self._drop(note)

    def _take(self, note: LockNote) -> None:
        if self._writing.report is not None:
            self._claim(note, self._writing.report)
            return
        self._wanted = note
        self._writing.start()

    @Slot(object)
    def _on_opened(self, report: OpenReport) -> None:
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            self._claim(wanted, report)
        self._show()

    def _claim(self, note: LockNote, report: OpenReport) -> None:
        report_id = report.report_id

        def done() -> None:
            self._drop(note)
            self.told.emit("The note is in this report, marked as written at the lock screen.")

        report.act(lambda shift: claim_note(shift, note.id, report_id), then=lambda _draft: done())

    def _drop(self, note: LockNote) -> None:
        self._notes = [each for each in self._notes if each.id != note.id]
        self._show()
