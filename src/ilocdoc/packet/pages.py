"""Pages as pictures, for screen and printer, with the signatures drawn."""

from collections.abc import Sequence

import pypdfium2

from ilocdoc.record.errors import DocumentError

_INCH = 72


def draw_document(pdf: bytes, *, dpi: int) -> Sequence[tuple[int, int, bytes]]:
    """Return (width, height, RGB bytes without padding) of each page.

    Signatures are widgets, which PDFium draws in its form pass only.

    Raises:
        DocumentError: If the bytes are no PDF that can be drawn.
    """
    try:
        document = pypdfium2.PdfDocument(pdf)
        document.init_forms()
        return [_draw(page, dpi) for page in document]
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
        document = pypdfium2.PdfDocument(pdf)
        return str(document[0].get_textpage().get_text_bounded())
    except (pypdfium2.PdfiumError, IndexError) as error:
        raise DocumentError("This document cannot be read.") from error
