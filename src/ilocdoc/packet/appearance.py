"""What a signature looks like on the page: one-page PDFs in the size of the box."""

import hashlib
import io
from datetime import datetime
from typing import Any

import segno

from ilocdoc.packet import styles
from ilocdoc.packet.flowables import SIGNATURE_BOX, Prose, draw_modules
from ilocdoc.packet.safe_markup import SafeMarkup, esc
from ilocdoc.packet.tagged_canvas import Element, Notes, TaggedCanvas
from ilocdoc.packet.typefaces import SANS, SANS_BOLD, prepare
from ilocdoc.packet.wording import DEVICE_CLOCK, zone_words
from ilocdoc.record.people import Officer
from ilocdoc.record.times import internal_stamp

_CODE = 54.0
_EDGE = 6.0


def blank_appearance() -> bytes:
    """Return what a field shows before it is signed."""
    return _box([(esc("Not signed electronically"), styles.SMALL)], code="")


def signed_appearance(
    officer: Officer, *, role: str, at: datetime, certificate_der: bytes
) -> bytes:
    """Return what a signed field shows.

    Args:
        officer: Who signs.
        role: Label of the field, for example "Reporting officer".
        at: By the laptop's clock, and printed so.
        certificate_der: Whose digest ties the picture to the signature.
    """
    digest = hashlib.sha256(certificate_der).hexdigest()
    lines = [
        (esc(officer.printed_name, base=SANS_BOLD), styles.CELL_BOLD),
        (esc(f"{role}, star {officer.star}"), styles.SMALL),
        (esc(f"Signed {', '.join(internal_stamp(at))}, {zone_words(at)}"), styles.SMALL),
        (esc(f"by the {DEVICE_CLOCK}"), styles.SMALL),
        (esc(f"Certificate SHA-256 {digest[:16]}\u2026{digest[-8:]}"), styles.SMALL),
    ]
    return _box(lines, code=f"ILOCCERT1 sha256={digest}")


def _box(lines: list[tuple[SafeMarkup, Any]], *, code: str) -> bytes:
    prepare()
    width, height = SIGNATURE_BOX
    buffer = io.BytesIO()
    canvas = TaggedCanvas(
        buffer,
        notes=Notes(root=Element("Document")),
        pagesize=SIGNATURE_BOX,
        invariant=1,
        initialFontName=SANS,
    )
    room = width - 2 * _EDGE - (_CODE + _EDGE if code else 0)
    top = height - _EDGE
    for text, style in lines:
        prose = Prose(text, style, element=None)
        _, used = prose.wrapOn(canvas, room, height)
        top -= used + 1
        prose.drawOn(canvas, _EDGE, top)
    if code:
        canvas.saveState()
        canvas.translate(width - _EDGE - _CODE, (height - _CODE) / 2)
        modules = [bytes(row) for row in segno.make(code, error="l", micro=False).matrix]
        draw_modules(canvas, modules, size=_CODE)
        canvas.restoreState()
    canvas.save()
    return buffer.getvalue()
