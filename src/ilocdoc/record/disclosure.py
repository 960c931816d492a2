"""Disclosure control: which counts of a public table stay hidden.

Small counts are hidden first (primary suppression). Because totals would give them away,
further counts are hidden (complementary suppression) until every hidden count could be
any of several values for a reader who knows all that is shown, that a hidden count is
never zero, and how this module works.

What it does not promise: protection against a reader who knows other hidden counts from
elsewhere, or who compares releases; for the latter a caller passes the cells that an
earlier release hid as `keep_hidden`.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ilocdoc.record.inference import proved_spans

LOWEST_THRESHOLD = 3
"""No setting goes below it (domain model 4.6)."""


class Cell(NamedTuple):
    """One count of the public table, by what it counts."""

    geography_type: str
    """city or district."""
    geography: str
    measure: str
    dimension: str
    """`all` for the total of a measure; two dimensions at most, joined with " | "."""
    category: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """A total that a reader knows to be the sum of its parts."""

    total: Cell
    parts: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """Counts, and every sum that ties them together."""

    counts: Mapping[Cell, int]
    """In the order of publication."""
    sums: tuple[Sum, ...]
    never_shown: frozenset[Cell] = frozenset()
    """Counts that are not published at all, and only say that one count holds another:
    what a whole has beyond its shown part. Unlike hidden counts they may be zero."""

    def __post_init__(self) -> None:
        for each in self.sums:
            parts = sum(self.counts[part] for part in each.parts)
            assert self.counts[each.total] == parts, f"parts do not add up: {each.total}"


class _Known(dict[frozenset[Cell], list[Cell]]):
    """Answers by group of tied cells, so that unchanged groups are not asked twice."""


def suppress(
    table: Table, *, threshold: int = 5, keep_hidden: Collection[Cell] = ()
) -> frozenset[Cell]:
    """Return the cells to hide; zeros never are.

    Args:
        table: All counts that are to be published.
        threshold: Counts from 1 to one below it are hidden; never below 3.
        keep_hidden: Cells that an earlier release of the same period hid; they stay
            hidden, so that the difference of two releases tells nothing.
    """
    assert threshold >= LOWEST_THRESHOLD, threshold
    first = {
        cell
        for cell, count in table.counts.items()
        if (0 < count < threshold or (count and cell in keep_hidden))
        and cell not in table.never_shown
    }
    hidden, known = set(first), _Known()
    while exposed := _exposed(table, hidden, threshold=threshold, known=known):
        hidden.add(_companion(table, hidden, of=exposed[0]))
    # Later companions can make earlier ones needless; the largest counts are shown again.
    for cell in sorted(hidden - first, key=lambda each: (-table.counts[each], each)):
        if not _exposed(table, hidden - {cell}, threshold=threshold, known=known):
            hidden.remove(cell)
    return frozenset(hidden)


def exposed_cells(
    table: Table, hidden: Collection[Cell], *, threshold: int = 5
) -> tuple[Cell, ...]:
    """Return what is shown but should be hidden, or hidden but can be worked out.

    A hidden count is safe when it could be at least `threshold - 1` different values, as
    many as the words "from 1 to one below the threshold" already allow.

    Returns:
        Sorted, each once; empty when the table can be published.
    """
    published = {c: n for c, n in table.counts.items() if c not in table.never_shown}
    shown = {c for c, count in published.items() if 0 < count < threshold and c not in hidden}
    zeros = {c for c in hidden if not table.counts[c]}
    some = set(hidden) - zeros
    return tuple(
        sorted(shown | zeros | set(_exposed(table, some, threshold=threshold, known=_Known())))
    )


def _exposed(
    table: Table,
    hidden: Collection[Cell],
    *,
    threshold: int,
    known: _Known,
) -> list[Cell]:
    """Return hidden cells that can be worked out; `known` keeps answers by group."""
    found: list[Cell] = []
    for group in _groups(table, {*hidden, *table.never_shown}):
        key = frozenset(group)
        if key not in known:
            known[key] = _exposed_in(table, sorted(group), enough=threshold - 2)
        found += known[key]
    return sorted(found)


def _exposed_in(table: Table, cells: list[Cell], *, enough: int) -> list[Cell]:
    number = {cell: index for index, cell in enumerate(cells)}
    equations = []
    for each in table.sums:
        terms = {number[part]: 1 for part in each.parts if part in number}
        if each.total in number:
            terms[number[each.total]] = -1
        if terms:
            equations.append(terms)
    spans = proved_spans(
        [table.counts[cell] for cell in cells],
        equations,
        enough=enough,
        floors=[0 if cell in table.never_shown else 1 for cell in cells],
    )
    published = (cell for cell in cells if cell not in table.never_shown)
    return [cell for cell in published if spans[number[cell]] < enough]


def _groups(table: Table, hidden: Collection[Cell]) -> Iterator[set[Cell]]:
    """Yield hidden cells in groups that no sum connects with one another."""
    neighbours: dict[Cell, set[Cell]] = {cell: {cell} for cell in hidden}
    for each in table.sums:
        tied = [cell for cell in (each.total, *each.parts) if cell in neighbours]
        for cell in tied:
            neighbours[cell].update(tied)
    left = dict.fromkeys(hidden)
    while left:
        group, waiting = set[Cell](), [next(iter(left))]
        while waiting:
            cell = waiting.pop()
            if cell not in group:
                group.add(cell)
                left.pop(cell, None)
                waiting += neighbours[cell] - group
        yield group


def _companion(table: Table, hidden: Collection[Cell], *, of: Cell) -> Cell:
    """Return the shown cell that costs the reader least and helps to hide another.

    A sum that hides a single count gives it away at once, so these go first; then any
    sum that is tied to the exposed count. Details are hidden before totals; then counts
    whose other sums hide something already, and so complete a circle; then small before
    large.
    """
    hidden = {*hidden, *table.never_shown}
    group = next(each for each in _groups(table, hidden) if of in each)
    tied = [(s.total, *s.parts) for s in table.sums if not group.isdisjoint((s.total, *s.parts))]
    alone = [cells for cells in tied if sum(cell in hidden for cell in cells) == 1]
    depth = _depths(table)
    for sums in (alone, tied):
        shown = {
            cell for cells in sums for cell in cells if cell not in hidden and table.counts[cell]
        }
        if shown:
            lonely = _lonely(table, hidden, cells=shown)
            return min(shown, key=lambda c: (depth[c], lonely[c], table.counts[c], c))
    # With every tied count hidden, each could be any multiple of what it is.
    raise AssertionError(f"nothing left to hide beside {of}")


def _depths(table: Table) -> dict[Cell, int]:
    """Return of how many sums each cell is the total: 0 for a detail."""
    depth = dict.fromkeys(table.counts, 0)
    for each in table.sums:
        depth[each.total] += 1
    return depth


def _lonely(table: Table, hidden: Collection[Cell], *, cells: Collection[Cell]) -> dict[Cell, int]:
    """Return in how many sums each cell would be the only hidden one."""
    lonely = dict.fromkeys(cells, 0)
    for each in table.sums:
        members = (each.total, *each.parts)
        if not any(member in hidden for member in members):
            for member in members:
                if member in lonely:
                    lonely[member] += 1
    return lonely
