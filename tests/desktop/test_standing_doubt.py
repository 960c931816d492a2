"""A store that is older than it was: said in red, for as long as it is so."""

import pytest

from ilocdoc.record.ids import OfficerId
from ilocdoc.record.rollback import Anchor, Rollback
from tests.desktop.conftest import Driver
from tests.doubles.memory_laptop import MemoryLaptop

QUILL = OfficerId("99001")
OLDER = Rollback(
    owner=QUILL,
    anchor=Anchor.RECEIPT,
    expected_seq=41,
    expected_hash="a" * 64,
    found_seq=38,
    found_hash="b" * 64,
    device="0A1B",
)


@pytest.fixture
def driver(qtbot):
    laptop = MemoryLaptop()
    laptop.vaults[QUILL].doubt = OLDER
    driver = Driver(qtbot, laptop)
    yield driver
    driver.close()


def test_it_says_what_is_missing_and_what_to_do_and_cannot_be_closed(driver):
    driver.sign_in(QUILL)
    standing = driver.desk.standing
    assert standing.isVisible()
    words = standing.words
    assert "3 steps are missing" in words
    assert "a receipt of headquarters" in words
    assert "until a supervisor releases them" in words
    assert not driver.has("close_notice")


def test_an_ordinary_day_says_nothing(qtbot):
    driver = Driver(qtbot, MemoryLaptop()).sign_in(QUILL)
    assert not driver.desk.standing.isVisible()
    driver.close()
