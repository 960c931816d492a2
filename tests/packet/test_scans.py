"""A printed sheet leads back to its record: codes and digests read from a scan."""

import io
import subprocess
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from ilocdoc.packet.press import PdfPress
from tests.media.pictures import with_gps
from tests.packet import judges
from tests.packet.case_file import case_file
from tests.packet.samples import FORM, rich_report

RECORDS = {"packet": "report-without-confidential.json", "annex": "report.json"}


def scan(pdf: bytes, folder: Path, *, dpi: int, bits: int, turned: float) -> Path:
    """The first page as a scanner gives it: grey or black and white, a little askew."""
    (folder / "sheet.pdf").write_bytes(pdf)
    judges.run(
        "pdftoppm", "-r", str(dpi), "-l", "1", "-gray", "-png", folder / "sheet.pdf", folder / "s"
    )
    page = Image.open(next(folder.glob("s-*.png"))).convert("L")
    page = page.rotate(turned, resample=Image.Resampling.BICUBIC, fillcolor=255)
    if bits == 1:
        page = page.point(lambda value: 255 if value > 150 else 0).convert("1")
    path = folder / "scan.png"
    page.save(path)
    return path


SCANNERS = {
    "grey": {"dpi": 150, "bits": 8, "turned": 0.0},
    "black and white": {"dpi": 150, "bits": 1, "turned": 0.0},
    "black and white, askew": {"dpi": 150, "bits": 1, "turned": 1.5},
}


@pytest.mark.parametrize("scanner", SCANNERS)
@pytest.mark.parametrize("kind", RECORDS)
def test_the_code_on_a_scanned_cover_names_the_record(kind, scanner, packet, tmp_path):
    pdf = packet.signed if kind == "packet" else packet.signed_annex
    sheet = scan(pdf, tmp_path, **SCANNERS[scanner])
    seen = judges.run("zbarimg", "-q", "--raw", sheet)
    digest = judges.sha256(judges.attachment(tmp_path / "sheet.pdf", RECORDS[kind]))
    assert f"sha256={digest}" in seen
    printed = judges.words(tmp_path / "sheet.pdf", "-l", "1").split()
    assert {digest[at : at + 8] for at in range(0, 64, 8)} <= set(printed)


def test_black_and_white_paper_keeps_every_line_of_text(packet, tmp_path):
    """Nothing depends on grey: the faintest text still has dark cores in one bit."""
    path = scan(packet.signed, tmp_path, dpi=150, bits=1, turned=0.0)
    page = Image.open(path).convert("L")
    small = page.crop((150, 1290, 700, 1330))
    assert min(small.tobytes()) == 0
    label = page.crop((160, 280, 380, 700))
    dark = label.histogram()[0] / (label.width * label.height)
    assert dark > 0.005


def test_a_picture_in_the_packet_tells_neither_place_nor_camera(house, approved, tmp_path):
    """The photograph held both; what is embedded holds neither."""
    from dataclasses import replace

    raw = with_gps()
    assert "GPS" in exif(raw, tmp_path / "raw.jpg")
    exhibit = PdfPress().exhibit("photo", raw)
    version = rich_report()
    people = [{**row, "minor": "no"} for row in version.draft.answers["people"]]
    draft = replace(version.draft, answers={**version.draft.answers, "people": people})
    officers = {star: member.officer for star, member in house.members.items()}
    size = (exhibit.width, exhibit.height)
    contents = case_file(
        replace(version, draft=draft), (approved,), officers, jpeg=exhibit.jpeg, size=size
    )
    main, _annex = house.press.packet(contents, form=FORM)
    path = tmp_path / "packet.pdf"
    path.write_bytes(main)
    judges.run("pdfimages", "-all", path, tmp_path / "out")
    found = list(tmp_path.glob("out-*.jpg"))
    assert len(found) == 1
    told = exif(found[0].read_bytes(), found[0])
    for word in ("GPS", "Make", "Model", "SecretMaker"):
        assert word not in told
    with pikepdf.open(io.BytesIO(main)) as opened:
        kinds = [
            str(each.get("/Subtype")) for each in opened.objects if hasattr(each, "read_bytes")
        ]
    assert kinds.count("/Image") == 1


def exif(data: bytes, path: Path) -> str:
    """What exiftool reads of a picture."""
    path.write_bytes(data)
    return subprocess.run(
        ["exiftool", "-a", "-G1", str(path)], capture_output=True, text=True, check=True
    ).stdout
