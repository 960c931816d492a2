import json
from dataclasses import replace

import pytest

from ilocdoc.record.ids import OfficerId, ReportId
from ilocdoc.record.report import (
    Author,
    Draft,
    EvidenceItem,
    FormReference,
    PromptRecord,
    ReportKind,
    ReportVersion,
    Stamp,
    canonical_text,
    draft_from_json,
    draft_to_json,
    version_from_json,
    version_to_json,
)

DRAFT = Draft(
    report_id=ReportId("0192f0c0-0000-7000-8000-000000000001"),
    local_number="LOC-0A1B-261020-01",
    kind=ReportKind.ORIGINAL,
    parent="",
    form=FormReference(name="federal-enforcement-incident", version="2026-11.1", sha256="0" * 64),
    catalogue=FormReference(name="catalogue", version="2026-11.1", sha256="1" * 64),
    author=Author(id=OfficerId("99001"), name="Alder Quill", rank="P.O.", star="99001", unit="010"),
    created_at="2026-10-20T16:50:00.000000Z",
    answers={"force_reported": "yes", "persons": [{"id": "p1", "name": {"absent": "refused"}}]},
    stamps=(Stamp(id="s1", kind="ems_called", wall="2026-10-20T16:51:00Z", mono_ms=5, boot="b"),),
    evidence=(
        EvidenceItem(
            id="e1",
            name="photo.jpg",
            media_type="image/jpeg",
            size_bytes=12,
            sha256="2" * 64,
            container_sha256="3" * 64,
            captured_at="",
            imported_at="2026-10-20T16:52:00Z",
            collected_by="99001",
        ),
    ),
    prompts=(PromptRecord(rule="A-01", version="1", text="t", state="done", severity="stop"),),
    revision=7,
)


def test_a_draft_survives_its_json() -> None:
    assert draft_from_json(json.loads(canonical_text(draft_to_json(DRAFT)))) == DRAFT


def test_a_sealed_version_survives_its_json() -> None:
    version = ReportVersion(
        draft=replace(DRAFT, revision=0), device="0A1B", app="0.1.0", submitted_at="2026-10-20Z"
    )
    assert version_from_json(json.loads(canonical_text(version_to_json(version)))) == version


@pytest.mark.parametrize("member", ["format", "author", "answers", "stamps", "form"])
def test_a_report_with_a_missing_member_is_refused(member: str) -> None:
    value = draft_to_json(DRAFT)
    del value[member]
    with pytest.raises(ValueError):
        draft_from_json(value)


def test_a_report_with_an_unknown_member_in_a_stamp_is_refused() -> None:
    value = draft_to_json(DRAFT)
    value["stamps"][0]["verdict"] = "guilty"
    with pytest.raises(ValueError):
        draft_from_json(value)


def test_a_sealed_report_without_its_device_is_refused() -> None:
    version = ReportVersion(draft=DRAFT, device="0A1B", app="0.1.0", submitted_at="2026-10-20Z")
    value = version_to_json(version)
    del value["device"]
    with pytest.raises(ValueError):
        version_from_json(value)
