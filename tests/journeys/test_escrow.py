"""The ceremonies of docs/escrow.md, command by command, on a real headquarters and laptop."""

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doubles.headquarters import ROOT, ROSTER, RealHeadquarters

GUIDE = (ROOT / "docs" / "escrow.md").read_text()
PROGRAMS = {"ilocdoc": "ilocdoc", "ilocdoc-hq": "ilocdoc.headquarters"}
WORDS = {
    "north": "three lamps by the old pier",
    "south": "nine kettles under a bridge",
    "chief": "two brass owls on a ledge",
    "first": "seven quiet herons over gravel",
    "new": "eleven lanterns beside a frozen canal",
}
SECOND_LIEUTENANT = """
[[members]]
star = "99031"
name = "Reed Harlow"
rank = "Lt"
unit = "010"
roles = ["supervisor", "watch_lieutenant"]
"""
SYNC = 'scenario = "s"\ntitle = "s"\nstarts = 2026-10-21T08:00:00-05:00\n[[acts]]\ndo = "sync"\n'


def section(title: str) -> str:
    return GUIDE.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def commands(title: str) -> list[list[str]]:
    """The commands of a section, block by block joined, as a shell would split them."""
    lines = section(title).splitlines()
    return [shlex.split(line[2:]) for line in lines if line.startswith("$ ")]


class Desk:
    """A folder in which the commands of the guide are typed."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.hq, self.said = folder, None, ""
        for name, words in WORDS.items():
            (folder / f"{name}.txt").write_text(words + "\n")

    def run(self, words: list[str]) -> subprocess.CompletedProcess[str]:
        code = self.said.strip().rpartition("\n")[2]
        stand_ins = {"CODE": code, "URL": self.hq.url if self.hq else "", "DEVICE": self.device}
        return subprocess.run(
            [sys.executable, "-m", PROGRAMS[words[0]]]
            + [stand_ins.get(each, each) for each in words[1:]],
            env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )

    def must(self, *words: str) -> str:
        done = self.run(list(words))
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        self.said = done.stdout
        return done.stdout

    def refused(self, *words: str, code: int) -> str:
        done = self.run(list(words))
        assert done.returncode == code, (words, done.stdout, done.stderr)
        return done.stderr

    @property
    def device(self) -> str:
        rows = self.hq.sql("SELECT id FROM device") if self.hq else []
        return str(rows[0][0]) if rows else ""

    def enrol(self, star: str, words: str = "first.txt") -> None:
        self.must("ilocdoc-hq", "enrol-code", "--data", "hq", "--officer", star)
        at = ("--hq", "URL", "--code", "CODE", "--data", "laptop")
        self.must("ilocdoc", "enrol", *at, "--officer", star, "--passphrase-file", words)

    def sign_in(self, star: str, words: str) -> subprocess.CompletedProcess[str]:
        """Any command that signs in; a new key is as good as another."""
        line = ["ilocdoc", "rekey", "--data", "laptop", "--officer", star]
        return self.run([*line, "--passphrase-file", words])

    def sync(self) -> None:
        (self.folder / "sync.toml").write_text(SYNC)
        line = ("ilocdoc", "replay", "sync.toml", "--data", "laptop", "--hq", "URL")
        self.must(*line, "--passphrase-file", "first.txt")

    def all_read(self) -> None:
        """Wait until headquarters opened every body: it does so in its own time."""
        give_up = time.monotonic() + 60
        while self.hq.sql("SELECT 1 FROM outbox"):
            assert time.monotonic() < give_up
            time.sleep(0.1)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = Desk(tmp_path_factory.mktemp("desk"))
    for words in commands("Making the keys"):
        made.must(*words)
    (made.folder / "roster.toml").write_text(ROSTER.read_text() + SECOND_LIEUTENANT)
    made.must("ilocdoc-hq", "roster", "--data", "hq", "--file", "roster.toml")
    with RealHeadquarters(made.folder / "hq") as headquarters:
        made.hq = headquarters
        made.must("ilocdoc-hq", "enrol-code", "--data", "hq", "--device")
        made.must("ilocdoc", "enrol", "--hq", "URL", "--code", "CODE", "--data", "laptop")
        made.enrol("99001")
        made.enrol("99031", "new.txt")
        yield made


@pytest.mark.timeout(900)
def test_the_ceremonies_of_the_guide_work_one_after_the_other(desk):
    assert desk.sign_in("99001", "first.txt").returncode == 0
    desk.sync()
    lost_and_recovered(desk)
    ended_and_given_back(desk)
    wiped_by_two_people(desk)
    recovered_and_wiped_again_by_exchange(desk)
    kinds = {str(row[0]) for row in desk.hq.sql("SELECT kind FROM act")}
    assert {"volume.rekeyed", "officer.revoked", "wipe.ordered", "policy.changed"} <= kinds
    assert desk.hq.sql("SELECT reason FROM attention") == []


def lost_and_recovered(desk: Desk) -> None:
    """One holder opens nothing; two open it, and the officer works and signs again."""
    recovered, code, enrolled, written = commands("All ways in are lost")
    alone = recovered[: recovered.index("chief.key")]
    said = desk.refused(*alone, "--escrow-passphrase-file", "north.txt", "--out", "x", code=3)
    assert "2 of its holders must come together" in said
    for words in (recovered, code, enrolled, written):
        desk.must(*words)
    assert desk.sign_in("99001", "first.txt").returncode == 4, "the old secret is never used again"
    assert (desk.folder / "recovered" / "evidence" / "index.json").exists()
    for words in commands("A new key"):
        assert "generation 4" in desk.must(*words)


def ended_and_given_back(desk: Desk) -> None:
    ended, undone = commands("Access ends")
    desk.must(*ended)
    desk.sync()
    refused = desk.sign_in("99001", "new.txt")
    assert (refused.returncode, "ended this member's access" in refused.stderr) == (3, True)
    desk.must(*undone)
    desk.sync()
    assert desk.sign_in("99001", "new.txt").returncode == 0


def wiped_by_two_people(desk: Desk) -> None:
    """There is unsent work, so that one person is not enough."""
    order, wipe, order_of_two, approve, take_in, wipe_of_two = commands("A wipe order")
    desk.must(*order, "--generation", "5")
    assert "needs two people" in desk.refused(*wipe, code=3)
    desk.must(*order_of_two, "--generation", "5")
    for words in (approve, take_in, wipe_of_two):
        desk.must(*words)
    gone = desk.sign_in("99001", "new.txt")
    assert (gone.returncode, "signed order" in gone.stderr) == (3, True)
    desk.refused(*wipe_of_two, code=3)


def recovered_and_wiped_again_by_exchange(desk: Desk) -> None:
    for words in commands("All ways in are lost")[:3]:
        desk.must(*words)
    assert desk.sign_in("99001", "new.txt").returncode == 0
    desk.sync()
    desk.all_read()
    assert "generation 7 then" in desk.must(*commands("A wipe order")[0]), "as the ledgers said"
    desk.sync()
    assert desk.sign_in("99001", "new.txt").returncode == 3
    desk.sync()
    desk.all_read()
