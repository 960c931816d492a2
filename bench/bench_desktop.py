"""The window beside bare Qt: from a key to its paint, a section, a long list, a theme."""

import os
import statistics
import time
from collections.abc import Callable, Sequence

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QObject
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget, QPlainTextEdit, QWidget

from bench.harness import Bench
from ilocdoc.casework.drafting import start_report
from ilocdoc.desktop.app import make_application
from ilocdoc.desktop.background import Background, Lanes
from ilocdoc.desktop.report_list import ReportList
from ilocdoc.desktop.theme import Look
from ilocdoc.desktop.window import MainWindow
from ilocdoc.record.ids import OfficerId, ReportId
from ilocdoc.record.summary import ReportRow
from tests.doubles.memory_laptop import PASSPHRASE, MemoryLaptop
from tests.doubles.sample_report import full_answers

KEYS = 120
ROWS = 5000
FRAMES = 60
LONGEST_S = 1
P95 = 19
"""Of twenty parts."""


class Paints(QObject):
    """Notices paints of a widget."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Paint:
            self.count += 1
        return False


def key_to_paint_ms(widget: QWidget) -> list[float]:
    """How long each of many keys takes until what it wrote is painted."""
    surface = widget.viewport() if isinstance(widget, QPlainTextEdit) else widget
    paints = Paints(surface)
    widget.setFocus()
    taken = []
    for _ in range(KEYS):
        before, started = paints.count, time.perf_counter()
        QTest.keyClicks(widget, "e")
        while paints.count == before and time.perf_counter() - started < LONGEST_S:
            QApplication.processEvents()
        taken.append((time.perf_counter() - started) * 1000)
        QTest.qWait(5)
    surface.removeEventFilter(paints)
    return taken


class Window:
    """A window with a full report open, over a laptop in memory."""

    def __init__(self) -> None:
        self.laptop = MemoryLaptop()
        author = self.laptop.shift("99001")
        start_report(author, answers=full_answers(author, place="1200 W Example St"))
        self.look = Look()
        self.look.apply()
        lanes = Lanes()
        self.window = MainWindow(look=self.look, relaunch=lambda *_: None, start_new=False)
        self.background = Background(
            lanes, report=self.window.show_error, crash=self.window.show_crash
        )
        self.window.begin(self.background, lambda: self.laptop.open(lanes.on_vault))
        self.window.resize(1366, 768)
        self.window.show()
        self.settle()
        self.window.sign_in("99001", PASSPHRASE)
        self.settle()
        assert self.window.desk is not None
        (row,) = self.laptop.vaults["99001"].rows()
        self.window.desk.open_row(row)
        self.settle()
        form = self.window.desk.writing.form
        assert form is not None
        self.form = form
        for name, _label in form.steps:
            form.go(name)
        # What lies below the fold is never painted.
        form.visit("account", "narrative_observed")
        self.settle()
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is under way."""
        while not self.background.is_idle:
            QTest.qWait(5)
        QTest.qWait(20)

    def text(self) -> QWidget:
        """The account, several lines long."""
        return next(
            each
            for each in self.window.findChildren(QWidget, "f:narrative_observed")
            if each.isVisible()
        )


def _percentile(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[P95 - 1]


def _bare_line() -> QLineEdit:
    line = QLineEdit()
    line.resize(600, 48)
    line.show()
    QTest.qWait(20)
    return line


def _rows() -> list[ReportRow]:
    return [
        ReportRow(
            report_id=ReportId(str(number)),
            local_number=f"LOC-0A1B-261020-{number:04d}",
            state="approved",
            version=1,
            title=f"{number} W Example St",
            started_at="2026-10-20T16:50:00.000000Z",
            author=OfficerId("99001"),
            author_name="Alder Quill",
            mine=True,
            confirmed=True,
        )
        for number in range(ROWS)
    ]


def _scroll(view: ReportList | QListWidget) -> Callable[[], None]:
    view.resize(348, 700)
    view.show()
    QTest.qWait(20)
    bar = view.verticalScrollBar()

    def run() -> None:
        for frame in range(FRAMES):
            bar.setValue(frame * bar.maximum() // FRAMES)
            view.viewport().repaint()

    return run


def _long_list(look: Look, laptop: MemoryLaptop) -> ReportList:
    view = ReportList(look, now=laptop.clock.now, name="bench")
    view.show_rows(_rows())
    return view


def _bare_list() -> QListWidget:
    view = QListWidget()
    view.addItems([each.title for each in _rows()])
    return view


def benches() -> list[Bench]:
    """Everything that a person waits for at the screen."""
    make_application()
    stage = Window()
    text, line = stage.text(), _bare_line()
    sections = [name for name, _label in stage.form.steps]

    def go_through() -> None:
        for name in sections:
            stage.form.go(name)
            QApplication.processEvents()

    def restyle() -> None:
        stage.look.next_theme()
        QApplication.processEvents()

    return [
        Bench(
            name="key to paint in a full report, median",
            run=lambda: statistics.median(key_to_paint_ms(text)),
            against="bare QLineEdit, median",
            peer=lambda: statistics.median(key_to_paint_ms(line)),
            target=16,
            repeats=3,
        ),
        Bench(
            name="key to paint in a full report, p95",
            run=lambda: _percentile(key_to_paint_ms(text)),
            against="one frame of 16 ms",
            peer=lambda: 16.0,
            target=1,
            repeats=3,
        ),
        Bench(
            name="show a section that was opened before",
            run=go_through,
            against="the budget of 100 ms",
            peer=lambda: 100.0,
            target=1,
            scale=len(sections),
        ),
        Bench(
            name="scroll a list of 5,000 reports, a frame",
            run=_scroll(_long_list(stage.look, stage.laptop)),
            against="bare QListWidget",
            peer=_scroll(_bare_list()),
            target=4,
            scale=FRAMES,
        ),
        Bench(
            name="change the theme of the whole window",
            run=restyle,
            against="paint the whole window once",
            peer=stage.window.repaint,
            target=120,
            repeats=3,
        ),
    ]
