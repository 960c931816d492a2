"""Pages as pictures, for screen and printer, with the signatures drawn."""

import threading
from collections.abc import Iterator

import pypdfium2

from ilocdoc.record.errors import DocumentError

_INCH = 72
_PDFIUM = threading.Lock()
"""PDFium works for one thread at a time."""


def draw_document(pdf: bytes, *, dpi: int) -> Iterator[tuple[int, int, bytes]]:
    """Yield (width, height, RGB bytes without padding) of each page, one at a time.

    Signatures are widgets, which PDFium draws in its form pass only.

    Raises:
        DocumentError: If the bytes are no PDF that can be drawn.
    """
    try:
        with _PDFIUM:
            document = pypdfium2.PdfDocument(pdf)
            document.init_forms()
            count = len(document)
        for number in range(count):
            with _PDFIUM:
                drawn = _draw(document[number], dpi)
            yield drawn
    except pypdfium2.PdfiumError as error:
        raise DocumentError("This document cannot be shown.") from error


def _draw(page: pypdfium2.PdfPage, dpi: int) -> tuple[int, int, bytes]:
    bitmap = page.render(scale=dpi / _INCH, may_draw_forms=True, rev_byteorder=True)
    picture = bitmap.to_pil().convert("RGB")
    return picture.width, picture.height, picture.tobytes()


def text_of_first_page(pdf: bytes) -> str:
    """Return the words of the first page, in the order in which they were drawn.

    Raises:
        DocumentError: If there is no such page.
    """
    try:
        with _PDFIUM:
            document = pypdfium2.PdfDocument(pdf)
            return str(document[0].get_textpage().get_text_bounded())
    except (pypdfium2.PdfiumError, IndexError) as error:
        raise DocumentError("This document cannot be read.") from error
