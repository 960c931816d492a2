"""An old page that was put back is sound in itself; what was signed tells."""

import dataclasses
import shutil

import pytest

from ilocdoc.casework.drafting import keep_answers, start_report
from ilocdoc.casework.receiving import open_deliveries
from ilocdoc.casework.reviewing import approve_report, open_for_review
from ilocdoc.casework.soundness import altered_versions
from ilocdoc.casework.submitting import submit_report
from ilocdoc.record.errors import RefusedError
from ilocdoc.record.report import canonical_text, version_to_json
from ilocdoc.vault.rollbacks import device_stream
from ilocdoc.vault.spool import DeviceSpool
from tests.doubles.working_laptop import WorkingLaptop

QUILL, PELL = "99001", "99010"
PAGE = 4096


@pytest.fixture
def laptop(tmp_path):
    laptop = WorkingLaptop(tmp_path / "laptop", QUILL, PELL)
    yield laptop
    laptop.close()


@pytest.fixture
def report(laptop):
    draft = start_report(laptop[QUILL], answers={"place": "3300 W Testbed Rd"})
    submit_report(laptop[QUILL], draft.report_id)
    open_deliveries(laptop[PELL])
    return draft.report_id


def put(laptop, star, statement, *values):
    database = laptop[star].vault.volume.database
    for table in ("version", "document"):
        for verb in ("changed", "deleted"):
            database.run(f"DROP TRIGGER IF EXISTS {table}_is_not_{verb}")
    database.run(statement, values)


def test_what_was_signed_is_what_is_stored(laptop, report):
    for star in (QUILL, PELL):
        assert altered_versions(laptop[star], laptop[star].vault.case(report)) == []


def test_an_exchanged_version_is_altered_and_both_are_there_to_be_shown(laptop, report):
    vault = laptop[PELL].vault
    version = vault.case(report).versions[0]
    other = dataclasses.replace(
        version, draft=dataclasses.replace(version.draft, answers={"place": "elsewhere"})
    )
    body = canonical_text(version_to_json(other))
    put(laptop, PELL, "UPDATE version SET body = ? WHERE report_id = ?", body, report)
    (altered,) = altered_versions(laptop[PELL], vault.case(report))
    assert altered.stored.draft.answers == {"place": "elsewhere"}
    assert altered.signed.draft.answers == {"place": "3300 W Testbed Rd"}
    with pytest.raises(RefusedError, match="altered in the store"):
        open_for_review(laptop[PELL], report)
    with pytest.raises(RefusedError, match="altered in the store"):
        approve_report(laptop[PELL], report, read_sha256="0" * 64)
    volume = laptop.station.volume
    parcels, _sessions = DeviceSpool(volume).parcels(device_stream(volume), after=0, limit=99)
    assert len(parcels) >= 2


def test_a_version_that_is_gone_is_not_forgotten(laptop, report):
    put(laptop, PELL, "DELETE FROM version WHERE report_id = ?", report)
    (altered,) = altered_versions(laptop[PELL], laptop[PELL].vault.case(report))
    assert altered.stored is None
    assert altered.signed is not None


def test_a_document_that_was_exchanged_stops_a_decision(laptop, report):
    put(laptop, PELL, "UPDATE document SET pdf = X'00' WHERE report_id = ?", report)
    with pytest.raises(RefusedError, match="altered in the store"):
        open_for_review(laptop[PELL], report)


def test_a_page_of_another_life_of_the_same_file_is_found(laptop, tmp_path):
    """Somebody with the key lets a copy live on, and splices its page into the true file."""
    draft = start_report(laptop[QUILL], answers={"place": "3300 W Testbed Rd"})
    laptop.close()
    shutil.copytree(laptop.folder, tmp_path / "other")
    submit_report(laptop[QUILL], draft.report_id)
    truth, number = page_of_versions(laptop)
    other = laptop.beside(tmp_path / "other")
    keep_answers(other[QUILL], draft.report_id, {"place": "9900 S Elsewhere St"})
    submit_report(other[QUILL], draft.report_id)
    forged, same = page_of_versions(other)
    assert same == number
    assert forged != truth
    path = laptop.folder / "officers" / QUILL / "vault-1.db"
    data = path.read_bytes()
    path.write_bytes(data[: (number - 1) * PAGE] + forged + data[number * PAGE :])
    shift = laptop[QUILL]
    # Every page is what somebody with the key wrote, so the store finds nothing.
    shift.vault.volume.database.check()
    (altered,) = altered_versions(shift, shift.vault.case(draft.report_id))
    assert altered.stored.draft.answers["place"] == "9900 S Elsewhere St"
    assert altered.signed.draft.answers["place"] == "3300 W Testbed Rd"


def page_of_versions(laptop: WorkingLaptop) -> tuple[bytes, int]:
    """The page with Quill's sealed version as it lies in the file, and its number."""
    database = laptop[QUILL].vault.volume.database
    (number,) = database.one("SELECT rootpage FROM sqlite_master WHERE name = 'version'")
    laptop.close()
    data = (laptop.folder / "officers" / QUILL / "vault-1.db").read_bytes()
    return data[(number - 1) * PAGE : number * PAGE], number
