"""The lock: hides at once, keeps everything, asks nothing, leads back to the letter."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QPlainTextEdit, QScrollArea
from pytestqt.qtbot import QtBot

from ilocdoc.casework.sessions import come_back
from ilocdoc.desktop.background import Lane
from ilocdoc.desktop.clipboard import CopiedText
from ilocdoc.desktop.idle import Idle, SessionLimit
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.policy import Policy, clamped
from ilocdoc.record.sessions import LockReason
from tests.desktop.conftest import Driver
from tests.desktop.test_first_day import Start, complete_draft, open_first, submitted
from tests.doubles.clocks import StoppedClock
from tests.doubles.memory_laptop import MemoryLaptop

ME = "99001"


def at_account(driver: Driver) -> Driver:
    """A new report, open at the account."""
    driver.tap("new_report")
    driver.tap("open_full")
    driver.tap("section:account")
    return driver


def again(start: Start, laptop: MemoryLaptop, star: str = ME) -> Driver:
    """The program that follows a lock, signed in; the disk has room again."""
    laptop.vaults[star].room = None
    return start(laptop).sign_in(star)


def lock(driver: Driver, reason: LockReason = LockReason.KEY) -> None:
    driver.window.lock(reason)
    driver.qtbot.waitUntil(lambda: driver.relaunched == 1)


def locked_acts(laptop: MemoryLaptop, star: str = ME) -> list[dict[str, object]]:
    """What the ledger says of the locks."""
    from ilocdoc.casework.shift import act_of

    return [
        act_of(each.act)
        for each in laptop.vaults[star].ledger
        if act_of(each.act)["kind"] == EntryKind.SESSION_LOCKED.value
    ]


def test_the_lock_hides_at_once_and_comes_back_to_the_half_typed_sentence(
    start: Start, laptop: MemoryLaptop
) -> None:
    driver = at_account(start(laptop).sign_in())
    QTest.keyClicks(driver.find("f:first_line"), "Half a senten")
    driver.window.lock()
    assert not driver.window.isVisible()
    driver.settle()
    assert driver.relaunched == 1
    after = again(start, laptop)
    assert after.window.desk.writing.form.current == "account"
    assert after.find("f:first_line").text() == "Half a senten"


def test_field_caret_selection_and_scrolling_are_as_they_were(
    start: Start, laptop: MemoryLaptop
) -> None:
    driver = at_account(start(laptop).sign_in())
    text = driver.find("f:narrative_observed")
    assert isinstance(text, QPlainTextEdit)
    text.setFocus()
    QTest.keyClicks(text, "Two agents held a person by the arms.")
    for _ in range(4):
        QTest.keyClick(text, Qt.Key.Key_Left)
    for _ in range(3):
        QTest.keyClick(text, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    before = (text.textCursor().anchor(), text.textCursor().position())
    area = driver.window.findChild(QScrollArea, "scroll:account")
    area.verticalScrollBar().setValue(120)
    lock(driver)
    after = again(start, laptop)
    text = after.find("f:narrative_observed")
    assert isinstance(text, QPlainTextEdit)
    assert QApplication.focusWidget() is text
    assert (text.textCursor().anchor(), text.textCursor().position()) == before
    area = after.window.findChild(QScrollArea, "scroll:account")
    after.qtbot.waitUntil(lambda: area.verticalScrollBar().value() == 120)


def test_what_was_no_valid_answer_yet_stands_there_again(
    start: Start, laptop: MemoryLaptop
) -> None:
    driver = start(laptop).sign_in()
    driver.tap("new_report")
    driver.tap("open_full")
    driver.tap("section:scene")
    place = driver.find("f:position")
    assert isinstance(place, QLineEdit)
    place.setFocus()
    QTest.keyClicks(place, "41.88")
    driver.find("f:district").setFocus()
    lock(driver)
    after = again(start, laptop)
    assert after.find("f:position").text() == "41.88"


def test_quick_capture_comes_back_as_quick_capture(start: Start, laptop: MemoryLaptop) -> None:
    driver = start(laptop).sign_in()
    driver.tap("new_report")
    driver.find("f:first_line").setFocus()
    QTest.keyClicks(driver.find("f:first_line"), "Half a senten")
    QTest.keyClick(driver.find("f:first_line"), Qt.Key.Key_Home)
    lock(driver)
    after = again(start, laptop)
    assert after.find("quick_done").isVisible()
    line = after.find("f:first_line")
    assert isinstance(line, QLineEdit)
    assert (line.text(), line.cursorPosition()) == ("Half a senten", 0)
    assert QApplication.focusWidget() is line


def test_a_reviewer_comes_back_to_the_document_and_the_half_typed_question(
    start: Start, laptop: MemoryLaptop
) -> None:
    submitted(laptop)
    driver = start(laptop).sign_in("99010")
    driver.tap("go:review")
    open_first(driver, "review_list")
    driver.type("questions", "Who asked for")
    driver.window.lock()
    driver.settle()
    after = again(start, laptop, "99010")
    after.qtbot.waitUntil(lambda: after.window.desk.review.queue.case is not None)
    after.settle()
    assert after.find("questions").toPlainText() == "Who asked for"


def test_with_a_full_disk_it_locks_at_once_and_nothing_is_lost(
    start: Start, laptop: MemoryLaptop
) -> None:
    driver = at_account(start(laptop).sign_in())
    QTest.keyClicks(driver.find("f:first_line"), "Half a senten")
    laptop.vaults[ME].fill_up()
    driver.press(Qt.Key.Key_F2)
    lock(driver, LockReason.SUSPEND)
    assert not driver.window.isVisible()
    after = again(start, laptop)
    assert after.find("f:first_line").text() == "Half a senten"
    (act,) = locked_acts(laptop)
    assert (act["reason"], act["late"]) == ("suspend", 1)


def test_what_no_disk_takes_is_carried_sealed_to_the_next_program(
    start: Start, laptop: MemoryLaptop
) -> None:
    driver = at_account(start(laptop).sign_in())
    QTest.keyClicks(driver.find("f:first_line"), "Half a senten")
    vault = laptop.vaults[ME]
    vault.fill_up()
    vault.laptop.parking.is_broken = True
    lock(driver)
    assert b"Half a senten" in driver.carried, "this double does not seal"
    vault.laptop.parking.words = driver.carried
    after = again(start, laptop)
    assert after.find("f:first_line").text() == "Half a senten"


def test_a_busy_vault_is_not_waited_for_and_a_tap_keeps_its_own_time(
    start: Start, laptop: MemoryLaptop
) -> None:
    driver = at_account(start(laptop).sign_in())
    QTest.keyClicks(driver.find("f:first_line"), "Half a senten")
    go_on = threading.Event()
    driver.background.run(Lane.VAULT, lambda: go_on.wait(20))
    driver.window.desk.writing.stamper.tap("ems_called")
    tapped = laptop.clock.now()
    laptop.clock.move_on(minutes=3)
    try:
        lock(driver)
        assert laptop.vaults[ME].laptop.parking.words is not None
        # The program that follows reads the place while the old one's jobs never run.
        words = laptop.vaults[ME].laptop.parking.words
    finally:
        laptop.vaults[ME].fill_up()
        go_on.set()
        driver.settle()
    laptop.vaults[ME].laptop.parking.words = words
    after = again(start, laptop)
    assert after.find("f:first_line").text() == "Half a senten"
    taps = [each for each in after.report.draft.stamps if each.kind == "ems_called"]
    assert [each.wall[:16] for each in taps] == [tapped.isoformat()[:16]]


def test_the_same_lock_is_kept_once_however_it_comes(start: Start, laptop: MemoryLaptop) -> None:
    driver = at_account(start(laptop).sign_in())
    vault = laptop.vaults[ME]
    driver.window._locker._background = driver.background
    lock(driver)
    driver.window._locker.is_over = False
    driver.window._locker._hand_over()
    vault.room = None
    come_back(laptop.shift(ME))
    assert len(locked_acts(laptop)) == 1


@pytest.mark.parametrize("reason", list(LockReason))
def test_the_ledger_says_why_it_locked(
    start: Start, laptop: MemoryLaptop, reason: LockReason
) -> None:
    lock(start(laptop).sign_in(), reason)
    assert [each["reason"] for each in locked_acts(laptop)] == [reason.value]


def test_dialogs_are_hidden_too(driver: Driver) -> None:
    dialog = QDialog(driver.window)
    dialog.show()
    lock(driver)
    assert not dialog.isVisible()


def test_a_second_lock_changes_nothing(driver: Driver) -> None:
    driver.window.lock(LockReason.KEY)
    driver.window.lock(LockReason.IDLE)
    driver.settle()
    assert (driver.relaunched, driver.locked_by) == (1, LockReason.KEY)


def test_files_on_their_way_in_are_named_after_the_lock(
    start: Start, laptop: MemoryLaptop, tmp_path: Path
) -> None:
    driver = start(laptop).sign_in()
    driver.tap("new_report")
    driver.tap("open_full")
    driver.tap("section:files")
    go_on = threading.Event()
    for _ in range(2):
        driver.background.run(Lane.OPEN, lambda: go_on.wait(20))
    film = tmp_path / "film.mp4"
    film.write_bytes(b"x")
    driver.find("evidence_page").add_paths([film])
    lock(driver)
    go_on.set()
    driver.settle()
    after = again(start, laptop)
    assert any("film.mp4" in each.text() for each in after.window.findChildren(QLabel))


def test_closing_the_window_ends_the_session_and_keeps_what_is_typed(
    start: Start, laptop: MemoryLaptop
) -> None:
    driver = at_account(start(laptop).sign_in())
    QTest.keyClicks(driver.find("f:first_line"), "Half a senten")
    driver.window.close()
    driver.qtbot.waitUntil(lambda: not driver.window.isVisible())
    assert [each["reason"] for each in locked_acts(laptop)] == ["closed"]
    assert again(start, laptop).find("f:first_line").text() == "Half a senten"


def test_a_window_whose_text_nothing_takes_stays_open_and_says_so(
    start: Start, laptop: MemoryLaptop
) -> None:
    driver = at_account(start(laptop).sign_in())
    QTest.keyClicks(driver.find("f:first_line"), "Half a senten")
    vault = laptop.vaults[ME]
    vault.fill_up()
    vault.laptop.parking.is_broken = True
    driver.window.close()
    driver.qtbot.waitUntil(lambda: driver.has("notices"))
    assert driver.window.isVisible()
    assert driver.find("f:first_line").isEnabled()
    vault.room, vault.laptop.parking.is_broken = None, False


# --- what locks by itself -----------------------------------------------------------------


def test_it_locks_by_itself_when_nobody_is_there(qapp: QApplication) -> None:
    idle, heard = Idle(lock_after_s=0), []
    idle.expired.connect(lambda: heard.append(1))
    idle.check()
    assert heard == [1]


def test_a_key_puts_the_lock_off(qapp: QApplication) -> None:
    idle = Idle(lock_after_s=600)
    label = QLabel()
    label.installEventFilter(idle)
    QTest.keyClick(label, Qt.Key.Key_A)
    assert idle.left_s == 600


def set_back(clock: StoppedClock) -> None:
    clock.move_on(hours=-30)


@pytest.mark.parametrize("trick", [lambda _clock: None, set_back])
def test_a_session_ends_after_its_hours_whatever_is_done_to_the_clock(
    qapp: QApplication, trick: Callable[[StoppedClock], None]
) -> None:
    class Boot(StoppedClock):
        slept_ms = 0

        def mono_ms(self) -> int:
            return self.slept_ms

    clock, heard = Boot(), []
    limit = SessionLimit(clock, limit_s=12 * 3600)
    limit.expired.connect(lambda: heard.append(1))
    clock.move_on(hours=11, minutes=59)
    clock.slept_ms += (12 * 60 - 1) * 60_000
    limit.check()
    assert heard == []
    trick(clock)
    clock.slept_ms += 60_000
    limit.check()
    assert heard == [1]


def test_the_limit_counts_by_the_wall_where_the_boot_clock_stood_still(qapp: QApplication) -> None:
    class Still(StoppedClock):
        def mono_ms(self) -> int:
            return 0

    clock = Still()
    limit = SessionLimit(clock, limit_s=3600)
    clock.move_on(minutes=59)
    assert limit.left_s == 60
    clock.move_on(minutes=1)
    assert limit.left_s == 0


def test_a_new_policy_holds_at_once(start: Start, laptop: MemoryLaptop) -> None:
    driver = start(laptop).sign_in()
    laptop.ordered = Policy(idle_minutes=2, session_hours=8)
    driver.window.desk.exchanging.refresh()
    driver.settle()
    assert driver.window.guard.idle.lock_after_s == 120
    assert driver.window.guard.limit.limit_s == 8 * 3600


@pytest.mark.parametrize(
    ("said", "holds"), [(0, 1), (-5, 1), (1, 1), (30, 30), (31, 30), (10**9, 30)]
)
def test_no_policy_leaves_what_is_allowed(said: int, holds: int) -> None:
    assert clamped(Policy(idle_minutes=said)).idle_minutes == holds


def test_what_was_copied_is_cleared_at_the_lock(driver: Driver) -> None:
    at_account(driver)
    line = driver.find("f:first_line")
    assert isinstance(line, QLineEdit)
    QTest.keyClicks(line, "Jane of Example Ave")
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "Jane of Example Ave"
    assert driver.window.guard.copied.is_waiting
    lock(driver)
    assert QApplication.clipboard().text() == ""


def test_what_was_copied_is_cleared_after_a_minute(qapp: QApplication, qtbot: QtBot) -> None:
    copied, window = CopiedText(), QLabel()
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWindow() is not None)
    QApplication.clipboard().setText("Jane")
    assert copied._soon.interval() == 60_000
    copied._soon.timeout.emit()
    assert QApplication.clipboard().text() == ""
    assert not copied.is_waiting


def test_a_kept_place_that_cannot_be_read_leads_nowhere(start: Start, laptop: MemoryLaptop) -> None:
    complete_draft(laptop)
    laptop.vaults[ME].settings["session.place"] = '{"page": 3'
    assert start(laptop).sign_in().window.desk.writing.report is None
