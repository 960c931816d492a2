"""Opens the laptop of a journey as its owner would, and looks into it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ilocdoc.casework.shift import Shift
from ilocdoc.laptop import OpenLaptop, SystemClock
from ilocdoc.record.documents import StoredDocument
from ilocdoc.record.ids import OfficerId
from ilocdoc.wire.entries import Case


@contextmanager
def signed_in(folder: Path, star: str, passphrase: str) -> Iterator[Shift]:
    """Sign a member in while the block lasts."""
    laptop = OpenLaptop(folder, clock=SystemClock())
    try:
        yield laptop.unlock(OfficerId(star), passphrase)
    finally:
        laptop.close()


def case_of(shift: Shift, place: str) -> Case:
    """The one report whose title starts with these words."""
    (row,) = [each for each in shift.vault.rows() if each.title.startswith(place)]
    return shift.vault.case(row.report_id)


def newest(case: Case, kind: str) -> StoredDocument:
    """The newest document of a kind."""
    return max((each for each in case.documents if each.kind == kind), key=lambda d: d.version)
