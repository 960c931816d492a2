"""Possible duplicates: two reports that may be about one event (alert A-25).

They are linked and shown side by side, never merged: each is its author's own account.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, hypot, radians
from typing import Any

from ilocdoc.record.alert_rules import BySameEvent
from ilocdoc.record.alerts import AlertRules
from ilocdoc.record.answers import has_value
from ilocdoc.record.ids import ReportId
from ilocdoc.record.report import Draft
from ilocdoc.record.times import CHICAGO, read_time

NEAR_M = 250
"""About two blocks: positions closer than this may be one place."""

_METRES_PER_DEGREE = 111_320


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """One other report that may be about the same event, and why."""

    report_id: ReportId
    reasons: tuple[str, ...]
    """Plain words, the strongest first."""


def window_of(rules: AlertRules) -> timedelta:
    """Return how far apart in time two reports of one event may lie; zero without a rule."""
    for rule in rules.rules:
        if isinstance(rule.test, BySameEvent):
            return rule.test.window
    return timedelta()


def possible_duplicates(
    draft: Draft, others: Iterable[Draft], *, window: timedelta
) -> tuple[Likeness, ...]:
    """Return the other reports that may be about the same event, in their order.

    A shared event number on one day is enough; else time and place must both be near.
    Supplements of one another are no duplicates.

    Args:
        draft: The report that is looked at.
        others: The reports it is compared with; itself is passed over.
        window: Of `window_of`.
    """
    found = []
    for other in others:
        if other.report_id == draft.report_id or _are_linked(draft, other):
            continue
        reasons = _reasons(draft.answers, other.answers, window=window)
        if reasons:
            found.append(Likeness(report_id=other.report_id, reasons=reasons))
    return tuple(found)


def _are_linked(one: Draft, other: Draft) -> bool:
    return one.parent == other.report_id or other.parent == one.report_id


def _reasons(
    one: Mapping[str, Any], other: Mapping[str, Any], *, window: timedelta
) -> tuple[str, ...]:
    same_event = _same(one, other, "event_number_full") or (
        _same(one, other, "event_number") and _same_day(one, other)
    )
    near_time = _times_overlap(one, other, window=window)
    near_place = _is_near(one.get("position"), other.get("position")) or _same(one, other, "place")
    if same_event:
        return ("the same event number",)
    if near_time and near_place:
        return ("near in time", "near in place")
    return ()


def _same(one: Mapping[str, Any], other: Mapping[str, Any], name: str) -> bool:
    mine, theirs = one.get(name), other.get(name)
    if not (isinstance(mine, str) and isinstance(theirs, str) and has_value(mine)):
        return False
    return " ".join(mine.split()).casefold() == " ".join(theirs.split()).casefold()


def _span(answers: Mapping[str, Any]) -> tuple[datetime, datetime] | None:
    start = read_time(answers.get("occurred_from"))
    if start is None:
        return None
    return start, max(start, read_time(answers.get("occurred_to")) or start)


def _same_day(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    mine, theirs = _span(one), _span(other)
    if mine is None or theirs is None:
        return False
    return mine[0].astimezone(CHICAGO).date() == theirs[0].astimezone(CHICAGO).date()


def _times_overlap(one: Mapping[str, Any], other: Mapping[str, Any], *, window: timedelta) -> bool:
    mine, theirs = _span(one), _span(other)
    if mine is None or theirs is None:
        return False
    return mine[0] <= theirs[1] + window and theirs[0] <= mine[1] + window


def _is_near(one: object, other: object) -> bool:
    mine, theirs = _degrees(one), _degrees(other)
    if mine is None or theirs is None:
        return False
    # A plane is exact enough over two blocks of one city.
    north = (mine[0] - theirs[0]) * _METRES_PER_DEGREE
    east = (mine[1] - theirs[1]) * _METRES_PER_DEGREE * cos(radians(mine[0]))
    return hypot(north, east) <= NEAR_M


def _degrees(answer: object) -> tuple[float, float] | None:
    if not isinstance(answer, dict) or "lat" not in answer or "lon" not in answer:
        return None
    try:
        return float(answer["lat"]), float(answer["lon"])
    except ValueError:
        return None
