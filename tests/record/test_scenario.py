from datetime import UTC, datetime

import pytest

from ilocdoc.record.errors import ScenarioError
from ilocdoc.record.scenario import Step, read_scenario

GOOD = b"""
scenario = "S0"
title = "A quiet evening"
starts = 2026-10-20T11:50:00-05:00
[[acts]]
by = "99001"
do = "start"
report = "car"
[acts.answers]
force_reported = "no"
[[acts]]
after_min = 5
by = "99001"
do = "stamp"
report = "car"
stamp = "ems_called"
[[acts]]
after_min = 1
do = "sync"
"""


def test_a_scenario_is_read_with_its_times() -> None:
    scenario = read_scenario(GOOD)
    assert [act.do for act in scenario.acts] == [Step.START, Step.STAMP, Step.SYNC]
    assert scenario.acts[2].at == datetime(2026, 10, 20, 16, 56, tzinfo=UTC)
    assert scenario.acts[0].answers == {"force_reported": "no"}
    assert scenario.people == ("99001",)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b'do = "stamp"', b'do = "stmap"', "nobody can do"),
        (b'stamp = "ems_called"', b'stmap = "ems_called"', "`stmap`"),
        (b"after_min = 5", b"after_min = -5", "minutes"),
        (b"after_min = 5", b"at_min = 5", "`at_min`"),
        (b"-05:00", b"", "offset"),
        (b'title = "A quiet evening"', b'titel = "x"', "`titel`"),
        (b'by = "99001"\ndo = "start"', b'do = "start"', "who"),
        (b"scenario =", b"scenario", "not TOML"),
    ],
)
def test_a_scenario_with_a_mistake_is_refused_in_words(old: bytes, new: bytes, words: str) -> None:
    assert old in GOOD
    with pytest.raises(ScenarioError, match=words):
        read_scenario(GOOD.replace(old, new, 1))


def test_a_scenario_without_acts_is_refused() -> None:
    with pytest.raises(ScenarioError, match="no acts"):
        read_scenario(GOOD.split(b"[[acts]]")[0])
