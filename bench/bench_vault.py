"""The vault beside its floors: a bare SQLCipher file with the same settings."""

import atexit
import dataclasses
import os
import shutil
import tempfile
import time
from pathlib import Path

from bench.harness import Bench
from ilocdoc.casework.shift import new_entry
from ilocdoc.record.ids import OfficerId, ReportId
from ilocdoc.record.ledger import ACT_TYPE, EntryKind
from ilocdoc.record.report import (
    Author,
    Draft,
    FormReference,
    ReportKind,
    ReportVersion,
    canonical_text,
    draft_to_json,
)
from ilocdoc.vault.database import Database
from ilocdoc.vault.open_vault import OpenVault
from ilocdoc.wire.canonical import canonical_bytes
from ilocdoc.wire.envelope import seal_envelope
from ilocdoc.wire.stretching import KdfCost, stretched
from tests.doubles.enrolled_laptop import PASSPHRASE, EnrolledLaptop

SAVES = 40
REPORTS = 10_000
MOST_BESIDE_MS = 150
AT = "2026-10-20T17:00:00.000000Z"
FORM = FormReference(name="incident", version="2026-11.1", sha256="0" * 64)
ME = OfficerId("99001")
DRAFT = Draft(
    report_id=ReportId("0192f0c0-0000-7000-8000-000000000001"),
    local_number="LOC-0A1B-261020-01",
    kind=ReportKind.ORIGINAL,
    parent="",
    form=FORM,
    catalogue=FORM,
    author=Author(id=ME, name="Alder Quill", rank="P.O.", star="99001", unit="010"),
    created_at=AT,
    answers={"narrative_observed": "x" * 4000},
)


def benches() -> list[Bench]:
    """Return the benches of the vault; their folder lives as long as the process."""
    folder = Path(tempfile.mkdtemp(prefix="ilocdoc-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    laptop = EnrolledLaptop(folder / "laptop").enrol(ME)
    vault = laptop.station().unlock(ME, PASSPHRASE)
    bare = Database(folder / "bare.db", os.urandom(32))
    bare.run("CREATE TABLE draft (id TEXT PRIMARY KEY, body BLOB) STRICT")
    bare.run("CREATE TABLE entry (seq INTEGER PRIMARY KEY, body BLOB) STRICT")
    return [_save(vault, bare), _append(vault, bare), _unlock(folder / "many")]


def _save(vault: OpenVault, bare: Database) -> Bench:
    count = iter(range(1_000_000))

    def run() -> None:
        for _ in range(SAVES):
            draft = dataclasses.replace(DRAFT, revision=next(count))
            with vault.transaction() as opened:
                opened.put_draft(draft, title="3300 W Testbed Rd", state="draft")

    def peer() -> None:
        for _ in range(SAVES):
            body = canonical_text(draft_to_json(dataclasses.replace(DRAFT, revision=next(count))))
            bare.run("INSERT OR REPLACE INTO draft VALUES ('r', ?)", (body,))

    return Bench(
        name="keep a draft, durable",
        run=run,
        against="bare SQLCipher upsert, synchronous=FULL",
        peer=peer,
        target=1.5,
        scale=SAVES,
    )


def _append(vault: OpenVault, bare: Database) -> Bench:
    payload = canonical_bytes({"kind": "custody.step", "at": AT, "by": {"id": ME}})

    def run() -> None:
        for _ in range(SAVES):
            act = seal_envelope(ACT_TYPE, payload, signer=vault.signer)
            with vault.transaction() as opened:
                opened.append(new_entry(EntryKind.CUSTODY_STEP, act, at=AT, actor=ME))

    def peer() -> None:
        for _ in range(SAVES):
            bare.run("INSERT INTO entry (body) VALUES (?)", (os.urandom(2000),))

    return Bench(
        name="a signed ledger entry, durable",
        run=run,
        against="bare SQLCipher commit of one row",
        peer=peer,
        # At least 0.40 of its rate.
        target=1 / 0.40,
        scale=SAVES,
    )


def _unlock(folder: Path) -> Bench:
    laptop = EnrolledLaptop(folder).enrol(ME, cost=KdfCost())
    station = laptop.station()
    fill(station.unlock(ME, PASSPHRASE))
    station.close()
    opened = laptop.station()

    def run() -> float:
        started = time.perf_counter()
        vault = opened.unlock(ME, PASSPHRASE)
        assert len(vault.rows()) == REPORTS
        taken = time.perf_counter() - started
        vault.close()
        return taken * 1000

    def peer() -> float:
        started = time.perf_counter()
        stretched(PASSPHRASE, salt=bytes(32), cost=KdfCost(), info=b"bench")
        return (time.perf_counter() - started) * 1000 + MOST_BESIDE_MS

    return Bench(
        name=f"unlock with {REPORTS:,} reports, list read",
        run=run,
        against=f"the key derivation alone, and {MOST_BESIDE_MS} ms",
        peer=peer,
        target=1,
    )


def fill(vault: OpenVault) -> None:
    """Put submitted reports into a volume, two ledger entries each."""
    act = seal_envelope(ACT_TYPE, canonical_bytes({"kind": "x", "at": AT}), signer=vault.signer)
    with vault.transaction() as opened:
        for number in range(REPORTS):
            draft = dataclasses.replace(
                DRAFT,
                report_id=ReportId(f"0192f0c0-0000-7000-8000-{number:012d}"),
                local_number=f"LOC-0A1B-261020-{number:05d}",
                created_at=f"2026-10-{number % 28 + 1:02d}T17:00:00.{number:06d}Z",
            )
            version = ReportVersion(draft=draft, device="0A1B", app="0.1.0", submitted_at=AT)
            opened.put_version(version, title=f"{number} W Testbed Rd", state="submitted")
            for kind in (EntryKind.REPORT_SUBMITTED, EntryKind.DOCUMENT_CERTIFIED):
                opened.append(new_entry(kind, act, at=AT, report=draft.report_id, actor=ME))
