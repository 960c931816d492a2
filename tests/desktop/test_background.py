"""The one crossing between threads keeps its promises."""

import gc
import sys
import threading
from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from ilocdoc.desktop.background import Background, Lane, Lanes
from ilocdoc.desktop.collector import Collector
from ilocdoc.record.errors import DiskFullError, IlocdocError


class Crossing:
    """A background with its two complaints written down."""

    def __init__(self) -> None:
        self.lanes = Lanes()
        self.reported: list[IlocdocError] = []
        self.crashed: list[BaseException] = []
        self.background = Background(
            self.lanes, report=self.reported.append, crash=self.crashed.append
        )


@pytest.fixture
def crossing(qapp: QApplication) -> Iterator[Crossing]:
    made = Crossing()
    yield made
    made.lanes.close()


def test_a_result_never_arrives_inside_the_call_that_asked_for_it(
    crossing: Crossing, qtbot: QtBot
) -> None:
    heard: list[int] = []
    crossing.background.run(Lane.VAULT, lambda: 1, then=heard.append)
    crossing.lanes.on_vault(lambda: None)
    assert heard == []
    qtbot.waitUntil(lambda: heard == [1])


def test_work_runs_off_the_window_and_its_result_on_the_window(
    crossing: Crossing, qtbot: QtBot
) -> None:
    here, where = threading.get_ident(), []
    crossing.background.run(
        Lane.OPEN,
        threading.get_ident,
        then=lambda worker: where.append((worker, threading.get_ident())),
    )
    qtbot.waitUntil(lambda: bool(where))
    worker, window = where[0]
    assert worker != here
    assert window == here


def test_jobs_of_the_vault_run_one_by_one_in_order_on_one_thread(
    crossing: Crossing, qtbot: QtBot
) -> None:
    heard: list[tuple[int, int]] = []
    for number in range(50):
        crossing.background.run(
            Lane.VAULT, lambda number=number: (number, threading.get_ident()), then=heard.append
        )
    qtbot.waitUntil(lambda: len(heard) == 50)
    assert [number for number, _thread in heard] == list(range(50))
    assert len({thread for _number, thread in heard}) == 1


def test_the_vault_lane_can_be_reached_from_the_open_lane_and_from_itself(
    crossing: Crossing, qtbot: QtBot
) -> None:
    on_vault = crossing.lanes.on_vault
    heard: list[bool] = []
    crossing.background.run(
        Lane.OPEN,
        lambda: on_vault(threading.get_ident) == on_vault(lambda: on_vault(threading.get_ident)),
        then=heard.append,
    )
    qtbot.waitUntil(lambda: heard == [True])


def test_an_error_of_the_world_is_reported_in_the_one_place(
    crossing: Crossing, qtbot: QtBot
) -> None:
    def fail() -> None:
        raise DiskFullError

    crossing.background.run(Lane.VAULT, fail)
    qtbot.waitUntil(lambda: len(crossing.reported) == 1)
    assert crossing.reported[0].headline == "Not saved: the disk is full."
    assert crossing.crashed == []


def test_an_error_of_the_world_goes_to_who_wants_it(crossing: Crossing, qtbot: QtBot) -> None:
    def fail() -> None:
        raise DiskFullError

    wanted: list[IlocdocError] = []
    crossing.background.run(Lane.VAULT, fail, failed=wanted.append)
    qtbot.waitUntil(lambda: len(wanted) == 1)
    assert crossing.reported == []


def test_a_fault_of_ours_goes_to_the_crash_sheet(crossing: Crossing, qtbot: QtBot) -> None:
    crossing.background.run(Lane.OPEN, lambda: 1 // 0, failed=crossing.reported.append)
    qtbot.waitUntil(lambda: len(crossing.crashed) == 1)
    assert isinstance(crossing.crashed[0], ZeroDivisionError)
    assert crossing.reported == []


def test_a_result_for_a_page_that_is_gone_is_dropped(crossing: Crossing, qtbot: QtBot) -> None:
    page, heard = QLabel(), []
    gate = threading.Event()
    crossing.background.run(Lane.OPEN, gate.wait, then=heard.append, owner=page)
    shiboken6.delete(page)
    gate.set()
    qtbot.waitUntil(lambda: crossing.background.is_idle)
    assert heard == []


def test_a_long_job_never_holds_up_the_window(crossing: Crossing, qtbot: QtBot) -> None:
    gate, ticks = threading.Event(), []
    crossing.background.run(Lane.VAULT, gate.wait)
    for _ in range(20):
        QApplication.processEvents()
        ticks.append(1)
    assert not crossing.background.is_idle
    gate.set()
    qtbot.waitUntil(lambda: crossing.background.is_idle)
    assert len(ticks) == 20


class Emitter(QObject):
    said = Signal(bool)


def test_five_thousand_signals_leave_the_interpreter_alive(qapp: QApplication) -> None:
    # PySide6 6.12.0 loses a reference to True with every emit, and Python 3.11 aborts.
    emitter, heard = Emitter(), []
    emitter.said.connect(heard.append, Qt.ConnectionType.DirectConnection)
    before = sys.getrefcount(True)
    for _ in range(5000):
        emitter.said.emit(True)
    assert len(heard) == 5000
    heard.clear()
    assert sys.getrefcount(True) > before - 100


def test_two_thousand_void_calls_lose_no_reference_to_none(qapp: QApplication) -> None:
    label = QLabel()
    before = sys.getrefcount(None)
    for _ in range(2000):
        label.setText("a")
    assert sys.getrefcount(None) > before - 100


def test_unused_objects_are_taken_apart_on_the_window_thread_only(
    crossing: Crossing, qtbot: QtBot
) -> None:
    died_on: list[int] = []

    class Knot:
        def __init__(self) -> None:
            self.self = self

        def __del__(self) -> None:
            died_on.append(threading.get_ident())

    def allocate() -> int:
        # Enough new containers to start Python's own collector many times over.
        return len([[number] for number in range(20_000)])

    collector = Collector()
    for _ in range(20):
        Knot()
    crossing.background.run(Lane.OPEN, allocate)
    qtbot.waitUntil(lambda: crossing.background.is_idle)
    assert died_on == []
    gc.collect()
    assert set(died_on) == {threading.get_ident()}
    collector.stop()
    gc.disable()
