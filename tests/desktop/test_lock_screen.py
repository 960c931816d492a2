"""The lock screen: banner first, nothing to read, notes for whoever signs in; end of shift."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit

from ilocdoc.casework.shift import act_of
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.lock_notes import MOST_NOTES
from ilocdoc.record.policy import Policy
from ilocdoc.record.sessions import LockReason
from tests.desktop.conftest import Driver
from tests.desktop.test_first_day import Start, complete_draft
from tests.doubles.memory_laptop import MemoryLaptop

LINE = "Gray van, plate ends 41"


def shown(driver: Driver) -> str:
    labels = driver.window.findChildren(QLabel)
    return "\n".join(each.text() for each in labels if each.isVisible())


def test_the_banner_stands_before_the_form_until_it_is_accepted(
    start: Start, laptop: MemoryLaptop
) -> None:
    driver = start(laptop)
    assert "may be disclosed in court" in shown(driver)
    assert not driver.has("passphrase")
    driver.tap("acknowledge")
    assert driver.has("passphrase")
    assert "may be disclosed in court" in laptop.acknowledged[0]


@pytest.mark.parametrize("words", ["For members only.", "A sentence of the banner. " * 60])
def test_the_whole_banner_of_the_policy_can_be_read(
    start: Start, laptop: MemoryLaptop, words: str
) -> None:
    laptop.ordered = Policy(banner=words.strip())
    driver = start(laptop)
    for scale in (1.0, 2.0):
        driver.look.set_look(theme="day", scale=scale)
        driver.settle()
        banner = driver.find("use_banner")
        assert isinstance(banner, QLabel)
        assert banner.text() == words.strip()
        assert banner.height() >= banner.heightForWidth(banner.width()), "no line is cut"


def test_only_what_is_listed_can_be_done_without_signing_in(
    start: Start, laptop: MemoryLaptop
) -> None:
    """AC-14: docs/session.md has the list."""
    driver = start(laptop)
    driver.tap("acknowledge")
    found = driver.window.findChildren(QAbstractButton)
    names = {each.objectName() for each in found if each.isVisible()}
    notes = {
        f"note:{kind}" for kind in ("ems_called", "ems_here", "supervisor_told", "agents_left")
    }
    members = {f"officer:{star}" for star in laptop.stars}
    assert names == {*notes, *members, "keep_note", "sign_in", "cannot_sign_in"}


def test_a_line_leaves_the_screen_at_once_and_cannot_be_read_back(
    start: Start, laptop: MemoryLaptop
) -> None:
    driver = start(laptop)
    driver.type("note_line", LINE)
    driver.press(Qt.Key.Key_Return, on=driver.find("note_line"))
    driver.tap("note:ems_called")
    line = driver.find("note_line")
    assert isinstance(line, QLineEdit)
    assert line.text() == ""
    assert LINE not in shown(driver)
    assert "kept and sealed" in shown(driver)
    assert [(each.kind, each.text) for each in laptop.post.shared.notes] == [
        ("other", LINE),
        ("ems_called", ""),
    ]


def test_a_found_laptop_cannot_be_filled(start: Start, laptop: MemoryLaptop) -> None:
    for _ in range(MOST_NOTES):
        laptop.write_note("ems_called", "")
    driver = start(laptop)
    driver.tap("note:ems_called")
    assert "Not kept." in shown(driver)
    assert len(laptop.post.shared.notes) == MOST_NOTES


def test_a_note_is_claimed_into_a_new_report_with_the_time_of_the_tap(
    start: Start, laptop: MemoryLaptop
) -> None:
    at = laptop.write_note("other", LINE)
    (note,) = laptop.post.shared.notes
    laptop.clock.move_on(minutes=9)
    driver = start(laptop).sign_in()
    driver.tap(f"claim:{note.id}")
    driver.settle()
    taken = driver.report.draft.stamps[-1]
    assert (taken.wall, taken.kind) == (at, "other")
    assert taken.note == f"Written at the lock screen. {LINE}"
    assert laptop.post.shared.notes == [], "nobody else is offered it"
    assert not driver.has("claim_bar")
    acts = [act_of(each.act) for each in laptop.vaults["99001"].ledger]
    (claimed,) = [each for each in acts if each["kind"] == EntryKind.NOTE_CLAIMED.value]
    assert (claimed["by"]["id"], claimed["noted_at"]) == ("99001", at)
    assert LINE not in str(claimed), "the ledger says that, not what"


def test_a_note_that_is_left_waits_for_another_member(start: Start, laptop: MemoryLaptop) -> None:
    laptop.write_note("agents_left", "")
    (note,) = laptop.post.shared.notes
    driver = start(laptop).sign_in("99001")
    driver.tap(f"leave:{note.id}")
    assert not driver.has("claim_bar")
    assert start(laptop).sign_in("99010").has(f"claim:{note.id}")


@pytest.mark.parametrize("begun", [0, 1])
def test_the_end_of_a_shift_is_the_laptops_statement_and_locks(
    start: Start, laptop: MemoryLaptop, begun: int
) -> None:
    for _ in range(begun):
        complete_draft(laptop)
    driver = start(laptop).sign_in()
    driver.tap("go:shift")
    driver.tap("end_shift")
    driver.qtbot.waitUntil(lambda: driver.relaunched == 1)
    assert driver.locked_by is LockReason.SHIFT_ENDED
    ((kind, said),) = laptop.post.shared.said
    assert kind is EntryKind.SHIFT_ENDED
    assert (said["officer"], said["begun"], said["submitted"]) == ("99001", begun, 0)
