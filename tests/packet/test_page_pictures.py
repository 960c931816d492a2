"""Pages look as they did when somebody last looked at them.

A failure names the pages. When the change is wanted: `python -m tests.packet.page_pictures`,
look at every changed picture, commit them together with the change.
"""

import pypdfium2
import pytest
from PIL import Image, ImageDraw

from tests.packet.page_pictures import (
    BASELINES,
    MOST_PIXELS,
    documents,
    picture_of,
    pictures,
    pixels_apart,
)

KINDS = ("packet", "annex", "report", "draft", "hard", "hard-annex")
MOST_BYTES = 1_500_000


@pytest.fixture(scope="module")
def drawn() -> dict[str, bytes]:
    return documents()


@pytest.mark.parametrize("kind", KINDS)
def test_pages_look_as_they_were_reviewed(kind, drawn):
    shown = dict(pictures(kind, drawn[kind]))
    assert set(shown) == {path.name for path in BASELINES.glob(f"{kind}-[0-9]*.png")}
    apart = {name: pixels_apart(shown[name], Image.open(BASELINES / name)) for name in shown}
    changed = {name: pixels for name, pixels in apart.items() if pixels > MOST_PIXELS}
    assert not changed, "run `python -m tests.packet.page_pictures` and look at these pages"


def test_every_picture_belongs_to_a_document_and_all_are_small():
    files = list(BASELINES.glob("*.png"))
    assert {path.stem.rpartition("-")[0] for path in files} == set(KINDS)
    assert sum(path.stat().st_size for path in files) < MOST_BYTES


def test_a_word_that_is_missing_is_seen():
    """The tolerance is less than a word; a row, a shift and another page are far more."""
    page = Image.open(BASELINES / "packet-03.png").convert("L")
    dark = [
        (x, y)
        for y in range(60, page.height - 60)
        for x in range(60, page.width - 40)
        if page.getpixel((x, y)) < 90
    ]
    x, y = dark[len(dark) // 2]
    without = page.copy()
    ImageDraw.Draw(without).rectangle((x - 12, y - 4, x + 12, y + 4), fill=255)
    assert pixels_apart(page, without) > MOST_PIXELS
    shifted = page.transform(page.size, Image.Transform.AFFINE, (1, 0, 0, 0, 1, 3))
    assert pixels_apart(page, shifted) > 100 * MOST_PIXELS
    assert pixels_apart(page, Image.open(BASELINES / "packet-04.png")) > 100 * MOST_PIXELS


def test_another_record_looks_the_same_but_for_its_digests(house, officers):
    from dataclasses import replace

    from tests.packet.samples import FORM
    from tests.packet.scenario_case import scenario_case

    case = scenario_case("S7", officers)
    other = replace(case, report={**case.report, "device": "0A1C"})
    first = pypdfium2.PdfDocument(house.press.packet(case, form=FORM)[0])
    second = pypdfium2.PdfDocument(house.press.packet(other, form=FORM)[0])
    for page in (0, 4):
        one, two = (picture_of(each[page], first=page == 0) for each in (first, second))
        assert pixels_apart(one, two) <= MOST_PIXELS
