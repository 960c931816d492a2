"""Starts the window: application, look, lanes, the hooks for our own faults."""

import sys
import threading
from collections.abc import Callable
from functools import partial
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from ilocdoc.desktop.background import Background, Lanes
from ilocdoc.desktop.collector import Collector
from ilocdoc.desktop.ports import OpenLaptop, Relaunch
from ilocdoc.desktop.theme import THEMES, Look, load_fonts, system_theme
from ilocdoc.desktop.window import MainWindow

FIRST_SIZE = (1366, 768)


class _Faults(QObject):
    """Brings a fault of any thread to the window's own."""

    raised = Signal(object)

    def __init__(self, show: Callable[[BaseException], None]) -> None:
        super().__init__()
        self.raised.connect(show, Qt.ConnectionType.QueuedConnection)

    def from_hook(
        self, _kind: type[BaseException], error: BaseException, _trace: TracebackType | None
    ) -> None:
        """Take a fault of the window's thread."""
        self.raised.emit(error)

    def from_thread(self, args: threading.ExceptHookArgs) -> None:
        """Take a fault of another thread."""
        if args.exc_value is not None:
            self.raised.emit(args.exc_value)


def make_application() -> QApplication:
    """Return the application, styled alike on every system."""
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(["ilocdoc"])
    application.setOrganizationName("City of Chicago")
    application.setApplicationName("ilocdoc")
    application.setStyle("Fusion")
    load_fonts()
    return application


def run(open_laptop: OpenLaptop, *, start_new: bool, theme: str, relaunch: Relaunch) -> int:
    """Show the window until it is closed; returns the exit code.

    Args:
        open_laptop: Opens the laptop's folder; executed on the vault lane.
        start_new: True to begin with a new report after signing in.
        theme: day, night, red, or empty for the system's choice.
        relaunch: Starts the program again at the lock screen; called when locked.
    """
    application = make_application()
    collector = Collector()
    look = Look(theme=theme if theme in THEMES else system_theme())
    look.apply()
    lanes = Lanes()
    window = MainWindow(look=look, relaunch=relaunch, start_new=start_new)
    background = Background(lanes, report=window.show_error, crash=window.show_crash)
    faults = _Faults(window.show_crash)
    sys.excepthook, threading.excepthook = faults.from_hook, faults.from_thread
    window.begin(background, partial(open_laptop, lanes.on_vault))
    window.resize(*FIRST_SIZE)
    window.show()
    try:
        return application.exec()
    finally:
        sys.excepthook, threading.excepthook = sys.__excepthook__, threading.__excepthook__
        lanes.close()
        collector.stop()
