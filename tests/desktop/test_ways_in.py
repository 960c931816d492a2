"""Signing in with a card, being locked out, the forgotten passphrase, the own passphrase."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit

from tests.desktop.conftest import Driver
from tests.doubles.authority import PASSPHRASE
from tests.doubles.memory_door import CODE, MADE, PIN
from tests.doubles.memory_laptop import MemoryLaptop

QUILL, PELL = "99001", "99010"
NEW = "eleven lanterns beside a frozen canal"


@pytest.fixture
def door(start, laptop) -> Driver:
    """The lock screen, banner accepted, Quill chosen."""
    driver = start(laptop)
    driver.tap("acknowledge")
    driver.tap(f"officer:{QUILL}")
    return driver


def texts(driver: Driver) -> str:
    labels = driver.window.findChildren(QLabel)
    return "\n".join(each.text() for each in labels if each.isVisible())


def lock_out(driver: Driver) -> None:
    driver.laptop.wrong_tries = 5
    driver.type("passphrase", PASSPHRASE)
    driver.tap("sign_in")


# --- the lines ----------------------------------------------------------------------------


def picture(driver: Driver, name: str, words: str) -> bytes:
    line = driver.find(name)
    assert isinstance(line, QLineEdit)
    line.setText(words)
    line.clearFocus()
    QApplication.processEvents()
    image = line.grab().toImage()
    return bytes(image.constBits())


def test_a_secret_line_looks_the_same_for_every_length(door):
    assert picture(door, "passphrase", "a") == picture(door, "passphrase", "a" * 60)
    assert picture(door, "passphrase", "a") != picture(door, "passphrase", "")


def test_a_secret_can_be_pasted_and_not_copied_out(door):
    QApplication.clipboard().setText("seven quiet herons")
    line = door.find("passphrase")
    line.setFocus()
    door.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier, on=line)
    assert line.text() == "seven quiet herons"
    QApplication.clipboard().setText("")
    line.selectAll()
    door.press(Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier, on=line)
    assert QApplication.clipboard().text() == ""


# --- the card -----------------------------------------------------------------------------


def test_the_pin_is_asked_only_of_whoever_has_a_card(start, laptop):
    laptop.door.cards = {PELL}
    driver = start(laptop)
    driver.tap("acknowledge")
    driver.tap(f"officer:{QUILL}")
    assert not driver.has("card_pin")
    driver.tap(f"officer:{PELL}")
    assert driver.has("card_pin")
    driver.type("passphrase", PASSPHRASE)
    driver.type("card_pin", "000000")
    driver.tap("sign_in")
    assert "The PIN of the card is not right." in texts(driver)
    assert driver.find("card_pin").text() == ""
    driver.type("passphrase", PASSPHRASE)
    driver.type("card_pin", PIN)
    driver.tap("sign_in")
    assert driver.window.desk is not None


# --- locked out ---------------------------------------------------------------------------


def test_a_lock_out_shows_what_to_read_to_headquarters_and_takes_the_code(door):
    lock_out(door)
    assert "Challenge K7QM-2RTX-3-N" in texts(door)
    assert "Laptop 0A1B" in texts(door)
    door.type("release_code", "AAAA-AAAA-AAAA")
    door.tap("release_by_code")
    assert "This is not the code" in texts(door)
    door.type("release_code", CODE)
    door.tap("release_by_code")
    assert "Released. Sign in with your own passphrase." in texts(door)
    door.type("passphrase", PASSPHRASE)
    door.tap("sign_in")
    assert door.window.desk is not None


def test_a_supervisor_releases_with_the_own_passphrase(door):
    lock_out(door)
    door.tap(f"supervisor:{PELL}")
    door.tap("vouch_release")
    door.type("vouch_passphrase", "not the passphrase")
    door.tap("vouch")
    assert "The name or passphrase is not right." in texts(door)
    door.type("vouch_passphrase", PASSPHRASE)
    door.tap("vouch")
    assert "Released." in texts(door)
    assert door.laptop.wrong_tries == 0


def test_without_a_supervisor_here_the_page_says_what_remains(door):
    door.laptop.door.here = ()
    lock_out(door)
    assert "No supervisor of this unit has signed in on this laptop." in texts(door)
    assert not door.has("vouch")
    assert door.has("release_code")


def test_the_way_back_is_left_with_nothing_typed_in_it(door):
    lock_out(door)
    door.tap(f"supervisor:{PELL}")
    door.type("vouch_passphrase", "half typed")
    door.tap("way_back_out")
    assert door.has("sign_in")
    assert door.find("vouch_passphrase", visible=False).text() == ""


# --- forgotten ----------------------------------------------------------------------------


def test_a_forgotten_passphrase_is_set_anew_by_a_supervisor(door):
    door.tap("cannot_sign_in")
    assert not door.has("release_code"), "who is not locked out needs no release"
    assert not door.has("vouch_release")
    door.tap(f"supervisor:{PELL}")
    door.type("vouch_passphrase", PASSPHRASE)
    door.type("vouch_new", NEW)
    door.type("vouch_again", NEW + "x")
    door.tap("vouch")
    assert "are not the same" in texts(door)
    door.type("vouch_again", "\b")
    door.tap("vouch")
    assert "Your new passphrase is set." in texts(door)
    door.type("passphrase", NEW)
    door.tap("sign_in")
    assert door.window.desk is not None


def test_a_made_passphrase_is_shown_once_and_fills_both_lines(door):
    door.tap("cannot_sign_in")
    door.tap(f"supervisor:{PELL}")
    door.type("vouch_passphrase", PASSPHRASE)
    door.tap("vouch_make")
    assert MADE in texts(door)
    door.tap("vouch")
    assert door.laptop.door.passphrases[QUILL] == MADE
    assert MADE not in texts(door)
    assert all(MADE not in each.text() for each in door.window.findChildren(QLabel))


def test_a_weak_new_passphrase_says_why(door):
    door.tap("cannot_sign_in")
    door.tap(f"supervisor:{PELL}")
    door.type("vouch_passphrase", PASSPHRASE)
    for name in ("vouch_new", "vouch_again"):
        door.type(name, "short")
    door.tap("vouch")
    assert "shorter than 15" in texts(door)


# --- the own passphrase -------------------------------------------------------------------


def own_page(driver: Driver) -> Driver:
    driver.tap("go:help")
    driver.tap("own_passphrase_wanted")
    return driver


def test_the_own_passphrase_is_changed_with_the_one_in_use(driver):
    own_page(driver)
    driver.tap("own_change")
    assert "Type the passphrase in use first." in texts(driver)
    driver.type("own_old", PASSPHRASE)
    for name in ("own_new", "own_again"):
        driver.type(name, NEW)
    driver.tap("own_change")
    assert driver.laptop.door.passphrases[QUILL] == NEW
    assert "Your passphrase is changed." in texts(driver)
    for name in ("own_old", "own_new", "own_again"):
        assert driver.find(name).text() == ""


def test_a_card_is_set_up_and_left_out(driver):
    own_page(driver)
    driver.type("own_old", PASSPHRASE)
    driver.type("own_new_pin", PIN)
    driver.tap("own_card")
    assert driver.laptop.door.cards == {QUILL}
    assert not driver.has("own_card")
    driver.type("own_old", PASSPHRASE)
    driver.type("own_pin", PIN)
    driver.tap("own_no_card")
    assert driver.laptop.door.cards == set()


def test_a_machine_without_a_reader_offers_no_card(start, laptop):
    laptop.has_reader = False
    driver = own_page(start(laptop).sign_in())
    assert not driver.has("own_card")
    assert not driver.has("own_pin")
    assert "has no card reader" in texts(driver)


def test_leaving_the_page_leaves_nothing_typed_behind(driver):
    own_page(driver)
    driver.type("own_old", "half typed")
    driver.tap("go:reports")
    assert driver.find("own_old", visible=False).text() == ""


def test_the_yearly_reminder_is_told_at_signing_in(start):
    laptop = MemoryLaptop()
    laptop.chosen_at = laptop.clock.now() - timedelta(days=366)
    driver = start(laptop).sign_in()
    assert "more than a year old" in texts(driver)
    own_page(driver)
    assert "October 19, 2025" in texts(driver)
    laptop.chosen_at = laptop.clock.now()
    driver.tap("go:reports")
    own_page(driver)
    assert "more than a year old. Choose" not in texts(driver)


def test_a_key_without_a_certificate_is_told_and_certified_with_a_code(start):
    laptop = MemoryLaptop()
    laptop.uncertified = {QUILL}
    driver = start(laptop).sign_in()
    assert "submitting waits" in texts(driver)
    own_page(driver)
    driver.type("certify_code", "BAD-CODE")
    driver.tap("certify")
    assert "does not accept this code" in texts(driver)
    driver.type("certify_code", "GOOD-CODE")
    driver.tap("certify")
    assert laptop.certified == [QUILL]
    assert not driver.has("certify")
