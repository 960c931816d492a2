import json
from dataclasses import replace
from pathlib import Path

import pytest

from ilocdoc.record.errors import DamagedError, InputError, NewerVaultError, UnlockError
from ilocdoc.vault.slots import (
    KdfCost,
    SlotFile,
    check_passphrase,
    make_slot,
    open_slots,
    read_slots,
    write_slots,
)

CHEAP = KdfCost(pbkdf2_rounds=10, argon2_rounds=1, argon2_kib=64)
VOLUME_KEY = bytes(range(32))
WORDS = "lantern copper orchard nine"


def kept(folder: Path) -> Path:
    path = folder / "slots.json"
    slot = make_slot(VOLUME_KEY, officer="99001", passphrase=WORDS, cost=CHEAP)
    slots = SlotFile(volume="v1", generation=1, database="vault-1.db", slots=(slot,))
    write_slots(path, slots, volume_key=VOLUME_KEY)
    return path


def test_the_right_passphrase_opens_the_volume_key(tmp_path: Path) -> None:
    slots = read_slots(kept(tmp_path))
    assert open_slots(slots, officer="99001", passphrase=WORDS) == VOLUME_KEY


def test_a_composed_and_a_decomposed_letter_are_the_same_passphrase(tmp_path: Path) -> None:
    slot = make_slot(
        VOLUME_KEY, officer="9", passphrase="caf\u00e9 caf\u00e9 caf\u00e9 caf\u00e9", cost=CHEAP
    )
    path = tmp_path / "slots.json"
    slots = SlotFile(volume="v1", generation=1, database="d", slots=(slot,))
    write_slots(path, slots, volume_key=VOLUME_KEY)
    typed = "cafe\u0301 cafe\u0301 cafe\u0301 cafe\u0301"
    assert open_slots(read_slots(path), officer="9", passphrase=typed) == VOLUME_KEY


@pytest.mark.parametrize(("officer", "words"), [("99001", WORDS + "x"), ("99002", WORDS)])
def test_a_wrong_passphrase_or_officer_opens_nothing(
    tmp_path: Path, officer: str, words: str
) -> None:
    with pytest.raises(UnlockError):
        open_slots(read_slots(kept(tmp_path)), officer=officer, passphrase=words)


def test_an_edited_slot_file_is_refused_although_the_passphrase_is_right(tmp_path: Path) -> None:
    slots = read_slots(kept(tmp_path))
    with pytest.raises(DamagedError):
        open_slots(replace(slots, database="old.db"), officer="99001", passphrase=WORDS)


def test_the_slot_file_holds_no_key_and_is_for_its_owner_only(tmp_path: Path) -> None:
    path = kept(tmp_path)
    assert VOLUME_KEY.hex().encode() not in path.read_bytes()
    assert VOLUME_KEY not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b'{"format":"ilocdoc.slots/1"}', b"\xff", b"[" * 100_000]
)
def test_a_slot_file_that_cannot_be_read_gives_one_clear_error(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "slots.json"
    path.write_bytes(data)
    with pytest.raises(DamagedError):
        read_slots(path)


@pytest.mark.parametrize(
    "changed",
    [
        {"pbkdf2_rounds": 0},
        {"pbkdf2_rounds": 2**31},
        {"argon2_rounds": -1},
        {"argon2_kib": 2**31},
        {"argon2_kib": 1},
        {"salt": ""},
        {"wrapped": "AAAA"},
    ],
)
def test_a_slot_that_nobody_could_pay_for_is_damage(
    tmp_path: Path, changed: dict[str, object]
) -> None:
    path = kept(tmp_path)
    value = json.loads(path.read_bytes())
    value["slots"][0].update(changed)
    path.write_text(json.dumps(value))
    with pytest.raises(DamagedError):
        read_slots(path)


def test_a_slot_file_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "slots.json"
    path.write_bytes(b'{"format":"ilocdoc.slots/2"}')
    with pytest.raises(NewerVaultError):
        read_slots(path)
    assert path.read_bytes() == b'{"format":"ilocdoc.slots/2"}'


@pytest.mark.parametrize(
    "words",
    ["short", "14 characters.", "PasswordPassword", "x" * 40, "Correct Horse Battery Staple"],
)
def test_weak_passphrases_are_refused(words: str) -> None:
    with pytest.raises(InputError):
        check_passphrase(words)


def test_the_production_floor_stands() -> None:
    assert KdfCost().pbkdf2_rounds >= 600_000
    assert KdfCost().argon2_kib >= 65_536
