"""Outside judges of every kind of document: archive, accessible, whole, tagged, one JVM for all."""

import io
import re
from pathlib import Path

import pikepdf
import pytest

from tests.packet import judges
from tests.packet.samples import FORM, rich_report

STATES = (
    "unsigned",
    "certified",
    "approved",
    "draft",
    "packet",
    "packet-prepared",
    "packet-accepted",
    "annex",
    "annex-signed",
    "hard",
    "hard-annex",
    "many-names",
    "hostile",
    "tall",
)
BROKEN = ("without-tags", "without-language", "with-a-strange-font")


def _changed(pdf: bytes, change) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        change(opened)
        opened.save(out)
    return out.getvalue()


def _without_tags(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.StructTreeRoot


def _without_language(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.Lang


def _with_a_strange_font(pdf: pikepdf.Pdf) -> None:
    fonts = pdf.pages[0].Resources.Font
    name = next(iter(fonts.keys()))
    del fonts[name].FontDescriptor.FontFile2


@pytest.fixture(scope="module")
def papers(house, packet, request, tmp_path_factory) -> dict[str, Path]:
    """Every document by name, as a file; the broken ones too."""
    ready = ("unsigned", "certified", "approved", "many_names", "hostile", "tall")
    made = {name.replace("_", "-"): request.getfixturevalue(name) for name in ready}
    made["hard"], made["hard-annex"] = request.getfixturevalue("hard")
    made |= {
        "draft": house.press.report_document(rich_report(training=True), form=FORM, draft=True),
        "packet": packet.main,
        "packet-prepared": house.certify(packet.main, "99010", minutes=181),
        "packet-accepted": packet.signed,
        "annex": packet.annex,
        "annex-signed": packet.signed_annex,
        "without-tags": _changed(made["unsigned"], _without_tags),
        "without-language": _changed(made["unsigned"], _without_language),
        "with-a-strange-font": _changed(made["unsigned"], _with_a_strange_font),
    }
    folder = tmp_path_factory.mktemp("papers")
    for name, pdf in made.items():
        (folder / f"{name}.pdf").write_bytes(pdf)
    return {name: folder / f"{name}.pdf" for name in made}


@pytest.fixture(scope="module")
def faults(papers) -> dict[str, list[str]]:
    """What the validator says against each document, PDF/A-3a and PDF/UA-1."""
    said: dict[str, list[str]] = {name: [] for name in papers}
    name = ""
    for line in judges.vera(*papers.values()):
        found = re.match(r"(?:FAIL|ERROR) \S+ (\S+)", line)
        name = Path(found[1]).stem if found else name
        said[name].append(line)
    return said


@pytest.mark.parametrize("name", STATES)
def test_a_document_is_an_archive_document_and_accessible(name, faults):
    assert faults[name] == []


@pytest.mark.parametrize("name", BROKEN)
def test_the_validator_rejects_what_is_broken(name, faults):
    assert any(line.startswith("FAIL") for line in faults[name])


@pytest.mark.parametrize("name", STATES)
def test_a_document_is_sound(name, papers):
    assert "No syntax or stream encoding errors" in judges.run("qpdf", "--check", papers[name])
    said = judges.run("mutool", "info", papers[name])
    assert "error" not in said.lower(), said
    rows = judges.run("pdffonts", papers[name]).splitlines()[2:]
    assert rows
    assert all(re.search(r"yes +yes +yes +\d+ +0$", row) for row in rows), rows


FURNITURE = re.compile(
    r"Chicago|Police|Department|Referral|packet|Confidential|annex|CONFIDENTIAL|ANNEX|TRAINING|"
    r"DRAFT|Federal|Enforcement|Incident|Report|RD|JK\d+|\u00b7|version|Page|of|\d+,?|SHA-256|"
    r"[0-9a-f]{16}\u2026[0-9a-f]{8}|[a-z-]+\.json|(?:PKT-)?LOC-[\w-]+|ILOC-[\w-]+|"
    r"Not|submitted\.|signed\.|for|filing\.|unknown|declined|no|response|not"
)
"""Words of head and foot; outside the structure by intent."""
SIGNED = re.compile(
    r"Not|signed|electronically|P\.O\.|Sgt|Det\.|Signed|Rowan|Pell|Alder|Quill|Marlow|Finch|"
    r"Certificate|Oct|CDT|\(UTC\u22125\)|laptop|clock|by|the|star|or|watch|lieutenant|detective|"
    r"Approving|Reporting|Preparing|Accepting|supervisor,|officer,|lieutenant,"
)
"""Words of signature pictures, which belong to their fields."""


@pytest.mark.parametrize("name", ["approved", "packet-accepted", "annex-signed", "tall"])
def test_only_furniture_is_outside_the_structure(name, papers):
    """Text that no element holds is read out to nobody, and no validator sees it."""
    drawn = set(judges.words(papers[name]).replace('"', " ").split())
    tagged = judges.run("pdfinfo", "-struct-text", papers[name])
    spoken = set(re.findall(r"\S+", tagged.replace('"', " ")))
    outside = {word for word in drawn - spoken if word.isascii() or word == "\u00b7"}
    left = {each for each in outside if not FURNITURE.fullmatch(each)}
    assert {each for each in left if not SIGNED.fullmatch(each)} == set()


def test_text_outside_the_structure_would_be_seen(unsigned, tmp_path):
    def untagged(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0]
        code = page.Contents.read_bytes()
        start = code.index(b"/H1 <</MCID")
        end = code.index(b"BDC", start) + 3
        page.Contents = pdf.make_stream(code[:start] + b"/Artifact BMC" + code[end:])

    path = tmp_path / "untagged.pdf"
    path.write_bytes(_changed(unsigned, untagged))
    drawn = judges.words(path, "-l", "1").split("\n")
    tagged = judges.run("pdfinfo", "-struct-text", path)
    assert "Federal Enforcement Incident Report" in drawn
    assert "Federal Enforcement Incident Report" not in tagged


def test_the_page_size_and_the_time_are_those_of_the_record(papers):
    for name in ("packet", "annex", "hard"):
        said = judges.run("pdfinfo", "-isodates", papers[name])
        assert re.search(r"Tagged: +yes", said)
        assert re.search(r"Page size: +612 x 792", said)
        assert re.search(r"CreationDate: +2026-10-20T", said)
