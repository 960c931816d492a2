"""Locks by itself after ten minutes without a key, a tap or a move."""

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QTimer, Signal, Slot

LOCK_AFTER_S = 600
"""CJIS AC-11 allows thirty minutes at most."""
CHECK_MS = 1000
_LIFE = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
    QEvent.Type.TouchUpdate,
}


class Idle(QObject):
    """Watches the application for signs of a person."""

    expired = Signal()

    def __init__(self, *, lock_after_s: int = LOCK_AFTER_S) -> None:
        super().__init__()
        self._lock_after_s = lock_after_s
        self._since = QElapsedTimer()
        self._since.start()
        self._timer = QTimer(self, interval=CHECK_MS)
        self._timer.timeout.connect(self.check)

    def start(self) -> None:
        """Begin to watch."""
        self._since.restart()
        self._timer.start()

    @property
    def left_s(self) -> int:
        """Seconds until the lock."""
        return max(0, self._lock_after_s - self._since.elapsed() // 1000)

    @Slot()
    def check(self) -> None:
        """Tell when the time is up."""
        if self.left_s == 0:
            self._timer.stop()
            self.expired.emit()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Notice a person; let every event pass."""
        if event.type() in _LIFE:
            self._since.restart()
        return False
