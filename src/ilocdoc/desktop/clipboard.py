"""What was copied from a report does not stay on the clipboard."""

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QClipboard, QGuiApplication

CLEARED_AFTER_S = 60


class CopiedText(QObject):
    """Clears the clipboard a minute after something was copied here, and when told to."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clipboard = QGuiApplication.clipboard()
        self._clipboard.dataChanged.connect(self._on_changed)
        self._soon = QTimer(self, interval=CLEARED_AFTER_S * 1000)
        self._soon.timeout.connect(self.clear)

    @Slot()
    def _on_changed(self) -> None:
        # Not every platform can say whose the clipboard is; nobody else copies while a
        # window of this program has the keys.
        is_here = QGuiApplication.focusWindow() is not None
        if (self._clipboard.ownsClipboard() or is_here) and self._clipboard.text():
            self._soon.start()
        else:
            self._soon.stop()

    @property
    def is_waiting(self) -> bool:
        """True while something copied here will be cleared."""
        return self._soon.isActive()

    @Slot()
    def clear(self) -> None:
        """Take back what was copied here; what another program copied stays."""
        if self._soon.isActive() or self._clipboard.ownsClipboard():
            self._clipboard.clear()
        self._soon.stop()
        if self._clipboard.supportsSelection() and self._clipboard.ownsSelection():
            self._clipboard.clear(QClipboard.Mode.Selection)
