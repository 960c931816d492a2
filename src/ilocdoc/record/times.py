"""Dates and times as reports write them, and as outside bodies expect them.

Inside (CPD S09-05): `14 Feb 2026` and 0001 to 2400, where 2400 is the end of the day.
Outside: "August 10, 2003" and "2:15 PM". Kept: the instant with its offset in
America/Chicago, beside what was typed.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from ilocdoc.record.errors import AnswerError

CHICAGO = ZoneInfo("America/Chicago")
"""The zone of every incident."""

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
"""English names, whatever the system's language is."""

_HOURS_HALF = 12
_LETTERS_SHORT = 3
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_WORDED = re.compile(r"(\d{1,2}) ([A-Za-z]{3,9})\.? (\d{4})")
_CLOCK = re.compile(r"(\d{1,2}):?(\d{2})")


class Precision(Enum):
    """How well a time is known."""

    EXACT = "exact"
    APPROXIMATE = "approximate"


class Pick(Enum):
    """What a person chose when a typed time could mean two instants."""

    START_OF_DAY = "start_of_day"
    """0000 is the start of the typed day, printed as 2400 of the day before."""
    END_OF_DAY = "end_of_day"
    """0000 is the end of the typed day, printed as its 2400."""
    FIRST = "first"
    """The earlier of the two equal hours of the November change."""
    SECOND = "second"
    """The later one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A typed time that means two instants; ask, then call again with the choice."""

    text: str
    """One sentence to show."""
    picks: tuple[Pick, Pick]
    """The two choices, the earlier instant first."""


_MIDNIGHT = (Pick.START_OF_DAY, Pick.END_OF_DAY)
_REPEATED = (Pick.FIRST, Pick.SECOND)


def parse_date(typed: str) -> date:
    """Return the day of "14 Feb 2026", "14 February 2026", "2026-02-14" or "2/14/2026".

    Raises:
        AnswerError: If it is none of these or no day of the calendar.
    """
    text = " ".join(typed.split())
    try:
        if found := _ISO.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _SLASHED.fullmatch(text):
            return date(int(found[3]), int(found[1]), int(found[2]))
        if found := _WORDED.fullmatch(text):
            return date(int(found[3]), _month(found[2]), int(found[1]))
    except ValueError as error:
        raise AnswerError("This is not a day of the calendar.", "Enter 14 Feb 2026.") from error
    raise AnswerError("This is not a date as used here.", "Enter a date as 14 Feb 2026.")


def _month(word: str) -> int:
    wanted = word.lower()
    for number, name in enumerate(MONTHS, start=1):
        if wanted in {name.lower(), name[:_LETTERS_SHORT].lower()}:
            return number
    raise ValueError(word)


def parse_time(typed: str) -> int:
    """Return minutes since the start of the day: 0 for 0000, 1440 for 2400.

    Args:
        typed: "1435", "14:35", "935" or "2400".

    Raises:
        AnswerError: If it is no time of day.
    """
    found = _CLOCK.fullmatch(typed.strip())
    advice = "Enter a time from 0001 to 2400, for example 1435."
    if found is None:
        raise AnswerError("This is not a time as used here.", advice)
    hour, minute = int(found[1]), int(found[2])
    if minute > 59 or hour > 24 or (hour == 24 and minute):  # noqa: PLR2004 - the clock's own numbers
        raise AnswerError("This is not a time of day.", advice)
    return hour * 60 + minute


def instant(day: date, typed: str, *, pick: Pick | None = None) -> datetime | Question:
    """Return the instant of a typed day and time, or the question that decides it.

    Args:
        day: The day as typed.
        typed: The time as typed.
        pick: The person's choice, when this function asked before.

    Raises:
        AnswerError: If the time does not exist, as 0230 in the March change.
    """
    minutes = parse_time(typed)
    if minutes == 0:
        if pick not in _MIDNIGHT:
            text = f"Does 0000 mean the start or the end of {internal_date(day)}?"
            return Question(text=text, picks=_MIDNIGHT)
        minutes = 24 * 60 if pick is Pick.END_OF_DAY else 0
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    earlier = wall.replace(tzinfo=CHICAGO, fold=0)
    later = wall.replace(tzinfo=CHICAGO, fold=1)
    if earlier.utcoffset() == later.utcoffset():
        return _fixed(earlier)
    if earlier.astimezone(UTC).astimezone(CHICAGO).replace(tzinfo=None) != wall:
        raise AnswerError(
            "This time did not exist: the clocks were set forward in that night.",
            "Enter a time before 0200 or from 0300.",
        )
    if pick not in _REPEATED:
        text = "This hour came twice in that night. Was it the first or the second?"
        return Question(text=text, picks=_REPEATED)
    return _fixed(later if pick is Pick.SECOND else earlier)


def _fixed(moment: datetime) -> datetime:
    """Return the same instant with a plain offset, so that arithmetic is on instants."""
    return datetime.fromisoformat(moment.isoformat())


def time_answer(at: datetime, *, typed: str, precision: Precision) -> dict[str, str]:
    """Return the answer of a date-and-time question.

    Args:
        at: Aware.
        typed: What was typed, kept as it was; "now" for the button.
        precision: Exact or approximate.
    """
    local = at.astimezone(CHICAGO)
    return {
        "at": local.isoformat(timespec="seconds"),
        "typed": typed,
        "precision": precision.value,
    }


def read_time(answer: object) -> datetime | None:
    """Return the aware instant in a date-or-time answer; None if it holds none."""
    if not isinstance(answer, dict) or not isinstance(answer.get("at"), str):
        return None
    try:
        moment = datetime.fromisoformat(answer["at"])
        # The first and the last day of the calendar have no time of ours.
        moment.astimezone(CHICAGO)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo is not None else None


def internal_date(day: date) -> str:
    """Return a day as internal reports print it: 14 Feb 2026."""
    return f"{day.day:02d} {MONTHS[day.month - 1][:_LETTERS_SHORT]} {day.year:04d}"


def internal_stamp(at: datetime) -> tuple[str, str]:
    """Return day and time as internal reports print them.

    Midnight is 2400 of the day that ends. In the hour that comes twice, the word first
    or second follows the time.
    """
    local = at.astimezone(CHICAGO)
    if (local.hour, local.minute) == (0, 0):
        return internal_date(local.date() - timedelta(days=1)), "2400"
    return internal_date(local.date()), f"{local.hour:02d}{local.minute:02d}{_which(local)}"


def _is_repeated(local: datetime) -> bool:
    wall = local.replace(tzinfo=None)
    first = wall.replace(tzinfo=CHICAGO, fold=0)
    second = wall.replace(tzinfo=CHICAGO, fold=1)
    if first.utcoffset() == second.utcoffset():
        return False
    return first.astimezone(UTC).astimezone(CHICAGO).replace(tzinfo=None) == wall


def _which(local: datetime) -> str:
    if not _is_repeated(local):
        return ""
    return " (second)" if local.fold else " (first)"


def outside_date(day: date) -> str:
    """Return a day as outside bodies expect it: August 10, 2003."""
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"


def outside_stamp(at: datetime) -> tuple[str, str]:
    """Return day and time as outside bodies expect them: August 10, 2003 and 2:15 PM.

    In the hour that comes twice, CDT or CST follows the time.
    """
    local = at.astimezone(CHICAGO)
    half = "AM" if local.hour < _HOURS_HALF else "PM"
    zone = f" {local.tzname()}" if _is_repeated(local) else ""
    hour = local.hour % _HOURS_HALF or _HOURS_HALF
    return outside_date(local.date()), f"{hour}:{local.minute:02d} {half}{zone}"


def utc_text(at: datetime) -> str:
    """Return an instant as machine times are written: 2026-10-20T16:50:00.000000Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_utc(text: str) -> datetime:
    """Return the instant of a machine time.

    Raises:
        ValueError: If it is not of that form.
    """
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def quarter(at: datetime) -> str:
    """Return the quarter of an instant in Chicago, for example 2026-Q4."""
    local = at.astimezone(CHICAGO)
    return f"{local.year}-Q{(local.month - 1) // 3 + 1}"
