"""What a reader could work out about hidden counts from the counts that are shown.

A hidden count is a whole number of at least one, because a zero is always shown; a count
that is never published may be zero too. Shown totals tie hidden counts together by
equations. For each hidden count this module walks from corner to corner of what those
equations allow (the simplex method, in exact arithmetic) and keeps the smallest and the
largest value met. Only corners of whole numbers count, so each reported span is proved
by two tables that agree with everything shown; a span may be understated, never
overstated.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

Number = int | Fraction
Equation = Mapping[int, int]
"""Factor by unknown; the sum of factor times value equals what it is in the true table."""


def proved_spans(
    truth: Sequence[int],
    equations: Sequence[Equation],
    *,
    enough: int,
    floors: Sequence[int] = (),
) -> list[int]:
    """Return how far apart two tables can lie in each unknown, at most `enough`.

    Args:
        truth: The true values by unknown; they only give the walk a place to start and
            the equations their right-hand sides.
        equations: What a reader knows.
        enough: The walk for an unknown ends at this span.
        floors: The lowest value that a reader takes for possible, by unknown; 1 for all
            when empty.

    Returns:
        By unknown: 0 means that its value follows from what is shown, or that the walk
        could not prove otherwise.
    """
    above = [value - floor for value, floor in zip(truth, floors or [1] * len(truth), strict=True)]
    assert min(above, default=0) >= 0, "a reader's floor lies below the truth"
    walk = _Walk(above, equations)
    for unknown in range(len(truth)):
        walk.raise_until(unknown, enough)
        walk.lower_until(unknown, enough)
    return [min(walk.span(unknown), enough) for unknown in range(len(truth))]


class _Walk:
    """A corner of the allowed region, and the extremes met on the way.

    Values are kept less their floor, so that the lower bound is zero. Each row reads:
    its basic variable, plus the row's other terms, equals its constant.
    """

    def __init__(self, above: Sequence[int], equations: Sequence[Equation]) -> None:
        self._low = list(above)
        self._high = list(above)
        self._endless: set[int] = set()
        self._rows: list[dict[int, Number]] = []
        self._constants: list[Number] = []
        self._basis: list[int] = []
        for equation in equations:
            self._add_row(dict(equation))
        self._go_to_a_corner(above)
        self._note_corner()

    def span(self, unknown: int) -> int:
        """Return the proved span; a very large number when there is no upper end."""
        far = 1 << 62 if unknown in self._endless else 0
        return max(far, self._high[unknown] - self._low[unknown])

    def raise_until(self, unknown: int, enough: int) -> None:
        """Walk upwards in one unknown to the top or until its span is enough."""
        while self.span(unknown) < enough:
            row = self._row_of(unknown)
            entering = unknown if row is None else self._first(row, sign=-1)
            if entering is None:
                return
            leaving = self._tightest(entering)
            if leaving is None:
                self._note_endless(entering)
                return
            self._pivot(leaving, entering)
            self._note_corner()

    def lower_until(self, unknown: int, enough: int) -> None:
        """Walk downwards in one unknown to the bottom or until its span is enough."""
        while self.span(unknown) < enough:
            row = self._row_of(unknown)
            entering = None if row is None else self._first(row, sign=1)
            if entering is None:
                return
            leaving = self._tightest(entering)
            assert leaving is not None, "the unknown's own row limits the step"
            self._pivot(leaving, entering)
            self._note_corner()

    def _add_row(self, terms: dict[int, Number]) -> None:
        constant: Number = sum(factor * self._low[each] for each, factor in terms.items())
        for index, basic in enumerate(self._basis):
            if factor := terms.get(basic, 0):
                _subtract(terms, self._rows[index], factor)
                constant -= factor * self._constants[index]
        if not terms:
            return  # it follows from earlier equations
        self._rows.append(terms)
        self._constants.append(constant)
        self._basis.append(-1)
        # Large values make good basic variables: the first corner is then near the truth.
        self._pivot(len(self._rows) - 1, max(terms, key=lambda each: (self._low[each], -each)))

    def _go_to_a_corner(self, above: Sequence[int]) -> None:
        """Set every variable outside the basis to zero, starting from the true table."""
        values: list[Number] = list(above)
        for variable in range(len(values)):
            if variable in self._basis or not values[variable]:
                continue
            step, blocked = values[variable], None
            for index, row in enumerate(self._rows):
                factor = row.get(variable, 0)
                if factor < 0 and _quotient(values[self._basis[index]], -factor) < step:
                    step, blocked = _quotient(values[self._basis[index]], -factor), index
            for index, row in enumerate(self._rows):
                values[self._basis[index]] += row.get(variable, 0) * step
            values[variable] -= step
            if blocked is not None:
                self._pivot(blocked, variable)

    def _row_of(self, unknown: int) -> int | None:
        return self._basis.index(unknown) if unknown in self._basis else None

    def _first(self, row: int, *, sign: int) -> int | None:
        # Always the lowest number (Bland's rule), so that the walk never runs in a circle.
        basic = self._basis[row]
        fits = [v for v, factor in self._rows[row].items() if v != basic and factor * sign > 0]
        return min(fits, default=None)

    def _tightest(self, entering: int) -> int | None:
        limits = [
            (_quotient(self._constants[index], factor), self._basis[index], index)
            for index, row in enumerate(self._rows)
            if (factor := row.get(entering, 0)) > 0
        ]
        return min(limits)[2] if limits else None

    def _pivot(self, index: int, entering: int) -> None:
        row, factor = self._rows[index], self._rows[index][entering]
        if factor != 1:
            row = {each: _quotient(value, factor) for each, value in row.items()}
            self._rows[index] = row
            self._constants[index] = _quotient(self._constants[index], factor)
        for other, terms in enumerate(self._rows):
            if other != index and (share := terms.get(entering, 0)):
                _subtract(terms, row, share)
                self._constants[other] -= share * self._constants[index]
        self._basis[index] = entering

    def _note_corner(self) -> None:
        if any(constant.denominator != 1 for constant in self._constants):
            return
        values = [0] * len(self._low)
        for basic, constant in zip(self._basis, self._constants, strict=True):
            values[basic] = int(constant)
        self._low = list(map(min, self._low, values))
        self._high = list(map(max, self._high, values))

    def _note_endless(self, entering: int) -> None:
        # A whole multiple of this direction, added to the true table, is a table too.
        self._endless.add(entering)
        for index, row in enumerate(self._rows):
            if row.get(entering, 0) < 0:
                self._endless.add(self._basis[index])


def _subtract(terms: dict[int, Number], row: Mapping[int, Number], share: Number) -> None:
    """Take `share` times a row from terms, in place; terms of zero go away."""
    for each, value in row.items():
        left = terms.get(each, 0) - share * value
        if left:
            terms[each] = left
        else:
            terms.pop(each, None)


def _quotient(value: Number, by: Number) -> Number:
    """Divide exactly; whole results stay int, which keeps the usual case fast."""
    if by == 1:
        return value
    exact = Fraction(value) / by
    return int(exact) if exact.denominator == 1 else exact
