"""The filing copy holds what a court's system asks for, and the packet's own words."""

import re
from pathlib import Path

import pypdfium2
import pytest

from ilocdoc.packet.editions import filing
from ilocdoc.packet.editions.filing import FIRST_TOP, MARGIN, filing_copy
from ilocdoc.record.errors import DocumentError
from tests.packet.conftest import House, Packet
from tests.packet.judges import run, sha256, vera, words

WHITE = 255
ALIVE = {
    "/Encrypt",
    "/AcroForm",
    "/EmbeddedFiles",
    "/AF",
    "/JavaScript",
    "/JS",
    "/OpenAction",
    "/AA",
}


@pytest.fixture(scope="module")
def copy(house: House, adults: Packet) -> bytes:
    return filing_copy(adults.signed, root_der=house.authority.root_der)


def names_in(path: Path) -> set[str]:
    plain = path.with_suffix(".qdf")
    run("qpdf", "--qdf", "--object-streams=disable", path, plain)
    return {name.decode() for name in re.findall(rb"/\w+", plain.read_bytes())}


def test_nothing_in_it_is_signed_attached_encrypted_or_alive(
    copy: bytes, adults: Packet, file_of
) -> None:
    assert not names_in(file_of(copy)) & ALIVE
    signed = names_in(file_of(adults.signed, "signed.pdf"))
    assert {"/AcroForm", "/EmbeddedFiles"} <= signed, "the look finds them"
    assert copy.count(b"%%EOF") == 1


def test_every_letter_has_twelve_points(copy: bytes, adults: Packet, file_of) -> None:
    assert smallest(file_of(copy)) >= 12
    assert smallest(file_of(adults.signed, "signed.pdf")) < 12, "the look finds small print"


def smallest(path: Path) -> float:
    sizes = re.findall(
        r'<font name="[^"]*" size="([\d.]+)"', run("mutool", "draw", "-F", "stext", path)
    )
    return min(map(float, sizes))


def test_all_ink_stands_inside_the_margins_and_below_the_clerks_stamp(
    copy: bytes, adults: Packet
) -> None:
    pages = list(pypdfium2.PdfDocument(copy))
    assert all(page.get_size() == (612, 792) for page in pages)
    assert all(is_clear(page, top=MARGIN) for page in pages)
    assert is_clear(pages[0], top=FIRST_TOP)
    signed = pypdfium2.PdfDocument(adults.signed)
    assert not is_clear(signed[1], top=MARGIN), "the look finds the packet's own head"


def is_clear(page: pypdfium2.PdfPage, *, top: float) -> bool:
    picture = page.render(scale=1).to_pil().convert("L")
    width, height = picture.size
    text = (int(MARGIN), int(top), width - int(MARGIN), height - int(MARGIN))
    picture.paste(WHITE, text)
    return picture.getextrema() == (WHITE, WHITE)


def test_its_words_are_the_packets_words_in_the_same_order(
    copy: bytes, adults: Packet, file_of
) -> None:
    ours, theirs = spoken(file_of(copy)), spoken(file_of(adults.signed, "signed.pdf"))
    at = theirs.index("Preparing supervisor", theirs.index("17. Certifications and signatures") + 9)
    assert ours[1 : at + 1] == theirs[:at]
    for line in ours:
        if line not in theirs:
            assert line.startswith(("Filing copy of", "In the original signed", "Certificate SHA"))


def spoken(path: Path) -> list[str]:
    """What a screen reader reads, line by line; page numbers of the contents are artifacts."""
    said = run("pdfinfo", "-struct-text", path)
    lines = [line.strip() for line in re.findall(r'^ *"(.*) ?"$', said, flags=re.MULTILINE)]
    start, end = lines.index("Contents"), lines.index("2. Notice")
    return [
        re.sub(r" \d+$", "", line) if start < place < end else line
        for place, line in enumerate(lines)
    ]


def test_it_states_the_signed_packets_digest_on_every_page_and_who_signed(
    copy: bytes, adults: Packet, file_of
) -> None:
    text = words(file_of(copy), "-layout")
    pages = text.split("\f")[:-1]
    assert all(sha256(adults.signed) in page for page in pages)
    assert all("FILING COPY, NOT SIGNED." in page for page in pages)
    joined = " ".join(text.split())
    assert "signed electronically (certification) by Sgt Rowan Pell, star 99010" in joined
    assert "signed electronically (approval) by Det. Marlow Finch, star 99020" in joined


def test_it_can_be_read_out_and_kept(copy: bytes, file_of) -> None:
    assert vera(file_of(copy)) == []


def test_the_same_packet_gives_the_same_copy(copy: bytes, house: House, adults: Packet) -> None:
    assert filing_copy(adults.signed, root_der=house.authority.root_der) == copy


def test_pictures_stand_in_it(copy: bytes, file_of) -> None:
    assert len(run("pdfimages", "-list", file_of(copy)).splitlines()) == 3, "two heads, one picture"


def test_only_a_genuine_packet_has_one(house: House, adults: Packet, approved: bytes) -> None:
    altered = adults.signed[:-9] + b"\n" + adults.signed[-9:]
    for other in (altered, adults.main, approved, b"no PDF"):
        with pytest.raises(DocumentError, match="made from a genuine referral packet only"):
            filing_copy(other, root_der=house.authority.root_der)


def test_a_copy_larger_than_a_court_takes_is_refused(
    house: House, adults: Packet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filing, "MOST_BYTES", 20_000)
    with pytest.raises(DocumentError, match="a court takes 20,000"):
        filing_copy(adults.signed, root_der=house.authority.root_der)
