"""logind and UPower on a bus of their own: says what is asked of it, signals on order.

python -m tests.doubles.login_daemon   (orders on standard input: sleep, lock, switch, lid)

Prints `ready`, `held` when somebody holds back sleep and `let go` when the holder ended.
"""

import os
import sys
import threading

from PySide6.QtCore import (
    ClassInfo,
    Property,
    QCoreApplication,
    QObject,
    QSocketNotifier,
    Signal,
)
from PySide6.QtDBus import (
    QDBusConnection,
    QDBusMessage,
    QDBusUnixFileDescriptor,
    QDBusVirtualObject,
)

LOGIN, MANAGER = "org.freedesktop.login1", "/org/freedesktop/login1"
POWER, POWER_PATH = "org.freedesktop.UPower", "/org/freedesktop/UPower"
SESSION = f"{MANAGER}/session/_331"
PROPERTIES = "org.freedesktop.DBus.Properties"


@ClassInfo({"D-Bus Interface": f"{LOGIN}.Session"})
class Session(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.is_active = True

    def _active(self) -> bool:
        return self.is_active

    def _id(self) -> str:
        return "31"

    Active = Property(bool, _active)
    Id = Property(str, _id)


@ClassInfo({"D-Bus Interface": POWER})
class Lid(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.is_closed = False

    def _closed(self) -> bool:
        return self.is_closed

    LidIsClosed = Property(bool, _closed)


class Manager(QDBusVirtualObject):
    def introspect(self, path: str) -> str:
        return ""

    def handleMessage(  # noqa: N802 - Qt's name
        self, message: QDBusMessage, connection: QDBusConnection
    ) -> bool:
        if message.member() != "Inhibit":
            return False
        ours, theirs = os.pipe()
        connection.send(message.createReply([QDBusUnixFileDescriptor(theirs)]))
        os.close(theirs)
        self._watch = QSocketNotifier(ours, QSocketNotifier.Type.Read)
        self._watch.activated.connect(self._on_let_go)
        print("held", *message.arguments(), flush=True)
        return True

    def _on_let_go(self) -> None:
        self._watch.setEnabled(False)
        print("let go", flush=True)


class Orders(QObject):
    came = Signal(str)

    def read(self) -> None:
        for line in sys.stdin:
            self.came.emit(line.strip())
        self.came.emit("end")


def main() -> None:
    application = QCoreApplication([])
    bus = QDBusConnection.systemBus()
    session, lid, manager, orders = Session(), Lid(), Manager(), Orders()
    everything = QDBusConnection.RegisterOption.ExportAllContents
    bus.registerVirtualObject(MANAGER, manager)
    for path in (SESSION, f"{MANAGER}/session/auto"):
        bus.registerObject(path, session, everything)
    bus.registerObject(POWER_PATH, lid, everything)
    assert bus.registerService(LOGIN)
    assert bus.registerService(POWER)

    def tell(path: str, interface: str, name: str, *said: object) -> None:
        message = QDBusMessage.createSignal(path, interface, name)
        message.setArguments(list(said))
        bus.send(message)

    def switch() -> None:
        session.is_active = False
        tell(SESSION, PROPERTIES, "PropertiesChanged", f"{LOGIN}.Session", {}, [])

    def close() -> None:
        lid.is_closed = True
        tell(POWER_PATH, PROPERTIES, "PropertiesChanged", POWER, {}, [])

    acts = {
        "sleep": lambda: tell(MANAGER, f"{LOGIN}.Manager", "PrepareForSleep", True),
        "wake": lambda: tell(MANAGER, f"{LOGIN}.Manager", "PrepareForSleep", False),
        "lock": lambda: tell(SESSION, f"{LOGIN}.Session", "Lock"),
        "switch": switch,
        "lid": close,
        "end": application.quit,
    }
    orders.came.connect(lambda word: acts[word]())
    threading.Thread(target=orders.read, daemon=True).start()
    print("ready", flush=True)
    application.exec()


if __name__ == "__main__":
    main()
