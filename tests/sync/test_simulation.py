"""Anything may happen in any order; nothing shown as confirmed is ever missing."""

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.doubles.authority import Authority
from tests.doubles.roads import Fault
from tests.sync.believing import BelievingLine
from tests.sync.simulate import simulate
from tests.sync.world import OFFICERS, SIZES, World

AUTHORITY = Authority()
DEVICES = st.sampled_from(sorted(OFFICERS))
STARS = st.sampled_from(sorted(star for stars in OFFICERS.values() for star in stars))
PLACES = ["/hello", "/entries", "/deliveries", "/feed", "/blobs", "/parts/", "/complete", "/have"]


class AnythingMayHappen(RuleBasedStateMachine):
    """What officers, networks, power cuts and operators do."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(AUTHORITY)

    @rule(star=STARS)
    def submit(self, star: str) -> None:
        self.world.submit(star)

    @rule(sender=STARS, to=STARS)
    def write(self, sender: str, to: str) -> None:
        self.world.write(sender, to)

    @rule(star=STARS, size=st.sampled_from(SIZES), priority=st.integers(0, 2))
    def attach(self, star: str, size: int, priority: int) -> None:
        self.world.attach(star, size=size, priority=priority)

    @rule(device=DEVICES)
    def sync(self, device: str) -> None:
        self.world.sync(device)

    @rule(device=DEVICES, fault=st.sampled_from(Fault), path=st.sampled_from(PLACES))
    def sync_on_a_bad_line(self, device: str, fault: Fault, path: str) -> None:
        self.world.road.once(fault, path=path)
        self.world.sync(device)

    @rule(device=DEVICES, dies_after=st.integers(0, 150))
    def sync_and_lose_power(self, device: str, dies_after: int) -> None:
        self.world.sync(device, dies_after=dies_after)

    @rule()
    def back_up(self) -> None:
        self.world.back_up()

    @rule(number=st.integers(0, 9))
    def restore(self, number: int) -> None:
        self.world.restore(number)

    @rule()
    def kill_headquarters(self) -> None:
        self.world.hq.kill()

    @invariant()
    def promises_are_kept(self) -> None:
        assert self.world.unkept_promises() == []

    def teardown(self) -> None:
        account = self.world.settle()
        assert account.is_good, account


TestAnythingMayHappen = AnythingMayHappen.TestCase
TestAnythingMayHappen.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def busy_world(*, entries_too: bool) -> World:
    """One laptop with everything to send, and a headquarters that just went back in time.

    Args:
        entries_too: Whether it lost entries beside mail and evidence; without a lower head
            the epoch alone tells the laptop.
    """
    world = World(AUTHORITY)
    world.submit("99001")
    if not entries_too:
        world.sync("0A1B")
        world.back_up()
    world.write("99001", "99002")
    world.write("99002", "99001")
    world.attach("99001", size=SIZES[-1], priority=0)
    world.sync("0C2D")
    world.sync("0A1B")
    world.restore(-1)
    world.submit("99010")
    return world


@pytest.mark.parametrize("entries_too", [True, False])
@pytest.mark.parametrize("share", range(2))
def test_power_may_be_lost_between_any_two_store_calls_after_a_restore(share, entries_too):
    survived = False
    for dies_after in range(share, 400, 2):
        world = busy_world(entries_too=entries_too)
        survived = world.sync("0A1B", dies_after=dies_after) is not None
        account = world.settle()
        assert account.is_good, (dies_after, account)
        if survived:
            break
    assert survived, "the exchange has an end"


def test_seeded_worlds_end_well():
    said: list[str] = []
    assert simulate(25, say=said.append) == (0, 0, 0)
    assert said == ["simulated 25 runs: lost 0, wrong 0, stuck 0"]


def test_a_line_that_believes_any_success_loses_reports_and_the_simulation_notices():
    said: list[str] = []
    lost, _wrong, _stuck = simulate(5, line=BelievingLine, say=said.append)
    assert lost > 0
    assert said[-1].startswith(f"simulated 5 runs: lost {lost}, ")
