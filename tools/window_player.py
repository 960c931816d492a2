"""Performs a member's acts of a scenario in the real window: keys and clicks, nothing else.

    python tools/window_player.py SCENARIO --data DIR --by STAR --passphrase-file FILE
                                  --screens DIR [--theme day]

Signs the member in, does every act of that member in order up to the first act of
somebody else, waits until headquarters answered, and closes the window.
"""

import argparse
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from ilocdoc.desktop.app import make_application
from ilocdoc.desktop.desk import Desk
from ilocdoc.desktop.evidence_page import EvidencePage
from ilocdoc.desktop.form_page import FormPage
from ilocdoc.desktop.window import MainWindow
from ilocdoc.laptop import run_desktop
from ilocdoc.record.answers import absence_of, is_rows
from ilocdoc.record.form import Field, FieldType
from ilocdoc.record.scenario import Act, Scenario, Step, read_scenario
from ilocdoc.record.times import internal_date, internal_stamp, read_time

PATIENCE_S = 30
KEYED_LENGTH = 40
"""Longer texts arrive at once, as from dictation; shorter ones key by key."""
FIRST = Qt.Key.Key_Home


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


class Clerk:
    """Fills in the form page by page."""

    def __init__(self, hands: Hands, form: FormPage, desk: Desk) -> None:
        self._hands, self._page, self._desk = hands, form, desk
        self._ids: dict[str, str] = {}

    @property
    def _answers(self) -> dict[str, Any]:
        report = self._desk.writing.report
        assert report is not None
        return report.draft.answers

    def fill(self, answers: dict[str, Any]) -> None:
        """Give answers in the order of the form, so that each question is asked in time."""
        report = self._desk.writing.report
        assert report is not None
        left = dict(answers)
        for section, field in report.form.placed_fields():
            if field.name in left:
                self._hands.tap(f"section:{section.name}")
                self.answer(field, left.pop(field.name))
        if left:
            raise StuckError(f"the form has no questions {sorted(left)}")

    def answer(self, field: Field, answer: Any) -> None:
        """Answer one question of the page in view."""
        if field.type is FieldType.REPEAT and is_rows(answer):
            self._fill_rows(field, answer)
            return
        self.put(field, answer, path=field.name)

    def _fill_rows(self, repeat: Field, rows: Iterable[dict[str, Any]]) -> None:
        for number, row in enumerate(rows):
            if len(self._answers.get(repeat.name, [])) <= number:
                self._hands.tap(f"add:{repeat.name}")
            here = f"{repeat.name}[{number}]"
            self._hands.wait_for(here, lambda n=number: len(self._answers.get(repeat.name, [])) > n)
            self._ids[str(row["id"])] = self._answers[repeat.name][number]["id"]
            if not self.is_in_view(f"{here}."):
                self._hands.tap(f"row:{here}")
            for inner in repeat.fields:
                if inner.name in row:
                    self.put(inner, row[inner.name], path=f"{here}.{inner.name}")

    def is_in_view(self, path: str) -> bool:
        """Tell whether a question, or a row's, is on the screen."""
        widgets = self._hands.window.findChildren(QWidget)
        return any(
            each.isVisible() and each.objectName().startswith(f"f:{path}") for each in widgets
        )

    def put(self, field: Field, answer: Any, *, path: str) -> None:
        """Put an answer into the editor at a path."""
        hands, absence = self._hands, absence_of(answer)
        if absence is not None:
            if hands.seen(f"f:{path}?={absence.value}") is None:
                hands.tap(f"f:{path}?")
            hands.tap(f"f:{path}?={absence.value}")
            if answer.get("reason"):
                hands.write(f"f:{path}?reason", answer["reason"])
            return
        PUTTERS[field.type](self, path, answer)

    def put_text(self, path: str, answer: Any) -> None:
        """Write a text or a number, and leave the field."""
        self._hands.write(f"f:{path}", str(answer))
        QTest.keyClick(self._hands.find(f"f:{path}"), Qt.Key.Key_Tab)

    def put_choice(self, path: str, answer: Any) -> None:
        """Take one choice; a long list is opened first."""
        name = f"f:{path}={answer}"
        if self._hands.seen(name) is None and self._hands.seen(f"f:{path}") is not None:
            self._hands.tap(f"f:{path}")
        chosen = self._hands.find(name)
        if not chosen.isChecked():  # type: ignore[attr-defined]  # a choice button
            self._hands.tap(name)

    def put_choices(self, path: str, answer: Any) -> None:
        """Take several choices."""
        for each in answer:
            self.put_choice(path, each)

    def put_link(self, path: str, answer: Any) -> None:
        """Name a row by its own id."""
        for each in answer if isinstance(answer, list) else [answer]:
            self.put_choice(path, self._ids[each])

    def put_time(self, path: str, answer: Any) -> None:
        """Type day and time of day, and whether it is about."""
        moment = read_time(answer)
        assert moment is not None, answer
        day, time_of_day = internal_stamp(moment)
        if self._hands.seen(f"f:{path}.day") is None:
            self._hands.write(f"f:{path}", internal_date(moment.date()))
            return
        self._hands.write(f"f:{path}.day", day)
        self._hands.write(f"f:{path}", time_of_day)
        if answer.get("precision") == "approximate":
            self._hands.tap(f"f:{path}.about")

    def put_place(self, path: str, answer: Any) -> None:
        """Type a position in degrees."""
        self._hands.write(f"f:{path}", f"{answer['lat']}, {answer['lon']}")


PUTTERS: dict[FieldType, Callable[[Clerk, str, Any], None]] = {
    FieldType.TEXT: Clerk.put_text,
    FieldType.INTEGER: Clerk.put_text,
    FieldType.SELECT_ONE: Clerk.put_choice,
    FieldType.SELECT_MULTIPLE: Clerk.put_choices,
    FieldType.LINK: Clerk.put_link,
    FieldType.LINKS: Clerk.put_link,
    FieldType.DATE: Clerk.put_time,
    FieldType.DATETIME: Clerk.put_time,
    FieldType.GEOPOINT: Clerk.put_place,
    FieldType.ACKNOWLEDGE: lambda clerk, path, _answer: clerk._hands.tap(f"f:{path}"),  # noqa: SLF001 - its own method in a table
}


class Player:
    """One member's part of a scenario in one window."""

    def __init__(
        self, window: MainWindow, acts: Iterable[Act], *, folder: Path, screens: Path
    ) -> None:
        self.hands = Hands(window)
        self._acts = list(acts)
        self._folder, self._screens = folder, screens
        self._clerk: Clerk | None = None

    @property
    def desk(self) -> Desk:
        """The window after signing in."""
        assert self.hands.window.desk is not None
        return self.hands.window.desk

    def picture(self, name: str) -> None:
        """Keep what is on the screen."""
        QTest.qWait(60)
        self._screens.mkdir(parents=True, exist_ok=True)
        self.hands.window.grab().save(str(self._screens / f"{name}.png"))

    def sign_in(self, star: str, passphrase: str) -> None:
        """Choose the member and give the passphrase."""
        self.hands.tap(f"officer:{star}")
        self.hands.write("passphrase", passphrase)
        self.picture(f"sign-in-{star}")
        self.hands.tap("sign_in")
        self.hands.wait_for("the desk", lambda: self.hands.window.desk is not None)

    def play(self) -> None:
        """Do every act, then wait until headquarters answered."""
        for act in self._acts:
            STEPS[act.do](self, act)
        exchanging = self.desk.exchanging
        exchanging.start()
        self.hands.wait_for("headquarters", lambda: exchanging.exchange is not None)

    def start(self, act: Act) -> None:
        """Begin a report on the quick page, then open the full one."""
        self.hands.tap("new_report")
        self.hands.find("f:force_reported=yes")
        report = self.desk.writing.report
        assert report is not None
        clerk = Clerk(self.hands, self._form(), self.desk)
        quick = [each for each in report.form.quick_fields() if clerk.is_in_view(each.name)]
        for field in quick:
            if field.name in act.answers:
                clerk.answer(field, act.answers[field.name])
        self.picture("quick-capture")
        self.hands.tap("open_full")
        self._clerk = clerk
        given = {each.name for each in quick}
        clerk.fill({k: v for k, v in act.answers.items() if k not in given})

    def _form(self) -> FormPage:
        form = self.desk.writing.form
        assert form is not None
        return form

    def answer(self, act: Act) -> None:
        """Answer more questions; a returned report is opened from the list first."""
        if self._clerk is None:
            self.open_first("report_list")
            self.hands.find("section:force")
            self.picture("returned")
            self._clerk = Clerk(self.hands, self._form(), self.desk)
        self._clerk.fill(act.answers)
        for section in ("federal", "force", "care", "account"):
            self.hands.tap(f"section:{section}")
            self.picture(f"form-{section}")

    def stamp(self, act: Act) -> None:
        """One tap, one time."""
        self.hands.tap(f"stamp_{act.said['stamp']}")

    def attach(self, act: Act) -> None:
        """Drop a file on the evidence page and say what it shows."""
        self.hands.tap("section:files")
        path = (self._folder / str(act.said["file"])).resolve()
        page = self.hands.find("evidence_page")
        assert isinstance(page, EvidencePage)
        files = QMimeData()
        files.setUrls([QUrl.fromLocalFile(str(path))])
        drop = QDropEvent(
            QPointF(page.rect().center()),
            Qt.DropAction.CopyAction,
            files,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        page.dropEvent(drop)
        caption = f"caption:{path.name}"
        self.hands.write(caption, str(act.said.get("caption", "")))
        self.hands.key(caption, Qt.Key.Key_Return)
        self.picture("form-files")

    def set_aside(self, act: Act) -> None:
        """Set a check aside with a reason."""
        rule = str(act.said["rule"])
        self.hands.tap(f"aside:{rule}")
        self.hands.write(f"aside_reason:{rule}", str(act.said["reason"]))
        self.hands.key(f"aside_reason:{rule}", Qt.Key.Key_Return)

    def submit(self, _act: Act) -> None:
        """Look the report over, read what will be signed, sign."""
        self.hands.tap("check")
        self.picture("check")
        self.hands.tap("read_and_sign")
        self.hands.wait_for("the document", self.hands.find("submit").isEnabled)
        self.picture("submit")
        self.hands.tap("submit")
        self.hands.wait_for("the list", lambda: self.hands.seen("submit") is None)
        self.picture("submitted")
        self._clerk = None

    def open_first(self, name: str) -> None:
        """Open the first row of a list once it has one."""
        rows = self.hands.find(name)
        self.hands.wait_for(f"a row of {name}", lambda: rows.model().rowCount() > 0)  # type: ignore[attr-defined]  # a list view
        rows.setFocus()
        QTest.keyClick(rows, FIRST)
        QTest.keyClick(rows, Qt.Key.Key_Return)
        QTest.qWait(50)

    def decide(self, button: str) -> None:
        """Press a button that signs a decision, and wait until it is kept and told."""
        self.desk.notices.hide()
        self.hands.tap(button)
        self.hands.wait_for("the decision", self.desk.notices.isVisible)

    def give_back(self, act: Act) -> None:
        """Return a report with questions."""
        self.hands.tap("go:review")
        self.open_first("review_list")
        self.hands.write("questions", "\n".join(act.said["questions"]))
        self.picture("return")
        self.decide("return")

    def approve(self, _act: Act) -> None:
        """Read the pages, confirm the checks, sign."""
        self.hands.tap("go:review")
        self.open_first("review_list")
        number = 0
        self.hands.find("check:0")
        while self.hands.seen(f"check:{number}") is not None:
            self.hands.tap(f"check:{number}")
            number += 1
        self.picture("review")
        self.decide("approve")

    def prepare(self, _act: Act) -> None:
        """Prepare the referral packet."""
        self._refer("prepare", "refer-prepare")

    def accept(self, _act: Act) -> None:
        """Read and accept the packet."""
        self._refer("accept", "refer-accept")

    def _refer(self, button: str, picture: str) -> None:
        self.hands.tap("go:refer")
        self.open_first("refer_list")
        self.hands.tap("attest")
        self.picture(picture)
        self.decide(button)


STEPS: dict[Step, Callable[[Player, Act], None]] = {
    Step.START: Player.start,
    Step.ANSWER: Player.answer,
    Step.STAMP: Player.stamp,
    Step.ATTACH: Player.attach,
    Step.SET_ASIDE: Player.set_aside,
    Step.SUBMIT: Player.submit,
    Step.RETURN: Player.give_back,
    Step.APPROVE: Player.approve,
    Step.PREPARE: Player.prepare,
    Step.ACCEPT: Player.accept,
    Step.SYNC: lambda player, _act: player.desk.exchanging.start(),
}


def turns_of(scenario: Scenario) -> list[tuple[str, list[Act]]]:
    """Return who acts in turn, with the acts of each turn in order."""
    turns: list[tuple[str, list[Act]]] = []
    for act in scenario.acts:
        if turns and (not act.by or turns[-1][0] == act.by):
            turns[-1][1].append(act)
        else:
            turns.append((act.by, [act]))
    return turns


def main() -> int:
    """Play one turn in a window of its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("scenario", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--turn", type=int, required=True, help="counted from 0")
    parser.add_argument("--passphrase-file", type=Path, required=True)
    parser.add_argument("--screens", type=Path, required=True)
    parser.add_argument("--theme", default="day")
    wanted = parser.parse_args()
    star, acts = turns_of(read_scenario(wanted.scenario.read_bytes()))[wanted.turn]
    passphrase = wanted.passphrase_file.read_text().splitlines()[0]
    application = make_application()
    failures: list[BaseException] = []

    def play() -> None:
        window = next(
            each for each in application.topLevelWidgets() if isinstance(each, MainWindow)
        )
        player = Player(window, acts, folder=wanted.scenario.parent, screens=wanted.screens)
        try:
            player.sign_in(star, passphrase)
            player.play()
        except (StuckError, AssertionError) as error:
            player.picture("stuck")
            failures.append(error)
        window.close()

    QTimer.singleShot(0, play)
    code = run_desktop(wanted.data, start_new=False, theme=wanted.theme)
    for each in failures:
        sys.stderr.write("".join(traceback.format_exception(each)))
    return 1 if failures else code


if __name__ == "__main__":
    sys.exit(main())
