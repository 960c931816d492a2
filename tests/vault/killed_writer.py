"""Types into a draft until it is killed; says each revision only once it is durable."""

import sys
from dataclasses import replace
from pathlib import Path

from ilocdoc.casework.shift import new_entry
from ilocdoc.record.ids import OfficerId
from ilocdoc.record.ledger import ACT_TYPE, EntryKind
from ilocdoc.vault.station import LaptopStation
from ilocdoc.wire.envelope import seal_envelope
from tests.contracts.test_vault import AT, draft
from tests.doubles.clocks import StoppedClock
from tests.doubles.enrolled_laptop import PASSPHRASE


def main(folder: Path, start: int) -> None:
    vault = LaptopStation(folder, clock=StoppedClock()).unlock(OfficerId("99001"), PASSPHRASE)
    act = seal_envelope(ACT_TYPE, b'{"kind":"custody.step"}', signer=vault.signer)
    revision = start
    while True:
        revision += 1
        made = replace(draft(), revision=revision, answers={"place": f"revision {revision}"})
        with vault.transaction() as opened:
            opened.put_draft(made, title="x", state="draft")
            opened.append(
                new_entry(
                    EntryKind.CUSTODY_STEP, act, at=AT, report=made.report_id, n=str(revision)
                )
            )
        sys.stdout.write(f"{revision}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
