"""The vault beside its floors: a plain SQLite file, and a plain copy with fsync."""

import atexit
import dataclasses
import os
import shutil
import sqlite3
import tempfile
from pathlib import Path

from bench.harness import Bench
from ilocdoc.record.ids import OfficerId, ReportId
from ilocdoc.record.report import Author, Draft, FormReference, ReportKind
from ilocdoc.vault.attachments import Containers
from ilocdoc.wire.sealing import OpeningKey
from tests.doubles.enrolled_laptop import PASSPHRASE, EnrolledLaptop

SAVES = 40
FILE_BYTES = 64 * 1024 * 1024
BLOCK_BYTES = 1024 * 1024
FORM = FormReference(name="incident", version="2026-11.1", sha256="0" * 64)
DRAFT = Draft(
    report_id=ReportId("0192f0c0-0000-7000-8000-000000000001"),
    local_number="LOC-0A1B-261020-01",
    kind=ReportKind.ORIGINAL,
    parent="",
    form=FORM,
    catalogue=FORM,
    author=Author(id=OfficerId("99001"), name="Alder Quill", rank="P.O.", star="99001", unit="010"),
    created_at="2026-10-20T17:00:00.000000Z",
    answers={"narrative_observed": "x" * 4000},
)


def benches() -> list[Bench]:
    """Return the benches of the vault; their folder lives as long as the process."""
    folder = Path(tempfile.mkdtemp(prefix="ilocdoc-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return [_save(folder), _take_in(folder)]


def _save(folder: Path) -> Bench:
    station = EnrolledLaptop(folder / "laptop").enrol("99001").station()
    vault = station.unlock(OfficerId("99001"), PASSPHRASE)
    plain = sqlite3.connect(folder / "plain.db", isolation_level=None)
    plain.execute("PRAGMA journal_mode=WAL")
    plain.execute("PRAGMA synchronous=FULL")
    plain.execute("CREATE TABLE draft (id TEXT PRIMARY KEY, body BLOB) STRICT")
    count = iter(range(1_000_000))

    def run() -> None:
        for _ in range(SAVES):
            draft = dataclasses.replace(DRAFT, revision=next(count))
            with vault.transaction() as opened:
                opened.put_draft(draft, title="3300 W Testbed Rd", state="draft")

    def peer() -> None:
        for _ in range(SAVES):
            plain.execute("INSERT OR REPLACE INTO draft VALUES ('r', ?)", (os.urandom(5000),))

    return Bench(
        name="keep a draft, durable",
        run=run,
        against="plain SQLite, WAL, synchronous=FULL",
        peer=peer,
        target=4,
        scale=SAVES,
    )


def _take_in(folder: Path) -> Bench:
    source = folder / "video.bin"
    source.write_bytes(os.urandom(FILE_BYTES))
    containers = Containers(folder / "evidence", readers=[OpeningKey.generate().public])
    count = iter(range(1_000_000))

    def run() -> None:
        name = f"e{next(count)}"
        containers.take_in(
            source, evidence_id=name, at="", collected_by="99001", progress=lambda _done, _all: True
        )
        containers.path(name).unlink()

    def peer() -> None:
        with source.open("rb") as read, (folder / "copy").open("wb") as written:
            while block := read.read(BLOCK_BYTES):
                written.write(block)
            written.flush()
            os.fsync(written.fileno())

    return Bench(
        name="take in 64 MiB of evidence, read back",
        run=run,
        against="plain copy with fsync",
        peer=peer,
        target=6,
        repeats=5,
    )
