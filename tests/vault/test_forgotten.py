"""Supervisors' way into a volume, and the forgotten passphrase."""

import shutil
from pathlib import Path

import msgspec
import pytest

from ilocdoc.record.errors import DamagedError, InputError, RefusedError, UnlockError
from ilocdoc.record.ids import OfficerId
from ilocdoc.record.ledger import EntryKind
from ilocdoc.vault import officer_volume
from ilocdoc.vault.front_door import FrontDoor
from ilocdoc.vault.own_keys import OwnKeys
from ilocdoc.vault.slots import read_slots
from ilocdoc.vault.supervising import stated_key
from ilocdoc.wire.envelope import Envelope, envelope_bytes, seal_envelope
from tests.doubles.enrolled_laptop import PASSPHRASE, EnrolledLaptop
from tests.doubles.keys import software_key
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


def slots_of(laptop: EnrolledLaptop, star: str = QUILL) -> Path:
    return laptop.folder / "officers" / star / "slots.json"


def kinds(vault) -> list[EntryKind]:
    return [each.kind for each in vault.entries()]


# --- supervisors --------------------------------------------------------------------------


def test_supervisors_of_the_unit_on_this_laptop_have_a_way_in_and_nobody_else(laptop):
    assert [each.officer for each in read_slots(slots_of(laptop)).supervisor_slots()] == [PELL]


def test_a_supervisor_who_comes_later_gets_a_way_in_at_the_next_unlock(laptop):
    laptop.enrol(DANE)
    station = laptop.station()
    station.unlock(DANE, PASSPHRASE).close()
    vault = station.unlock(QUILL, PASSPHRASE)
    assert kinds(vault)[-1] is EntryKind.OFFICER_REKEYED
    vault.close()
    here = {each.officer for each in read_slots(slots_of(laptop)).supervisor_slots()}
    assert here == {PELL, DANE}
    station.close()


@pytest.mark.parametrize("change", [{"roles": ("officer",)}, {"unit": "011"}])
def test_whoever_supervises_no_more_loses_the_way_in_at_the_next_unlock(laptop, change):
    laptop.change_member(PELL, **change)
    station = laptop.station()
    station.unlock(QUILL, PASSPHRASE).close()
    assert read_slots(slots_of(laptop)).supervisor_slots() == ()
    station.close()


def test_an_unlock_that_changes_nothing_writes_no_slot_file(laptop, station):
    before = slots_of(laptop).stat().st_mtime_ns
    station.unlock(QUILL, PASSPHRASE).close()
    assert slots_of(laptop).stat().st_mtime_ns == before


def test_a_key_that_a_thief_put_into_the_device_volume_gets_no_way_in(laptop, station):
    volume = station.volume
    pell = next(each for each in volume.roster() if each.id == PELL)
    honest = volume.kept(f"opening-key/{PELL}")
    statement = msgspec.json.decode(honest, type=Envelope)
    forged = seal_envelope(statement.payload_type, statement.payload_bytes(), signer=software_key())
    for text in (envelope_bytes(forged).decode(), "{}", honest[:-40], "x"):
        volume.keep(f"opening-key/{PELL}", text)
        assert stated_key(volume, pell) is None
    station.unlock(QUILL, PASSPHRASE).close()
    assert read_slots(slots_of(laptop)).supervisor_slots() == ()


# --- the forgotten passphrase -------------------------------------------------------------


def enrol_again(station, **choices: str) -> None:
    given = {"supervisor": PELL, "passphrase": PASSPHRASE, "new_passphrase": NEW, **choices}
    FrontDoor(station).enrol_again(QUILL, **given)


def test_a_supervisor_gives_a_new_way_in_without_headquarters(laptop, station):
    enrol_again(station)
    with pytest.raises(UnlockError):
        station.unlock(QUILL, PASSPHRASE)
    vault = station.unlock(QUILL, NEW)
    assert vault.signer.certificate_der == b"", "headquarters has not certified the new key"
    vault.require_sound()
    vault.close()
    vault = station.unlock(PELL, PASSPHRASE)
    written = next(each for each in vault.entries() if each.ids.get("officer") == QUILL)
    assert written.kind is EntryKind.OFFICER_REKEYED
    assert written.ids["actor"] == PELL
    vault.close()


def test_it_ends_a_lock_out_as_well(station):
    for _ in range(5):
        with pytest.raises(UnlockError):
            station.unlock(QUILL, "not the passphrase")
    enrol_again(station)
    station.unlock(QUILL, NEW).close()


def test_it_opens_a_volume_whose_card_is_lost(station):
    SoftCard("lost")
    vault = station.unlock(QUILL, PASSPHRASE)
    OwnKeys(station, vault).set_up_card(PASSPHRASE, pin=PIN)
    vault.close()
    take_all_out()
    enrol_again(station)
    station.unlock(QUILL, NEW).close()


def test_the_supervisor_never_gets_the_officers_signing_key(station):
    before = station.unlock(QUILL, PASSPHRASE)
    old_key = before.signer.key_id
    before.close()
    enrol_again(station)
    after = station.unlock(QUILL, NEW)
    assert after.signer.key_id != old_key
    after.close()


def test_a_new_secret_is_forced_and_must_be_good(laptop, station):
    before = slots_of(laptop).read_bytes()
    with pytest.raises(InputError):
        enrol_again(station, new_passphrase="short")
    assert slots_of(laptop).read_bytes() == before
    station.unlock(QUILL, PASSPHRASE).close()


@pytest.mark.parametrize(("supervisor", "error"), [(VANE, RefusedError), (QUILL, RefusedError)])
def test_nobody_but_a_supervisor_of_the_unit_does_it(station, supervisor, error):
    with pytest.raises(error):
        enrol_again(station, supervisor=supervisor)


def test_a_supervisor_whom_the_volume_does_not_know_yet_is_told_so(laptop):
    laptop.enrol(DANE)
    station = laptop.station()
    with pytest.raises(RefusedError, match="no way into"):
        enrol_again(station, supervisor=DANE)
    station.close()


def test_a_slot_file_that_was_edited_is_refused_to_supervisors_too(laptop, station):
    slots = read_slots(slots_of(laptop))
    edited = msgspec.structs.replace(slots, generation=9)
    slots_of(laptop).write_bytes(msgspec.json.encode(edited))
    with pytest.raises(DamagedError):
        enrol_again(station)


def test_a_power_cut_between_the_new_slot_and_the_new_key_is_finished_at_unlock(
    laptop, station, tmp_path
):
    officer = laptop.folder / "officers" / QUILL
    shutil.copytree(officer, tmp_path / "before")
    enrol_again(station)
    slots = slots_of(laptop).read_bytes()
    shutil.rmtree(officer)
    shutil.copytree(tmp_path / "before", officer)
    slots_of(laptop).write_bytes(slots)
    vault = station.unlock(QUILL, NEW)
    assert vault.signer.certificate_der == b""
    vault.close()
    vault = station.unlock(QUILL, NEW)
    assert EntryKind.OFFICER_REKEYED in kinds(vault)
    vault.close()


# --- one member and another  ------------------------------------


@pytest.mark.parametrize("who", [VANE, PELL])
def test_the_keys_of_one_member_open_nothing_of_another(laptop, station, who):
    vault = station.unlock(who, PASSPHRASE)
    opened = vault.volume.opened
    vault.close()
    with pytest.raises(DamagedError):
        officer_volume.OfficerVolume(
            laptop.folder / "officers" / QUILL, slots=read_slots(slots_of(laptop)), opened=opened
        )


def test_one_members_slot_file_in_anothers_folder_opens_nothing(laptop, station):
    shutil.copy(slots_of(laptop, VANE), slots_of(laptop))
    with pytest.raises(UnlockError):
        station.unlock(QUILL, PASSPHRASE)
