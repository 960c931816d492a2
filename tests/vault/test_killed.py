"""SIGKILL at any moment: what was acknowledged is there, and the ledger is whole."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from ilocdoc.record.ids import OfficerId
from ilocdoc.vault.spool import DeviceSpool
from tests.contracts.test_vault import draft
from tests.doubles.enrolled_laptop import PASSPHRASE, EnrolledLaptop

ROUNDS = int(os.environ.get("ILOCDOC_KILLS", "6"))


def kill_a_writer(folder: Path, start: int, *, after_s: float) -> int:
    """Run a writer, kill it, and return the last revision it acknowledged."""
    line = [sys.executable, "-m", "tests.vault.killed_writer", str(folder), str(start)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        first = writer.stdout.readline()
        assert first, "the writer died before its first word"
        time.sleep(after_s)
        writer.kill()
        said = [int(each) for each in (first + writer.stdout.read()).split("\n")[:-1]]
    return said[-1]


def test_nothing_acknowledged_is_lost_however_often_the_program_is_killed(tmp_path):
    laptop = EnrolledLaptop(tmp_path / "laptop").enrol("99001")
    chance, told = random.Random(7), 0
    for _ in range(ROUNDS):
        told = kill_a_writer(laptop.folder, told, after_s=chance.uniform(0, 0.25))
        station = laptop.station()
        vault = station.unlock(OfficerId("99001"), PASSPHRASE)
        kept = vault.case(draft().report_id).draft
        assert kept is not None
        assert kept.revision >= told
        assert kept.answers == {"place": f"revision {kept.revision}"}
        steps = [int(each.ids["n"]) for each in vault.entries(draft().report_id)]
        assert steps == list(range(1, kept.revision + 1))
        vault.require_sound()
        assert DeviceSpool(station.volume).head(vault.entries()[-1].stream).seq == len(
            vault.entries()
        )
        told = kept.revision
        vault.close()
        station.close()
