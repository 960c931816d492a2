"""A written document set in type of 12 points or more, for a clerk's rules.

Works on the flowables of a `Story`: the same pieces in the same order with the same
elements, only larger. A table with many columns becomes a list of its rows, with the
column's head before each value; heads that repeat are artifacts, as on each page of a
long table.
"""

import copy
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import KeepTogether, Spacer

from ilocdoc.packet import styles
from ilocdoc.packet.editions.signing_places import SignedWords, inside, without_places_to_sign
from ilocdoc.packet.flowables import Grid, Photograph, Prose

LEAST_POINTS = 12.0
_SCALE: float = LEAST_POINTS / styles.BODY.fontSize
_LEADING = 1.2
_MOST_COLUMNS = 3
"""Of a table that stays one; more would break words at this size."""
_LABEL_SHARE = 0.34
"""Of the width, for the label beside a value."""


def in_large_print(flowables: Sequence[Any], *, width: float, signed: SignedWords) -> list[Any]:
    """Return flowables for a text of this width, without places to sign.

    Args:
        flowables: Of a story that was not drawn.
        width: In points.
        signed: What stands where a signature was.
    """
    written = without_places_to_sign(flowables, signed=signed)
    return [each for flowable in written for each in _enlarged(flowable, width)]


def _enlarged(flowable: Any, width: float) -> Iterator[Any]:
    if isinstance(flowable, Prose):
        yield _larger(flowable)
    elif isinstance(flowable, Grid):
        yield from _grid(flowable, width)
    elif isinstance(flowable, KeepTogether):
        yield KeepTogether([each for kept in inside(flowable) for each in _enlarged(kept, width)])
    elif isinstance(flowable, Photograph):
        yield flowable.fitted(width)
    else:
        yield flowable


def _larger(prose: Prose) -> Prose:
    larger: Prose = copy.copy(prose)
    larger.style = _style(prose.style)
    larger.frags = [each.clone(fontSize=_points(each.fontSize)) for each in prose.frags]
    return larger


def _points(size: float) -> float:
    return max(LEAST_POINTS, size * _SCALE)


@lru_cache(maxsize=64)
def _style(style: ParagraphStyle) -> ParagraphStyle:
    size = _points(style.fontSize)
    return ParagraphStyle(
        f"large-{style.name}",
        parent=style,
        fontSize=size,
        leading=size * _LEADING,
        textColor=styles.INK,
    )


def _grid(grid: Grid, width: float) -> Iterator[Any]:
    rows, widths, has_head = grid.parts()
    if any(not isinstance(cell, Prose | str) for row in rows for cell in row):
        # Things side by side, for example a code beside facts, go one below the other.
        for each in inside(grid):
            yield from _enlarged(each, width)
        yield Spacer(1, 6)
        return
    cells = [[_larger(each) for each in row if isinstance(each, Prose)] for row in rows]
    if not has_head:
        yield _facts([row[at : at + 2] for row in cells for at in range(0, len(row), 2)], width)
    elif len(widths) <= _MOST_COLUMNS:
        yield _listing(cells, [each * width / sum(widths) for each in widths])
    else:
        yield from _records(cells, width)


def _facts(rows: Sequence[Sequence[Prose]], width: float) -> Grid:
    label = width * _LABEL_SHARE
    facts = Grid(rows, colWidths=[label, width - label], hAlign="LEFT")
    facts.setStyle(styles.FACTS)
    return facts


def _listing(rows: Sequence[Sequence[Prose]], widths: Sequence[float]) -> Grid:
    listing = Grid(rows, colWidths=list(widths), repeatRows=1, hAlign="LEFT")
    listing.setStyle(styles.LISTING)
    return listing


def _records(rows: Sequence[Sequence[Prose]], width: float) -> Iterator[Any]:
    heads, *values = rows
    for row in values:
        # The same head is drawn once for each row: the first time it is the column's head.
        yield KeepTogether([_facts(list(zip(heads, row, strict=True)), width), Spacer(1, 7)])
