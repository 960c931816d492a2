"""How documents look: measures, paragraph styles, table styles."""

from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import letter
from reportlab.lib.styles import ParagraphStyle

from ilocdoc.packet.typefaces import MONO, SANS, SANS_BOLD, SERIF, SERIF_BOLD, SERIF_ITALIC

PAGE_WIDTH, PAGE_HEIGHT = letter
LEFT, RIGHT, TOP, BOTTOM = 72.0, 57.6, 68.0, 72.0
"""Margins in points; the left one leaves room for punch holes."""
TEXT_WIDTH = PAGE_WIDTH - LEFT - RIGHT
TEXT_HEIGHT = PAGE_HEIGHT - TOP - BOTTOM

INK = Color(0, 0, 0)
GREY = Color(0.2, 0.2, 0.2)
PALE = Color(0.93, 0.93, 0.93)
FAINT = Color(0.92, 0.92, 0.92)
RULE = Color(0.62, 0.62, 0.62)


def _style(name: str, font: str, size: float, leading: float, **more: object) -> ParagraphStyle:
    defaults = {"splitLongWords": 1, "allowWidows": 0, "allowOrphans": 0, "textColor": INK}
    return ParagraphStyle(
        name, fontName=font, fontSize=size, leading=leading, **{**defaults, **more}
    )


TITLE = _style("title", SERIF_BOLD, 20, 24, spaceAfter=2)
SUBTITLE = _style("subtitle", SANS, 11, 14, spaceAfter=8, textColor=GREY)
PART = _style("part", SERIF_BOLD, 14, 18, spaceBefore=16, spaceAfter=5, keepWithNext=1)
SECTION = _style("section", SANS_BOLD, 10.5, 13.5, spaceBefore=10, spaceAfter=3, keepWithNext=1)
CARD = _style("card", SANS_BOLD, 9.4, 12, spaceBefore=8, spaceAfter=2, keepWithNext=1)
BODY = _style("body", SERIF, 10.5, 14.2, spaceAfter=5)
NOTE = _style("note", SERIF_ITALIC, 9.6, 12.6, spaceAfter=5)
EMPTY = _style("empty", SANS, 8.4, 10.8, textColor=GREY, spaceAfter=4)
QUESTION = _style("question", SANS_BOLD, 9.2, 12, spaceBefore=6, spaceAfter=1.5, keepWithNext=1)
LABEL = _style("label", SANS, 8.8, 11.2, textColor=GREY)
CELL = _style("cell", SANS, 8.8, 11.2)
CELL_BOLD = _style("cell-bold", SANS_BOLD, 8.8, 11.2)
HEAD = _style("head", SANS_BOLD, 8.4, 10.6)
BULLET = _style("bullet", SERIF, 10.5, 14.2, leftIndent=14, firstLineIndent=-9.6, spaceAfter=2.5)
STEP = _style("step", SANS, 9.6, 12.8, spaceBefore=4)
COMMAND = _style("command", MONO, 8.2, 11, leftIndent=18)
CONTENTS = _style("contents", SANS, 9, 11)
SMALL = _style("small", SANS, 7.8, 9.8, textColor=GREY)
CAPTION = _style("caption", SERIF, 9.6, 12.4)

_CELLS = [
    # The default font of a cell is Helvetica, which would be named and never embedded.
    ("FONTNAME", (0, 0), (-1, -1), SANS),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("TOPPADDING", (0, 0), (-1, -1), 2.6),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3.0),
    ("LEFTPADDING", (0, 0), (-1, -1), 3),
    ("RIGHTPADDING", (0, 0), (-1, -1), 6),
]

LISTING = [
    *_CELLS,
    ("BACKGROUND", (0, 0), (-1, 0), PALE),
    ("LINEABOVE", (0, 0), (-1, 0), 0.9, INK),
    ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE),
]
"""A table with a head row."""

FACTS = [
    *_CELLS,
    ("LINEABOVE", (0, 0), (-1, 0), 0.9, INK),
    ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE),
]
"""Label and value in each row."""

BARE = [
    *_CELLS,
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
]
"""For arranging things side by side."""

COLUMNS = [
    *_CELLS,
    ("LEFTPADDING", (0, 0), (0, -1), 0),
    ("RIGHTPADDING", (0, 0), (0, -1), 12),
    ("LEFTPADDING", (1, 0), (1, -1), 12),
    ("RIGHTPADDING", (1, 0), (1, -1), 0),
]
"""Two columns of lines."""
