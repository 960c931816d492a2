"""Hands for the real window: find what is in view by name, press and type as a person does."""

import time
from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from ilocdoc.desktop.window import MainWindow

PATIENCE_S = 30
KEYED_LENGTH = 40
"""Longer texts arrive at once, as from dictation; shorter ones key by key."""


class StuckError(Exception):
    """Something that should be on the screen is not."""


class Hands:
    """Finds what is in view by name, and presses and types as a person does."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window

    def seen(self, name: str) -> QWidget | None:
        """Return the widget of a name that is in view, or None."""
        return next(
            (each for each in self.window.findChildren(QWidget, name) if each.isVisible()), None
        )

    def wait_for(self, told: str, condition: Callable[[], bool]) -> None:
        """Wait until something is so.

        Raises:
            StuckError: If it never is.
        """
        limit = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > limit:
                raise StuckError(f"waited in vain for {told}")
            QTest.qWait(15)

    def find(self, name: str) -> QWidget:
        """Wait for a widget and bring it into view."""
        self.wait_for(name, lambda: self.seen(name) is not None)
        widget = self.seen(name)
        assert widget is not None
        parent: QWidget | None = widget.parentWidget()
        while parent is not None:
            if isinstance(parent, QScrollArea):
                parent.ensureWidgetVisible(widget, 20, 80)
            parent = parent.parentWidget()
        return widget

    def tap(self, name: str) -> None:
        """Press a button once it can be pressed."""
        widget = self.find(name)
        self.wait_for(f"{name} to be enabled", widget.isEnabled)
        at = QPoint(min(14, widget.width() // 2), widget.height() // 2)
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at)
        QTest.qWait(1)

    def write(self, name: str, text: str) -> None:
        """Put a text in place of what a field holds."""
        widget = self.find(name)
        self.wait_for(f"{name} to be enabled", widget.isEnabled)
        widget.setFocus()
        QTest.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(widget, Qt.Key.Key_Delete)
        if len(text) <= KEYED_LENGTH and text.isascii():
            QTest.keyClicks(widget, text)
            return
        event = QInputMethodEvent()
        event.setCommitString(text)
        QApplication.sendEvent(widget, event)
        QTest.qWait(1)

    def key(self, name: str, key: Qt.Key) -> None:
        """Press a key in a widget."""
        QTest.keyClick(self.find(name), key)
        QTest.qWait(1)
