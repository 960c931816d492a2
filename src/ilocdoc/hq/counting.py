"""Incidents become counts by category, with every sum that ties the counts together.

Only answers whose question the form marks as published are looked at, besides the time
of the incident (for its quarter) and whether EMS was called. No text, name, number or
place finer than a district ever enters a table.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ilocdoc.hq.incidents import Incident
from ilocdoc.hq.method import UNKNOWN, Method
from ilocdoc.record.answers import Absence, absence_of, absent, has_value, is_empty, rows_of
from ilocdoc.record.disclosure import Cell, Sum, Table

ALL = "all"
CITY, DISTRICT = "city", "district"
CHICAGO = "Chicago"
NOT_RECORDED = "not_recorded"
"""The district of incidents without one."""
RECORDED = "recorded"
WHERE_RECORDED = "_where_recorded"
"""Ends the measure that counts where a dimension holds a value: the denominator."""
BOTH = " | "
"""Between two dimensions, and between their two categories."""
REMOVED = "entries_removed_by_reviewer"

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One way to sort what a measure counts; every counted thing has one category."""

    name: str
    answer_of: Callable[[Row], object]
    """The value, absence or nothing that decides the category."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One thing that is counted."""

    name: str
    things_of: Callable[[Incident], Sequence[Row]]
    """What an incident adds to the measure."""
    dimensions: tuple[Dimension, ...] = ()
    crossed: tuple[tuple[int, int], ...] = ()
    """Pairs of its dimensions, by place, that are also published together."""
    same_as: tuple[str, str, str] | None = None
    """Measure, dimension and category that count the same things; in a district the
    measure is the whole of which this one is a part."""


def count(incidents: Sequence[Incident], *, method: Method, families: Mapping[str, str]) -> Table:
    """Return the counts of one quarter; zeros are counts too.

    Entries removed before approval are counted only if the earlier versions of every
    report are at hand; otherwise that measure is left out.

    Args:
        incidents: Of the quarter.
        method: Groups, districts and thresholds.
        families: Family by key of a provision, from the offence catalogue.
    """
    tally = _Tally(method)
    for measure in measures(method, families):
        if measure.name == REMOVED and any(each.removed is None for each in incidents):
            continue
        tally.add(measure, incidents)
    return tally.table()


class _Tally:
    """Collects counts and sums in the order of publication."""

    def __init__(self, method: Method) -> None:
        self._method = method
        self._counts: dict[Cell, int] = {}
        self._sums: list[Sum] = []
        self._never_shown: list[Cell] = []

    def table(self) -> Table:
        return Table(
            counts=self._counts,
            sums=tuple(self._sums),
            never_shown=frozenset(self._never_shown),
        )

    def add(self, measure: Measure, incidents: Sequence[Incident]) -> None:
        things = [thing for incident in incidents for thing in measure.things_of(incident)]
        total = _city(measure.name, ALL, ALL)
        self._counts[total] = len(things)
        if measure.same_as:
            self._sums.append(Sum(total=total, parts=(_city(*measure.same_as),)))
        for dimension in measure.dimensions:
            self._add_dimension(measure, dimension, things)
        for one, other in measure.crossed:
            pair = (measure.dimensions[one], measure.dimensions[other])
            self._add_crossed(measure.name, pair, things)
        if len(incidents) >= self._method.policy.district_incidents:
            self._add_districts(measure, incidents)

    def _add_dimension(self, measure: Measure, dimension: Dimension, things: list[Row]) -> None:
        method, name = self._method, dimension.name
        found = Counter(method.category(name, dimension.answer_of(thing)) for thing in things)
        cells = {each: _city(measure.name, name, each) for each in method.categories(name)}
        self._counts |= {cell: found[category] for category, cell in cells.items()}
        known = tuple(cells[category] for category in method.valued(name))
        recorded = _city(measure.name + WHERE_RECORDED, name, RECORDED)
        self._counts[recorded] = sum(self._counts[cell] for cell in known)
        absent = (cells[category] for category in method.absent)
        self._sums += [
            Sum(total=recorded, parts=known),
            Sum(total=_city(measure.name, ALL, ALL), parts=(recorded, *absent)),
        ]

    def _add_crossed(
        self, measure: str, pair: tuple[Dimension, Dimension], things: list[Row]
    ) -> None:
        first, second = pair
        rows = self._method.categories(first.name)
        columns = self._method.categories(second.name)
        found = Counter(
            tuple(self._method.category(d.name, d.answer_of(thing)) for d in (first, second))
            for thing in things
        )
        cells = {
            (row, column): _city(measure, first.name + BOTH + second.name, row + BOTH + column)
            for row in rows
            for column in columns
        }
        self._counts |= {cell: found[pair] for pair, cell in cells.items()}
        for row in rows:
            parts = tuple(cells[row, column] for column in columns)
            self._sums.append(Sum(total=_city(measure, first.name, row), parts=parts))
        for column in columns:
            parts = tuple(cells[row, column] for row in rows)
            self._sums.append(Sum(total=_city(measure, second.name, column), parts=parts))

    def _add_districts(self, measure: Measure, incidents: Sequence[Incident]) -> None:
        found: Counter[str] = Counter()
        for incident in incidents:
            district = incident.answers.get("district")
            known = isinstance(district, str) and district in self._method.districts
            found[str(district) if known else NOT_RECORDED] += len(measure.things_of(incident))
        cells = {
            name: Cell(DISTRICT, name, measure.name, ALL, ALL)
            for name in (*self._method.districts, NOT_RECORDED)
        }
        self._counts |= {cell: found[name] for name, cell in cells.items()}
        total = _city(measure.name, ALL, ALL)
        self._sums.append(Sum(total=total, parts=tuple(cells.values())))
        if measure.same_as:
            for cell in cells.values():
                self._note_whole(cell, measure=measure.same_as[0])

    def _note_whole(self, part: Cell, *, measure: str) -> None:
        """Note that a reader knows one count to be no larger than another of its district."""
        whole = part._replace(measure=measure)
        rest = part._replace(measure=measure, dimension=part.measure, category="rest")
        self._counts[rest] = self._counts[whole] - self._counts[part]
        self._never_shown.append(rest)
        self._sums.append(Sum(total=whole, parts=(part, rest)))


def _city(measure: str, dimension: str, category: str) -> Cell:
    return Cell(CITY, CHICAGO, measure, dimension, category)


def measures(method: Method, families: Mapping[str, str]) -> Iterator[Measure]:
    """Yield what is counted, in order of publication.

    Args:
        method: Groups the choices.
        families: Family by key of a provision.
    """
    actor = _field("actor_kind")
    family = Dimension(name="family", answer_of=lambda row: _family(row, families))
    yield Measure(name="incidents", things_of=_whole, dimensions=_of_incidents(method))
    yield Measure(
        name="persons_injured",
        things_of=lambda incident: _injured(incident, method),
        dimensions=(_field("severity"), _field("person_kind", dimension="actor_kind")),
    )
    yield Measure(
        name="force_applications",
        things_of=_rows("force_events"),
        dimensions=(actor, _field("force_type", dimension="force_kind"), _field("target_kind")),
        crossed=((0, 1), (0, 2)),
    )
    yield Measure(
        name="apparent_violation_entries",
        things_of=_rows("apparent_violations"),
        dimensions=(actor, family),
        crossed=((0, 1),),
    )
    yield Measure(
        name=REMOVED, things_of=lambda incident: incident.removed or (), dimensions=(actor,)
    )
    yield Measure(
        name="identification_attempts",
        things_of=_rows("identification_attempts"),
        dimensions=(_field("outcome"),),
    )
    yield Measure(
        name="identification_refusals",
        things_of=lambda incident: [row for row in _tries(incident) if _is_refused(row, method)],
        same_as=("identification_attempts", "outcome", "refused"),
    )
    yield Measure(
        name="ems_summoned",
        things_of=lambda incident: [{}] if _ems_of(incident) == "called" else [],
        same_as=("incidents", "ems_summoned", "called"),
    )


def _of_incidents(method: Method) -> tuple[Dimension, ...]:
    return (
        _field("information_source"),
        _field("location_type", dimension="place_kind"),
        Dimension(name="protected_place", answer_of=_protected_place),
        Dimension(name="agency", answer_of=lambda row: _agency(row, method)),
        _field("supervisor_identified"),
        Dimension(name="identification_tried", answer_of=_identification_tried),
        _field("force_reported"),
        _field("injury_reported"),
        _field("ems_summoned"),
        _field("video_exists"),
    )


def _field(name: str, *, dimension: str = "") -> Dimension:
    return Dimension(name=dimension or name, answer_of=lambda row: row.get(name))


def _rows(name: str) -> Callable[[Incident], Sequence[Row]]:
    return lambda incident: rows_of(incident.answers, name)


_tries = _rows("identification_attempts")


def _whole(incident: Incident) -> Sequence[Row]:
    return [{**incident.answers, "ems_summoned": _ems_of(incident)}]


def _ems_of(incident: Incident) -> object:
    calls = [row.get("requested_at") for row in rows_of(incident.answers, "medical")]
    if incident.is_ems_stamped or any(has_value(call) for call in calls):
        return "called"
    for call in calls:
        if absence_of(call):
            return call
    reason = incident.answers.get("no_ems_reason")
    if is_empty(reason) and incident.answers.get("injury_reported") == "no":
        return absent(Absence.NOT_APPLICABLE)
    return "not_called" if has_value(reason) else reason


def _protected_place(row: Row) -> object:
    places = row.get("sensitive_locations")
    if absence_of(places):
        return places
    # The form says: none is an answer too, leave it empty.
    return "none_recorded" if is_empty(places) else "one_or_more"


def _identification_tried(row: Row) -> object:
    return "tried" if rows_of(row, "identification_attempts") else row.get("no_attempt_reason")


def _is_refused(row: Row, method: Method) -> bool:
    return method.category("outcome", row.get("outcome")) == "refused"


def _agency(row: Row, method: Method) -> object:
    """Return one choice, `more_than_one`, or why none is known."""
    answers = [agent.get("agency") for agent in rows_of(row, "agents")]
    known = {
        method.category("agency", answer): answer
        for answer in answers
        if has_value(answer) and answer != UNKNOWN
    }
    if known:
        return "more_than_one" if len(known) > 1 else next(iter(known.values()))
    return next((answer for answer in answers if not is_empty(answer)), None)


def _family(row: Row, families: Mapping[str, str]) -> object:
    offence = row.get("offence")
    # A provision that the catalogue does not know becomes a family that no group names.
    return families.get(offence, "?") if isinstance(offence, str) else offence


_WORST_FIRST = ("serious_or_worse", "minor", "none_apparent", UNKNOWN)


def _injured(incident: Incident, method: Method) -> Sequence[Row]:
    """Return one row for each person with an injury entry, the worst entry of each."""

    def rank(row: Row) -> int:
        category = method.category("severity", row.get("severity"))
        return _WORST_FIRST.index(category) if category in _WORST_FIRST else len(_WORST_FIRST)

    worst: dict[str, Row] = {}
    for row in rows_of(incident.answers, "injuries"):
        link = row.get("person")
        # Rows that name nobody are taken for different persons.
        person = f"person {link}" if isinstance(link, str) and link else f"row {row.get('id')}"
        if person not in worst or rank(row) < rank(worst[person]):
            worst[person] = row
    return list(worst.values())
