"""Starts the window: application, look, lanes, the hooks for our own faults."""

from functools import partial

from PySide6.QtWidgets import QApplication

from ilocdoc.desktop.background import Background, Lanes
from ilocdoc.desktop.collector import Collector
from ilocdoc.desktop.faults import Faults
from ilocdoc.desktop.ports import OpenLaptop, Relaunch
from ilocdoc.desktop.theme import THEMES, Look, load_fonts, system_theme
from ilocdoc.desktop.window import MainWindow
from ilocdoc.record.sessions import LockReason

FIRST_SIZE = (1366, 768)


def make_application() -> QApplication:
    """Return the application, styled alike on every system."""
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(["ilocdoc"])
    application.setOrganizationName("City of Chicago")
    application.setApplicationName("ilocdoc")
    application.setStyle("Fusion")
    load_fonts()
    return application


def run(
    open_laptop: OpenLaptop,
    *,
    start_new: bool,
    theme: str,
    relaunch: Relaunch,
    locked_by: LockReason | None = None,
) -> int:
    """Show the window until it is closed; returns the exit code.

    Args:
        open_laptop: Opens the laptop's folder; executed on the vault lane.
        start_new: True to begin with a new report after signing in.
        theme: day, night, red, or empty for the system's choice.
        relaunch: Starts the program again at the lock screen; called when locked.
        locked_by: Why the program locked just before; None when it is started anew.
    """
    application = make_application()
    collector = Collector()
    look = Look(theme=theme if theme in THEMES else system_theme())
    look.apply()
    lanes = Lanes()
    window = MainWindow(look=look, relaunch=relaunch, start_new=start_new, locked_by=locked_by)
    background = Background(lanes, report=window.show_error, crash=window.show_crash)
    faults = Faults(window.show_crash)
    faults.take_over()
    window.begin(background, partial(open_laptop, lanes.on_vault))
    window.resize(*FIRST_SIZE)
    window.show()
    try:
        return application.exec()
    finally:
        faults.give_back()
        lanes.close()
        collector.stop()
