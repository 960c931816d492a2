"""What is done for the volumes after an unlock: checks after a cut, daily copies."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from ilocdoc.record.errors import DamagedError, DiskFullError, IlocdocError
from ilocdoc.record.ids import OfficerId
from ilocdoc.record.ledger import EntryKind
from ilocdoc.vault import officer_volume
from ilocdoc.vault.backups import Backups, backups_in
from ilocdoc.vault.ledger import require_tail_sound
from ilocdoc.vault.open_vault import OpenVault
from ilocdoc.vault.station import LaptopStation
from ilocdoc.vault.upkeep import SUSPECT
from tests.contracts.test_vault import draft
from tests.doubles.enrolled_laptop import PASSPHRASE, EnrolledLaptop

STAR = OfficerId("99001")


@pytest.fixture
def laptop(tmp_path: Path) -> EnrolledLaptop:
    return EnrolledLaptop(tmp_path / "laptop").enrol(STAR)


def unlocked(laptop: EnrolledLaptop) -> tuple[LaptopStation, OpenVault]:
    station = laptop.station()
    station.volume.reserve._most_bytes = 64 * 1024
    return station, station.unlock(STAR, PASSPHRASE)


def with_a_big_draft(vault: OpenVault) -> None:
    with vault.transaction() as opened:
        opened.put_draft(draft(answers={"place": "x" * 90_000}), title="x", state="draft")


def cut_off(laptop: EnrolledLaptop, into: Path) -> EnrolledLaptop:
    """The folder as it lies on the disk while the program runs: as after a power cut."""
    shutil.copytree(laptop.folder, into, ignore=shutil.ignore_patterns("*-shm"))
    laptop.folder = into
    return laptop


def test_a_copy_is_made_once_a_day_checked_and_only_two_are_kept(laptop: EnrolledLaptop) -> None:
    station, vault = unlocked(laptop)
    assert station.upkeep(vault)() == ()
    assert station.upkeep(vault)() == ()
    folder = vault.volume.folder
    assert [each.name for each in backups_in(folder)] == ["backup-1.db"]
    assert [each.name for each in backups_in(laptop.folder)] == ["backup-1.db"]
    for _ in range(3):
        laptop.clock.move_on(hours=25)
        assert station.upkeep(vault)() == ()
    assert [each.name for each in backups_in(folder)] == ["backup-3.db", "backup-4.db"]
    copy = vault.volume.database.another(backups_in(folder)[-1])
    assert copy.one("SELECT count(*) FROM entry") == (len(vault.entries()),)
    copy.close()
    assert not list(folder.glob("*.tmp*"))
    Backups(vault.volume.database).forget()
    assert backups_in(folder) == []
    vault.close()
    station.close()


def test_a_copy_from_a_clock_that_was_ahead_does_not_put_the_next_one_off(
    laptop: EnrolledLaptop,
) -> None:
    station, vault = unlocked(laptop)
    backups = Backups(vault.volume.database)
    backups.make(laptop.clock.now() + timedelta(days=900))
    assert backups.is_due(laptop.clock.now())
    vault.close()
    station.close()


def test_a_copy_that_is_not_sound_is_not_kept(
    laptop: EnrolledLaptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    station, vault = unlocked(laptop)

    def copy_with_a_flipped_byte(path: Path) -> None:
        shutil.copy(vault.volume.folder / "vault-1.db", path)
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)

    vault.volume.database.all("PRAGMA wal_checkpoint(TRUNCATE)")
    monkeypatch.setattr(vault.volume.database, "copy_to", copy_with_a_flipped_byte)
    with pytest.raises(DamagedError):
        Backups(vault.volume.database).make()
    assert not list(vault.volume.folder.glob("backup*"))
    vault.close()
    station.close()


def test_after_a_cut_a_sound_store_is_checked_and_nothing_is_said(
    laptop: EnrolledLaptop, tmp_path: Path
) -> None:
    station, vault = unlocked(laptop)
    with_a_big_draft(vault)
    again, after = unlocked(cut_off(laptop, tmp_path / "after"))
    assert after.volume.database.was_unclean
    assert after.case(draft().report_id).draft is not None
    assert again.upkeep(after)() == ()
    for each in (vault, station, after, again):
        each.close()


def test_after_a_cut_a_damaged_page_is_told_in_words(
    laptop: EnrolledLaptop, tmp_path: Path
) -> None:
    station, vault = unlocked(laptop)
    with_a_big_draft(vault)
    vault.volume.database.all("PRAGMA wal_checkpoint(TRUNCATE)")
    with vault.transaction() as opened:
        opened.keep_setting("one", "more")
    folder = cut_off(laptop, tmp_path / "after").folder / "officers" / STAR
    damaged = bytearray((folder / "vault-1.db").read_bytes())
    # A page of the long draft: nothing that an unlock reads.
    damaged[-2000] ^= 1
    (folder / "vault-1.db").write_bytes(damaged)
    again, after = unlocked(laptop)
    (said,) = again.upkeep(after)()
    assert "did not pass its check" in said.headline
    assert backups_in(folder) == []
    for each in (vault, station, after, again):
        each.close()


def test_a_fault_of_the_disk_is_remembered_and_told_at_every_unlock(
    laptop: EnrolledLaptop,
) -> None:
    station, vault = unlocked(laptop)
    station.volume.suspicion.note()
    assert station.upkeep(vault)() == (SUSPECT,)
    vault.close()
    station.close()


def test_no_room_for_the_daily_copy_is_not_a_fault(
    laptop: EnrolledLaptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    station, vault = unlocked(laptop)

    def full(_self: Backups, _at: object = None) -> Path:
        raise DiskFullError

    monkeypatch.setattr(Backups, "make", full)
    assert station.upkeep(vault)() == ()
    vault.close()
    station.close()


@pytest.mark.parametrize("column", ["header", "act", "salt"])
def test_an_altered_entry_at_the_end_of_the_ledger_is_found(
    laptop: EnrolledLaptop, column: str
) -> None:
    station, vault = unlocked(laptop)
    database, key = vault.volume.database, vault.volume.keys().stream.public
    require_tail_sound(database, key)
    database.run("DROP TRIGGER entry_is_not_changed")
    database.run(
        f"UPDATE entry SET {column} = (SELECT {column} FROM entry WHERE seq = 1) WHERE seq = 2"
    )
    with pytest.raises((DamagedError, IlocdocError)):
        require_tail_sound(database, key)
    vault.close()
    station.close()


def test_a_schema_that_is_brought_forward_leaves_a_copy_and_an_entry(
    laptop: EnrolledLaptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    station, vault = unlocked(laptop)
    known = len(officer_volume._SCHEMA)
    vault.close()
    steps = (*officer_volume._SCHEMA, "CREATE TABLE later (note TEXT) STRICT")
    monkeypatch.setattr(officer_volume, "_SCHEMA", steps)
    vault = station.unlock(STAR, PASSPHRASE)
    (copy,) = backups_in(vault.volume.folder)
    old = vault.volume.database.another(copy)
    assert old.one("PRAGMA user_version") == (known,)
    old.close()
    migrated = [each for each in vault.entries() if each.kind is EntryKind.VOLUME_MIGRATED]
    assert len(migrated) == 1
    vault.close()
    station.close()
