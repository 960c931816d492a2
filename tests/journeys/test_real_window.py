"""An officer's whole turn in a real window on a virtual display, by keys and clicks."""

import os
import shutil
import subprocess
import sys

import pytest

from ilocdoc.record.ledger import EntryKind
from ilocdoc.shelf import form_file
from tests.doubles.headquarters import ROOT
from tests.journeys.conftest import PASSPHRASE
from tests.journeys.laptop_folder import case_of, signed_in
from tools.sample_media import write_samples


def environment(**changes: str) -> dict[str, str]:
    hidden = {"QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY"}
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    return {**kept, "PYTHONPATH": str(ROOT / "src"), **changes}


@pytest.mark.timeout(240)
def test_an_officer_writes_attaches_reads_and_signs_s7(department, tmp_path):
    write_samples(tmp_path)
    scenario = tmp_path / "S7.toml"
    shutil.copy(form_file("scenarios", "S7.toml"), scenario)
    player = [sys.executable, str(ROOT / "tools" / "window_player.py"), str(scenario)]
    player += ["--data", str(department.laptop), "--turn", "0"]
    player += ["--passphrase-file", str(department.passphrase), "--screens", str(tmp_path)]
    display = ["xvfb-run", "-a", "-s", "-screen 0 1366x768x24"]
    done = subprocess.run(
        [*display, *player], env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    with signed_in(department.laptop, "99001", PASSPHRASE) as shift:
        case = case_of(shift, "3300 W Testbed Rd")
        (row,) = shift.vault.rows()
        kinds = [each.kind for each in shift.vault.entries(case.report_id)]
    assert (case.state, case.draft, len(case.versions)) == ("submitted", None, 1)
    assert row.confirmed, "headquarters signed for it while the window was open"
    assert kinds.count(EntryKind.EVIDENCE_VERIFIED) == 2
    answers = case.versions[0].draft.answers
    assert answers["occurred_from"]["at"] == "2026-10-20T11:50:00-05:00"
    assert answers["occurred_from"]["precision"] == "approximate"
    assert answers["arrived_at"]["at"] == "2026-10-20T12:09:00-05:00"
    assert [each["minor"] for each in answers["people"]] == ["no", "yes", "no"]
    assert answers["force_events"][0]["target"] == answers["people"][0]["id"]
    assert (tmp_path / "submit.png").stat().st_size > 20_000
