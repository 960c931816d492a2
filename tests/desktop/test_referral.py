"""Who finds which report waiting for a step of its referral."""

import pytest

from ilocdoc.desktop.referral_page import referable
from ilocdoc.record.ids import OfficerId, ReportId
from ilocdoc.record.lifecycle import State
from ilocdoc.record.summary import ReportRow
from tests.doubles.authority import Authority, cast

OFFICERS = {star: each.officer for star, each in cast(Authority()).items()}


def row(state: State, *, author: str = "99001") -> ReportRow:
    return ReportRow(
        report_id=ReportId("r"),
        local_number="LOC-0A1B-261020-01",
        state=state.value,
        version=1,
        title="1200 W Example St",
        started_at="2026-10-20T17:00:00.000000Z",
        author=OfficerId(author),
        author_name=OFFICERS[author].name,
        mine=False,
        confirmed=True,
    )


@pytest.mark.parametrize(
    ("star", "state", "waits"),
    [
        ("99010", State.APPROVED, True),
        ("99010", State.REFERRAL_PREPARED, False),
        ("99020", State.REFERRAL_PREPARED, True),
        ("99001", State.APPROVED, False),
    ],
)
def test_a_report_waits_for_whoever_may_take_its_next_step(
    star: str, state: State, waits: bool
) -> None:
    one = row(state)
    assert referable([one], OFFICERS[star]) == ([one] if waits else [])


def test_an_own_report_waits_for_nobody_but_others() -> None:
    own = row(State.APPROVED, author="99010")
    assert referable([own], OFFICERS["99010"]) == []
    assert referable([own], OFFICERS["99030"]) == [own]
