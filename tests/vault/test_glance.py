"""`ilocdoc status --unsent`: what would be lost with a laptop, asked by a script."""

import json
import subprocess
import sys

import pytest

from ilocdoc.__main__ import main
from ilocdoc.casework.drafting import abandon_draft, start_report
from ilocdoc.casework.submitting import submit_report
from ilocdoc.vault.glance import glance
from tests.doubles.working_laptop import WorkingLaptop

QUILL = "99001"


@pytest.fixture
def laptop(tmp_path):
    laptop = WorkingLaptop(tmp_path / "laptop", QUILL)
    yield laptop
    laptop.close()


def status(laptop: WorkingLaptop, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = main(["status", "--unsent", "--data", str(laptop.folder)])
    return code, capsys.readouterr().out


def test_it_is_told_while_the_window_is_open_and_nothing_is_changed(laptop, capsys):
    shift = laptop[QUILL]
    start_report(shift)
    before = laptop.station.volume.database.changes
    code, said = status(laptop, capsys)
    assert code == 1
    assert said.startswith("unsent: 3 entries")
    assert said.endswith("drafts: 1\n")
    # The window goes on as if nobody had looked.
    start_report(shift)
    assert laptop.station.volume.database.changes > before
    assert "drafts: 2" in status(laptop, capsys)[1]


def test_another_process_may_look_too(laptop):
    start_report(laptop[QUILL])
    done = subprocess.run(
        [sys.executable, "-m", "ilocdoc", "status", "--unsent", "--data", str(laptop.folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")


def test_a_draft_counts_until_it_is_sealed_or_given_up(laptop):
    shift = laptop[QUILL]
    sealed = start_report(shift, answers={"place": "here"})
    given_up = start_report(shift)
    assert glance(laptop.folder).drafts == 2
    submit_report(shift, sealed.report_id)
    abandon_draft(shift, given_up.report_id, reason="begun twice")
    assert glance(laptop.folder).drafts == 0


def test_when_headquarters_has_everything_there_is_nothing(laptop, capsys):
    shift = laptop[QUILL]
    abandon_draft(shift, start_report(shift).report_id, reason="begun twice")
    laptop.sign_for(QUILL)
    assert glance(laptop.folder).is_nothing
    laptop.close()
    assert status(laptop, capsys)[0] == 0


def test_a_folder_that_is_none_is_no_empty_laptop(tmp_path):
    assert main(["status", "--unsent", "--data", str(tmp_path / "nowhere")]) == 2


def test_a_store_without_its_key_is_not_taken_for_an_empty_one(laptop):
    start_report(laptop[QUILL])
    laptop.close()
    (laptop.folder / "device.key").unlink()
    assert main(["status", "--unsent", "--data", str(laptop.folder)]) == 5


def test_what_is_counted_are_headers_only(laptop):
    start_report(laptop[QUILL], answers={"place": "canary-place"})
    rows = laptop.station.volume.database.all("SELECT parcel FROM spool")
    assert all("canary" not in json.dumps(json.loads(each)) for (each,) in rows)
