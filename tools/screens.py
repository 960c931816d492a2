"""Renders every page of the window into build/screens, in day and night and two sizes.

    python tools/screens.py [--only NAME] [--themes day,night] [--sizes 1366x768,1920x1200]

The content is made up, from the reserved ranges.
"""

import argparse
import os
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

import shiboken6  # noqa: E402 - the path is set above
from PySide6.QtTest import QTest  # noqa: E402 - the path is set above
from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402 - as above

from ilocdoc.casework.drafting import stamp, start_report  # noqa: E402 - as above
from ilocdoc.casework.receiving import open_deliveries  # noqa: E402 - as above
from ilocdoc.casework.referring import prepare_packet  # noqa: E402 - as above
from ilocdoc.casework.reviewing import (  # noqa: E402 - as above
    approve_report,
    report_document,
    return_report,
)
from ilocdoc.casework.submitting import submit_report  # noqa: E402 - as above
from ilocdoc.desktop.app import make_application  # noqa: E402 - as above
from ilocdoc.desktop.background import Background, Lanes  # noqa: E402 - as above
from ilocdoc.desktop.collector import Collector  # noqa: E402 - as above
from ilocdoc.desktop.theme import Look  # noqa: E402 - as above
from ilocdoc.desktop.window import MainWindow  # noqa: E402 - as above
from ilocdoc.packet.press import PdfPress  # noqa: E402 - as above
from ilocdoc.record.exchange import Exchange, Line, Waiting  # noqa: E402 - as above
from tests.doubles.memory_laptop import PASSPHRASE, MemoryLaptop  # noqa: E402 - as above
from tests.doubles.sample_report import full_answers  # noqa: E402 - as above

OUT = ROOT / "build" / "screens"
PLACES = ("1200 W Example St", "Alder Park, north gate", "40 N Sample Ave", "9 E Pattern Pl, lot")
"""Invented places."""


def filled_laptop() -> MemoryLaptop:
    """Return a laptop with reports in every state that the pages show."""
    laptop = MemoryLaptop(press=PdfPress())
    author, sergeant = laptop.shift("99001"), laptop.shift("99010")
    for number, place in enumerate(PLACES):
        laptop.clock.move_on(hours=1, minutes=7)
        draft = start_report(author, answers=full_answers(author, place=place))
        stamp(author, draft.report_id, "supervisor_told")
        if number == len(PLACES) - 1:
            break
        submit_report(author, draft.report_id)
        open_deliveries(sergeant)
        if number == 0:
            read = report_document(sergeant.vault.case(draft.report_id)).sha256
            approve_report(sergeant, draft.report_id, read_sha256=read)
            open_deliveries(author)
        if number == 1:
            asked = ["Who asked the agent for a name?", "When did the canister come to rest?"]
            return_report(sergeant, draft.report_id, questions=asked)
            open_deliveries(author)
    laptop.clock.move_on(minutes=12)
    waiting = Waiting(entries=6, files=2, size_bytes=2_100_000_000, letters=1)
    laptop.is_waiting = waiting
    laptop.answer = Exchange(line=Line.OFFLINE, waiting=waiting, next_in_s=300)
    return laptop


class Stage:
    """One window on a filled laptop."""

    def __init__(self, theme: str, size: tuple[int, int], *, scale: float) -> None:
        self.laptop = filled_laptop()
        self.look = Look(theme=theme, scale=scale)
        self.look.apply()
        self.lanes = Lanes()
        self.window = MainWindow(look=self.look, relaunch=lambda *_: None, start_new=False)
        self.background = Background(
            self.lanes, report=self.window.show_error, crash=self.window.show_crash
        )
        self.window.begin(self.background, lambda: self.laptop.open(self.lanes.on_vault))
        self.window.resize(*size)
        self.window.show()
        self.wait()

    def wait(self) -> None:
        """Wait until nothing is under way."""
        for _ in range(3):
            while not self.background.is_idle:
                QTest.qWait(10)
            QTest.qWait(30)

    def find(self, name: str) -> QWidget:
        """Return the visible widget of a name."""
        return next(each for each in self.window.findChildren(QWidget, name) if each.isVisible())

    def tap(self, name: str) -> None:
        """Press a button."""
        self.find(name).click()  # type: ignore[attr-defined]  # buttons only
        self.wait()

    def sign_in(self, star: str) -> None:
        """Sign a member in, keeping theme and scale."""
        theme, scale = self.look.theme, self.look.scale
        self.window.sign_in(star, PASSPHRASE)
        self.wait()
        self.look.set_look(theme=theme, scale=scale)
        self.wait()

    def open(self, place: str) -> None:
        """Open the report of a place."""
        desk = self.window.desk
        assert desk is not None
        row = next(each for each in desk._rows if each.title == place)  # noqa: SLF001 - a tool
        desk.open_row(row)
        self.wait()

    def close(self) -> None:
        """Close everything."""
        if self.window.desk is not None:
            self.window.desk.exchanging.stop()
        self.window.close()
        while self.window.isVisible():
            self.wait()
        self.wait()
        self.lanes.close()
        shiboken6.delete(self.window)
        QApplication.processEvents()


def _door(stage: Stage) -> None:
    if any(each.isVisible() for each in stage.window.findChildren(QWidget, "acknowledge")):
        stage.tap("acknowledge")


def _sign_in(stage: Stage) -> None:
    _door(stage)
    stage.tap("officer:99001")


def _sign_in_card(stage: Stage) -> None:
    stage.laptop.door.cards = {"99001"}
    stage.window.lock_screen.sign_in_page._cards = frozenset({"99001"})  # noqa: SLF001 - a tool
    _sign_in(stage)
    stage.find("passphrase").setText("x")  # type: ignore[attr-defined]  # a line


def _locked_out(stage: Stage) -> None:
    stage.laptop.wrong_tries = 5
    _sign_in(stage)
    stage.find("passphrase").setText(PASSPHRASE)  # type: ignore[attr-defined]  # a line
    stage.tap("sign_in")


def _forgotten(stage: Stage) -> None:
    _sign_in(stage)
    stage.tap("cannot_sign_in")
    stage.tap("supervisor:99010")
    stage.tap("vouch_make")


def _own_passphrase(stage: Stage) -> None:
    stage.laptop.uncertified = {"99001"}
    stage.laptop.chosen_at = stage.laptop.clock.now() - timedelta(days=380)
    stage.sign_in("99001")
    stage.tap("go:help")
    stage.tap("own_passphrase_wanted")


def _own_card(stage: Stage) -> None:
    stage.laptop.chosen_at = stage.laptop.clock.now() - timedelta(days=38)
    stage.sign_in("99001")
    stage.laptop.door.cards = {"99001"}
    stage.tap("go:help")
    stage.tap("own_passphrase_wanted")
    stage.tap("own_make")


def _reports(stage: Stage) -> None:
    stage.sign_in("99001")


def _quick(stage: Stage) -> None:
    stage.sign_in("99001")
    stage.tap("new_report")
    stage.tap("f:force_reported=yes")
    stage.tap("f:injury_reported=yes")


def _form(section: str) -> Callable[[Stage], None]:
    def show(stage: Stage) -> None:
        stage.sign_in("99001")
        stage.open(PLACES[-1])
        assert stage.window.desk is not None
        form = stage.window.desk.writing.form
        assert form is not None
        form.go(section)
        stage.wait()

    return show


def _new_check(stage: Stage) -> None:
    stage.sign_in("99001")
    stage.tap("new_report")
    stage.tap("open_full")
    assert stage.window.desk is not None
    assert stage.window.desk.writing.form is not None
    stage.window.desk.writing.form.go("check")
    stage.wait()


def _submit(stage: Stage) -> None:
    _form("check")(stage)
    stage.tap("read_and_sign")


def _returned(stage: Stage) -> None:
    stage.sign_in("99001")
    stage.open(PLACES[1])


def _sealed(stage: Stage) -> None:
    stage.sign_in("99001")
    stage.open(PLACES[0])


def _queue(way: str, star: str, list_page: str) -> Callable[[Stage], None]:
    def show(stage: Stage) -> None:
        if star == "99020":
            sergeant = stage.laptop.shift("99010")
            row = next(each for each in sergeant.vault.rows() if each.state == "approved")
            prepare_packet(sergeant, row.report_id)
        stage.sign_in(star)
        stage.tap(way)
        desk = stage.window.desk
        assert desk is not None
        page = getattr(desk, list_page)
        model = page.queue.list.rows_model
        page.queue.open_row(model.index(0).data(0x0100))
        stage.wait()

    return show


def _page(way: str) -> Callable[[Stage], None]:
    def show(stage: Stage) -> None:
        stage.sign_in("99001")
        stage.tap(way)

    return show


SCENES: dict[str, Callable[[Stage], None]] = {
    "sign-in": _sign_in,
    "sign-in-card": _sign_in_card,
    "locked-out": _locked_out,
    "forgotten": _forgotten,
    "own-passphrase": _own_passphrase,
    "own-card": _own_card,
    "reports": _reports,
    "quick": _quick,
    "form-scene": _form("scene"),
    "form-federal": _form("federal"),
    "form-force": _form("force"),
    "form-care": _form("care"),
    "form-account": _form("account"),
    "form-files": _form("files"),
    "check": _new_check,
    "submit": _submit,
    "returned": _returned,
    "sealed": _sealed,
    "review": _queue("go:review", "99010", "review"),
    "refer-prepare": _queue("go:refer", "99010", "refer"),
    "refer-accept": _queue("go:refer", "99020", "refer"),
    "sync": _page("go:sync"),
    "help": _page("go:help"),
}


def main() -> int:
    """Render what is asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="")
    parser.add_argument("--themes", default="day,night")
    parser.add_argument("--sizes", default="1366x768,1920x1200")
    parser.add_argument("--scale", type=float, default=1.0)
    wanted = parser.parse_args()
    make_application()
    collector = Collector()
    OUT.mkdir(parents=True, exist_ok=True)
    for name, show in SCENES.items():
        if wanted.only and name not in wanted.only.split(","):
            continue
        for theme in wanted.themes.split(","):
            for size in wanted.sizes.split(","):
                width, height = (int(each) for each in size.split("x"))
                stage = Stage(theme, (width, height), scale=wanted.scale)
                show(stage)
                text = "" if wanted.scale == 1 else f"-text{round(wanted.scale * 100)}"
                stage.window.grab().save(str(OUT / f"{name}-{theme}-{size}{text}.png"))
                stage.close()
    collector.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
