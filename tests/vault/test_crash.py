"""Power cuts at any file operation, rebuilt from a recording and opened by the real program."""

import os
import random
from pathlib import Path

import pytest

from tests.vault.crash.disk_model import JOURNALING, POSIX, Disk
from tests.vault.crash.recording import Op
from tests.vault.crash.simulation import record, simulate

STATES = int(os.environ.get("ILOCDOC_CRASHES", "320"))
PER_RECORDING = 80 if STATES < 1000 else 300
ENOUGH_TO_BE_SEEN = 5


@pytest.mark.parametrize("seed", range(-(-STATES // PER_RECORDING)))
def test_no_power_cut_loses_or_halves_what_was_acknowledged(seed: int) -> None:
    outcome = simulate(record(seed), states=PER_RECORDING, seed=seed)
    assert outcome.states == PER_RECORDING
    assert outcome.faulty == 0, outcome.examples


@pytest.mark.parametrize("mistake", ["synchronous", "evidence-file", "evidence-folder"])
def test_a_planted_mistake_is_seen(mistake: str) -> None:
    outcome = simulate(record(1, mistake=mistake), states=PER_RECORDING, seed=1)
    assert outcome.faulty >= ENOUGH_TO_BE_SEEN, f"{outcome.faulty} of {outcome.states}"


# --- the two models of a disk, told by hand -----------------------------------------------

ROOT = Path("/vault")


def op(kind: str, path: str = "", *, fd: int = 3, at: int = 0, data: bytes = b"") -> Op:
    return Op(kind=kind, flag=int(kind == "O"), path=path, fd=fd, at=at, data=data)


WRITE_AND_SYNC = (
    op("O", "/vault/note.part"),
    op("W", data=b"first"),
    op("S"),
    op("R", "/vault/note.part", data=b"/vault/note"),
    op("W", data=b"LATER"),
)


def left(folder: Path, model: str, loss: str, *ops: Op) -> dict[str, bytes]:
    disk = Disk(ROOT, model)
    for each in ops:
        disk.do(each)
    disk.after_crash(folder, loss=loss, chance=random.Random(1))
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def test_a_journal_keeps_a_name_that_was_there_at_the_sync_and_may_lose_the_rename(tmp_path):
    assert left(tmp_path, JOURNALING, "none", *WRITE_AND_SYNC) == {"note.part": b"first"}


def test_strict_posix_loses_every_name_until_its_folder_is_synced(tmp_path):
    assert left(tmp_path, POSIX, "none", *WRITE_AND_SYNC) == {}
    folder = (op("O", "/vault", fd=4), op("S", fd=4))
    again = tmp_path / "again"
    again.mkdir()
    assert left(again, POSIX, "none", *WRITE_AND_SYNC, *folder) == {"note": b"first"}


def test_what_was_not_synced_may_be_there_all_the_same(tmp_path):
    assert left(tmp_path, POSIX, "all", *WRITE_AND_SYNC) == {"note": b"LATER"}


def test_a_write_may_be_torn_at_a_sector(tmp_path):
    ops = (op("O", "/vault/note"), op("W", data=b"x" * 5000))
    kept = {
        bytes(content) for seed in range(40) for content in [_torn(tmp_path / str(seed), seed, ops)]
    }
    assert any(0 < each.count(b"x") < 5000 and each.count(b"x") % 512 in {0, 392} for each in kept)


def _torn(folder: Path, seed: int, ops: tuple[Op, ...]) -> bytes:
    folder.mkdir()
    disk = Disk(ROOT, JOURNALING)
    for each in ops:
        disk.do(each)
    disk.after_crash(folder, loss="sectors", chance=random.Random(seed))
    return b"".join(each.read_bytes() for each in folder.iterdir())
