"""A made-up report, submitted and decided about by signed acts."""

from dataclasses import replace
from typing import Any

from ilocdoc.record.ids import OfficerId, ReportId
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.report import (
    Author,
    Draft,
    EvidenceItem,
    FormReference,
    ReportKind,
    ReportVersion,
    version_to_json,
)
from ilocdoc.vault.ledger import Forged
from tests.hq.desk import AT, Writer

REPORT = "0192f0c0-0000-7000-8000-000000000001"
SUBMITTED, APPROVED = EntryKind.REPORT_SUBMITTED, EntryKind.REPORT_APPROVED
PHOTO = EvidenceItem(
    id="e1",
    name="photo.jpg",
    media_type="image/jpeg",
    size_bytes=12,
    sha256="2" * 64,
    container_sha256="3" * 64,
    captured_at="",
    imported_at=AT,
    collected_by="99001",
)
DRAFT = Draft(
    report_id=ReportId(REPORT),
    local_number="LOC-0A1B-261020-01",
    kind=ReportKind.ORIGINAL,
    parent="",
    form=FormReference(name="incident", version="1", sha256="0" * 64),
    catalogue=FormReference(name="catalogue", version="1", sha256="1" * 64),
    author=Author(id=OfficerId("99001"), name="Alder Quill", rank="P.O.", star="99001", unit="010"),
    created_at=AT,
    answers={"place": "3300 W Testbed Rd"},
    evidence=(PHOTO,),
)


def snapshot(**changes: Any) -> dict[str, Any]:
    draft = replace(DRAFT, **changes)
    return version_to_json(ReportVersion(draft=draft, device="0A1B", app="1", submitted_at=AT))


def submit(writer: Writer, *, document: str = "d1", **changes: Any) -> Forged:
    return writer.write(
        SUBMITTED,
        ids={"report": REPORT},
        report=REPORT,
        document=document,
        snapshot=snapshot(**changes),
    )


def decide(writer: Writer, kind: EntryKind = APPROVED, **said: Any) -> Forged:
    words = {"version": 1, "read": "d1", "document": "d1+", **said}
    return writer.write(kind, ids={"report": REPORT}, report=REPORT, author="99001", **words)
