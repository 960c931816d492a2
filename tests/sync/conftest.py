"""One small PKI for the room: keys are slow to make, and no test changes it."""

import pytest

from tests.doubles.authority import Authority
from tests.doubles.patrol_laptop import PatrolLaptop
from tests.doubles.roads import FaultyRoad
from tests.doubles.simulated_headquarters import SimulatedHeadquarters


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def hq(authority: Authority) -> SimulatedHeadquarters:
    return SimulatedHeadquarters(authority)


@pytest.fixture
def road(hq: SimulatedHeadquarters) -> FaultyRoad:
    return FaultyRoad(hq)


@pytest.fixture
def laptop(road: FaultyRoad) -> PatrolLaptop:
    return PatrolLaptop(road, device="0A1B", officers=("99001", "99010"))
