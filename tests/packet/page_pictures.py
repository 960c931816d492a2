"""Pages as small grey pictures, and whether two of them show the same.

`python -m tests.packet.page_pictures` draws every reviewed page again into
`tests/packet/baselines`. Do so after a wanted change, LOOK AT EACH CHANGED PICTURE, and
commit them with the change. What differs with every record (digests, QR codes) is blank.
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageChops, ImageDraw

from ilocdoc.packet.press import PdfPress
from tests.doubles.authority import officers
from tests.packet.samples import FORM, rich_report
from tests.packet.scenario_case import hard_case, scenario_case

BASELINES = Path(__file__).with_name("baselines")
DPI = 50
GREYS = 8
"""Shades that a picture is kept in; small files, and nothing depends on more."""
APART = 60
"""Grey steps by which a pixel must differ to count."""
MOST_PIXELS = 25
"""Pixels that may differ; a missing word is more."""
CODE_AREA = (458, 112, 560, 216)
"""Points from the left and from the top: the QR code on a first page."""
CORNER_AREA = (557, 735, 596, 774)
"""The same: the code in the corner of every page."""
_DIGEST = re.compile(r"[0-9a-f]{8,}|\d{1,3}(?:,\d{3})+")
"""Digests, and sizes of files."""

HARD_PAGES = (1, 8, 9, 10, 12, 20, 30)
"""Pages of the hard case that are kept, from 1; the others look like these."""


def documents() -> dict[str, bytes]:
    """Every document whose pages are kept."""
    press, cast = PdfPress(), officers()
    main, annex = press.packet(scenario_case("S7", cast), form=FORM)
    hard, hard_annex = press.packet(hard_case(cast), form=FORM)
    report = press.report_document(rich_report(), form=FORM, draft=False)
    draft = press.report_document(rich_report(), form=FORM, draft=True)
    return {
        "packet": main,
        "annex": annex,
        "report": report,
        "draft": draft,
        "hard": hard,
        "hard-annex": hard_annex,
    }


def kept_pages(name: str, count: int) -> list[int]:
    """Which pages of a document are kept, from 1."""
    if name == "hard":
        return [page for page in HARD_PAGES if page <= count] + [count - 1]
    return {"draft": [1], "hard-annex": [1, 2]}.get(name, list(range(1, count + 1)))


def pictures(name: str, pdf: bytes) -> Iterator[tuple[str, Image.Image]]:
    """Yield (name of the file, picture) of each page that is kept."""
    document = pypdfium2.PdfDocument(pdf)
    for page in kept_pages(name, len(document)):
        yield f"{name}-{page:02d}.png", picture_of(document[page - 1], first=page == 1)


def picture_of(page: pypdfium2.PdfPage, *, first: bool) -> Image.Image:
    """Return a page in a few shades of grey, digests and QR code blank."""
    scale = DPI / 72
    shown = page.render(scale=scale, grayscale=True).to_pil().convert("L")
    drawn = ImageDraw.Draw(shown)
    height = page.get_height()
    for left, bottom, right, top in _digest_boxes(page):
        box = [left * scale - 2, (height - top) * scale - 2, right * scale + 2]
        drawn.rectangle((*box, (height - bottom) * scale + 2), fill=255)
    drawn.rectangle(tuple(each * scale for each in CORNER_AREA), fill=255)
    if first:
        drawn.rectangle(tuple(each * scale for each in CODE_AREA), fill=255)
    step = 255 / (GREYS - 1)
    return shown.point(lambda value: round(round(value / step) * step))


def _digest_boxes(page: pypdfium2.PdfPage) -> Iterator[tuple[float, float, float, float]]:
    text = page.get_textpage()
    count = text.count_chars()
    letters = "".join(chr(pdfium.FPDFText_GetUnicode(text, place)) for place in range(count))
    for found in _DIGEST.finditer(letters):
        boxes = [text.get_charbox(place) for place in range(*found.span())]
        yield (
            min(each[0] for each in boxes),
            min(each[1] for each in boxes),
            max(each[2] for each in boxes),
            max(each[3] for each in boxes),
        )


def pixels_apart(one: Image.Image, other: Image.Image) -> int:
    """Return how many pixels of two pictures differ clearly; all when the sizes do."""
    if one.size != other.size:
        return max(one.width * one.height, other.width * other.height)
    histogram = ImageChops.difference(one.convert("L"), other.convert("L")).histogram()
    return sum(histogram[APART:])


def approve() -> int:
    """Draw every kept page anew; returns how many pictures there are."""
    BASELINES.mkdir(exist_ok=True)
    for path in BASELINES.glob("*.png"):
        path.unlink()
    count = 0
    for name, pdf in documents().items():
        for file, picture in pictures(name, pdf):
            out = io.BytesIO()
            picture.quantize(GREYS).save(out, "PNG", optimize=True)
            (BASELINES / file).write_bytes(out.getvalue())
            count += 1
    return count


if __name__ == "__main__":
    sys.stdout.write(f"{approve()} pictures in {BASELINES}. Look at each one that changed.\n")
