"""What comes out of a printer is what was signed; what does not verify says so."""

import io
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from ilocdoc.desktop.printing import (
    Sheet,
    Ticket,
    new_printer,
    paint,
    send_to_cups,
    ticket_of,
)
from ilocdoc.packet.press import PdfPress
from ilocdoc.record.errors import PrintError
from ilocdoc.record.ledger import EntryKind
from ilocdoc.wire.entries import Entry
from tests.desktop.conftest import Driver
from tests.desktop.test_first_day import submitted
from tests.desktop.test_window import Start, open_first, shown
from tests.doubles.authority import Authority, cast
from tests.doubles.memory_laptop import MemoryLaptop
from tests.packet.samples import DAY, FORM, rich_report

LP = """#!/bin/sh
printf '%s\\n' "$@" > {folder}/arguments
cat > {folder}/job.pdf
exit {code}
"""


@pytest.fixture(scope="module")
def signed() -> bytes:
    authority = Authority()
    press, members = PdfPress(), cast(authority)
    pdf = press.report_document(rich_report(), form=FORM, draft=False)
    for star, sign in (("99001", press.certify), ("99010", press.approve)):
        member = members[star]
        pdf = sign(pdf, signer=member.signer, officer=member.officer, at=DAY)
    return pdf


@pytest.fixture
def printer(qapp: object, tmp_path: Path) -> QPrinter:
    printer = new_printer()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "paper.pdf"))
    printer.setResolution(150)
    return printer


def pictures(pdf: bytes, *, dpi: int) -> Iterator[Image.Image]:
    for width, height, rgb in PdfPress().pages(pdf, dpi=dpi):
        yield Image.frombytes("RGB", (width, height), rgb).convert("L")


def differing(one: Image.Image, other: Image.Image) -> float:
    """Which part of the pixels differs by more than a shade."""
    assert one.size == other.size
    changed = ImageChops.difference(one, other).point(lambda shade: 255 * (shade > 64))
    return changed.histogram()[255] / (one.width * one.height)


def test_the_paper_shows_the_pages_that_were_signed(
    signed: bytes, printer: QPrinter, tmp_path: Path
) -> None:
    sheet = Sheet(pdf=signed, title="LOC-0A1B-261020-01", is_genuine=True)
    count = paint(sheet, printer, press=PdfPress())
    paper = list(pictures((tmp_path / "paper.pdf").read_bytes(), dpi=75))
    drawn = list(pictures(signed, dpi=75))
    assert count == len(paper) == len(drawn)
    for printed, page in zip(paper, drawn, strict=True):
        assert differing(printed, page) < 0.01
    assert differing(paper[0], drawn[1]) > 0.02, "the comparison tells pages apart"


def test_both_signatures_are_on_the_paper(signed: bytes, printer: QPrinter, tmp_path: Path) -> None:
    paint(Sheet(pdf=signed, title="x", is_genuine=True), printer, press=PdfPress())
    paper = list(pictures((tmp_path / "paper.pdf").read_bytes(), dpi=75))
    unsigned = PdfPress().report_document(rich_report(), form=FORM, draft=False)
    blank = list(pictures(unsigned, dpi=75))
    page, boxes = places_to_sign(signed)
    assert len(boxes) == 2
    for box in boxes:
        assert differing(paper[page].crop(box), blank[page].crop(box)) > 0.02


def places_to_sign(pdf: bytes) -> tuple[int, list[tuple[int, int, int, int]]]:
    """The page with the signature fields, and their boxes at 75 dpi."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for number, page in enumerate(opened.pages):
            found = [
                [float(each) for each in annotation.Rect]
                for annotation in page.obj.get("/Annots", [])
                if annotation.get("/FT") == "/Sig"
            ]
            if found:
                scale = 75 / 72
                return number, [
                    (
                        round(left * scale),
                        round((792 - top) * scale),
                        round(right * scale),
                        round((792 - bottom) * scale),
                    )
                    for left, bottom, right, top in found
                ]
    raise AssertionError("no place to sign")


def test_what_does_not_verify_says_so_on_every_page(
    signed: bytes, printer: QPrinter, tmp_path: Path
) -> None:
    paint(Sheet(pdf=signed, title="x", is_genuine=False), printer, press=PdfPress())
    paper = (tmp_path / "paper.pdf").read_bytes()
    text = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(paper)]
    assert all("NOT VERIFIED" in each for each in text)


def test_some_pages_only_and_cancel(signed: bytes, printer: QPrinter, tmp_path: Path) -> None:
    printer.setFromTo(2, 3)
    sheet = Sheet(pdf=signed, title="x", is_genuine=True)
    assert paint(sheet, printer, press=PdfPress()) == 2
    printer.setFromTo(0, 0)
    seen: list[int] = []
    with pytest.raises(PrintError, match="cancelled"):
        paint(sheet, printer, press=PdfPress(), progress=lambda page: seen.append(page) or page < 2)
    assert seen == [1, 2]


def test_the_printing_system_gets_the_signed_bytes_and_what_was_chosen(
    signed: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub_lp(tmp_path, monkeypatch, code=0)
    ticket = Ticket(printer="desk", copies=2, first=1, last=3, both_sides=True, in_colour=False)
    send_to_cups(Sheet(pdf=signed, title="LOC-1", is_genuine=True), ticket)
    assert (tmp_path / "job.pdf").read_bytes() == signed
    arguments = (tmp_path / "arguments").read_text().splitlines()
    assert arguments[:6] == ["-d", "desk", "-n", "2", "-t", "LOC-1"]
    assert {"sides=two-sided-long-edge", "media=Letter", "print-color-mode=monochrome"} <= set(
        arguments
    )
    assert arguments[-4:] == ["-P", "1-3", "--", "-"]


def stub_lp(folder: Path, monkeypatch: pytest.MonkeyPatch, *, code: int) -> None:
    command = folder / "lp"
    command.write_text(LP.format(folder=folder, code=code))
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_a_printer_that_refuses_is_told(
    signed: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub_lp(tmp_path, monkeypatch, code=1)
    ticket = Ticket(printer="desk", copies=1, first=0, last=0, both_sides=False, in_colour=True)
    with pytest.raises(PrintError, match="desk did not take the document"):
        send_to_cups(Sheet(pdf=signed, title="LOC-1", is_genuine=True), ticket)


def test_a_new_printer_is_set_up_for_packets(printer: QPrinter) -> None:
    printer.setCopyCount(3)
    ticket = ticket_of(printer)
    assert ticket.copies == 3
    assert printer.fullPage()
    assert ticket.first == ticket.last == 0


def open_sealed(start: Start, laptop: MemoryLaptop) -> Driver:
    submitted(laptop)
    driver = start(laptop).sign_in()
    open_first(driver, "report_list")
    return driver


def test_without_a_printer_the_member_is_told_and_nothing_is_noted(
    start: Start, laptop: MemoryLaptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", list)
    driver = open_sealed(start, laptop)
    driver.tap("print")
    assert "No printer is set up on this laptop." in shown(driver)
    assert printed(laptop) == []


def test_a_print_is_noted_in_the_ledger_and_told(
    start: Start, laptop: MemoryLaptop, printer: QPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    driver = open_sealed(start, laptop)
    page = driver.window.desk.sealed
    page._print_out.start(page._case, printer)
    driver.settle()
    assert "LOC-0A1B-261020-01 was printed: 1 page." in shown(driver)
    assert len(printed(laptop)) == 1
    assert printed(laptop)[0].ids["document"] == page._case.sha256


def printed(laptop: MemoryLaptop) -> list[Entry]:
    entries = laptop.vaults["99001"].entries()
    return [each for each in entries if each.kind is EntryKind.PACKET_PRINTED]
