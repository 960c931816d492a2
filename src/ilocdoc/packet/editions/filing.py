"""The filing copy: a flat, unsigned copy of a signed packet that a clerk's system takes.

Published standards of the state's courts ask for Letter, type of 12 points, one-inch
margins, two inches free above the first page, searchable text, 25 MB a document, and for
nothing that is signed, encrypted, attached or alive. The copy is drawn again from the
record inside the signed packet and states that packet's SHA-256 on every page.
"""

from functools import partial
from typing import Any

from reportlab.platypus import NextPageTemplate, PageTemplate

from ilocdoc.packet import styles
from ilocdoc.packet.archive import Imprint, assemble
from ilocdoc.packet.bindery import write_packet
from ilocdoc.packet.editions.large_print import LEAST_POINTS, in_large_print
from ilocdoc.packet.editions.original import Original, put_first, read_original
from ilocdoc.packet.furniture import draw_story, draw_watermark, page_frame
from ilocdoc.packet.story import Story
from ilocdoc.packet.tagged_canvas import TaggedCanvas
from ilocdoc.packet.typefaces import MONO, SANS, SANS_BOLD
from ilocdoc.record.errors import DocumentError
from ilocdoc.record.times import read_utc

MARGIN = 72.0
"""Points, one inch on each side."""
FIRST_TOP = 144.0
"""Points free above the first page, for the clerk's stamp."""
MOST_BYTES = 25_000_000
"""Of one document in the trial courts."""
_EDGE = MARGIN + 2
"""Where ink begins: half a rule stands outside its table."""
_LINE = LEAST_POINTS * 1.2
_HEAD_ROOM = 2 * _LINE
_FOOT_ROOM = 4.5 * _LINE
_WIDTH = styles.PAGE_WIDTH - 2 * _EDGE


def filing_copy(packet: bytes, *, root_der: bytes) -> bytes:
    """Return the filing copy of a signed packet.

    Args:
        packet: Main document of a referral packet, signed twice.
        root_der: The agency's root certificate.

    Raises:
        DocumentError: If the packet is not genuine, its form is not here, or the copy is
            larger than a document may be.
    """
    original = read_original(packet, root_der=root_der)
    written, _files, _annex = write_packet(
        original.contents.files, original.pictures, form=original.form
    )
    story = written.story
    put_first(story, [_statement(original)])
    larger = in_large_print(story.flowables, width=_WIDTH, signed=original.signed)
    story.flowables = [NextPageTemplate("later"), *larger]
    copy = _draw(story, original, at=written.contents.prepared_at)
    if len(copy) > MOST_BYTES:
        raise DocumentError(
            f"The filing copy has {len(copy):,} bytes; a court takes {MOST_BYTES:,}.",
            "File the exhibits as documents of their own.",
        )
    return copy


def _statement(original: Original) -> str:
    return (
        f"Filing copy of the signed referral packet {original.number}. This copy is not signed "
        "and has no attachments. It was drawn from the record inside the signed packet, whose "
        "SHA-256 stands below on each page; the signed packet is the original."
    )


def _draw(story: Story, original: Original, *, at: str) -> bytes:
    furniture = partial(_draw_furniture, original)
    first = page_frame(
        _EDGE, _EDGE, bottom=_EDGE + _FOOT_ROOM, height=styles.PAGE_HEIGHT - FIRST_TOP
    )
    later = page_frame(
        _EDGE,
        _EDGE,
        bottom=_EDGE + _FOOT_ROOM,
        height=styles.PAGE_HEIGHT - MARGIN - _HEAD_ROOM,
    )
    templates = [
        PageTemplate(id="first", frames=[first], onPage=furniture),
        PageTemplate(id="later", frames=[later], onPage=furniture),
    ]
    pages, notes = draw_story(story, templates)
    imprint = Imprint(
        title=f"Filing copy {original.number}",
        author="",
        subject=f"Copy of a signed packet, SHA-256 {original.sha256}",
        at=read_utc(at),
    )
    return assemble(pages, notes, imprint=imprint, attachments=(), blank_signature=b"")


def _draw_furniture(original: Original, canvas: TaggedCanvas, _document: Any) -> None:
    canvas.tag(None)
    canvas.saveState()
    if original.is_training:
        draw_watermark("TRAINING", canvas)
    canvas.setFillColor(styles.INK)
    _draw_head(original, canvas)
    right = styles.PAGE_WIDTH - _EDGE
    canvas.setLineWidth(0.5)
    canvas.line(_EDGE, _EDGE + 3.4 * _LINE, right, _EDGE + 3.4 * _LINE)
    canvas.setFont(SANS_BOLD, LEAST_POINTS)
    canvas.drawString(_EDGE, _EDGE + 2.4 * _LINE, "FILING COPY, NOT SIGNED.")
    canvas.setFont(SANS, LEAST_POINTS)
    words = "SHA-256 of the signed packet:"
    canvas.drawRightString(right, _EDGE + 2.4 * _LINE, words)
    canvas.setFont(MONO, LEAST_POINTS)
    canvas.drawString(_EDGE, _EDGE + 1.4 * _LINE, original.sha256)
    canvas.setFont(SANS, LEAST_POINTS)
    canvas.drawString(_EDGE, _EDGE + 0.3 * _LINE, original.number)
    canvas.saveState()
    canvas.translate(right - 24, _EDGE + 0.3 * _LINE)
    canvas.drawRightString(0, 0, f"Page {canvas.page_index + 1} of ")
    canvas.place_late("page-count", (SANS, LEAST_POINTS))
    canvas.restoreState()
    canvas.restoreState()
    canvas.end_tag()


def _draw_head(original: Original, canvas: TaggedCanvas) -> None:
    if not canvas.page_index:
        return
    canvas.setFont(SANS, LEAST_POINTS)
    y = styles.PAGE_HEIGHT - _EDGE - LEAST_POINTS
    canvas.drawString(_EDGE, y, "Referral packet, filing copy")
    if original.is_training:
        canvas.setFont(SANS_BOLD, LEAST_POINTS)
        canvas.drawRightString(styles.PAGE_WIDTH - _EDGE, y, "TRAINING")
