"""A new key for a volume: wholly old or wholly new, nothing lost, old slots open nothing."""

import os
import shutil
import time
from pathlib import Path
from random import Random

import pytest

from ilocdoc.record.errors import DamagedError, VaultError
from ilocdoc.record.ledger import EntryKind
from ilocdoc.vault.database import Database
from ilocdoc.vault.officer_volume import open_officer_volume
from ilocdoc.vault.passphrase_slots import open_slots
from ilocdoc.vault.renewal import renewed
from ilocdoc.vault.rotation import FILE_KEYS
from ilocdoc.vault.slots import derive, read_slots, write_slots
from tests.doubles.authority import PASSPHRASE
from tests.doubles.breaking_disk import breaking, die, refuse, refuse_full
from tests.doubles.clocks import NOON
from tests.vault.rekeyed import FILE_CONTENT, QUILL, Holdings, LaptopWithWork

KILLS = int(os.environ.get("ILOCDOC_KILLS", "8"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> LaptopWithWork:
    return LaptopWithWork.make(tmp_path_factory.mktemp("made"))


@pytest.fixture
def laptop(made: LaptopWithWork, tmp_path: Path) -> LaptopWithWork:
    return made.copy(tmp_path)


def whole(laptop: LaptopWithWork, before: Holdings) -> None:
    """Everything of before is there, in one generation, and nothing lies about."""
    after = laptop.holdings()
    assert after.case == before.case
    assert after.file == FILE_CONTENT
    assert after.begun == before.begun
    assert after.entries[: len(before.entries)] == before.entries
    generation = read_slots(laptop.slots_path).generation
    kinds = [each.kind for each in after.entries[len(before.entries) :]]
    assert (EntryKind.VOLUME_REKEYED in kinds) == (generation == 2)
    assert [each.name for each in laptop.volume_folder.glob("vault-*.db")] == [
        f"vault-{generation}.db"
    ]
    laptop.open_every_copy()


def test_everything_is_there_under_the_new_key_and_the_event_says_so(laptop):
    before = laptop.holdings()
    laptop.rekey()
    after = laptop.holdings()
    assert after.case == before.case
    assert after.file == before.file == FILE_CONTENT
    assert after.entries[: len(before.entries)] == before.entries
    kinds = [each.kind for each in after.entries[len(before.entries) :]]
    assert kinds[0] is EntryKind.VOLUME_REKEYED
    assert read_slots(laptop.slots_path).generation == 2
    assert [each.name for each in laptop.volume_folder.glob("vault-*.db")] == ["vault-2.db"]


def test_every_table_that_holds_a_wrapped_key_is_wrapped_anew(laptop):
    volume = open_officer_volume(laptop.volume_folder, officer=QUILL, passphrase=PASSPHRASE)
    tables = volume.database.all(
        "SELECT m.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c "
        "WHERE m.type = 'table' AND c.name LIKE '%wrapped%'"
    )
    volume.close()
    assert {name for (name,) in tables} == {"secret", *FILE_KEYS}


def test_no_evidence_file_is_touched(laptop):
    before = {each: (each.stat().st_mtime_ns, each.read_bytes()) for each in laptop.containers()}
    laptop.rekey()
    assert before
    assert before == {
        each: (each.stat().st_mtime_ns, each.read_bytes()) for each in laptop.containers()
    }


def test_the_signing_key_and_the_stream_are_the_same_afterwards(laptop):
    before = laptop.keys()
    laptop.rekey()
    after = laptop.keys()
    assert after.signer.key_id == before.signer.key_id
    assert after.stream_id == before.stream_id
    assert after.evidence_key != before.evidence_key


def test_a_revoked_officer_who_puts_the_old_slot_file_back_opens_nothing(laptop, tmp_path):
    old_slots = laptop.slots_path.read_bytes()
    old_key = open_slots(
        read_slots(laptop.slots_path), officer=QUILL, passphrase=PASSPHRASE
    ).volume_key
    laptop.rekey()
    laptop.slots_path.write_bytes(old_slots)
    station = laptop.laptop.station()
    with pytest.raises(DamagedError):
        station.unlock(QUILL, PASSPHRASE)
    station.close()
    # Nor does the key itself, whatever program is used.
    with pytest.raises(DamagedError):
        Database(laptop.volume_folder / "vault-2.db", derive(old_key, "db"))


def test_without_a_rotation_the_old_slot_file_would_open_everything(laptop):
    """The case that the test above guards against: taking a slot out revokes nobody."""
    slots, old_slots = read_slots(laptop.slots_path), laptop.slots_path.read_bytes()
    opened = open_slots(slots, officer=QUILL, passphrase=PASSPHRASE)
    emptied = type(slots)(
        volume=slots.volume, generation=1, revision=9, database=slots.database, slots=()
    )
    write_slots(laptop.slots_path, emptied, volume_key=opened.volume_key)
    laptop.slots_path.write_bytes(old_slots)
    again = open_slots(read_slots(laptop.slots_path), officer=QUILL, passphrase=PASSPHRASE)
    database = Database(laptop.volume_folder / "vault-1.db", derive(again.volume_key, "db"))
    assert database.all("SELECT body FROM draft")
    database.close()


def test_a_whole_older_generation_put_back_is_refused_and_the_newer_one_not_deleted(laptop):
    copy = laptop.folder / "copy"
    shutil.copytree(laptop.volume_folder, copy)
    laptop.rekey()
    laptop.holdings()
    for each in ("slots.json", "vault-1.db"):
        shutil.copy(copy / each, laptop.volume_folder / each)
    station = laptop.laptop.station()
    with pytest.raises(DamagedError, match="older"):
        station.unlock(QUILL, PASSPHRASE)
    station.close()
    assert (laptop.volume_folder / "vault-2.db").exists()


def test_a_damaged_database_that_a_salvage_left_is_not_swept(laptop):
    laptop.rekey()
    (laptop.volume_folder / "vault-1.db").write_bytes(b"old and damaged")
    salvaged = laptop.volume_folder / "vault-0.db"
    salvaged.write_bytes(b"kept for the device desk")
    laptop.holdings()
    assert salvaged.exists()
    assert not (laptop.volume_folder / "vault-1.db").exists()


def test_what_an_interrupted_rotation_left_is_swept_at_the_next_unlock(laptop):
    for name in ("vault-2.db", "vault-2.db-wal", "vault-2.db-shm"):
        (laptop.volume_folder / name).write_bytes(b"half")
    before = laptop.holdings()
    assert sorted(each.name for each in laptop.volume_folder.glob("vault-2*")) == []
    assert before.file == FILE_CONTENT
    laptop.rekey()
    assert laptop.holdings().case == before.case


def steps_of_a_rotation(laptop: LaptopWithWork) -> int:
    with breaking(laptop.volume_folder, at=0) as watch:
        laptop.rekey()
    return watch.seen


@pytest.mark.parametrize("act", [refuse, refuse_full])
def test_a_disk_that_refuses_at_any_step_leaves_the_old_or_the_new_volume_whole(
    made, tmp_path, act
):
    """Each file operation of a rotation fails once, one after the other."""
    before, steps = made.holdings(), steps_of_a_rotation(made.copy(tmp_path / "count"))
    assert steps > 15
    refused = 0
    for step in range(1, steps + 1):
        laptop = made.copy(tmp_path / str(step))
        try:
            with breaking(laptop.volume_folder, at=step, act=act):
                laptop.rekey()
        except VaultError:
            refused += 1
        whole(laptop, before)
    assert refused > steps // 2


def test_a_process_killed_at_any_step_leaves_the_old_or_the_new_volume_whole(made, tmp_path):
    before, steps = made.holdings(), steps_of_a_rotation(made.copy(tmp_path / "count"))
    generations = []
    for step in range(1, steps + 1):
        laptop = made.copy(tmp_path / str(step))

        def work(laptop: LaptopWithWork = laptop, step: int = step) -> None:
            with breaking(laptop.volume_folder, at=step, act=die):
                laptop.rekey()

        assert not laptop.in_a_process(work)
        whole(laptop, before)
        generations.append(read_slots(laptop.slots_path).generation)
    assert generations == sorted(generations), "one rename flips over, and nothing flips back"
    assert set(generations) == {1, 2}


def test_a_process_killed_at_any_moment_leaves_the_old_or_the_new_volume_whole(made, tmp_path):
    before, chance, finished = made.holdings(), Random(11), 0
    started = time.monotonic()
    made.copy(tmp_path / "timed").rekey()
    longest = time.monotonic() - started
    for number in range(KILLS):
        laptop = made.copy(tmp_path / str(number))
        finished += laptop.in_a_process(laptop.rekey, kill_after_s=chance.uniform(0, longest))
        whole(laptop, before)
        shutil.rmtree(laptop.folder)
    assert finished < KILLS, "nobody was killed in time"


def test_a_checker_of_wholeness_sees_what_is_lost(made, tmp_path):
    """The cases above would be worthless if `whole` accepted anything."""
    before = made.holdings()
    mixed = made.copy(tmp_path / "mixed")
    old = mixed.slots_path.read_bytes()
    mixed.rekey()
    mixed.slots_path.write_bytes(old)
    with pytest.raises(DamagedError):
        whole(mixed, before)
    silent = made.copy(tmp_path / "silent")
    (silent.volume_folder / "vault-7.db").write_bytes(b"")
    silent.rekey()
    with pytest.raises(AssertionError):
        whole(made.copy(tmp_path / "early"), silent.holdings())


def test_a_rotation_that_fails_leaves_the_open_volume_usable(laptop):
    station = laptop.laptop.station()
    volume = open_officer_volume(laptop.volume_folder, officer=QUILL, passphrase=PASSPHRASE)
    with breaking(laptop.volume_folder, at=3, act=refuse_full), pytest.raises(VaultError):
        renewed(volume, device=station.volume, now=NOON, reason="asked_for")
    assert volume.database.all("SELECT body FROM draft")
    volume = renewed(volume, device=station.volume, now=NOON, reason="asked_for")
    assert volume.slots.generation == 2
    volume.close()
    station.close()


def test_two_rotations_in_a_row_work(laptop):
    laptop.rekey()
    laptop.rekey()
    assert laptop.holdings().file == FILE_CONTENT
    assert read_slots(laptop.slots_path).generation == 3
