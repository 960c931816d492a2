"""What the system says before it sleeps, when the lid closes and when another user comes.

Linux tells it on the system bus: logind (org.freedesktop.login1) and UPower. While a member
is signed in the program holds back sleep by a delay lock; it lets go by ending.
"""

import os
import re
from typing import Any

from PySide6.QtCore import SLOT, QObject, Signal, Slot
from PySide6.QtDBus import QDBus, QDBusConnection, QDBusInterface, QDBusMessage

from ilocdoc.record.sessions import LockReason

LOGIND, MANAGER = "org.freedesktop.login1", "/org/freedesktop/login1"
UPOWER, UPOWER_PATH = "org.freedesktop.UPower", "/org/freedesktop/UPower"
_PROPERTIES = "org.freedesktop.DBus.Properties"
_ANSWER_MS = 1000


def session_path(session_id: str) -> str:
    """Return where logind keeps a session: every odd sign, and a first digit, is escaped."""
    escaped = re.sub(r"[^A-Za-z0-9]", lambda found: f"_{ord(found[0]):02x}", session_id)
    if escaped[:1].isdigit():
        escaped = f"_{ord(escaped[0]):02x}{escaped[1:]}"
    return f"{MANAGER}/session/{escaped}"


class Power(QObject):
    """Listens between unlock and lock."""

    lock_wanted = Signal(object)
    """A `LockReason`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bus = QDBusConnection.systemBus()
        self._delay: QDBusMessage | None = None
        self._session: QDBusInterface | None = None
        self._lid: QDBusInterface | None = None

    @property
    def holds_sleep_back(self) -> bool:
        """True while the system waits with sleep until this program locked."""
        return self._delay is not None

    def begin(self) -> None:
        """Listen, and hold back sleep; does nothing where there is no system bus."""
        if not self._bus.isConnected():
            return
        # PySide's own type hints want bytes here and its code refuses them.
        slot: Any = SLOT("heard(QDBusMessage)")
        self._bus.connect(LOGIND, MANAGER, f"{LOGIND}.Manager", "PrepareForSleep", self, slot)
        self._session = self._find_session()
        path = self._session.path()
        self._bus.connect(LOGIND, path, f"{LOGIND}.Session", "Lock", self, slot)
        self._bus.connect(LOGIND, path, _PROPERTIES, "PropertiesChanged", self, slot)
        self._lid = self._interface(UPOWER, UPOWER_PATH, UPOWER)
        self._bus.connect(UPOWER, UPOWER_PATH, _PROPERTIES, "PropertiesChanged", self, slot)
        self._hold_back()

    def _interface(self, service: str, path: str, name: str) -> QDBusInterface:
        found = QDBusInterface(service, path, name, self._bus, self)
        found.setTimeout(_ANSWER_MS)
        return found

    def _find_session(self) -> QDBusInterface:
        name = f"{LOGIND}.Session"
        known = os.environ.get("XDG_SESSION_ID", "")
        if not known:
            mine = self._interface(LOGIND, f"{MANAGER}/session/auto", name)
            known = str(mine.property("Id") or "none")
        return self._interface(LOGIND, session_path(known), name)

    def _hold_back(self) -> None:
        ask = QDBusMessage.createMethodCall(LOGIND, MANAGER, f"{LOGIND}.Manager", "Inhibit")
        ask.setArguments(["sleep", "ilocdoc", "Locks before the laptop sleeps", "delay"])
        answer = self._bus.call(ask, QDBus.CallMode.Block, _ANSWER_MS)
        # The answer holds the open file that delays sleep; it closes with this process.
        if answer.type() is QDBusMessage.MessageType.ReplyMessage:
            self._delay = answer

    @Slot(QDBusMessage)
    def heard(self, message: QDBusMessage) -> None:
        """Take what the system says."""
        if message.member() == "PrepareForSleep":
            # The signal comes again, with False, after waking.
            if message.arguments() == [True]:
                self.lock_wanted.emit(LockReason.SUSPEND)
        elif message.member() == "Lock":
            self.lock_wanted.emit(LockReason.SYSTEM)
        elif self._said_no(self._session, "Active"):
            self.lock_wanted.emit(LockReason.USER_SWITCH)
        elif self._lid is not None and self._lid.property("LidIsClosed") is True:
            self.lock_wanted.emit(LockReason.LID)

    def _said_no(self, of: QDBusInterface | None, name: str) -> bool:
        return of is not None and of.property(name) is False
