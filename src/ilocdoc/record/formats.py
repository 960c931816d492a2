"""Identifiers as Chicago police reports write them.

Source: CPD directives S09-03-04 (RD numbers), S09-05-01 (event numbers), G03-01-01
(beats); the other patterns are common knowledge and wait for the department's word.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from ilocdoc.record.errors import AnswerError

RD_LETTERS = "ABCDEFGHJKLMNPRSTVWXYZ"
"""I, O, Q and U are never used in an RD number."""

_RD_FIRST_YEAR = 2003
_RD_FIRST_PREFIX = RD_LETTERS.index("H") * len(RD_LETTERS) + RD_LETTERS.index("J")
_CENTURY = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One kind of identifier: what it looks like and how to say so."""

    name: str
    """As form files name it in `format = "…"`."""
    pattern: str
    """Regular expression over the whole normalised text."""
    advice: str
    """One sentence for the person who typed something else."""
    example: str
    """A made-up value that fits."""
    upper: bool = True
    """True when letters are kept in upper case."""


_DISTRICT = r"(?:0[1-9]|1[0-2]|1[4-9]|2[0245])"

FORMATS: dict[str, Format] = {
    each.name: each
    for each in (
        Format(
            name="rd",
            pattern=r"[A-HJ-NPR-TV-Z]{2}\d{6}",
            advice="An RD number is two letters and six digits; I, O, Q and U are never used.",
            example="JK000017",
        ),
        Format(
            name="event_short",
            pattern=r"\d{5}",
            advice="Enter the last five digits of the event number.",
            example="99017",
        ),
        Format(
            name="event_full",
            pattern=r"\d{2}(?:00[1-9]|0[1-9]\d|[12]\d{2}|3[0-5]\d|36[0-6])\d{5}",
            advice="A full event number has ten digits: year, day of the year, five digits.",
            example="2627899017",
        ),
        Format(
            name="star",
            pattern=r"\d{1,5}",
            advice="A star number has up to five digits.",
            example="99001",
        ),
        Format(
            name="pc",
            pattern=r"PC[0-9A-Z]{5}",
            advice='A PC number is "PC" and five letters or digits.',
            example="PC0X901",
        ),
        Format(
            name="beat",
            pattern=_DISTRICT + r"\d{2}",
            advice="A beat has four digits and starts with a district in use.",
            example="1012",
        ),
        Format(
            name="radio_call",
            pattern=r"\d{3,5}[A-Z]?",
            advice="A radio call has three to five digits and at most one letter.",
            example="1012A",
        ),
        Format(
            name="unit",
            pattern=r"\d{3}",
            advice="A unit has three digits.",
            example="010",
        ),
        Format(
            name="district",
            pattern="0" + _DISTRICT,
            advice="Choose a district in use: 001 to 012, 014 to 020, 022, 024 or 025.",
            example="010",
        ),
        Format(
            name="iucr",
            pattern=r"\d{3}[0-9A-Z]",
            advice="An IUCR code has three digits and a digit or letter.",
            example="041A",
        ),
        Format(
            name="fbi",
            pattern=r"\d{2}[AB]?",
            advice="An FBI code has two digits and at most A or B.",
            example="08A",
        ),
        Format(
            name="nibrs",
            pattern=r"\d{2}[0-9A-Z]",
            advice="A NIBRS code has two digits and a digit or letter.",
            example="13A",
        ),
        Format(
            name="inventory",
            pattern=r"\d{7,9}",
            advice="An inventory number has seven to nine digits.",
            example="9900321",
        ),
        Format(
            name="plate",
            pattern=r"[A-Z0-9? ]{1,8}",
            advice="Enter the plate as seen, up to eight characters, ? for each unread one.",
            example="ZZ?0 12",
        ),
        Format(
            name="zip",
            pattern=r"\d{5}",
            advice="A ZIP code has five digits.",
            example="60600",
        ),
        Format(
            name="phone",
            pattern=r"\d{3}-\d{3}-\d{4}",
            advice="Enter a telephone number as 312-555-0100.",
            example="312-555-0100",
        ),
        Format(
            name="time_code",
            pattern=r"\d{1,2}:[0-5]\d:[0-5]\d",
            advice="Enter the time on the recording as 00:04:12.",
            example="00:04:12",
        ),
    )
}


def normalise(typed: str, *, form: str) -> str:
    """Return an identifier as it is stored.

    Args:
        typed: As a person typed it.
        form: A name in `FORMATS`.

    Raises:
        AnswerError: If it does not have this format; the advice says what to type.
    """
    wanted = FORMATS[form]
    text = " ".join(typed.split())
    if wanted.upper:
        text = text.upper()
    if form not in {"plate", "phone"}:
        text = text.replace(" ", "").replace("-", "")
    # ASCII only: \d alone would take digits of other scripts.
    if not re.fullmatch(wanted.pattern, text, re.ASCII):
        raise AnswerError(f"This is not a {form.replace('_', ' ')} as used here.", wanted.advice)
    return text


def fits(text: str, *, form: str) -> bool:
    """Tell whether a stored text has a format without any change."""
    return re.fullmatch(FORMATS[form].pattern, text, re.ASCII) is not None


def rd_prefix(year: int) -> str:
    """Return the two letters of RD numbers of a year, for example JK for 2026.

    Args:
        year: 2003 to 2194; before and after, no series is known.

    Raises:
        ValueError: If the year lies outside the known series.
    """
    place = _RD_FIRST_PREFIX + year - _RD_FIRST_YEAR
    if year < _RD_FIRST_YEAR or place >= len(RD_LETTERS) ** 2:
        raise ValueError(year)
    return RD_LETTERS[place // len(RD_LETTERS)] + RD_LETTERS[place % len(RD_LETTERS)]


def rd_doubt(rd: str, *, occurred: date) -> str:
    """Return a sentence when the prefix is not that of the year, else the empty string.

    A report written in January may carry last year's number, so this never blocks.
    """
    expected = rd_prefix(occurred.year)
    if rd[:2] == expected:
        return ""
    return f"RD numbers of {occurred.year} begin with {expected}; this one begins with {rd[:2]}."


def event_date(full: str) -> date:
    """Return the day that a full event number names.

    Raises:
        AnswerError: If it is no event number, or day 366 of an ordinary year.
    """
    text = normalise(full, form="event_full")
    year = _CENTURY + int(text[:2])
    day = date(year, 1, 1) + timedelta(days=int(text[2:5]) - 1)
    if day.year != year:
        raise AnswerError(f"{year} has no day {text[2:5]}.", FORMATS["event_full"].advice)
    return day


def event_doubt(full: str, *, occurred: date) -> str:
    """Return a sentence when an event number names another day, else the empty string.

    An event opened shortly after midnight is no doubt: the next day is accepted.
    """
    named = event_date(full)
    if named in {occurred, occurred + timedelta(days=1)}:
        return ""
    return "The event number names another day than the incident."
