"""Everything that locks a session without being asked, between unlock and lock."""

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from ilocdoc.casework.ports import Clock
from ilocdoc.desktop.clipboard import CopiedText
from ilocdoc.desktop.idle import Idle, SessionLimit
from ilocdoc.desktop.power import Power
from ilocdoc.record.policy import Policy
from ilocdoc.record.sessions import LockReason

MINUTE_S, HOUR_S = 60, 3600


class Guard(QObject):
    """Watches idleness, the longest session, sleep, lid, other users; clears what was copied."""

    lock_wanted = Signal(object)
    """A `LockReason`."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.idle = Idle()
        self.idle.expired.connect(lambda: self.lock_wanted.emit(LockReason.IDLE))
        self.power = Power(self)
        self.power.lock_wanted.connect(self.lock_wanted)
        self.copied = CopiedText(self)
        self.limit: SessionLimit | None = None

    def begin(self, clock: Clock, policy: Policy) -> None:
        """Begin with a session."""
        self.limit = SessionLimit(clock, limit_s=policy.session_hours * HOUR_S)
        self.limit.expired.connect(lambda: self.lock_wanted.emit(LockReason.LIMIT))
        application = QCoreApplication.instance()
        assert application is not None
        application.installEventFilter(self.idle)
        self.apply(policy)
        self.idle.start()
        self.power.begin()

    @Slot(object)
    def apply(self, policy: Policy) -> None:
        """Follow a policy; a new one holds at once."""
        self.idle.lock_after_s = policy.idle_minutes * MINUTE_S
        if self.limit is not None:
            self.limit.limit_s = policy.session_hours * HOUR_S

    @property
    def left_s(self) -> int:
        """Seconds until the laptop locks by itself."""
        if self.limit is None:
            return self.idle.left_s
        return min(self.idle.left_s, self.limit.left_s)

    def go_on(self) -> None:
        """Go on after an end that did not come about."""
        self.idle.start()
        if self.limit is not None:
            self.limit.start()

    def end(self) -> None:
        """End with the session."""
        self.idle.stop()
        self.copied.clear()
        if self.limit is not None:
            self.limit.stop()
