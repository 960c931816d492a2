from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilocdoc.record import formats
from ilocdoc.record.errors import AnswerError


@pytest.mark.parametrize("name", sorted(formats.FORMATS))
def test_every_format_accepts_its_own_example(name: str) -> None:
    example = formats.FORMATS[name].example
    assert formats.normalise(example, form=name) == example
    assert formats.fits(example, form=name)


@pytest.mark.parametrize(
    ("form", "typed"),
    [
        ("rd", "JI000017"),
        ("rd", "JO000017"),
        ("rd", "JQ000017"),
        ("rd", "UK000017"),
        ("rd", "JK00017"),
        ("rd", "JK0000171"),
        ("rd", "JK00001७"),
        ("event_short", "9901"),
        ("event_full", "2600099017"),
        ("event_full", "2636799017"),
        ("star", "123456"),
        ("star", "99A01"),
        ("pc", "PC123"),
        ("beat", "1312"),
        ("beat", "2312"),
        ("beat", "0012"),
        ("beat", "10123"),
        ("district", "013"),
        ("district", "021"),
        ("unit", "10"),
        ("iucr", "A460"),
        ("fbi", "8A"),
        ("nibrs", "13"),
        ("plate", "AB-123"),
        ("plate", ""),
        ("plate", "ABCDEFGHI"),
        ("phone", "555-0100"),
    ],
)
def test_what_does_not_fit_is_refused_with_advice(form: str, typed: str) -> None:
    with pytest.raises(AnswerError) as refused:
        formats.normalise(typed, form=form)
    assert refused.value.advice == formats.FORMATS[form].advice


@pytest.mark.parametrize(
    ("form", "typed", "kept"),
    [
        ("rd", " jk 000017", "JK000017"),
        ("rd", "JK-000017", "JK000017"),
        ("plate", "ab?  12", "AB? 12"),
        ("iucr", "041a", "041A"),
        ("pc", "pc0x901", "PC0X901"),
    ],
)
def test_typed_identifiers_are_kept_in_one_writing(form: str, typed: str, kept: str) -> None:
    assert formats.normalise(typed, form=form) == kept


@pytest.mark.parametrize(
    ("year", "prefix"),
    [(2003, "HJ"), (2004, "HK"), (2016, "HZ"), (2017, "JA"), (2026, "JK"), (2027, "JL")],
)
def test_the_prefix_follows_the_known_series(year: int, prefix: str) -> None:
    assert formats.rd_prefix(year) == prefix


@pytest.mark.parametrize("year", [2002, 2400])
def test_no_prefix_is_made_up_outside_the_series(year: int) -> None:
    with pytest.raises(ValueError, match=str(year)):
        formats.rd_prefix(year)


@given(st.integers(2003, 2190))
def test_prefixes_of_two_years_differ_and_never_use_the_four_letters(year: int) -> None:
    prefix = formats.rd_prefix(year)
    assert formats.fits(f"{prefix}100001", form="rd")
    assert prefix < formats.rd_prefix(year + 1)


def test_a_wrong_prefix_is_doubted_but_not_refused() -> None:
    assert formats.rd_doubt("JK000017", occurred=date(2026, 10, 5)) == ""
    assert "JK" in formats.rd_doubt("JL000017", occurred=date(2026, 10, 5))


def test_an_event_number_names_its_day() -> None:
    assert formats.event_date("2604514987") == date(2026, 2, 14)


def test_day_366_of_an_ordinary_year_is_refused() -> None:
    assert formats.event_date("2836600001") == date(2028, 12, 31)
    with pytest.raises(AnswerError):
        formats.event_date("2636600001")


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(0, 99999))
def test_an_event_number_gives_back_its_day(day: date, sequence: int) -> None:
    full = f"{day.year % 100:02d}{day.timetuple().tm_yday:03d}{sequence:05d}"
    assert formats.event_date(full) == day
    assert formats.event_doubt(full, occurred=day) == ""
    assert formats.event_doubt(full, occurred=day - timedelta(days=2)) != ""
