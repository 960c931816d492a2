"""Writes, stamps, attaches and submits until it is killed; tells each act once it is kept."""

import sys
from collections.abc import Iterator
from pathlib import Path

from ilocdoc.casework.drafting import keep_answers, stamp, start_report
from ilocdoc.casework.evidence import attach
from ilocdoc.casework.shift import Shift
from ilocdoc.casework.submitting import submit_report
from ilocdoc.laptop import RandomIds, SystemClock
from ilocdoc.packet.press import PdfPress
from ilocdoc.record.ids import OfficerId
from ilocdoc.vault.station import LaptopStation
from tests.doubles.enrolled_laptop import PASSPHRASE
from tests.doubles.small_forms import SmallForms


def acts(shift: Shift, photo: Path) -> Iterator[tuple[str, str, str]]:
    """One report from start to submit: (what, report, detail) after each kept step."""
    draft = start_report(shift, answers={"place": "3300 W Testbed Rd"})
    yield "started", draft.report_id, draft.local_number
    for number in range(5):
        text = f"line {number}"
        keep_answers(shift, draft.report_id, {"place": text})
        yield "typed", draft.report_id, text
    stamp(shift, draft.report_id, "ems_called")
    yield "stamped", draft.report_id, "ems_called"
    kept = attach(shift, draft.report_id, photo)
    yield "attached", draft.report_id, kept.evidence[-1].id
    version = submit_report(shift, draft.report_id)
    yield "submitted", draft.report_id, str(version.draft.version)


def main(folder: Path, photo: Path) -> None:
    clock = SystemClock()
    shift = Shift(
        vault=LaptopStation(folder, clock=clock).unlock(OfficerId("99001"), PASSPHRASE),
        press=PdfPress(),
        forms=SmallForms(),
        clock=clock,
        ids=RandomIds(clock),
    )
    while True:
        for act in acts(shift, photo):
            sys.stdout.write("\t".join(act) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
