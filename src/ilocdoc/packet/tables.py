"""Tables of a story: facts, cards, listings, the key facts of a cover."""

from collections.abc import Sequence
from typing import Any

from reportlab.platypus import Spacer

from ilocdoc.packet import styles
from ilocdoc.packet.flowables import Code, Grid, Prose
from ilocdoc.packet.safe_markup import SafeMarkup, esc, in_face, joined
from ilocdoc.packet.story import Story
from ilocdoc.packet.tagged_canvas import Element
from ilocdoc.packet.typefaces import MONO, SANS_BOLD

ROWS_LIMIT = 200
"""Rows of one table; a longer one is cut, since each split measures the rest again."""

LONG_VALUE = 420
"""Characters from which a value should leave its table and run across the page."""

_SHORT_VALUE = 60
"""Characters up to which two answers of a card share a line."""

_CODE_SIZE = 92.0
_MOST_KEPT, _HEADING_ROOM, _ROW_ROOM = 120.0, 24.0, 18.0
"""Points that a table and the heading over it want on the page where they begin."""

Line = tuple[str, str]
"""A label and a value."""


def add_facts(
    story: Story, rows: Sequence[tuple[str, SafeMarkup]], *, label_width: float = 150
) -> None:
    """Add a table of label and value."""
    story.loosen(min(_MOST_KEPT, _HEADING_ROOM + _ROW_ROOM * len(rows)))
    grid = _facts(story, rows, widths=(label_width, styles.TEXT_WIDTH - label_width))
    story.add(grid, Spacer(1, 5))


def _facts(
    story: Story, rows: Sequence[tuple[str, SafeMarkup]], *, widths: tuple[float, float]
) -> Grid:
    table = story.root.add("Table")
    cells = []
    for label, value in rows:
        row = table.add("TR")
        cells.append([_label(row, label), _value(row, value)])
    grid = Grid(cells, colWidths=list(widths), hAlign="LEFT")
    grid.setStyle(styles.FACTS)
    return grid


def _label(row: Element, label: str) -> Prose:
    element = row.add("TH", attributes=(("Table", "Scope", "Row"),))
    return Prose(esc(label), styles.LABEL, element=element)


def _value(row: Element, value: SafeMarkup, *, columns: int = 1) -> Prose:
    attributes = (("Table", "ColSpan", columns),) if columns > 1 else ()
    return Prose(value, styles.CELL, element=row.add("TD", attributes=attributes))


def add_listing(
    story: Story,
    heads: Sequence[str],
    rows: Sequence[Sequence[SafeMarkup]],
    *,
    widths: Sequence[float],
) -> None:
    """Add a table with a head row that is repeated on each page.

    Args:
        story: Grows.
        heads: Of the columns.
        rows: Cells; nothing is added when there are none.
        widths: In points; the last column takes what is left.
    """
    used = [*widths, styles.TEXT_WIDTH - sum(widths)]
    story.loosen(min(_MOST_KEPT, _HEADING_ROOM + _ROW_ROOM * (1 + len(rows))))
    for start in range(0, len(rows), ROWS_LIMIT):
        table = story.root.add("Table")
        row = table.add("TR")
        cells = [[_head(row, each) for each in heads]]
        for values in rows[start : start + ROWS_LIMIT]:
            row = table.add("TR")
            cells.append([_value(row, value) for value in values])
        grid = Grid(cells, colWidths=used, repeatRows=1, hAlign="LEFT")
        grid.setStyle(styles.LISTING)
        story.add(grid, Spacer(1, 5))


def _head(row: Element, title: str) -> Prose:
    element = row.add("TH", attributes=(("Table", "Scope", "Column"),))
    return Prose(esc(title, base=SANS_BOLD), styles.HEAD, element=element)


def add_card(story: Story, rows: Sequence[Line]) -> None:
    """Add a card's labels and values: short ones two to a line, others across it."""
    table = story.root.add("Table")
    cells: list[list[Any]] = []
    spans: list[Any] = []
    for left, right in _in_twos(rows):
        row = table.add("TR")
        line: list[Any] = [_label(row, left[0])]
        if right is None:
            spans.append(("SPAN", (1, len(cells)), (-1, len(cells))))
            line += [_value(row, esc(left[1]), columns=3), "", ""]
        else:
            line += [_value(row, esc(left[1])), _label(row, right[0]), _value(row, esc(right[1]))]
        cells.append(line)
    half = styles.TEXT_WIDTH / 2
    grid = Grid(cells, colWidths=[100, half - 100, 100, half - 100], hAlign="LEFT")
    grid.setStyle([*styles.FACTS, *spans])
    story.add(grid, Spacer(1, 5))


def _in_twos(rows: Sequence[Line]) -> list[tuple[Line, Line | None]]:
    """Return lines of one or two, in order; a long value has its line to itself."""
    lines: list[tuple[Line, Line | None]] = []
    waiting: Line | None = None
    for row in rows:
        is_short = len(row[1]) <= _SHORT_VALUE and "\n" not in row[1]
        if waiting is not None and is_short:
            lines.append((waiting, row))
            waiting = None
            continue
        if waiting is not None:
            lines.append((waiting, None))
        waiting = row if is_short else None
        if not is_short:
            lines.append((row, None))
    return [*lines, (waiting, None)] if waiting is not None else lines


def add_key_facts(
    story: Story, rows: Sequence[tuple[str, SafeMarkup]], *, code: str, alt: str
) -> None:
    """Add the facts of a cover with a QR code to their right.

    Args:
        story: Grows.
        rows: Label and value.
        code: What the QR code says.
        alt: The same in words.
    """
    width = styles.TEXT_WIDTH - _CODE_SIZE - 18
    facts = _facts(story, rows, widths=(112, width - 112))
    figure = story.root.add("Figure", alt=alt)
    side = Grid(
        [[facts, Code(code, size=_CODE_SIZE, element=figure)]],
        colWidths=[width + 18, _CODE_SIZE],
        hAlign="LEFT",
    )
    side.setStyle([*styles.BARE, ("RIGHTPADDING", (0, 0), (-1, -1), 0)])
    story.add(side, Spacer(1, 8))


def digest_markup(sha256: str) -> SafeMarkup:
    """Return a SHA-256 in the fixed-width face, in groups of eight."""
    return fixed(" ".join(sha256[at : at + 8] for at in range(0, len(sha256), 8)))


def fixed(text: str) -> SafeMarkup:
    """Return an identifier in the fixed-width face, as small as digests are set."""
    markup = esc(text, base=MONO)
    return SafeMarkup(
        xml=f'<font name="{MONO}" size="7.1">{markup.xml}</font>', spoken="", plain=markup.plain
    )


def strong(text: str) -> SafeMarkup:
    """Return text in the bold face of tables."""
    return in_face(esc(text, base=SANS_BOLD), SANS_BOLD)


def lines(parts: Sequence[SafeMarkup]) -> SafeMarkup:
    """Return markups one below the other."""
    return joined(parts, separator="\n")
