"""A sheet of paper is matched to its record by the code in its corner, from a poor scan."""

import random
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from ilocdoc.packet.attachments import read_contents
from ilocdoc.packet.furniture import page_code
from tests.packet.conftest import Packet

WHITE = 255
EVERY = 3
"""Pages from one that is scanned to the next."""


@pytest.fixture(scope="module")
def record(packet: Packet) -> str:
    return read_contents(packet.signed).record_sha256


@dataclass(frozen=True)
class Scanner:
    """How an office scanner gives a page: askew, grey or black and white, with specks."""

    dpi: int
    skew: float
    """Degrees."""
    noise: int
    """Specks in ten thousand pixels."""
    bits: int

    def scan(self, page: pypdfium2.PdfPage, *, seed: int = 0) -> Image.Image:
        sharp = page.render(scale=self.dpi / 72, may_draw_forms=True).to_pil().convert("L")
        askew = sharp.rotate(self.skew, resample=Image.Resampling.BILINEAR, fillcolor=WHITE)
        chance = random.Random(seed)
        for _speck in range(askew.width * askew.height * self.noise // 10_000):
            at = (chance.randrange(askew.width), chance.randrange(askew.height))
            askew.putpixel(at, chance.choice((0, 90, WHITE)))
        if self.bits == 1:
            return askew.point(lambda shade: WHITE * (shade > 140)).convert("1")
        return askew


SCANNERS = (
    Scanner(dpi=300, skew=0, noise=0, bits=8),
    Scanner(dpi=300, skew=2, noise=30, bits=8),
    Scanner(dpi=150, skew=0, noise=0, bits=1),
    Scanner(dpi=150, skew=1.5, noise=10, bits=8),
    Scanner(dpi=150, skew=-1, noise=5, bits=1),
)


def codes_in(picture: Image.Image, path: Path) -> set[str]:
    """What stock software reads in the lower right corner, enlarged as a person would."""
    side = picture.width // 5
    corner = picture.convert("L").crop(
        (picture.width - side, picture.height - side, picture.width, picture.height)
    )
    corner.resize((900, 900), Image.Resampling.LANCZOS).save(path)
    command = ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return set(done.stdout.splitlines())


@pytest.mark.parametrize("scanner", SCANNERS)
def test_every_page_tells_its_record_and_its_number(
    packet: Packet, record: str, tmp_path: Path, scanner: Scanner
) -> None:
    document = pypdfium2.PdfDocument(packet.signed)
    document.init_forms()
    for number in range(1, len(document) + 1, EVERY):
        page = document[number - 1]
        found = codes_in(scanner.scan(page, seed=number), tmp_path / f"{number}.png")
        assert page_code(record, number) in found


def test_a_page_of_another_record_is_told_apart(
    packet: Packet, adults: Packet, tmp_path: Path
) -> None:
    other = read_contents(adults.signed).record_sha256
    page = pypdfium2.PdfDocument(packet.signed)[2]
    found = codes_in(SCANNERS[2].scan(page), tmp_path / "page.png")
    assert found
    assert page_code(other, 3) not in found


def test_the_code_says_what_the_foot_prints(packet: Packet, record: str) -> None:
    page = pypdfium2.PdfDocument(packet.signed)[4]
    text = page.get_textpage().get_text_bounded()
    assert record[:16] in text
    assert page_code(record, 5) == f"ILOC{record[:12].upper()}/5"
