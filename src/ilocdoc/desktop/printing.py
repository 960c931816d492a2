"""Documents on paper: the signed bytes to CUPS where it is, painted pages elsewhere.

Qt's own PDF drawing leaves signatures out, so pages to be painted come from the press,
which draws them. What does not verify is never handed to CUPS as it is: it is painted,
with a line on every page that says so.
"""

import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import QFont, QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter

from ilocdoc.casework.ports import Press
from ilocdoc.record.errors import PrintError

DPI = 300
"""Of painted pages."""
NOT_VERIFIED = "NOT VERIFIED. This document does not verify; do not rely on this print."
_BYTES_A_PIXEL = 3
_LP_WAIT_S = 60
_WARNING_HEIGHT = 0.022
"""Of the page's height."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What somebody chose in the print dialogue."""

    printer: str
    """Name of the queue."""
    copies: int
    first: int
    """First page, from 1; 0 for all pages."""
    last: int
    both_sides: bool
    in_colour: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What is printed."""

    pdf: bytes
    title: str
    """Name of the print job: a number, never a person."""
    is_genuine: bool


def new_printer() -> QPrinter:
    """Return a printer set up for packets: Letter, both sides, full page."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.Letter))
    printer.setFullPage(True)
    printer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Point)
    printer.setDuplex(QPrinter.DuplexMode.DuplexLongSide)
    printer.setResolution(DPI)
    return printer


def ticket_of(printer: QPrinter) -> Ticket:
    """Return what was chosen."""
    return Ticket(
        printer=printer.printerName(),
        copies=printer.copyCount(),
        first=printer.fromPage(),
        last=printer.toPage(),
        both_sides=printer.duplex() is not QPrinter.DuplexMode.DuplexNone,
        in_colour=printer.colorMode() is QPrinter.ColorMode.Color,
    )


def has_cups() -> bool:
    """Tell whether this machine hands documents to CUPS."""
    return shutil.which("lp") is not None


def send_to_cups(sheet: Sheet, ticket: Ticket) -> None:
    """Hand the signed bytes to CUPS as they are. Open lane.

    Raises:
        PrintError: If CUPS does not take the job.
    """
    command = [
        "lp",
        *("-d", ticket.printer, "-n", str(ticket.copies), "-t", sheet.title),
        *("-o", f"sides={'two-sided-long-edge' if ticket.both_sides else 'one-sided'}"),
        *("-o", "media=Letter", "-o", "print-scaling=none"),
        *("-o", f"print-color-mode={'color' if ticket.in_colour else 'monochrome'}"),
    ]
    if ticket.first:
        command += ["-P", f"{ticket.first}-{ticket.last}"]
    try:
        done = subprocess.run(  # noqa: S603 - an argument list, no shell; all parts are ours
            [*command, "--", "-"],
            input=sheet.pdf,
            capture_output=True,
            check=False,
            timeout=_LP_WAIT_S,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PrintError("The printing system did not answer.") from error
    if done.returncode:
        raise PrintError(f"The printer {ticket.printer} did not take the document.")


def paint(
    sheet: Sheet,
    printer: QPrinter,
    *,
    press: Press,
    progress: Callable[[int], bool] = lambda _page: True,
) -> int:
    """Paint the pages on a printer, one at a time. Open lane.

    Args:
        sheet: What is printed.
        printer: Set up with `new_printer`; copies are the printer's own business.
        press: Draws the pages, with the signatures.
        progress: Gets the number of the page that was painted; False cancels.

    Returns:
        How many pages were painted.

    Raises:
        PrintError: If the printer refuses, or it was cancelled.
    """
    painter = QPainter()
    if not painter.begin(printer):
        raise PrintError("The printer does not accept a document.")
    try:
        return _paint_pages(sheet, printer, painter, press=press, progress=progress)
    finally:
        painter.end()


def _paint_pages(
    sheet: Sheet,
    printer: QPrinter,
    painter: QPainter,
    *,
    press: Press,
    progress: Callable[[int], bool],
) -> int:
    painted = 0
    pages: Iterable[tuple[int, int, bytes]] = press.pages(sheet.pdf, dpi=printer.resolution())
    for number, page in enumerate(pages, start=1):
        if printer.fromPage() and not printer.fromPage() <= number <= printer.toPage():
            continue
        if painted and not printer.newPage():
            raise PrintError("The printer stopped in the middle of the document.")
        _paint_page(page, printer, painter)
        if not sheet.is_genuine:
            _paint_warning(printer, painter)
        painted += 1
        if not progress(number):
            printer.abort()
            raise PrintError("Printing was cancelled.", "Print again at any time.")
    return painted


def _paint_page(page: tuple[int, int, bytes], printer: QPrinter, painter: QPainter) -> None:
    width, height, rgb = page
    image = QImage(rgb, width, height, width * _BYTES_A_PIXEL, QImage.Format.Format_RGB888)
    painter.drawImage(QRectF(printer.paperRect(QPrinter.Unit.DevicePixel)), image)


def _paint_warning(printer: QPrinter, painter: QPainter) -> None:
    paper = printer.paperRect(QPrinter.Unit.DevicePixel)
    height = paper.height() * _WARNING_HEIGHT
    strip = QRectF(paper.left(), paper.top() + height / 2, paper.width(), height)
    font = QFont()
    font.setPixelSize(round(height * 0.6))
    font.setBold(True)
    painter.save()
    painter.fillRect(strip, Qt.GlobalColor.black)
    painter.setFont(font)
    painter.setPen(Qt.GlobalColor.white)
    painter.drawText(strip, Qt.AlignmentFlag.AlignCenter, NOT_VERIFIED)
    painter.restore()
