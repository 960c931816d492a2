"""Saves the open draft on another drive, sealed, when this laptop's disk does not take it."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from ilocdoc.casework.rescuing import save_copy
from ilocdoc.casework.shift import Shift
from ilocdoc.desktop.background import Background, Lane
from ilocdoc.desktop.status_bar import StatusBar
from ilocdoc.desktop.writing import Writing

COPIED = (
    "A sealed copy is written. Only you and headquarters can open it. Keep trying to save here."
)


class Elsewhere(QObject):
    """Asks for a place when the status bar is told to, and writes there."""

    told = Signal(str)
    """The sentence that it is done."""

    def __init__(
        self, status: StatusBar, writing: Writing, *, shift: Shift, background: Background
    ) -> None:
        super().__init__(writing)
        self._writing, self._shift, self._background = writing, shift, background
        status.copy_wanted.connect(self.save)

    @Slot()
    def save(self) -> None:
        """Ask where, and write off the vault lane: that may be waiting for the disk."""
        if self._writing.report is None:
            return
        shift, draft = self._shift, self._writing.report.draft
        name, _filter = QFileDialog.getSaveFileName(
            self._writing, "Save a sealed copy", f"{draft.local_number}.sealed"
        )
        if name:
            self._background.run(
                Lane.OPEN,
                lambda: save_copy(shift, draft, Path(name)),
                then=lambda _done: self.told.emit(COPIED),
                owner=self,
            )
