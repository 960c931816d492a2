"""What a session leaves beside its volume, and what the lock screen takes: sealed for good."""

import pytest

from ilocdoc.record.errors import RefusedError
from ilocdoc.record.ids import OfficerId
from ilocdoc.record.lock_notes import LockNote
from ilocdoc.vault.lock_notes import LockNotes
from ilocdoc.vault.parking import RESERVED_BYTES, Parking, park_carried
from ilocdoc.wire.sealing import OpeningKey
from tests.doubles.enrolled_laptop import PASSPHRASE, EnrolledLaptop

WORDS = b'{"answers": "zq000kxv"}'


def place(folder, key: OpeningKey, officer: str = "99001") -> Parking:
    folder.mkdir(parents=True, exist_ok=True)
    return Parking(folder, officer=officer, key=key)


def test_words_come_back_to_their_officer_and_stay_until_they_are_cleared(tmp_path):
    key = OpeningKey.generate()
    parking = place(tmp_path, key)
    parking.put(parking.seal(WORDS))
    assert place(tmp_path, key).take() == WORDS
    parking.clear()
    assert place(tmp_path, key).take() is None


def test_the_room_is_there_before_it_is_needed_and_nothing_in_it_can_be_read(tmp_path):
    parking = place(tmp_path, OpeningKey.generate())
    file = tmp_path / "parting"
    assert file.stat().st_size == RESERVED_BYTES
    assert file.stat().st_blocks * 512 >= RESERVED_BYTES, "written, not only announced"
    blocks = file.stat().st_blocks
    parking.put(parking.seal(WORDS))
    assert file.stat().st_blocks == blocks, "no block more: a full disk takes it"
    assert b"zq000kxv" not in file.read_bytes()


def test_another_officers_key_opens_nothing(tmp_path):
    parking = place(tmp_path, OpeningKey.generate())
    parking.put(parking.seal(WORDS))
    assert place(tmp_path, OpeningKey.generate()).take() is None


@pytest.mark.parametrize("cut", [5, 40, 60, 1000])
def test_what_a_power_cut_tore_counts_as_nothing(tmp_path, cut):
    key = OpeningKey.generate()
    parking = place(tmp_path, key)
    parking.put(parking.seal(WORDS))
    file = tmp_path / "parting"
    torn = bytearray(file.read_bytes())
    torn[cut] ^= 1
    file.write_bytes(torn)
    assert place(tmp_path, key).take() is None


def test_carried_words_are_put_where_their_officer_finds_them(tmp_path):
    key = OpeningKey.generate()
    sealed = place(tmp_path / "officers" / "99001", key).seal(WORDS)
    park_carried(tmp_path, sealed)
    assert place(tmp_path / "officers" / "99001", key).take() == WORDS
    park_carried(tmp_path, b"no delivery at all")


def note(number: int, text: str = "zq001kxv") -> LockNote:
    return LockNote(id=f"n{number}", kind="other", text=text, wall="w", mono_ms=1, boot="b")


def test_a_note_opens_for_every_officer_of_the_laptop_and_for_nobody_without_one(tmp_path):
    laptop = EnrolledLaptop(tmp_path / "laptop").enrol("99001", "99010")
    station = laptop.station()
    notes = LockNotes(station.volume)
    with pytest.raises(RefusedError):
        notes.write(note(1))
    vaults = [station.unlock(OfficerId(star), PASSPHRASE) for star in ("99001", "99010")]
    notes.write(note(2))
    assert [vault.laptop.notes() for vault in vaults] == [[note(2)], [note(2)]]
    kept = station.volume.database.all("SELECT id, officer, sealed FROM lock_note")
    assert all(b"zq001kxv" not in sealed for _id, _officer, sealed in kept)
    for vault in vaults:
        vault.close()
    station.close()
