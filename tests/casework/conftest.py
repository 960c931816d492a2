"""A precinct with everybody signed in, and a report at each stage of its life."""

from pathlib import Path

import pytest

from ilocdoc.casework.drafting import start_report
from ilocdoc.casework.evidence import attach
from ilocdoc.casework.receiving import open_deliveries
from ilocdoc.casework.reviewing import approve_report, report_document
from ilocdoc.casework.submitting import submit_report
from ilocdoc.record.ids import ReportId
from tests.doubles.precinct import FINCH, PELL, QUILL, Precinct

PLACE = "3300 W Testbed Rd"


@pytest.fixture
def precinct() -> Precinct:
    return Precinct()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"\xff\xd8\xff" + bytes(range(256)))
    return path


@pytest.fixture
def submitted(precinct: Precinct, photo: Path) -> ReportId:
    """Quill's report with a photo, at the supervisors' desks."""
    draft = start_report(precinct[QUILL], answers={"place": PLACE})
    attach(precinct[QUILL], draft.report_id, photo, caption="The car, driver's side")
    submit_report(precinct[QUILL], draft.report_id)
    open_deliveries(precinct[PELL])
    return draft.report_id


@pytest.fixture
def approved(precinct: Precinct, submitted: ReportId) -> ReportId:
    """The same, approved by Pell; everybody has read their mail."""
    read = report_document(precinct[PELL].vault.case(submitted)).sha256
    approve_report(precinct[PELL], submitted, read_sha256=read, checks=["Facts are stated"])
    for star in (QUILL, FINCH):
        open_deliveries(precinct[star])
    return submitted
