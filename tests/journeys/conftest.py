"""A whole department in a folder: real headquarters, a real laptop, everybody enrolled."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doubles.authority import PASSPHRASE
from tests.doubles.headquarters import ROOT, RealHeadquarters
from tools.sample_media import write_samples

MEMBERS = ("99001", "99002", "99010", "99020", "99030")


class Department:
    """What the commands of the product are run on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.hq = RealHeadquarters(folder / "hq")
        self.laptop = folder / "laptop"
        self.passphrase = folder / "passphrase.txt"
        self.passphrase.write_text(PASSPHRASE + "\n")

    def run(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        """Run `ilocdoc`; its exit code is the caller's business."""
        return subprocess.run(
            [sys.executable, "-m", "ilocdoc", *(str(each) for each in arguments)],
            env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
            capture_output=True,
            text=True,
            check=False,
        )

    def must(self, *arguments: object) -> str:
        """Run `ilocdoc` and return what it printed."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def enrol(self) -> None:
        at, word = ("--hq", self.hq.url), ("--passphrase-file", self.passphrase)
        code = self.hq.code_for_device()
        self.must("enrol", *at, "--code", code, "--data", self.laptop)
        for star in MEMBERS:
            code = self.hq.code_for_officer(star)
            officer = ("--officer", star, "--data", self.laptop)
            self.must("enrol", *at, "--code", code, *officer, *word)

    def sync(self) -> str:
        """Exchange with headquarters once and return what was said."""
        scenario = self.folder / "sync.toml"
        scenario.write_text(
            'scenario = "sync"\ntitle = "Only sync"\nstarts = 2026-10-21T08:00:00-05:00\n'
            '[[acts]]\ndo = "sync"\n'
        )
        return self.must(
            *("replay", scenario, "--data", self.laptop, "--hq", self.hq.url),
            *("--passphrase-file", self.passphrase),
        )

    def replay(self, scenario: Path, *, sync: bool = True) -> str:
        """Perform a scenario from a folder of its own, with the drawn photo and film."""
        stage = self.folder / "stage"
        stage.mkdir(exist_ok=True)
        write_samples(stage)
        copy = stage / scenario.name
        shutil.copy(scenario, copy)
        road = ("--hq", self.hq.url) if sync else ()
        return self.must(
            "replay", copy, "--data", self.laptop, "--passphrase-file", self.passphrase, *road
        )


@pytest.fixture(scope="module")
def department(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Department]:
    made = Department(tmp_path_factory.mktemp("department"))
    try:
        made.enrol()
        yield made
    finally:
        made.hq.stop()
