"""Performs a member's acts of a scenario in the real window: keys and clicks, nothing else.

    python tools/window_player.py SCENARIO --data DIR --by STAR --passphrase-file FILE
                                  --screens DIR [--theme day]

Signs the member in, does every act of that member in order up to the first act of
somebody else, waits until headquarters answered, and closes the window.
"""

import argparse
import sys
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from PySide6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl  # noqa: E402 - the path is set above
from PySide6.QtGui import QDropEvent  # noqa: E402 - as above
from PySide6.QtTest import QTest  # noqa: E402 - as above

from ilocdoc.desktop.app import make_application  # noqa: E402 - as above
from ilocdoc.desktop.desk import Desk  # noqa: E402 - as above
from ilocdoc.desktop.evidence_page import EvidencePage  # noqa: E402 - as above
from ilocdoc.desktop.window import MainWindow  # noqa: E402 - as above
from ilocdoc.record.scenario import Act, Scenario, Step, read_scenario  # noqa: E402 - as above
from ilocdoc.session import run_desktop  # noqa: E402 - as above
from tools.window_clerk import Clerk  # noqa: E402 - as above
from tools.window_hands import Hands  # noqa: E402 - as above


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
        self.hands.tap("acknowledge")
        self.hands.tap(f"officer:{star}")
        self.hands.write("passphrase", passphrase)
        self.picture(f"sign-in-{star}")
        self.hands.tap("sign_in")
        self.hands.wait_for("the desk", lambda: self.hands.window.desk is not None)

    def play(self) -> None:
        """Do every act, then talk with headquarters until it signed for all of them."""
        for act in self._acts:
            STEPS[act.do](self, act)
        exchanging = self.desk.exchanging
        before = exchanging.exchange

        def is_heard() -> bool:
            # An exchange that ended before the last act says nothing of it.
            exchanging.start()
            after = exchanging.exchange
            return after is not None and after is not before and after.waiting.is_nothing

        self.hands.wait_for("headquarters to sign for everything", is_heard)

    def start(self, act: Act) -> None:
        """Begin a report on the quick page, then open the full one."""
        self.hands.tap("new_report")
        self.hands.find("f:force_reported=yes")
        report = self.desk.writing.report
        assert report is not None
        clerk = Clerk(self.hands, self.desk)
        quick = [each for each in report.form.quick_fields() if clerk.is_in_view(each.name)]
        for field in quick:
            if field.name in act.answers:
                clerk.answer(field, act.answers[field.name])
        self.picture("quick-capture")
        self.hands.tap("open_full")
        self._clerk = clerk
        given = {each.name for each in quick}
        clerk.fill({k: v for k, v in act.answers.items() if k not in given})

    def answer(self, act: Act) -> None:
        """Answer more questions; a returned report is opened from the list first."""
        if self._clerk is None:
            self.open_first("report_list")
            self.hands.find("section:force")
            self.picture("returned")
            self._clerk = Clerk(self.hands, self.desk)
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
        QTest.keyClick(rows, Qt.Key.Key_Home)
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
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the window must close
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
