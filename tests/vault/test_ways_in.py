"""Changing who can open a volume: passphrase, card, supervisors, the forgotten passphrase."""

import shutil
from pathlib import Path

import msgspec
import pytest

from ilocdoc.record.errors import (
    DamagedError,
    DiskFullError,
    FactorError,
    InputError,
    LockedOutError,
    RefusedError,
    UnlockError,
)
from ilocdoc.record.ids import OfficerId
from ilocdoc.record.ledger import EntryKind
from ilocdoc.vault import officer_volume
from ilocdoc.vault.own_keys import OwnKeys
from ilocdoc.vault.slots import write_slots
from tests.doubles.enrolled_laptop import PASSPHRASE, EnrolledLaptop
from tests.doubles.soft_card import PIN, SoftCard, card_reader, take_all_out

QUILL, VANE, PELL, DANE = (OfficerId(each) for each in ("99001", "99002", "99010", "99030"))
NEW = "eleven lanterns beside a frozen canal"


@pytest.fixture
def laptop(supervised, tmp_path) -> EnrolledLaptop:
    return supervised.copied_to(tmp_path / "laptop")


@pytest.fixture
def station(laptop):
    station = laptop.station(factors={"pkcs11": card_reader()})
    yield station
    station.close()


@pytest.fixture(scope="module")
def card() -> SoftCard:
    return SoftCard("Quill")


def slots_of(laptop: EnrolledLaptop, star: str = QUILL) -> Path:
    return laptop.folder / "officers" / star / "slots.json"


def kinds(vault) -> list[EntryKind]:
    return [each.kind for each in vault.entries()]


# --- the passphrase -----------------------------------------------------------------------


def test_a_changed_passphrase_opens_and_the_old_one_does_not(laptop, station):
    vault = station.unlock(QUILL, PASSPHRASE)
    signed_by = vault.signer.key_id
    OwnKeys(station, vault).change(PASSPHRASE, NEW)
    assert kinds(vault)[-1] is EntryKind.OFFICER_REKEYED
    vault.close()
    with pytest.raises(UnlockError):
        station.unlock(QUILL, PASSPHRASE)
    vault = station.unlock(QUILL, NEW)
    assert vault.signer.key_id == signed_by, "the signing key stays the officer's"
    vault.require_sound()
    vault.close()


def test_the_old_slot_file_put_back_opens_nothing_and_says_why(laptop, station, tmp_path):
    shutil.copy(slots_of(laptop), tmp_path / "old.json")
    vault = station.unlock(QUILL, PASSPHRASE)
    OwnKeys(station, vault).change(PASSPHRASE, NEW)
    vault.close()
    shutil.copy(tmp_path / "old.json", slots_of(laptop))
    with pytest.raises(DamagedError, match="older file"):
        station.unlock(QUILL, PASSPHRASE)
    with pytest.raises(UnlockError):
        station.unlock(QUILL, NEW)


def test_a_weak_new_passphrase_changes_nothing_and_tries_nothing(laptop, station):
    vault = station.unlock(QUILL, PASSPHRASE)
    before = slots_of(laptop).read_bytes()
    for weak in ("short", "passwordpassword", "Alder Quill 99001 Alder"):
        with pytest.raises(InputError):
            OwnKeys(station, vault).change(PASSPHRASE, weak)
    assert slots_of(laptop).read_bytes() == before
    vault.close()


def test_guessing_the_old_passphrase_in_an_open_session_locks_out_too(laptop, station):
    vault = station.unlock(QUILL, PASSPHRASE)
    own = OwnKeys(station, vault)
    for _ in range(4):
        with pytest.raises(UnlockError):
            own.change("a guess at the passphrase", NEW)
    with pytest.raises(LockedOutError):
        own.change("a guess at the passphrase", NEW)
    with pytest.raises(LockedOutError):
        own.change(PASSPHRASE, NEW)
    vault.close()


def test_a_full_disk_leaves_passphrase_and_ledger_as_they_were(laptop, station, monkeypatch):
    vault = station.unlock(QUILL, PASSPHRASE)
    entries, before = kinds(vault), slots_of(laptop).read_bytes()
    monkeypatch.setattr(officer_volume, "write_slots", _no_room)
    with pytest.raises(DiskFullError):
        OwnKeys(station, vault).change(PASSPHRASE, NEW)
    monkeypatch.undo()
    assert kinds(vault) == entries
    assert slots_of(laptop).read_bytes() == before
    vault.close()
    station.unlock(QUILL, PASSPHRASE).close()


def _no_room(*_given, **_named):
    raise DiskFullError


def test_a_change_that_a_power_cut_left_without_its_entry_is_told_at_the_next_unlock(
    laptop, station
):
    vault = station.unlock(QUILL, PASSPHRASE)
    slots, keys = vault.volume.slots, vault.volume.opened
    vault.close()
    newer = msgspec.structs.replace(slots, revision=slots.revision + 1)
    write_slots(slots_of(laptop), newer, volume_key=keys.volume_key)
    for _ in range(2):
        vault = station.unlock(QUILL, PASSPHRASE)
        told = kinds(vault)
        vault.close()
    assert told[-3:] == [
        EntryKind.SESSION_UNLOCKED,
        EntryKind.OFFICER_REKEYED,
        EntryKind.SESSION_UNLOCKED,
    ]


def test_the_yearly_reminder_comes_after_a_year(laptop, station):
    vault = station.unlock(QUILL, PASSPHRASE)
    own = OwnKeys(station, vault)
    assert not own.standing().is_old(laptop.clock.now()), "not known, so not blamed"
    own.change(PASSPHRASE, NEW)
    assert own.standing().chosen_at == laptop.clock.now()
    laptop.clock.move_on(days=364)
    assert not own.standing().is_old(laptop.clock.now())
    laptop.clock.move_on(days=1)
    assert own.standing().is_old(laptop.clock.now())
    vault.close()


# --- the card -----------------------------------------------------------------------------


@pytest.fixture
def guarded(station, card):
    """Quill set a card up."""
    card.put_in()
    vault = station.unlock(QUILL, PASSPHRASE)
    OwnKeys(station, vault).set_up_card(PASSPHRASE, pin=PIN)
    assert kinds(vault)[-1] is EntryKind.OFFICER_FACTOR_CHANGED
    vault.close()
    return station


def test_with_a_card_set_up_passphrase_and_card_open_together(guarded):
    assert guarded.factor_of(QUILL) == "pkcs11"
    assert guarded.factor_of(VANE) == ""
    guarded.unlock(QUILL, PASSPHRASE, pin=PIN).close()


def test_a_card_that_does_not_answer_is_no_wrong_try(guarded):
    for _ in range(6):
        with pytest.raises(FactorError):
            guarded.unlock(QUILL, PASSPHRASE, pin="000000")
    take_all_out()
    for _ in range(6):
        with pytest.raises(FactorError):
            guarded.unlock(QUILL, PASSPHRASE, pin=PIN)
    count, _ = guarded.tries.count(QUILL)
    assert count.wrong == ()


def test_a_wrong_passphrase_with_the_right_card_is_a_wrong_try(guarded):
    with pytest.raises(UnlockError):
        guarded.unlock(QUILL, "not the passphrase", pin=PIN)
    count, _ = guarded.tries.count(QUILL)
    assert len(count.wrong) == 1


def test_the_files_without_the_card_open_nothing(guarded):
    guarded.factors = {}
    with pytest.raises(FactorError, match="cannot read the card"):
        guarded.unlock(QUILL, PASSPHRASE, pin=PIN)


def test_a_changed_passphrase_keeps_asking_for_the_card(guarded):
    vault = guarded.unlock(QUILL, PASSPHRASE, pin=PIN)
    OwnKeys(guarded, vault).change(PASSPHRASE, NEW, pin=PIN)
    vault.close()
    assert guarded.factor_of(QUILL) == "pkcs11"
    guarded.unlock(QUILL, NEW, pin=PIN).close()


def test_a_card_is_left_out_only_with_that_card(guarded):
    vault = guarded.unlock(QUILL, PASSPHRASE, pin=PIN)
    own = OwnKeys(guarded, vault)
    with pytest.raises(FactorError):
        own.leave_out_card(PASSPHRASE, pin="000000")
    own.leave_out_card(PASSPHRASE, pin=PIN)
    vault.close()
    assert guarded.factor_of(QUILL) == ""
    guarded.unlock(QUILL, PASSPHRASE).close()


def test_a_second_card_is_not_set_up_over_the_first(guarded):
    vault = guarded.unlock(QUILL, PASSPHRASE, pin=PIN)
    with pytest.raises(RefusedError):
        OwnKeys(guarded, vault).set_up_card(PASSPHRASE, pin=PIN)
    vault.close()


def test_a_machine_without_a_reader_says_so(laptop):
    station = laptop.station()
    vault = station.unlock(QUILL, PASSPHRASE)
    own = OwnKeys(station, vault)
    assert not own.standing().can_set_up_card
    with pytest.raises(RefusedError):
        own.set_up_card(PASSPHRASE, pin=PIN)
    vault.close()
    station.close()
