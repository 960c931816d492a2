"""A real printing system takes the signed bytes and prints the signed pages.

Starts CUPS with a queue that prints into a file, so it needs root and Debian's packages
cups, cups-client and printer-driver-cups-pdf: `make test-root`.
"""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ilocdoc.desktop.printing import Sheet, Ticket, send_to_cups
from tests.desktop.test_printing import differing, pictures, signed  # noqa: F401 - a fixture

QUEUE = "ilocdoc-test"
TITLE = f"ilocdoc-test-{os.getpid()}"
"""Of the print job, and so of the file that it becomes."""
OUT = Path("/root/PDF")
pytestmark = pytest.mark.root


@pytest.fixture
def queue() -> Iterator[str]:
    driver = "/usr/share/ppd/cups-pdf/CUPS-PDF_opt.ppd"
    with subprocess.Popen(["/usr/sbin/cupsd", "-f"]) as system:
        time.sleep(2)
        add = ["lpadmin", "-p", QUEUE, "-E", "-v", "cups-pdf:/", "-P", driver]
        subprocess.run(add, check=True, capture_output=True)
        yield QUEUE
        subprocess.run(["lpadmin", "-x", QUEUE], check=True)
        system.terminate()


def test_the_printed_pages_are_the_signed_pages(queue: str, signed: bytes) -> None:  # noqa: F811
    ticket = Ticket(printer=queue, copies=1, first=0, last=0, both_sides=True, in_colour=False)
    send_to_cups(Sheet(pdf=signed, title=TITLE, is_genuine=True), ticket)
    paper = list(pictures(job(), dpi=75))
    drawn = list(pictures(signed, dpi=75))
    assert len(paper) == len(drawn)
    for printed, page in zip(paper, drawn, strict=True):
        assert differing(printed, page) < 0.001


def job() -> bytes:
    for _second in range(60):
        found = [each for each in OUT.glob(f"*{TITLE}*.pdf") if each.stat().st_size]
        if found:
            time.sleep(1)
            content = found[0].read_bytes()
            found[0].unlink()
            return content
        time.sleep(1)
    raise AssertionError("nothing was printed within a minute")
