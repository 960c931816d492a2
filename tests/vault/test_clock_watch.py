"""A clock that was set is noted; the order of entries never follows it."""

from datetime import timedelta

import pytest

from ilocdoc.casework.drafting import start_report
from ilocdoc.record.ledger import EntryKind
from ilocdoc.vault.clock_watch import ClockWatch, Jump
from ilocdoc.wire.canonical import from_canonical
from ilocdoc.wire.envelope import envelope_from_bytes
from tests.doubles.clocks import NOON, StoppedClock
from tests.doubles.working_laptop import WorkingLaptop

QUILL = "99001"


class SetClock(StoppedClock):
    """A clock whose hands can be moved without time going by."""

    def __init__(self) -> None:
        super().__init__()
        self.passed_ms = 0

    def mono_ms(self) -> int:
        return self.passed_ms

    def live(self, **step: int) -> None:
        self.move_on(**step)
        self.passed_ms += int(timedelta(**step).total_seconds() * 1000)


@pytest.mark.parametrize("minutes", [-600, -3, 3, 600])
def test_a_clock_that_was_set_is_told_once(minutes):
    clock = SetClock()
    watch = ClockWatch(clock, newest="")
    clock.live(hours=5)
    assert watch.jump() is None
    clock.move_on(minutes=minutes)
    found = watch.jump()
    assert isinstance(found, Jump)
    assert found.expected == "2026-10-20T22:00:00.000000Z"
    assert watch.jump() is None


def test_a_time_service_may_correct_a_little():
    clock = SetClock()
    watch = ClockWatch(clock, newest="")
    clock.move_on(seconds=100)
    assert watch.jump() is None


def test_after_a_restart_the_newest_entry_tells_that_the_clock_is_behind():
    clock = SetClock()
    newest = "2026-10-20T18:00:00.000000Z"
    found = ClockWatch(clock, newest=newest).jump()
    assert found == Jump(expected=newest, found="2026-10-20T17:00:00.000000Z")
    clock.move_on(hours=2)
    assert ClockWatch(clock, newest=newest).jump() is None


def test_another_boot_starts_another_count():
    clock = SetClock()
    watch = ClockWatch(clock, newest="")
    clock.boot, clock.passed_ms = "boot-2", 7
    assert watch.jump() is None


@pytest.fixture
def laptop(tmp_path):
    laptop = WorkingLaptop(tmp_path / "laptop", QUILL)
    laptop.clock = laptop.enrolled.clock = SetClock()
    yield laptop
    laptop.close()


def test_the_ledger_says_so_before_the_next_entry_and_keeps_its_order(laptop):
    shift = laptop[QUILL]
    start_report(shift)
    laptop.clock.move_on(hours=-9)
    start_report(shift)
    kinds = [each.kind for each in shift.vault.entries()]
    assert kinds[-3:] == [
        EntryKind.DRAFT_CREATED,
        EntryKind.CLOCK_JUMPED,
        EntryKind.DRAFT_CREATED,
    ]
    shift.vault.require_sound()
    (act,) = shift.vault.volume.database.one("SELECT act FROM entry WHERE kind = 'clock.jumped'")
    said = from_canonical(envelope_from_bytes(act).payload_bytes())
    assert said["expected"] == "2026-10-20T17:00:00.000000Z"
    assert said["found"] == "2026-10-20T08:00:00.000000Z"


def test_the_next_sign_in_notices_a_clock_that_is_behind_the_ledger(laptop):
    start_report(laptop[QUILL])
    laptop.close()
    laptop.clock.at = NOON - timedelta(days=1)
    kinds = [each.kind for each in laptop[QUILL].vault.entries()]
    assert kinds[-2:] == [EntryKind.CLOCK_JUMPED, EntryKind.SESSION_UNLOCKED]
