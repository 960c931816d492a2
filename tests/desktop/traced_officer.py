"""The real program, driven: types something unmistakable into every field, then locks.

python -m tests.desktop.traced_officer   (orders come as one line of JSON on standard input)

Says on a file of its own what it typed; locks when a second line comes. What follows the lock
is the program as it is, without any of this.
"""

import json
import os
import subprocess
import sys
import threading
import traceback
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QPlainTextEdit, QWidget

from ilocdoc.desktop.app import make_application
from ilocdoc.desktop.evidence_page import EvidencePage
from ilocdoc.desktop.open_report import OpenReport
from ilocdoc.desktop.places import Place
from ilocdoc.desktop.window import MainWindow
from ilocdoc.record.form import FieldType
from ilocdoc.record.sessions import LockReason
from ilocdoc.session import run_desktop
from tests.desktop.traces import mark
from tools.window_hands import Hands

UNASKED = "unasked:"
"""Begins the name of an answer that could not be typed: its question was not asked."""
ROUNDS = 3
"""Answers make other questions appear; after so many rounds nothing new does."""


class Orders(QObject):
    """Brings what comes on standard input to the window's thread."""

    lock = Signal()

    def wait(self) -> None:
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        sys.stdin.readline()
        self.lock.emit()


class Filler:
    """Types marks and remembers them."""

    def __init__(self, hands: Hands) -> None:
        self.hands = hands
        self.marks: dict[str, str] = {}
        self.short: list[str] = []
        """Fields that take no text long enough to be told from chance."""

    def mark(self, name: str, widget: QWidget) -> None:
        """Type a mark of its own into a field."""
        number = len(self.marks) + len(self.short)
        widget.setFocus()
        for of_digits in (False, True):
            wanted = mark(number, of_digits=of_digits)
            QTest.keyClicks(widget, wanted)
            if wanted in text_of(widget):
                self.marks[name] = wanted
                return
        self.short.append(name)

    def fill(self) -> None:
        """Open every section and type into everything that takes text."""
        form = self.hands.window.desk.writing.form
        for name, _label in form.steps[:-2]:
            form.go(name)
            for _ in range(ROUNDS):
                self._open_up()
                QApplication.processEvents()
            self._type()
        self._answer_the_rest(form.report)

    def _answer_the_rest(self, report: OpenReport) -> None:
        """Answer what only other answers would ask; it is kept as an answer all the same."""
        typed = {each.rpartition(".")[2].removeprefix("f:") for each in self.marks}
        for field in (each for _section, each in report.form.placed_fields()):
            rows = report.rows(field.name) if field.fields else []
            for inner in field.fields or (field,):
                if inner.type is not FieldType.TEXT or inner.name in typed:
                    continue
                place = Place(field=field.name)
                if rows:
                    place = Place(field=field.name, row=str(rows[0]["id"]), inner=inner.name)
                wanted = mark(len(self.marks))
                report.put(place, wanted)
                self.marks[f"{UNASKED}{inner.name}"] = wanted

    def _seen(self, kind: type[QWidget]) -> list[QWidget]:
        form = self.hands.window.desk.writing.form
        return [each for each in form.findChildren(kind) if each.isVisible()]

    def _open_up(self) -> None:
        for button in self._seen(QAbstractButton):
            name = button.objectName()
            is_yes = name.startswith("f:") and name.endswith(("=yes", "=other"))
            if (is_yes and not button.isChecked()) or (
                name.startswith("add:") and f"{name[4:]}[0]" not in self._rows()
            ):
                button.click()

    def _rows(self) -> set[str]:
        return {each.objectName().removeprefix("row:") for each in self._seen(QAbstractButton)}

    def _type(self) -> None:
        for kind in (QLineEdit, QPlainTextEdit):
            for widget in self._seen(kind):
                name = widget.objectName()
                if name and name not in {*self.marks, *self.short} and widget.isEnabled():
                    self.mark(name, widget)


def text_of(widget: QWidget) -> str:
    return widget.text() if isinstance(widget, QLineEdit) else widget.toPlainText()


def play(window: MainWindow, orders: dict[str, str]) -> Filler:
    """One session, up to the lock."""
    hands = Hands(window)
    filler = Filler(hands)
    hands.tap("acknowledge")
    is_brief = "brief" in orders
    if not is_brief:
        filler.mark("note", hands.find("note_line"))
        hands.key("note_line", Qt.Key.Key_Return)
    hands.tap(f"officer:{orders['star']}")
    if not is_brief:
        hands.write("passphrase", orders["wrong"])
        hands.tap("sign_in")
        hands.wait_for("the refusal", lambda: hands.find("sign_in").isEnabled())
    hands.write("passphrase", orders["passphrase"])
    hands.tap("sign_in")
    hands.wait_for("the desk", lambda: window.desk is not None)
    filler.mark("search", hands.find("search"))
    hands.tap("new_report")
    hands.find("quick_done")
    if is_brief:
        return filler
    hands.tap("open_full")
    hands.wait_for("the form", lambda: window.desk.writing.form is not None)
    filler.fill()
    window.desk.writing.form.go("files")
    page = hands.find("evidence_page")
    assert isinstance(page, EvidencePage)
    page.add_paths([Path(orders["file"])])
    filler.mark("caption", hands.find(f"caption:{Path(orders['file']).name}"))
    QApplication.clipboard().setText(filler.marks["caption"])
    return filler


def main() -> None:
    orders = json.loads(sys.stdin.readline())
    application = make_application()
    listener = Orders()

    def begin() -> None:
        window = next(
            each for each in application.topLevelWidgets() if isinstance(each, MainWindow)
        )
        listener.lock.connect(lambda: window.lock(LockReason.IDLE))
        try:
            filler = play(window, orders)
        except Exception:  # noqa: BLE001 - whatever it is, the test has to see it
            # The program itself would tell type and line only.
            traceback.print_exc()
            os._exit(1)
        # A child that would outlive the lock if nobody ended it.
        subprocess.Popen(["sleep", "600"])
        said = Path(orders["said"])
        said.with_suffix(".new").write_text(
            json.dumps({"marks": filler.marks, "short": filler.short})
        )
        said.with_suffix(".new").rename(said)
        listener.wait()

    QTimer.singleShot(0, begin)
    sys.exit(run_desktop(Path(orders["data"]), start_new=False, theme="day"))


if __name__ == "__main__":
    main()
