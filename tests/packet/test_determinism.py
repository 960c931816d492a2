"""The same record gives the same bytes, wherever and however the program runs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packet import judges

PROGRAM = """
import hashlib, json, locale, sys
if "no-accelerator" in sys.argv:
    sys.modules["rl_accel"] = sys.modules["_rl_accel"] = None
    sys.modules["reportlab.lib._rl_accel"] = None
try:
    locale.setlocale(locale.LC_ALL, "")
except locale.Error:
    pass
from ilocdoc.packet.press import PdfPress
from tests.doubles.authority import officers
from tests.packet.samples import FORM, rich_report
from tests.packet.scenario_case import hard_case
press = PdfPress()
if "warm" in sys.argv:
    press.report_document(rich_report(training=True), form=FORM, draft=True)
report = press.report_document(rich_report(), form=FORM, draft=False)
main, annex = press.packet(hard_case(officers(), people=12, rows=30), form=FORM)
print(json.dumps([hashlib.sha256(each).hexdigest() for each in (report, main, annex)]))
"""

WORLDS: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "another hash seed and a far time zone": (
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Kathmandu", "LC_ALL": "C"},
        (),
    ),
    "without the accelerator, in a Turkish world": (
        {"PYTHONHASHSEED": "4711", "TZ": "America/Los_Angeles", "LC_ALL": "tr_TR.UTF-8"},
        ("no-accelerator",),
    ),
    "after another document, with other folders": (
        {"PYTHONHASHSEED": "random", "TZ": "UTC", "LANG": "de_DE.UTF-8", "PYTHONUTF8": "1"},
        ("warm",),
    ),
}


def drawn(folder: Path, world: dict[str, str], *arguments: str) -> list[str]:
    """Digests of report, packet and annex, drawn in a process of that world."""
    root = Path(__file__).resolve().parents[2]
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    paths = os.pathsep.join([str(root / "src"), str(root)])
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        env={**kept, "HOME": str(folder), "TMPDIR": str(folder), "PYTHONPATH": paths, **world},
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    digests: list[str] = json.loads(done.stdout)
    return digests


@pytest.fixture(scope="module")
def here(tmp_path_factory) -> list[str]:
    return drawn(tmp_path_factory.mktemp("here"), {"PYTHONHASHSEED": "0"})


@pytest.mark.parametrize("name", WORLDS)
def test_another_world_gives_the_same_bytes(name, here, tmp_path):
    world, arguments = WORLDS[name]
    assert drawn(tmp_path, world, *arguments) == here


def test_this_process_gives_the_bytes_of_the_others(unsigned, here):
    assert judges.sha256(unsigned) == here[0]


def test_another_record_gives_other_bytes(house, unsigned):
    """The comparison above would find a difference."""
    from dataclasses import replace

    from tests.packet.samples import FORM, rich_report

    version = rich_report()
    draft = replace(version.draft, answers={**version.draft.answers, "place": "elsewhere"})
    other = house.press.report_document(replace(version, draft=draft), form=FORM, draft=False)
    assert judges.sha256(other) != judges.sha256(unsigned)
