"""Reads what an officer's volume knows of a report."""

import json

from ilocdoc.record.documents import StoredDocument
from ilocdoc.record.ids import ReportId, Sha256
from ilocdoc.record.report import draft_from_json, version_from_json
from ilocdoc.vault.database import Database
from ilocdoc.wire.entries import Case
from ilocdoc.wire.envelope import envelope_from_bytes


def read_case(database: Database, report_id: ReportId) -> Case | None:
    """Return all that a volume knows of a report, or None."""
    rows = database.all("SELECT state FROM report WHERE report_id = ?", (report_id,))
    if not rows:
        return None
    draft = database.all("SELECT body FROM draft WHERE report_id = ?", (report_id,))
    versions = database.all(
        "SELECT body FROM version WHERE report_id = ? ORDER BY version", (report_id,)
    )
    decisions = database.all(
        "SELECT act FROM decision WHERE report_id = ? ORDER BY number", (report_id,)
    )
    documents = database.all(
        "SELECT sha256, kind, version, at, pdf FROM document WHERE report_id = ? ORDER BY number",
        (report_id,),
    )
    return Case(
        report_id=report_id,
        state=rows[0][0],
        draft=draft_from_json(json.loads(draft[0][0])) if draft else None,
        versions=tuple(version_from_json(json.loads(body)) for (body,) in versions),
        decisions=tuple(envelope_from_bytes(act) for (act,) in decisions),
        documents=tuple(
            StoredDocument(
                sha256=Sha256(sha256),
                report_id=report_id,
                kind=kind,
                version=version,
                at=at,
                pdf=pdf,
            )
            for sha256, kind, version, at, pdf in documents
        ),
    )
