"""A window over a laptop in memory, driven as a person drives it."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable, Iterator

import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ilocdoc.desktop.app import make_application
from ilocdoc.desktop.background import Background, Lanes
from ilocdoc.desktop.collector import Collector
from ilocdoc.desktop.theme import Look
from ilocdoc.desktop.window import MainWindow
from ilocdoc.record.sessions import LockReason
from tests.doubles.memory_laptop import PASSPHRASE, MemoryLaptop


class Driver:
    """Finds things by their object names and presses them, as a person does."""

    def __init__(self, qtbot: QtBot, laptop: MemoryLaptop, *, theme: str = "day") -> None:
        self.qtbot, self.laptop = qtbot, laptop
        self.look = Look(theme=theme)
        self.look.apply()
        self.lanes = Lanes()
        self.relaunched = 0
        self.locked_by: LockReason | None = None
        self.carried = b""
        self.window = MainWindow(look=self.look, relaunch=self._relaunch, start_new=False)
        self.crashes: list[BaseException] = []
        self.background = Background(
            self.lanes, report=self.window.show_error, crash=self.crashes.append
        )
        self.window.begin(self.background, lambda: laptop.open(self.lanes.on_vault))
        self.window.resize(1366, 768)
        self.window.show()
        self.settle()

    def _relaunch(self, reason: LockReason, carried: bytes) -> None:
        self.relaunched += 1
        self.locked_by, self.carried = reason, carried

    def settle(self) -> None:
        """Wait until nothing is under way."""
        self.qtbot.waitUntil(lambda: self.background.is_idle, timeout=20_000)
        QApplication.processEvents()
        if not self.background.is_idle:
            self.settle()
        assert not self.crashes, self.crashes

    def find(self, name: str, *, visible: bool = True) -> QWidget:
        """The widget of a name; in view when several have it."""
        found = self.window.findChildren(QWidget, name)
        seen = [each for each in found if each.isVisible()] if visible else found
        assert seen, f"nothing is called {name}"
        return seen[0]

    def has(self, name: str) -> bool:
        return any(each.isVisible() for each in self.window.findChildren(QWidget, name))

    def tap(self, name: str) -> None:
        widget = self.find(name)
        widget.setFocus()
        at = QPoint(min(12, widget.width() // 2), widget.height() // 2)
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at)
        self.settle()

    def type(self, name: str, text: str) -> None:
        widget = self.find(name)
        widget.setFocus()
        QTest.keyClicks(widget, text)

    def press(
        self,
        key: Qt.Key,
        modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        *,
        on: QWidget | None = None,
    ) -> None:
        QTest.keyClick(on or QApplication.focusWidget() or self.window, key, modifier)
        self.settle()

    def sign_in(self, star: str = "99001") -> "Driver":
        if self.has("acknowledge"):
            self.tap("acknowledge")
        self.tap(f"officer:{star}")
        self.type("passphrase", PASSPHRASE)
        self.tap("sign_in")
        self.settle()
        return self

    @property
    def desk(self) -> QWidget:
        assert self.window.desk is not None
        return self.window.desk

    @property
    def report(self):
        assert self.window.desk is not None
        assert self.window.desk.writing.report is not None
        return self.window.desk.writing.report

    def close(self) -> None:
        if self.window.desk is not None:
            self.window.desk.exchanging.stop()
        self.window.close()
        self.qtbot.waitUntil(lambda: not self.window.isVisible(), timeout=20_000)
        self.qtbot.waitUntil(lambda: self.background.is_idle, timeout=20_000)
        self.lanes.close()
        # At once: a window that lives on would be restyled with every later one.
        shiboken6.delete(self.window)
        QApplication.processEvents()


@pytest.fixture(scope="session")
def qapp() -> Iterator[QApplication]:
    application = make_application()
    collector = Collector()
    yield application
    collector.stop()


@pytest.fixture
def laptop() -> MemoryLaptop:
    return MemoryLaptop()


@pytest.fixture
def start(qtbot: QtBot) -> Iterator[Callable[..., Driver]]:
    """Opens windows and closes them again."""
    opened: list[Driver] = []

    def open_window(laptop: MemoryLaptop, *, theme: str = "day") -> Driver:
        opened.append(Driver(qtbot, laptop, theme=theme))
        return opened[-1]

    yield open_window
    for driver in opened:
        driver.close()


@pytest.fixture
def driver(start: Callable[..., Driver], laptop: MemoryLaptop) -> Driver:
    """Alder Quill, signed in."""
    return start(laptop).sign_in()
