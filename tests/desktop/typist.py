"""Types into a real window over a real vault until it is killed; says what it typed, and when.

python -m tests.desktop.typist FOLDER
"""

import json
import sys
import time
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from ilocdoc.desktop.app import make_application
from ilocdoc.desktop.background import Background, Lanes
from ilocdoc.desktop.theme import Look
from ilocdoc.desktop.window import MainWindow
from ilocdoc.laptop import OpenLaptop, SystemClock
from tests.doubles.enrolled_laptop import PASSPHRASE

EVERY_MS = 30


def main(folder: Path, said: Path) -> None:
    application = make_application()
    look = Look()
    look.apply()
    lanes = Lanes()
    window = MainWindow(look=look, relaunch=lambda *_: None, start_new=True)
    background = Background(lanes, report=window.show_error, crash=window.show_crash)
    window.begin(
        background,
        lambda: OpenLaptop(folder, clock=SystemClock(), lane=lanes.on_vault),
    )
    window.show()
    text = ""
    said.touch()

    def type_on() -> None:
        nonlocal text
        line = window.findChild(QLineEdit, "f:place")
        if line is None or not line.isVisible():
            return
        QTest.keyClicks(line, "x")
        text += "x"
        with said.open("a") as lines:
            lines.write(json.dumps({"at": time.monotonic(), "text": text}) + "\n")

    timer = QTimer(interval=EVERY_MS)
    timer.timeout.connect(type_on)
    timer.start()
    QTimer.singleShot(0, window, lambda: _sign_in(window))
    application.exec()


def _sign_in(window: MainWindow) -> None:
    if window._laptop is None:
        QTimer.singleShot(EVERY_MS, window, lambda: _sign_in(window))
        return
    window.sign_in("99001", PASSPHRASE)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
