"""What stands on every page beside the text: head, foot, marks. All of it artifacts."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import segno
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from ilocdoc.packet import styles
from ilocdoc.packet.flowables import draw_modules
from ilocdoc.packet.story import Story
from ilocdoc.packet.tagged_canvas import Notes, TaggedCanvas
from ilocdoc.packet.thrift import collecting_later
from ilocdoc.packet.typefaces import MONO, SANS, SANS_BOLD, prepare

AGENCY = "Chicago Police Department"

CODE_SIZE, CODE_RIGHT, CODE_BOTTOM = 35.0, 18.0, 20.0
"""Points; a quarter of an inch is what printers leave white."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Furniture:
    """The texts of head and foot. Identifiers and our own words only, never free text."""

    kind: str
    """Right in the head: "Federal Enforcement Incident Report"."""
    number: str
    """Left in the foot: local number and version, or packet id."""
    sha256: str
    """Of the record in this document; shortened in the foot."""
    record: str
    """Which file the digest is of: "report.json"."""
    serial: str = ""
    """Prefix of the running page number right in the foot; empty for none."""
    confidential: bool = False
    draft: bool = False
    training: bool = False

    @property
    def marks(self) -> tuple[str, ...]:
        """Words that every page must carry."""
        marks = []
        if self.training:
            marks.append("TRAINING")
        if self.draft:
            marks.append("DRAFT")
        if self.confidential:
            marks.append("CONFIDENTIAL ANNEX")
        return tuple(marks)


def draw_pages(story: Story, furniture: Furniture) -> tuple[bytes, Notes]:
    """Return the drawn pages (PDF without its document structure) and what was noted."""
    frame = page_frame(
        styles.LEFT, styles.RIGHT, bottom=styles.BOTTOM, height=styles.PAGE_HEIGHT - styles.TOP
    )
    draw = partial(_draw_furniture, furniture)
    return draw_story(story, [PageTemplate(id="page", frames=[frame], onPage=draw)])


def page_frame(left: float, right: float, *, bottom: float, height: float) -> Frame:
    """Return where the text of a page stands.

    Args:
        left: Margin in points.
        right: Margin in points.
        bottom: Margin in points.
        height: Of the upper edge over the lower edge of the page.
    """
    width = styles.PAGE_WIDTH - left - right
    none = {f"{side}Padding": 0 for side in ("left", "right", "top", "bottom")}
    return Frame(left, bottom, width, height - bottom, **none)


def draw_story(story: Story, templates: Sequence[PageTemplate]) -> tuple[bytes, Notes]:
    """Return the pages of a story on sheets of one's own, and what was noted."""
    prepare()
    notes = Notes(root=story.root)
    with collecting_later():
        pages = _built(story, templates, notes)
    return pages, notes


def _built(story: Story, templates: Sequence[PageTemplate], notes: Notes) -> bytes:
    buffer = io.BytesIO()
    size = (styles.PAGE_WIDTH, styles.PAGE_HEIGHT)
    document = BaseDocTemplate(buffer, pagesize=size, pageTemplates=list(templates))
    document.build(story.flowables, canvasmaker=partial(_canvas, notes))
    return buffer.getvalue()


def _canvas(notes: Notes, filename: Any, **more: Any) -> TaggedCanvas:
    ours = {"invariant": 1, "pageCompression": 0, "lang": "en-US", "initialFontName": SANS}
    return TaggedCanvas(filename, notes=notes, **{**more, **ours})


def _draw_furniture(furniture: Furniture, canvas: TaggedCanvas, _document: Any) -> None:
    canvas.tag(None)
    canvas.saveState()
    _draw_watermark(furniture, canvas)
    _draw_head(furniture, canvas)
    _draw_foot(furniture, canvas)
    _draw_page_code(furniture, canvas)
    _draw_punch_ticks(canvas)
    canvas.restoreState()
    canvas.end_tag()


def _draw_watermark(furniture: Furniture, canvas: TaggedCanvas) -> None:
    word = "DRAFT" if furniture.draft else "TRAINING" if furniture.training else ""
    if word:
        draw_watermark(word, canvas)


def draw_watermark(word: str, canvas: TaggedCanvas) -> None:
    """Write a word across the page, pale, under the text."""
    canvas.saveState()
    canvas.translate(styles.PAGE_WIDTH / 2, styles.PAGE_HEIGHT / 2)
    canvas.rotate(52)
    canvas.setFillColor(styles.FAINT)
    canvas.setFont(SANS_BOLD, 92)
    canvas.drawCentredString(0, -30, word)
    canvas.restoreState()


def _draw_head(furniture: Furniture, canvas: TaggedCanvas) -> None:
    y = styles.PAGE_HEIGHT - 44
    right = styles.PAGE_WIDTH - styles.RIGHT
    canvas.setFillColor(styles.INK)
    canvas.setFont(SANS, 8.6)
    canvas.drawString(styles.LEFT, y, AGENCY)
    canvas.drawRightString(right, y, furniture.kind)
    if furniture.marks:
        canvas.setFont(SANS_BOLD, 9.2)
        canvas.drawCentredString((styles.LEFT + right) / 2, y, " \u00b7 ".join(furniture.marks))
    canvas.setLineWidth(0.5)
    canvas.line(styles.LEFT, y - 6, right, y - 6)


def _draw_foot(furniture: Furniture, canvas: TaggedCanvas) -> None:
    right = styles.PAGE_WIDTH - styles.RIGHT
    canvas.setLineWidth(0.5)
    canvas.line(styles.LEFT, 52, right, 52)
    canvas.setFont(SANS, 8)
    canvas.drawString(styles.LEFT, 41, furniture.number)
    digest = f"{furniture.sha256[:16]}\u2026{furniture.sha256[-8:]}"
    canvas.setFont(MONO, 6.8)
    canvas.drawString(styles.LEFT, 31, f"{furniture.record} SHA-256 {digest}")
    if furniture.serial:
        canvas.setFont(SANS_BOLD, 9)
        serial = f"{furniture.serial}-{canvas.page_index + 1:06d}"
        canvas.drawRightString(right, 40.5, serial)
    canvas.setFont(SANS, 8)
    canvas.saveState()
    # The count is known only at the end and is drawn to the right of this place.
    canvas.translate((styles.LEFT + right) / 2 + 12, 41)
    canvas.drawRightString(0, 0, f"Page {canvas.page_index + 1} of ")
    canvas.place_late("page-count", (SANS, 8))
    canvas.restoreState()
    if furniture.draft:
        canvas.setFont(SANS, 7.6)
        canvas.drawCentredString(
            styles.PAGE_WIDTH / 2, 20, "Not submitted. Not signed. Not for filing."
        )


def page_code(sha256: str, page: int) -> str:
    """Return what the code in the corner of a page says.

    Args:
        sha256: Of the record, hex; its first digits stand in the foot too.
        page: From 1.
    """
    return f"ILOC{sha256[:12].upper()}/{page}"


def _draw_page_code(furniture: Furniture, canvas: TaggedCanvas) -> None:
    """Draw a code that ties a loose sheet to its record, where no stamp or staple goes."""
    # Twenty capitals, digits and slashes: that is what the smallest code holds.
    text = page_code(furniture.sha256, canvas.page_index + 1)
    modules = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
    canvas.saveState()
    canvas.translate(styles.PAGE_WIDTH - CODE_RIGHT - CODE_SIZE, CODE_BOTTOM)
    canvas.setFillColor(styles.INK)
    draw_modules(canvas, modules, size=CODE_SIZE)
    canvas.restoreState()


def _draw_punch_ticks(canvas: TaggedCanvas) -> None:
    canvas.setStrokeColor(styles.RULE)
    canvas.setLineWidth(0.5)
    for y in (180.0, styles.PAGE_HEIGHT / 2, styles.PAGE_HEIGHT - 180):
        canvas.line(14, y, 22, y)
