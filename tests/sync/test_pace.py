"""When to try again, with a clock that stands still and chance that is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilocdoc.record.errors import DiskFullError
from ilocdoc.record.exchange import Exchange, Line, Waiting
from ilocdoc.sync.pace import (
    AUDIT_EVERY,
    FIRST_WAIT_S,
    LONGEST_WAIT_S,
    SPREAD_AFTER_LOSS_S,
    SPREAD_AFTER_RETRY_S,
    Exchanges,
    Pace,
    backoff_s,
)
from tests.doubles.clocks import StoppedClock

NOTHING = Waiting(entries=0, files=0, size_bytes=0, letters=0)
NEARLY_ONE = 0.999999


def outcome(line: Line, next_in_s: int = 0) -> Exchange:
    return Exchange(line=line, waiting=NOTHING, next_in_s=next_in_s)


FINE, OFFLINE, DOWN = outcome(Line.FINE, 60), outcome(Line.OFFLINE), outcome(Line.HQ_DOWN)


class Told:
    """A pace with a stopped clock and a chance that the test sets."""

    def __init__(self, chance: float = NEARLY_ONE) -> None:
        self.clock, self.chance = StoppedClock(), chance
        self.pace = Pace(self.clock, chance=lambda: self.chance)

    def after(self, *outcomes: Exchange) -> float:
        for each in outcomes:
            self.pace.settle(each)
        return self.pace.due_in_s


@given(failures=st.integers(1, 10_000), chance=st.floats(0, 1, exclude_max=True))
def test_a_wait_never_passes_the_cap_and_may_be_nothing(failures, chance):
    assert 0 <= backoff_s(failures, chance=chance) <= LONGEST_WAIT_S
    assert backoff_s(failures, chance=0) == 0


def test_waits_double_until_the_cap():
    ceilings = [backoff_s(n, chance=1) for n in range(1, 12)]
    assert ceilings[:4] == [FIRST_WAIT_S, 4, 8, 16]
    assert ceilings[-1] == LONGEST_WAIT_S


def test_the_first_try_is_at_once():
    assert Told().pace.due_in_s == 0


def test_each_failure_makes_the_next_wait_longer_and_success_forgets_them():
    told = Told()
    waits = [told.after(OFFLINE) for _ in range(5)]
    assert waits == sorted(waits)
    assert waits[0] < waits[-1]
    told.after(FINE)
    assert told.after(OFFLINE) == pytest.approx(FIRST_WAIT_S, abs=0.01)


@pytest.mark.parametrize(("chance", "expected"), [(0, 45), (0.5, 60)])
def test_polls_come_as_headquarters_says_a_little_spread(chance, expected):
    assert Told(chance).after(FINE) == expected


def test_an_exchange_that_ended_with_a_fault_is_polled_like_a_good_one():
    assert Told(0.5).after(outcome(Line.REFUSED, 60)) == 60


def test_retry_after_is_obeyed_and_spread():
    told = Told(0.5)
    assert told.after(outcome(Line.HQ_DOWN, 100)) == 100 + SPREAD_AFTER_RETRY_S / 2


def test_a_fleet_that_lost_headquarters_together_comes_back_spread_out():
    assert Told(0.5).after(FINE, DOWN) == SPREAD_AFTER_LOSS_S / 2
    assert Told(0.5).after(FINE, OFFLINE) < FIRST_WAIT_S, "a lost line is one laptop's own"


def test_time_passes():
    told = Told(0.5)
    told.after(FINE)
    told.clock.move_on(seconds=50)
    assert told.pace.due_in_s == 10


# --- one exchange after the other -----------------------------------------------------


class Tries:
    """Exchanges that end as told."""

    def __init__(self, *ends: Exchange | Exception) -> None:
        self.ends, self.audits = list(ends), []

    def __call__(self, *, audit: bool) -> Exchange:
        self.audits.append(audit)
        end = self.ends.pop(0) if self.ends else FINE
        if isinstance(end, Exception):
            raise end
        return end


def exchanges_of(*ends: Exchange | Exception) -> Exchanges:
    return Exchanges(Tries(*ends), pace=Told(0.5).pace)


def test_an_outcome_says_when_the_next_try_comes():
    assert exchanges_of(FINE).run_once().next_in_s == 60


def test_every_eighth_exchange_audits():
    tries = Tries()
    exchanges = Exchanges(tries, pace=Told(0.5).pace)
    for _ in range(2 * AUDIT_EVERY):
        exchanges.run_once()
    assert [n for n, audit in enumerate(tries.audits, start=1) if audit] == [8, 16]


def test_a_bug_in_an_exchange_does_not_end_syncing(caplog):
    exchanges = exchanges_of(ZeroDivisionError("Jane Roe"), FINE)
    failed = exchanges.run_once()
    assert (failed.line, failed.headline != "") == (Line.REFUSED, True)
    assert exchanges.run_once().line is Line.FINE
    assert "ZeroDivisionError" in caplog.text
    assert "Jane Roe" not in caplog.text


def test_a_store_that_cannot_serve_is_told_in_its_own_words():
    assert exchanges_of(DiskFullError()).run_once().headline == DiskFullError.headline
