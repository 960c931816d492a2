"""Hidden counts cannot be worked out; the attacker here shares no code with the program."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ilocdoc.record.disclosure import Cell, Sum, Table, exposed_cells, suppress
from ilocdoc.record.inference import proved_spans


def cell(name: str, *, geography: str = "Chicago") -> Cell:
    return Cell("city", geography, "incidents", "kind", name)


def one_way(*parts: int) -> Table:
    cells = {cell(f"part {index}"): value for index, value in enumerate(parts)}
    total = cell("total")
    return Table(counts={**cells, total: sum(parts)}, sums=(Sum(total=total, parts=tuple(cells)),))


def two_way(rows: list[list[int]], *, with_margins: bool = True) -> Table:
    inner = {
        (r, c): cell(f"{r} | {c}") for r, row in enumerate(rows) for c, _value in enumerate(row)
    }
    counts = {inner[r, c]: value for r, row in enumerate(rows) for c, value in enumerate(row)}
    sums = []
    for r, row in enumerate(rows):
        counts[cell(f"row {r}")] = sum(row)
        parts = tuple(inner[r, c] for c in range(len(row)))
        sums.append(Sum(total=cell(f"row {r}"), parts=parts))
    for c in range(len(rows[0])):
        counts[cell(f"column {c}")] = sum(row[c] for row in rows)
        parts = tuple(inner[r, c] for r in range(len(rows)))
        sums.append(Sum(total=cell(f"column {c}"), parts=parts))
    if with_margins:
        counts[cell("total")] = sum(map(sum, rows))
        for name, number in (("row", len(rows)), ("column", len(rows[0]))):
            parts = tuple(cell(f"{name} {index}") for index in range(number))
            sums.append(Sum(total=cell("total"), parts=parts))
    return Table(counts=counts, sums=tuple(sums))


class Attacker:
    """Tries whole numbers, one hidden count after the other, until all sums come out."""

    def __init__(self, table: Table, hidden: frozenset[Cell], *, most: int = 60) -> None:
        self._sums = table.sums
        self._start = {
            each: (1, most) if each in hidden else (count, count)
            for each, count in table.counts.items()
        }
        self._start |= dict.fromkeys(table.never_shown, (0, most))
        self._hidden = sorted({*hidden, *table.never_shown})

    def possible(self, wanted: Cell, *, enough: int) -> set[int]:
        """Values that the cell can have, at most `enough` of them."""
        bounds = self._narrow(dict(self._start))
        low, high = bounds[wanted]
        found: set[int] = set()
        for value in range(low, high + 1):
            if self._completes({**bounds, wanted: (value, value)}):
                found.add(value)
            if len(found) >= enough:
                break
        return found

    def _completes(self, bounds: dict[Cell, tuple[int, int]]) -> bool:
        narrowed = self._narrow(bounds)
        if not narrowed:
            return False
        open_cells = [each for each in self._hidden if narrowed[each][0] < narrowed[each][1]]
        if not open_cells:
            return True
        first = min(open_cells, key=lambda each: narrowed[each][1] - narrowed[each][0])
        low, high = narrowed[first]
        return any(
            self._completes({**narrowed, first: (value, value)}) for value in range(low, high + 1)
        )

    def _narrow(self, bounds: dict[Cell, tuple[int, int]]) -> dict[Cell, tuple[int, int]]:
        changed = True
        while changed:
            changed = False
            for each in self._sums:
                terms = [(each.total, -1), *((part, 1) for part in each.parts)]
                for name, sign in terms:
                    others = [(bounds[n], s * -sign) for n, s in terms if n != name]
                    low = sum(b[0] * s if s > 0 else b[1] * s for b, s in others)
                    high = sum(b[1] * s if s > 0 else b[0] * s for b, s in others)
                    new = (max(bounds[name][0], low), min(bounds[name][1], high))
                    if new[0] > new[1]:
                        return {}
                    if new != bounds[name]:
                        bounds[name], changed = new, True
        return bounds


COUNTS = st.integers(0, 9)
THRESHOLDS = st.integers(3, 6)


@given(st.lists(COUNTS, min_size=1, max_size=5), THRESHOLDS)
@settings(max_examples=80, deadline=None)
def test_in_a_list_with_a_total_every_hidden_count_could_be_several_values(parts, threshold):
    table = one_way(*parts)
    hidden = suppress(table, threshold=threshold)
    attacker = Attacker(table, hidden)
    for each in hidden:
        assert len(attacker.possible(each, enough=threshold - 1)) == threshold - 1


@given(
    st.lists(st.lists(COUNTS, min_size=3, max_size=3), min_size=2, max_size=3),
    THRESHOLDS,
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_in_a_crossed_table_every_hidden_count_could_be_several_values(rows, threshold, margins):
    table = two_way(rows, with_margins=margins)
    hidden = suppress(table, threshold=threshold)
    attacker = Attacker(table, hidden)
    for each in hidden:
        assert len(attacker.possible(each, enough=threshold - 1)) == threshold - 1


@given(
    st.lists(st.lists(st.integers(1, 6), min_size=3, max_size=3), min_size=2, max_size=2), st.data()
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_hidden_the_checker_never_calls_a_count_safe_that_is_not(rows, draw):
    table = two_way(rows)
    hidden = frozenset(draw.draw(st.sets(st.sampled_from(sorted(table.counts)), max_size=9)))
    exposed = exposed_cells(table, hidden, threshold=4)
    attacker = Attacker(table, hidden)
    for each in hidden - set(exposed):
        assert len(attacker.possible(each, enough=3)) == 3


@given(st.lists(st.lists(COUNTS, min_size=3, max_size=3), min_size=2, max_size=4), THRESHOLDS)
@settings(deadline=None)
def test_every_small_count_is_hidden_and_no_zero_is(rows, threshold):
    table = two_way(rows)
    hidden = suppress(table, threshold=threshold)
    small = {each for each, count in table.counts.items() if 0 < count < threshold}
    assert small <= hidden
    assert not {each for each in hidden if table.counts[each] == 0}
    assert exposed_cells(table, hidden, threshold=threshold) == ()


def test_a_small_count_beside_a_shown_total_is_rejected():
    table = one_way(3, 17)
    assert exposed_cells(table, {cell("part 0")}) == (cell("part 0"),)
    assert Attacker(table, frozenset({cell("part 0")})).possible(cell("part 0"), enough=9) == {3}


def test_two_ones_that_must_both_be_one_are_rejected():
    table = one_way(1, 1, 30)
    hidden = frozenset({cell("part 0"), cell("part 1")})
    assert exposed_cells(table, hidden) == tuple(sorted(hidden))
    assert suppress(table) == hidden | {cell("part 2")}


def test_a_shown_small_count_and_a_hidden_zero_are_rejected():
    table = one_way(0, 2, 30)
    exposed = exposed_cells(table, {cell("part 0")})
    assert set(exposed) == {cell("part 0"), cell("part 1")}


def test_a_crossed_table_with_small_counts_alone_in_their_rows_is_rejected():
    table = two_way([[1, 20, 20], [20, 20, 20], [20, 20, 2]])
    hidden = {each for each, count in table.counts.items() if 0 < count < 5}
    assert set(exposed_cells(table, hidden)) == hidden
    mended = suppress(table)
    assert exposed_cells(table, mended) == ()
    assert len(mended) == 4, "the two corners that complete a rectangle, and no more"


def test_a_measure_that_equals_a_category_is_hidden_with_it():
    table = one_way(3, 17, 30)
    refusals = cell("refusals")
    linked = Table(
        counts={**table.counts, refusals: 3},
        sums=(*table.sums, Sum(total=refusals, parts=(cell("part 0"),))),
    )
    hidden = suppress(linked)
    assert {cell("part 0"), refusals} <= hidden
    assert cell("part 0") in exposed_cells(linked, hidden - {refusals})


def test_a_total_hidden_in_one_split_is_not_given_away_by_another():
    total, parts = cell("total"), [cell(f"a {i}") for i in range(2)]
    others = [cell(f"b {i}") for i in range(2)]
    table = Table(
        counts={total: 4, parts[0]: 4, parts[1]: 0, others[0]: 2, others[1]: 2},
        sums=(Sum(total=total, parts=tuple(parts)), Sum(total=total, parts=tuple(others))),
    )
    assert suppress(table) == {total, parts[0], *others}


def parts_of_wholes(wholes: list[int], parts: list[int]) -> Table:
    """Two lists with totals; each part is known to be no larger than its whole."""
    counts, sums, never_shown = {}, [], []
    for name, values in (("whole", wholes), ("part", parts)):
        cells = [cell(f"{name} {index}") for index in range(len(values))]
        counts |= dict(zip(cells, values, strict=True)) | {cell(f"{name} total"): sum(values)}
        sums.append(Sum(total=cell(f"{name} total"), parts=tuple(cells)))
    for index, (whole, part) in enumerate(zip(wholes, parts, strict=True)):
        rest = cell(f"rest {index}")
        counts[rest] = whole - part
        never_shown.append(rest)
        sums.append(Sum(total=cell(f"whole {index}"), parts=(cell(f"part {index}"), rest)))
    return Table(counts=counts, sums=tuple(sums), never_shown=frozenset(never_shown))


def test_a_shown_part_that_leaves_its_hidden_whole_no_room_is_rejected():
    # Wholes 5 and 6 of 11 are hidden, but their parts 5 and 6 say that they cannot be less.
    table = parts_of_wholes([5, 6, 20], [5, 6, 9])
    hidden = frozenset({cell("whole 0"), cell("whole 1")})
    assert exposed_cells(table, hidden) == tuple(sorted(hidden))
    assert Attacker(table, hidden).possible(cell("whole 0"), enough=9) == {5}


@given(st.lists(st.tuples(COUNTS, COUNTS), min_size=2, max_size=3), THRESHOLDS)
@settings(max_examples=60, deadline=None)
def test_wholes_and_parts_together_give_no_hidden_count_away(pairs, threshold):
    table = parts_of_wholes([max(each) for each in pairs], [min(each) for each in pairs])
    hidden = suppress(table, threshold=threshold)
    assert not hidden & table.never_shown
    attacker = Attacker(table, hidden, most=120)
    for each in hidden:
        assert len(attacker.possible(each, enough=threshold - 1)) == threshold - 1


def test_what_an_earlier_release_hid_stays_hidden_unless_it_is_zero():
    table = one_way(0, 8, 9, 20)
    before = {cell("part 0"), cell("part 1")}
    hidden = suppress(table, keep_hidden=before)
    assert cell("part 1") in hidden
    assert cell("part 0") not in hidden
    assert exposed_cells(table, hidden) == ()


def test_nothing_is_hidden_when_nothing_is_small():
    assert suppress(two_way([[5, 6], [7, 8]])) == frozenset()


def test_a_threshold_below_three_is_a_bug():
    with pytest.raises(AssertionError):
        suppress(one_way(1, 2), threshold=2)


def test_parts_that_do_not_make_their_total_are_a_bug():
    with pytest.raises(AssertionError, match="do not add up"):
        Table(
            counts={cell("a"): 1, cell("total"): 2},
            sums=(Sum(total=cell("total"), parts=(cell("a"),)),),
        )


def test_an_odd_ring_of_sums_fixes_what_halves_would_leave_free():
    # x+y, y+z, z+x are known: each follows, though no sum holds one of them alone.
    assert proved_spans([4, 5, 6], [{0: 1, 1: 1}, {1: 1, 2: 1}, {2: 1, 0: 1}], enough=3) == [0] * 3


def test_corners_of_fractions_prove_nothing():
    # 2x + 2y + z = 9 with x, y, z of at least one: x and y reach 2, z reaches 5.
    assert proved_spans([1, 2, 3], [{0: 2, 1: 2, 2: 1}], enough=9)[0] <= 2
