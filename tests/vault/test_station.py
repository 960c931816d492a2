"""Unlocking, the lock-out, and what a thief finds."""

from pathlib import Path

import pytest

from ilocdoc.laptop import unsent
from ilocdoc.record.errors import (
    DamagedError,
    InUseError,
    LockedOutError,
    RefusedError,
    UnlockError,
    VaultError,
)
from ilocdoc.record.ids import OfficerId
from ilocdoc.record.ledger import EntryKind
from ilocdoc.vault.officer_volume import make_officer_volume
from ilocdoc.vault.spool import DeviceSpool
from ilocdoc.vault.station import LaptopStation
from tests.contracts.test_vault import draft
from tests.doubles.clocks import StoppedClock
from tests.doubles.enrolled_laptop import CHEAP, PASSPHRASE, EnrolledLaptop

QUILL, PELL = OfficerId("99001"), OfficerId("99010")


@pytest.fixture
def laptop(tmp_path: Path) -> EnrolledLaptop:
    return EnrolledLaptop(tmp_path / "laptop").enrol(QUILL, PELL)


def test_another_member_is_not_locked_out_by_it(laptop):
    station = laptop.station()
    for _ in range(5):
        with pytest.raises(UnlockError):
            station.unlock(QUILL, "not the passphrase")
    station.unlock(PELL, PASSPHRASE).close()
    station.close()


def test_restarting_does_not_buy_more_tries(laptop):
    for _ in range(5):
        station = laptop.station()
        with pytest.raises(UnlockError):
            station.unlock(QUILL, "not the passphrase")
        station.close()
    station = laptop.station()
    with pytest.raises(LockedOutError):
        station.unlock(QUILL, PASSPHRASE)
    station.close()


def test_a_stranger_gets_the_same_answer_as_a_wrong_passphrase(laptop):
    station = laptop.station()
    answers = []
    for star in ("99001", "99999", "my passphrase by mistake"):
        with pytest.raises(UnlockError) as error:
            station.unlock(OfficerId(star), "not the passphrase")
        answers.append((error.value.headline, error.value.advice))
    assert len(set(answers)) == 1
    spool = DeviceSpool(station.volume)
    device = next(each for each in station.volume.streams() if each.owner == "0A1B")
    assert spool.head(device.stream).seq == 1 + 3
    station.close()


def test_what_was_typed_into_the_star_field_is_not_written_down(laptop, tmp_path):
    station = laptop.station()
    with pytest.raises(UnlockError):
        station.unlock(OfficerId("hunter2-hunter2-hunter2"), "x")
    assert station.volume.database.all("SELECT officer FROM tries") == []
    for path in laptop.folder.rglob("*"):
        assert path.is_dir() or b"hunter2" not in path.read_bytes()
    station.close()


def test_a_folder_is_open_once(laptop):
    station = laptop.station()
    with pytest.raises(InUseError):
        laptop.station()
    station.close()
    laptop.station().close()


def test_a_laptop_that_nobody_enrolled_says_so(tmp_path):
    station = LaptopStation(tmp_path / "new", clock=StoppedClock())
    with pytest.raises(RefusedError, match="not enrolled"):
        station.unlock(QUILL, PASSPHRASE)
    station.close()


def test_unlocking_is_in_the_ledger_and_the_ledger_is_sound(laptop):
    station = laptop.station()
    for _ in range(3):
        vault = station.unlock(QUILL, PASSPHRASE)
        vault.require_sound()
        vault.close()
    vault = station.unlock(QUILL, PASSPHRASE)
    kinds = [each.kind for each in vault.entries()]
    assert kinds == [EntryKind.STREAM_OPENED, *[EntryKind.SESSION_UNLOCKED] * 4]
    vault.close()
    station.close()


def test_a_body_that_was_exchanged_is_found(laptop):
    station = laptop.station()
    vault = station.unlock(QUILL, PASSPHRASE)
    database = vault.volume.database
    database.run("DROP TRIGGER entry_is_not_changed")
    database.run("UPDATE entry SET act = X'00' WHERE seq = 1")
    with pytest.raises(DamagedError, match="entry 1"):
        vault.require_sound()
    vault.close()
    station.close()


def test_nothing_that_was_typed_lies_readable_on_the_disk(laptop):
    station = laptop.station()
    vault = station.unlock(QUILL, PASSPHRASE)
    made = draft(answers={"place": "canary-place", "synopsis": "canary-synopsis"})
    with vault.transaction() as opened:
        opened.put_draft(made, title="canary-title", state="draft")
    for path in laptop.folder.rglob("*"):
        if path.is_file():
            assert b"canary" not in path.read_bytes(), path.name
            assert PASSPHRASE.encode() not in path.read_bytes(), path.name
    vault.close()
    station.close()


def test_every_file_belongs_to_its_owner_alone(laptop):
    for path in laptop.folder.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


@pytest.fixture
def used(laptop) -> EnrolledLaptop:
    """A laptop on which Quill signed in once."""
    station = laptop.station()
    station.unlock(QUILL, PASSPHRASE).close()
    station.close()
    return laptop


@pytest.mark.parametrize("name", ["vault-1.db", "slots.json"])
@pytest.mark.parametrize("content", [None, b"", b"x" * 50_000])
def test_missing_or_damaged_files_of_a_member_are_damage_not_a_wrong_passphrase(
    used, name, content
):
    path = used.folder / "officers" / QUILL / name
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    station = used.station()
    assert QUILL in {each.id for each in station.officers()}
    for _ in range(6):
        with pytest.raises(DamagedError):
            station.unlock(QUILL, PASSPHRASE)
    station.close()
    with pytest.raises(DamagedError):
        make_officer_volume(
            path.parent, officer=QUILL, passphrase=PASSPHRASE, cost=CHEAP, is_known=True
        )


@pytest.mark.parametrize("name", ["device.db", "device.key"])
@pytest.mark.parametrize("content", [None, b"", b"x" * 50_000])
def test_a_missing_or_damaged_store_of_the_laptop_is_damage_not_an_empty_laptop(
    used, name, content
):
    path = used.folder / name
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    for _ in range(2):
        with pytest.raises(DamagedError):
            used.station()
        with pytest.raises(DamagedError):
            unsent(used.folder)
    assert path.exists() == (content is not None), "nothing is made in its place"


def test_an_enrolment_that_was_cut_off_before_its_first_file_goes_on(laptop):
    folder = laptop.folder / "officers" / "99020"
    make_officer_volume(folder, officer="99020", passphrase=PASSPHRASE, cost=CHEAP).close()
    for each in folder.glob("vault-1.db*"):
        each.unlink()
    laptop.enrol("99020")
    station = laptop.station()
    station.unlock(OfficerId("99020"), PASSPHRASE).close()
    station.close()


def test_a_folder_that_cannot_be_locked_says_so(used):
    lock = used.folder / "in-use.lock"
    lock.unlink()
    lock.mkdir()
    with pytest.raises(VaultError):
        used.station()
