"""Makes a laptop's folder of today's schemas, to be kept for ever.

    PYTHONPATH=src:. .venv/bin/python -m tests.past.build

writes `tests/past/<officer schema>-<device schema>/`. Commit it. A folder that is there
already is never written again: what an older program left behind must open as it lay.
Everything in it is made up; the passphrase is the one of all tests.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ilocdoc.casework.shift import new_entry
from ilocdoc.record.documents import StoredDocument
from ilocdoc.record.ids import OfficerId, ReportId, Sha256
from ilocdoc.record.intake import Wish
from ilocdoc.record.ledger import ACT_TYPE, EntryKind
from ilocdoc.vault import device_volume, officer_volume
from ilocdoc.vault.open_vault import OpenVault
from ilocdoc.wire.envelope import seal_envelope
from tests.contracts.test_vault import AT, draft, sealed
from tests.doubles.enrolled_laptop import PASSPHRASE, EnrolledLaptop

HERE = Path(__file__).parent
AUTHOR = OfficerId("99001")
FACTS = "facts.json"


def digests(steps: Sequence[str]) -> list[str]:
    """Return a short digest of each step of a schema; white space does not count."""
    return [hashlib.sha256(" ".join(each.split()).encode()).hexdigest()[:16] for each in steps]


def schemas() -> dict[str, list[str]]:
    """Return the steps of both schemas as digests."""
    return {
        "officer": digests(officer_volume._SCHEMA),
        "device": digests(device_volume._SCHEMA),
    }


def name_of_today() -> str:
    """Return the folder that holds today's schemas."""
    steps = schemas()
    return f"{len(steps['officer'])}-{len(steps['device'])}"


def build(folder: Path) -> dict[str, object]:
    """Make a laptop with a sealed report, a draft and a file; return what has to be found."""
    laptop = EnrolledLaptop(folder).enrol(AUTHOR)
    station = laptop.station()
    vault = station.unlock(AUTHOR, PASSPHRASE)
    submitted = ReportId("0192f0c0-0000-7000-8000-000000000001")
    written = ReportId("0192f0c0-0000-7000-8000-000000000002")
    photo = b"\xff\xd8\xff" + bytes(range(256)) * 8
    _keep(vault, replace_id(submitted), photo)
    with vault.transaction() as opened:
        half = replace(replace_id(written), answers={"place": "3300 W Testbed Rd", "account": "Ha"})
        opened.put_draft(half, title="3300 W Testbed Rd", state="draft")
    facts: dict[str, object] = {
        "schemas": schemas(),
        "entries": len(vault.entries()),
        "head": vault.entries()[-1].hash,
        "submitted": submitted,
        "draft": written,
        "evidence": {"id": "kept-photo", "sha256": hashlib.sha256(photo).hexdigest()},
    }
    for database in (vault.volume.database, station.volume.database):
        database.run("VACUUM")
    vault.close()
    station.close()
    return facts


def replace_id(report_id: ReportId):
    return replace(draft(answers={"place": "4100 S Testbed Ave"}), report_id=report_id)


def _keep(vault: OpenVault, made, photo: bytes) -> None:
    act = seal_envelope(ACT_TYPE, b'{"kind":"report.submitted"}', signer=vault.signer)
    with tempfile.TemporaryDirectory() as name:
        source = Path(name) / "photo.jpg"
        source.write_bytes(photo)
        intake = vault.evidence.begin(
            source, evidence_id="kept-photo", report_id=made.report_id, at=AT
        )
        with vault.transaction() as opened:
            opened.put_intake(intake)
        kept = vault.evidence.seal_file(intake, at=AT, watch=lambda _progress: Wish.GO_ON)
    pdf = b"%PDF-1.7 made up"
    with vault.transaction() as opened:
        opened.put_evidence(kept.item, kept.file_key, mine=True)
        opened.drop_intake("kept-photo")
        opened.put_version(sealed(made), title="4100 S Testbed Ave", state="submitted")
        digest = Sha256(hashlib.sha256(pdf).hexdigest())
        opened.put_document(
            StoredDocument(
                sha256=digest, report_id=made.report_id, kind="report", version=1, at=AT, pdf=pdf
            )
        )
        for kind, more in (
            (EntryKind.EVIDENCE_IMPORTED, {"evidence": "kept-photo"}),
            (EntryKind.REPORT_SUBMITTED, {}),
        ):
            opened.append(new_entry(kind, act, at=AT, report=made.report_id, actor=AUTHOR, **more))


def main() -> None:
    target = HERE / name_of_today()
    if target.exists():
        raise SystemExit(f"{target} is there already; it is never written again.")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "laptop"
        folder.mkdir()
        facts = build(folder)
        for left in (*folder.rglob("in-use.lock"), *folder.rglob("reserve.bin")):
            left.unlink()
        shutil.copytree(folder, target)
    (target / FACTS).write_text(json.dumps(facts, indent=1) + "\n")
    print(f"{target}: {sum(each.stat().st_size for each in target.rglob('*')) // 1000} kB")


if __name__ == "__main__":
    main()
