"""Locks by itself: when nobody is there, and after the longest time without signing in."""

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QTimer, Signal, Slot

from ilocdoc.casework.ports import Clock

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
        self.lock_after_s = lock_after_s
        self._since = QElapsedTimer()
        self._since.start()
        self._timer = QTimer(self, interval=CHECK_MS)
        self._timer.timeout.connect(self.check)

    def start(self) -> None:
        """Begin to watch."""
        self._since.restart()
        self._timer.start()

    def stop(self) -> None:
        """Watch no more."""
        self._timer.stop()

    @property
    def left_s(self) -> int:
        """Seconds until the lock."""
        return max(0, self.lock_after_s - self._since.elapsed() // 1000)

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


class SessionLimit(QObject):
    """Ends a session after so many hours, whatever is done to the clock (CJIS IA-11).

    The longer of two times counts: the wall clock's, which a person can set back, and the
    one since boot, which runs on while the laptop sleeps.
    """

    expired = Signal()

    def __init__(self, clock: Clock, *, limit_s: int) -> None:
        super().__init__()
        self._clock, self.limit_s = clock, limit_s
        self._began, self._began_ms = clock.now(), clock.mono_ms()
        self._timer = QTimer(self, interval=CHECK_MS)
        self._timer.timeout.connect(self.check)
        self.start()

    def start(self) -> None:
        """Watch; the session began when this was made."""
        self._timer.start()

    @property
    def left_s(self) -> int:
        """Seconds until the lock."""
        by_wall = (self._clock.now() - self._began).total_seconds()
        by_boot = (self._clock.mono_ms() - self._began_ms) / 1000
        return max(0, self.limit_s - int(max(by_wall, by_boot)))

    @Slot()
    def check(self) -> None:
        """Tell when the time is up."""
        if self.left_s == 0:
            self.stop()
            self.expired.emit()

    def stop(self) -> None:
        """Watch no more."""
        self._timer.stop()
