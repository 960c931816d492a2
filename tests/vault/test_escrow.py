"""All local slots lost: holders who come together open the volume, no single one does."""

from itertools import combinations
from pathlib import Path

import msgspec
import pytest

from ilocdoc.record.errors import DamagedError, InputError, RefusedError, UnlockError, WireError
from ilocdoc.vault.device_volume import DeviceVolume
from ilocdoc.vault.escrow import escrow_plan, is_wiped, open_escrow
from ilocdoc.vault.files import replace_file
from ilocdoc.vault.officer_volume import OfficerVolume
from ilocdoc.vault.recovery import give_new_way_in, open_for_holders, write_out
from ilocdoc.vault.slots import read_slots, unmarked_bytes
from ilocdoc.wire.sealing import OpeningKey
from tests.contracts.test_vault import AT, draft
from tests.doubles.authority import PASSPHRASE
from tests.doubles.breaking_disk import breaking, refuse_full
from tests.doubles.enrolled_laptop import CHEAP
from tests.doubles.keys import software_key
from tests.vault.rekeyed import FILE_CONTENT, QUILL, LaptopWithWork

NEW_WORDS = "lantern copper orchard ninety"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> LaptopWithWork:
    return LaptopWithWork.make(tmp_path_factory.mktemp("made"))


@pytest.fixture
def laptop(made: LaptopWithWork, tmp_path: Path) -> LaptopWithWork:
    return made.copy(tmp_path)


def keys_of(laptop: LaptopWithWork, *numbers: int) -> list[OpeningKey]:
    return [laptop.office.holders[number].key for number in numbers]


def lose_all_personal_slots(laptop: LaptopWithWork) -> None:
    slots = read_slots(laptop.slots_path)
    left = msgspec.structs.replace(slots, slots=slots.escrow_slots())
    replace_file(laptop.slots_path, unmarked_bytes(left))


def opened_by(laptop: LaptopWithWork, keys: list[OpeningKey]) -> OfficerVolume:
    device = DeviceVolume(laptop.folder)
    try:
        return open_for_holders(device, QUILL, keys)
    finally:
        device.close()


@pytest.mark.parametrize(("threshold", "count"), [(1, 1), (2, 3), (3, 5)])
def test_all_local_slots_lost_every_combination_opens_and_no_smaller_group_does(
    tmp_path, threshold, count
):
    laptop = LaptopWithWork.make(tmp_path, holders=count, threshold=threshold)
    lose_all_personal_slots(laptop)
    for size in range(count + 1):
        for together in combinations(range(count), size):
            if size < threshold:
                with pytest.raises(RefusedError):
                    opened_by(laptop, keys_of(laptop, *together))
                continue
            volume = opened_by(laptop, keys_of(laptop, *together))
            assert volume.database.all("SELECT body FROM draft")
            volume.close()


def test_holders_cannot_sign_for_the_officer(laptop):
    volume = opened_by(laptop, keys_of(laptop, 0, 2))
    assert not volume.opened.personal_key
    with pytest.raises(RefusedError, match="own passphrase"):
        volume.keys()
    volume.close()


def test_an_escrow_slot_that_somebody_edited_is_refused_while_the_mac_stands(laptop):
    slots = read_slots(laptop.slots_path)
    changed = msgspec.structs.replace(slots, revision=slots.revision + 5)
    with pytest.raises(DamagedError):
        open_escrow(changed, keys_of(laptop, 0, 1))
    other = msgspec.structs.replace(slots, volume="99002")
    with pytest.raises(WireError):
        open_escrow(other, keys_of(laptop, 0, 1))
    with pytest.raises(RefusedError, match="no way into"):
        open_escrow(msgspec.structs.replace(slots, slots=()), keys_of(laptop, 0, 1))


def test_a_volume_key_that_a_stranger_put_into_escrow_opens_no_database(laptop, tmp_path):
    """Without a MAC, after a wipe, the database itself proves the key."""
    other = LaptopWithWork.make(tmp_path / "other")
    foreign = msgspec.structs.replace(
        read_slots(other.slots_path), slots=read_slots(other.slots_path).escrow_slots()
    )
    replace_file(laptop.slots_path, unmarked_bytes(foreign))
    assert is_wiped(read_slots(laptop.slots_path))
    with pytest.raises(DamagedError):
        opened_by(laptop, keys_of(other, 0, 1))


# --- a new way in -----------------------------------------------------------------------


def recover(laptop: LaptopWithWork, words: str = NEW_WORDS) -> None:
    device = DeviceVolume(laptop.folder)
    volume = open_for_holders(device, QUILL, keys_of(laptop, 1, 2))
    try:
        volume = give_new_way_in(volume, words, device=device, at=AT, cost=CHEAP)
    finally:
        volume.close()
        device.close()


def test_after_recovery_the_new_passphrase_opens_everything_and_the_old_one_nothing(laptop):
    before, old_keys = laptop.holdings(), laptop.keys()
    lose_all_personal_slots(laptop)
    recover(laptop)
    station = laptop.laptop.station()
    with pytest.raises(UnlockError):
        station.unlock(QUILL, PASSPHRASE)
    station.close()
    after = laptop.holdings(NEW_WORDS)
    assert after.case == before.case
    assert after.file == FILE_CONTENT
    assert after.entries[: len(before.entries)] == before.entries
    new_keys = laptop.keys(NEW_WORDS)
    assert new_keys.signer.key_id != old_keys.signer.key_id, "by design it is not recovered"
    assert not new_keys.signer.certificate_der, "until the officer enrols again"
    assert new_keys.stream_id == old_keys.stream_id
    assert read_slots(laptop.slots_path).generation == 2


def test_recovery_works_a_second_time_for_the_new_generation(laptop):
    recover(laptop)
    recover(laptop, "marble thicket sailing ninety")
    assert laptop.holdings("marble thicket sailing ninety").file == FILE_CONTENT


def test_a_new_secret_is_forced_and_must_be_a_good_one(laptop):
    before = laptop.slots_path.read_bytes()
    with pytest.raises(InputError):
        recover(laptop, "short")
    assert laptop.slots_path.read_bytes() == before
    assert laptop.holdings().file == FILE_CONTENT


# --- written out readable -----------------------------------------------------------------


def test_everything_is_written_out_readable_and_nothing_is_changed(laptop, tmp_path):
    before = laptop.slots_path.read_bytes()
    volume = opened_by(laptop, keys_of(laptop, 0, 1))
    out = tmp_path / "out"
    found = write_out(volume, out, evidence_folder=laptop.folder / "evidence")
    assert (found.reports, found.drafts, found.files, found.missing) == (1, 1, 1, ())
    assert b"4100 S Testbed Ave" in (out / draft().local_number / "draft.json").read_bytes()
    (file,) = (out / "evidence").glob("*.bin")
    assert file.read_bytes() == FILE_CONTENT
    for each in out.rglob("*"):
        assert each.stat().st_mode & 0o077 == 0
    with pytest.raises(RefusedError):
        write_out(volume, out, evidence_folder=laptop.folder / "evidence")
    volume.close()
    assert laptop.slots_path.read_bytes() == before


def test_a_damaged_or_missing_file_is_named_and_does_not_stop_the_rest(laptop, tmp_path):
    (container,) = laptop.containers()
    data = bytearray(container.read_bytes())
    data[-1] ^= 1
    container.write_bytes(data)
    volume = opened_by(laptop, keys_of(laptop, 0, 1))
    found = write_out(volume, tmp_path / "out", evidence_folder=laptop.folder / "evidence")
    assert found.missing == ("e1",)
    assert found.drafts == 1
    volume.close()


# --- the plan on the laptop ---------------------------------------------------------------


def known_plan(laptop: LaptopWithWork):
    device = DeviceVolume(laptop.folder)
    try:
        return escrow_plan(device)
    finally:
        device.close()


def test_a_plan_that_the_root_did_not_sign_is_not_believed_and_locks_nobody_out(laptop):
    before = read_slots(laptop.slots_path).escrow_slots()
    laptop.office.plan(1, signer=software_key())
    laptop.office.publish()
    with pytest.raises(WireError):
        known_plan(laptop)
    assert laptop.holdings().file == FILE_CONTENT
    assert read_slots(laptop.slots_path).escrow_slots() == before


def test_a_plan_that_was_replaced_does_not_come_back(laptop):
    assert known_plan(laptop).threshold == 2
    laptop.office.plan(1, version=1)
    laptop.office.publish()
    assert known_plan(laptop).threshold == 2
    laptop.office.plan(3)
    laptop.office.publish()
    assert known_plan(laptop).threshold == 3
    laptop.office.escrow = None
    laptop.office.publish()
    assert known_plan(laptop).threshold == 3, "no roster takes escrow away"


def test_when_the_holders_change_the_next_unlock_changes_the_key(laptop):
    old = keys_of(laptop, 0, 1)
    laptop.office.plan(3)
    laptop.office.publish()
    laptop.holdings()
    assert read_slots(laptop.slots_path).generation == 2
    with pytest.raises(RefusedError):
        opened_by(laptop, old)
    opened_by(laptop, keys_of(laptop, 0, 1, 2)).close()


def test_a_full_disk_puts_a_due_change_off_and_lets_the_officer_in(laptop):
    laptop.office.plan(3)
    laptop.office.publish()
    with breaking(laptop.volume_folder / "vault-2.db", at=1, act=refuse_full):
        assert laptop.holdings().file == FILE_CONTENT
    assert read_slots(laptop.slots_path).generation == 1
    laptop.holdings()
    assert read_slots(laptop.slots_path).generation == 2
