"""Public rows become the tables and charts of the page, in the words of one language."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ilocdoc.hq.counting import ALL, BOTH, CITY, DISTRICT, NOT_RECORDED, RECORDED, WHERE_RECORDED
from ilocdoc.hq.method import UNCLASSIFIED, Method
from ilocdoc.hq.release_files import COLUMNS, PublicRow
from ilocdoc.record.times import CHICAGO
from ilocdoc.shelf import resource

LANGUAGES = ("en", "es", "pl")
_BAR_WIDEST = 76
"""Percent of the chart's width, so that the number beside the longest bar has room."""
_BAR_ROW = 46
"""Pixels: a line of words and the bar below it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One number as a reader sees it."""

    text: str
    value: int | None
    """None when hidden or not published."""
    is_hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of a printed table."""

    label: str
    numbers: tuple[Shown, ...]
    is_total: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar of a chart, with its place."""

    label: str
    text: str
    top: int
    """Pixels from the top of the chart."""
    width: str
    """Percent of the chart; empty when there is no bar to draw."""
    series: int
    """Which column the number stands in; the label says it in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A table, and a chart of the same numbers."""

    title: str
    head: tuple[str, ...]
    """Of the first column and of each column of numbers."""
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()
    bars: tuple[Bar, ...] = ()
    """Empty when a chart would add nothing."""

    @property
    def chart_height(self) -> int:
        """Return the height of the chart in pixels."""
        return len(self.bars) * _BAR_ROW


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of the page."""

    id: str
    title: str
    notes: tuple[str, ...]
    figures: tuple[Figure, ...]


class Words:
    """The words of one language; an absent word is our fault and raises KeyError."""

    def __init__(self, value: Mapping[str, Any]) -> None:
        self.language: str = value["language"]
        self.name: str = value["name"]
        self.file: str = value["file"]
        self.page: Mapping[str, str] = value["page"]
        self.columns: Mapping[str, str] = value["columns"]
        self.measures: Mapping[str, str] = value["measures"]
        self.measure_notes: Mapping[str, str] = value["measure_notes"]
        self.dimensions: Mapping[str, str] = value["dimensions"]
        self._categories: Mapping[str, Mapping[str, str]] = value["categories"]
        self._value = value

    def category(self, dimension: str, category: str) -> str:
        """Return the printed words of a category."""
        own = self._categories[dimension]
        return own[category] if category in own else self._categories["absent"][category]

    def day(self, at: datetime) -> str:
        """Return the day in Chicago as this language writes it."""
        local = at.astimezone(CHICAGO)
        month = self._value["months"][local.month - 1]
        return str(self._value["day"]).format(day=local.day, month=month, year=local.year)

    def quarter(self, period: str) -> str:
        """Return a quarter, as in 2026-Q4, as this language writes it."""
        year, _, number = period.partition("-Q")
        return str(self._value["quarters"][int(number) - 1]).format(year=year)


def read_words(language: str) -> Words:
    """Return the words of a language of `LANGUAGES`."""
    path = resource("hq", "public", "words", f"{language}.toml")
    return Words(tomllib.loads(path.read_text(encoding="utf-8")))


class Composer:
    """Arranges rows into sections, in one language."""

    def __init__(self, rows: Sequence[PublicRow], *, words: Words, method: Method) -> None:
        self._words = words
        self._page = words.page
        self._method = method
        names = COLUMNS[2:7]
        self._rows = {tuple(row[name] for name in names): row for row in rows}

    def sections(self) -> Iterator[Section]:
        """Yield the parts of the page that hold numbers, in order."""
        page = self._page
        yield self._section("glance", page["at_a_glance"], self._glance(), page["left_out"])
        yield self._section(
            "who", page["two_way"], self._two_way(), self._toward(), page["two_way_more"]
        )
        incidents = [
            self._one_way("incidents", name)
            for name in (
                "information_source",
                "place_kind",
                "protected_place",
                "agency",
                "force_reported",
                "injury_reported",
                "ems_summoned",
                "video_exists",
            )
        ]
        yield self._section("incidents", page["incidents"], *incidents)
        identification = [
            self._one_way("incidents", "supervisor_identified"),
            self._one_way("incidents", "identification_tried"),
            self._one_way("identification_attempts", "outcome"),
        ]
        yield self._section("identification", page["identification"], *identification)
        yield self._section(
            "injuries", page["injuries"], self._one_way("persons_injured", "severity")
        )
        for id_, measure, second in (
            ("force", "force_applications", "force_kind"),
            ("apparent", "apparent_violation_entries", "family"),
        ):
            figures = (self._one_way(measure, second), self._crossed(measure, second))
            yield self._section(id_, page[id_], *figures)
        yield self._districts()

    def _section(self, id_: str, title: str, *parts: Figure | str) -> Section:
        return Section(
            id=id_,
            title=title,
            notes=tuple(each for each in parts if isinstance(each, str)),
            figures=tuple(each for each in parts if isinstance(each, Figure) and each.lines),
        )

    def _city(self, measure: str, dimension: str = ALL, category: str = ALL) -> Shown:
        return self._shown((CITY, "Chicago", measure, dimension, category))

    def _shown(self, key: tuple[str, ...]) -> Shown:
        row = self._rows.get(key)
        if row is None:
            return Shown(text=self._page["not_published"], value=None)
        if row["suppressed"] == "true":
            return Shown(text=self._page["suppressed"], value=None, is_hidden=True)
        return Shown(text=row["count"], value=int(row["count"]))

    def _glance(self) -> Figure:
        lines = tuple(
            Line(label=label, numbers=(self._city(measure),))
            for measure, label in self._words.measures.items()
        )
        head = (self._page["measure"], self._page["count"])
        return Figure(title=self._page["at_a_glance"], head=head, lines=lines)

    def _two_way(self) -> Figure:
        page = self._page
        measures = {
            "force_applications": page["force"],
            "apparent_violation_entries": page["apparent"],
            "entries_removed_by_reviewer": page["removed"],
            "persons_injured": page["injuries"],
        }
        lines = []
        for category in self._method.categories("actor_kind"):
            numbers = tuple(self._city(m, "actor_kind", category) for m in measures)
            if self._is_kept(category, numbers):
                label = self._words.category("actor_kind", category)
                lines.append(Line(label=label, numbers=numbers))
        totals = tuple(self._city(measure) for measure in measures)
        lines.append(Line(label=page["total"], numbers=totals, is_total=True))
        is_missing = self._city("entries_removed_by_reviewer").text == page["not_published"]
        return Figure(
            title=page["two_way"],
            head=(page["by_whom"], *measures.values()),
            lines=tuple(lines),
            notes=(page["removed_missing"],) if is_missing else (),
            bars=_bars(lines, series=tuple(measures.values())[:2]),
        )

    def _is_kept(self, category: str, numbers: Sequence[Shown]) -> bool:
        """Tell whether a row is printed: zeros of "no value" only fill the page."""
        is_quiet = category == UNCLASSIFIED or category in self._method.absent
        return not is_quiet or any(number.is_hidden or number.value for number in numbers)

    def _one_way(self, measure: str, dimension: str) -> Figure:
        words, page = self._words, self._page
        lines = []
        for category in self._method.categories(dimension):
            number = self._city(measure, dimension, category)
            if self._is_kept(category, (number,)):
                label = words.category(dimension, category)
                lines.append(Line(label=label, numbers=(number,)))
        total = self._city(measure)
        lines.append(Line(label=page["total"], numbers=(total,), is_total=True))
        return Figure(
            title=f"{words.measures[measure]}: {words.dimensions[dimension]}",
            head=(page["category"], page["count"]),
            lines=tuple(lines),
            notes=(self._based_on(measure, dimension, total),),
            bars=_bars(lines),
        )

    def _based_on(self, measure: str, dimension: str, total: Shown) -> str:
        recorded = self._city(measure + WHERE_RECORDED, dimension, RECORDED)
        if recorded.value is None or total.value is None:
            return self._page["based_on_hidden"]
        return self._page["based_on"].format(count=recorded.text, total=total.text)

    def _crossed(self, measure: str, second: str) -> Figure:
        words, page, method = self._words, self._page, self._method

        def number(actor: str, kind: str) -> Shown:
            return self._city(measure, f"actor_kind{BOTH}{second}", actor + BOTH + kind)

        every = method.categories("actor_kind")
        kinds = [
            kind
            for kind in method.categories(second)
            if _is_any([number(actor, kind) for actor in every])
        ]
        actors = [a for a in every if _is_any([number(a, kind) for kind in kinds])]
        actors = actors or list(every[:3])
        lines = tuple(
            Line(
                label=words.category(second, kind),
                numbers=tuple(number(actor, kind) for actor in actors),
            )
            for kind in kinds
        )
        heads = (words.category("actor_kind", actor) for actor in actors)
        return Figure(
            title=page["crossed"].format(
                measure=words.measures[measure], dimension=words.dimensions[second]
            ),
            head=(words.dimensions[second], *heads),
            lines=lines,
            notes=(page["left_out_crossed"],),
        )

    def _toward(self) -> Figure:
        figure = self._crossed("force_applications", "target_kind")
        return replace(figure, title=self._page["toward"])

    def _districts(self) -> Section:
        page, method = self._page, self._method
        title = page["districts"]
        if (DISTRICT, NOT_RECORDED, "incidents", ALL, ALL) not in self._rows:
            minimum = method.policy.district_incidents
            return self._section(
                "districts", title, page["districts_missing"].format(minimum=minimum)
            )
        measures = self._words.measures
        lines = []
        for district in (*method.districts, NOT_RECORDED):
            is_known = district != NOT_RECORDED
            numbers = tuple(self._shown((DISTRICT, district, m, ALL, ALL)) for m in measures)
            label = district if is_known else page["district_not_recorded"]
            lines.append(Line(label=label, numbers=numbers))
        totals = tuple(self._city(measure) for measure in measures)
        lines.append(Line(label=page["city"], numbers=totals, is_total=True))
        head = (page["district"], *measures.values())
        return self._section("districts", title, Figure(title=title, head=head, lines=tuple(lines)))


def _is_any(numbers: Sequence[Shown]) -> bool:
    return any(number.is_hidden or number.value for number in numbers)


def _bars(lines: Sequence[Line], *, series: Sequence[str] = ("",)) -> tuple[Bar, ...]:
    """Return a bar for each number, or none if there is nothing to draw.

    Hidden numbers have words and no bar.
    """
    single = [line for line in lines if not line.is_total]
    found = [
        (f"{line.label} · {name}" if name else line.label, number, index)
        for line in single
        for index, (name, number) in enumerate(zip(series, line.numbers, strict=False))
    ]
    most = max((number.value or 0 for _label, number, _index in found), default=0)
    if not most:
        return ()
    return tuple(
        Bar(
            label=label,
            text=number.text,
            top=place * _BAR_ROW,
            width=f"{number.value * _BAR_WIDEST / most:.2f}" if number.value else "",
            series=index,
        )
        for place, (label, number, index) in enumerate(found)
    )
