from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilocdoc.record import times
from ilocdoc.record.errors import AnswerError
from ilocdoc.record.times import Pick, Precision, Question

MARCH = date(2026, 3, 8)
NOVEMBER = date(2026, 11, 1)
instants = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)).map(
    lambda at: at.replace(second=0, microsecond=0)
)


def sure(day: date, typed: str, pick: Pick | None = None) -> datetime:
    at = times.instant(day, typed, pick=pick)
    assert isinstance(at, datetime)
    return at


@pytest.mark.parametrize(
    "typed", ["14 Feb 2026", "14 February 2026", "2026-02-14", "2/14/2026", " 14  feb 2026 "]
)
def test_a_date_is_read_in_every_usual_writing(typed: str) -> None:
    assert times.parse_date(typed) == date(2026, 2, 14)


@pytest.mark.parametrize("typed", ["", "30 Feb 2026", "14 Fob 2026", "14/02/2026", "tomorrow"])
def test_what_is_no_date_is_refused(typed: str) -> None:
    with pytest.raises(AnswerError):
        times.parse_date(typed)


@pytest.mark.parametrize("typed", ["2401", "2460", "1260", "25:00", "", "noon", "12345"])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(AnswerError):
        times.parse_time(typed)


def test_2400_is_the_end_of_the_day() -> None:
    at = sure(date(2026, 2, 14), "2400")
    assert at == datetime(2026, 2, 15, 6, 0, tzinfo=UTC)
    assert times.internal_stamp(at) == ("14 Feb 2026", "2400")


def test_0001_and_2359_lie_on_either_side_of_midnight() -> None:
    day = date(2026, 2, 15)
    before = sure(date(2026, 2, 14), "2359")
    assert sure(day, "0001") - before == timedelta(minutes=2)


def test_0000_is_asked_and_both_answers_are_a_day_apart() -> None:
    asked = times.instant(date(2026, 2, 14), "0000")
    assert isinstance(asked, Question)
    assert "14 Feb 2026" in asked.text
    start, end = (sure(date(2026, 2, 14), "0000", pick) for pick in asked.picks)
    assert end - start == timedelta(days=1)
    assert times.internal_stamp(start) == ("13 Feb 2026", "2400")


def test_the_missing_hour_is_refused() -> None:
    assert isinstance(times.instant(MARCH, "0159"), datetime)
    for typed in ("0200", "0230", "0259"):
        with pytest.raises(AnswerError):
            times.instant(MARCH, typed)
    assert sure(MARCH, "0300") - sure(MARCH, "0159") == timedelta(minutes=1)


def test_the_hour_that_comes_twice_is_asked() -> None:
    asked = times.instant(NOVEMBER, "0130")
    assert isinstance(asked, Question)
    assert asked.picks == (Pick.FIRST, Pick.SECOND)
    first, second = (sure(NOVEMBER, "0130", pick) for pick in asked.picks)
    assert second - first == timedelta(hours=1)
    assert times.internal_stamp(first) == ("01 Nov 2026", "0130 (first)")
    assert times.internal_stamp(second) == ("01 Nov 2026", "0130 (second)")
    assert times.outside_stamp(first)[1] == "1:30 AM CDT"
    assert times.outside_stamp(second)[1] == "1:30 AM CST"


def test_no_question_is_asked_around_the_hour_that_comes_twice() -> None:
    assert isinstance(times.instant(NOVEMBER, "0059"), datetime)
    assert isinstance(times.instant(NOVEMBER, "0200"), datetime)


@given(instants)
def test_what_is_printed_inside_reads_back_as_the_same_instant(at: datetime) -> None:
    day, clock = times.internal_stamp(at)
    typed = clock.split()[0]
    assert typed != "0000"
    pick = Pick.SECOND if "second" in clock else Pick.FIRST
    assert sure(times.parse_date(day), typed, pick) == at


@given(instants)
def test_a_time_answer_gives_back_its_instant(at: datetime) -> None:
    answer = times.time_answer(at, typed="1150", precision=Precision.EXACT)
    assert times.read_time(answer) == at
    assert answer["typed"] == "1150"


@given(instants)
def test_a_machine_time_gives_back_its_instant(at: datetime) -> None:
    assert times.read_utc(times.utc_text(at)) == at


@pytest.mark.parametrize(
    "answer", ["x", {}, {"at": 3}, {"at": "soon"}, {"at": "2026-10-20T11:50:00"}, None]
)
def test_what_is_no_time_answer_has_no_instant(answer: object) -> None:
    assert times.read_time(answer) is None


def test_outside_bodies_get_the_conventional_form() -> None:
    at = datetime(2003, 8, 10, 19, 15, tzinfo=UTC)
    assert times.outside_stamp(at) == ("August 10, 2003", "2:15 PM")
    assert times.outside_stamp(datetime(2026, 1, 2, 6, 0, tzinfo=UTC)) == (
        "January 2, 2026",
        "12:00 AM",
    )


def test_a_quarter_is_that_of_chicago() -> None:
    assert times.quarter(datetime(2027, 1, 1, 5, 59, tzinfo=UTC)) == "2026-Q4"
    assert times.quarter(datetime(2027, 1, 1, 6, 0, tzinfo=UTC)) == "2027-Q1"


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+00:00"])
def test_a_time_at_the_edge_of_the_calendar_is_none(at: str) -> None:
    assert times.read_time({"at": at}) is None
