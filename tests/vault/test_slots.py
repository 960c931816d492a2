"""The slot file: who can open a volume, and what nobody can edit unseen."""

import json
from itertools import combinations
from pathlib import Path

import msgspec
import pytest

from ilocdoc.record.errors import DamagedError, NewerVaultError, RefusedError, UnlockError
from ilocdoc.vault.officer_volume import OfficerVolume, make_officer_volume
from ilocdoc.vault.passphrase_slots import (
    calibrated_cost,
    fresh_keys,
    make_passphrase_slot,
    open_slots,
    rewrap_slot,
)
from ilocdoc.vault.slots import (
    EscrowSlot,
    EscrowStanza,
    FactorPart,
    KdfCost,
    Opened,
    PassphraseSlot,
    SlotFile,
    SupervisorSlot,
    read_slots,
    write_slots,
)

CHEAP = KdfCost(pbkdf2_rounds=10, argon2_rounds=1, argon2_kib=64)
KEYS = Opened(volume_key=bytes(range(32)), personal_key=bytes(range(32, 64)))
WORDS = "lantern copper orchard nine"
SUPERVISOR = SupervisorSlot(officer="99010", key="ab" * 16, suite="s", stanza="AAAA")


def own_slot(passphrase: str = WORDS, **choices) -> PassphraseSlot:
    choices = {"officer": "99001", "cost": CHEAP, **choices}
    return make_passphrase_slot(KEYS, passphrase=passphrase, **choices)[0]


def escrow(*kids: str, threshold: int) -> EscrowSlot:
    stanzas = [
        EscrowStanza(kids=each, suite="s", sealed="AAAA") for each in combinations(kids, threshold)
    ]
    return EscrowSlot(kids=kids, threshold=threshold, stanzas=tuple(stanzas))


def kept(folder: Path, *more, own: PassphraseSlot | None = None) -> Path:
    path = folder / "slots.json"
    slots = SlotFile(
        volume="99001", generation=1, database="vault-1.db", slots=(own or own_slot(), *more)
    )
    write_slots(path, slots, volume_key=KEYS.volume_key)
    return path


def test_the_right_passphrase_opens_the_volume_key_and_the_personal_key(tmp_path: Path) -> None:
    opened = open_slots(read_slots(kept(tmp_path)), officer="99001", passphrase=WORDS)
    assert (opened.volume_key, opened.personal_key) == (KEYS.volume_key, KEYS.personal_key)


def test_a_composed_and_a_decomposed_letter_are_the_same_passphrase(tmp_path: Path) -> None:
    path = kept(tmp_path, own=own_slot("caf\u00e9 lantern orchard"))
    typed = "cafe\u0301 lantern orchard"
    assert open_slots(read_slots(path), officer="99001", passphrase=typed).volume_key


@pytest.mark.parametrize(("officer", "words"), [("99001", WORDS + "x"), ("99002", WORDS)])
def test_a_wrong_passphrase_or_officer_opens_nothing(
    tmp_path: Path, officer: str, words: str
) -> None:
    with pytest.raises(UnlockError):
        open_slots(read_slots(kept(tmp_path)), officer=officer, passphrase=words)


def test_all_kinds_of_slots_come_back_as_they_were_written(tmp_path: Path) -> None:
    card = FactorPart(kind="pkcs11", public={"serial": "1", "point": "AAAA"})
    own = own_slot(made_at="2026-10-20T17:00:00.000000Z", factor=(card, bytes(32)))
    shared = escrow("a", "b", "c", threshold=2)
    read = read_slots(kept(tmp_path, SUPERVISOR, shared, own=own))
    assert read.passphrase_slot("99001") == own
    assert read.supervisor_slots() == (SUPERVISOR,)
    assert read.escrow_slots() == (shared,)


def test_a_slot_that_is_wrapped_anew_opens_with_the_same_passphrase(tmp_path: Path) -> None:
    slot, keys = make_passphrase_slot(KEYS, officer="99001", passphrase=WORDS, cost=CHEAP)
    rotated = msgspec.structs.replace(keys, volume_key=b"n" * 32)
    path = tmp_path / "slots.json"
    slots = SlotFile(
        volume="99001", generation=2, database="vault-2.db", slots=(rewrap_slot(slot, rotated),)
    )
    write_slots(path, slots, volume_key=rotated.volume_key)
    opened = open_slots(read_slots(path), officer="99001", passphrase=WORDS)
    assert opened == rotated


@pytest.mark.parametrize(
    "change",
    [
        {"database": "old.db"},
        {"revision": 2},
        {"generation": 2},
        {"volume": "99002"},
        {"slots": (own_slot(), SUPERVISOR)},
        {"mac": b""},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_edited_slot_file_is_refused_although_the_passphrase_is_right(
    tmp_path: Path, change
) -> None:
    slots = read_slots(kept(tmp_path))
    if "slots" in change:
        change = {"slots": (*slots.slots, SUPERVISOR)}
    with pytest.raises(DamagedError):
        open_slots(msgspec.structs.replace(slots, **change), officer="99001", passphrase=WORDS)


def test_the_slot_file_holds_no_key_and_is_for_its_owner_only(tmp_path: Path) -> None:
    path = kept(tmp_path)
    for key in (KEYS.volume_key, KEYS.personal_key):
        assert key.hex().encode() not in path.read_bytes()
        assert key not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b'{"format":"ilocdoc.slots/1"}',
        b'{"format":"ilocdoc.slots/2"}',
        b'{"format":"another/3"}',
        b"\xff",
        b"[" * 100_000,
    ],
)
def test_a_slot_file_that_cannot_be_read_gives_one_clear_error(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "slots.json"
    path.write_bytes(data)
    with pytest.raises(DamagedError):
        read_slots(path)


def test_a_slot_file_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "slots.json"
    path.write_bytes(b'{"format":"ilocdoc.slots/3"}')
    with pytest.raises(NewerVaultError):
        read_slots(path)
    assert path.read_bytes() == b'{"format":"ilocdoc.slots/3"}'


@pytest.mark.parametrize(
    "changed",
    [
        {"cost": {"pbkdf2_rounds": 0, "argon2_rounds": 1, "argon2_kib": 64}},
        {"cost": {"pbkdf2_rounds": 2**31, "argon2_rounds": 1, "argon2_kib": 64}},
        {"cost": {"pbkdf2_rounds": 1, "argon2_rounds": -1, "argon2_kib": 64}},
        {"cost": {"pbkdf2_rounds": 1, "argon2_rounds": 1, "argon2_kib": 2**31}},
        {"cost": {"pbkdf2_rounds": 1, "argon2_rounds": 1, "argon2_kib": 1}},
        {"salt": ""},
        {"wrapped": "AAAA"},
        {"officer": "../99001"},
        {"kind": "fingerprint"},
        {"extra": "1"},
    ],
    ids=str,
)
def test_a_slot_that_this_program_never_writes_is_damage(tmp_path: Path, changed) -> None:
    path = kept(tmp_path)
    value = json.loads(path.read_bytes())
    value["slots"][0].update(changed)
    path.write_text(json.dumps(value))
    with pytest.raises(DamagedError):
        read_slots(path)


@pytest.mark.parametrize("name", ["../device.db", "/etc/passwd", "", "a/b.db", "vault-1.db\n"])
def test_a_slot_file_names_no_database_outside_its_folder(tmp_path: Path, name: str) -> None:
    path = kept(tmp_path)
    value = json.loads(path.read_bytes())
    value["database"] = name
    path.write_text(json.dumps(value))
    with pytest.raises(DamagedError):
        read_slots(path)


def test_an_escrow_slot_that_lacks_a_combination_is_damage(tmp_path: Path) -> None:
    path = kept(tmp_path, escrow("a", "b", "c", threshold=2))
    value = json.loads(path.read_bytes())
    value["slots"][1]["stanzas"].pop()
    path.write_text(json.dumps(value))
    with pytest.raises(DamagedError):
        read_slots(path)


@pytest.mark.parametrize(("kids", "threshold"), [("abc", 0), ("abc", 4), ("abcdefgh", 2)])
def test_an_escrow_slot_has_a_threshold_that_its_holders_can_reach(kids, threshold) -> None:
    with pytest.raises(ValueError, match="escrow"):
        escrow(*kids, threshold=threshold)


@pytest.mark.parametrize(
    ("seconds", "times"), [(2.0, 1), (0.5, 1), (0.49, 2), (0.25, 2), (0.1, 5), (0.0, 8)]
)
def test_a_faster_machine_pays_more_and_no_machine_less_than_the_floor(seconds, times) -> None:
    cost = calibrated_cost(lambda _floor: seconds)
    assert cost.pbkdf2_rounds == 600_000 * times
    assert cost.argon2_rounds == 3 * times
    assert cost.argon2_kib == 65_536


def test_the_production_floor_stands() -> None:
    assert KdfCost().pbkdf2_rounds >= 600_000
    assert KdfCost().argon2_kib >= 65_536


# --- the volume behind the slots ----------------------------------------------------------


def volume_in(folder: Path) -> OfficerVolume:
    return make_officer_volume(folder, officer="99001", passphrase=WORDS, cost=CHEAP)


def test_the_signing_key_opens_only_with_the_officers_own_slot(tmp_path: Path) -> None:
    volume = volume_in(tmp_path)
    volume.close()
    by_supervisor = Opened(volume_key=volume.opened.volume_key)
    opened = OfficerVolume(tmp_path, slots=volume.slots, opened=by_supervisor)
    assert opened.secret("opening"), "mail to the officer stays readable after a recovery"
    with pytest.raises(RefusedError, match="own passphrase"):
        opened.secret("signing")
    opened.close()


def test_an_older_slot_file_that_was_put_back_opens_nothing(tmp_path: Path) -> None:
    volume = volume_in(tmp_path)
    volume.note_revision(2)
    volume.close()
    with pytest.raises(DamagedError, match="older file"):
        OfficerVolume(tmp_path, slots=volume.slots, opened=volume.opened)


def test_two_volumes_never_share_a_key() -> None:
    one, other = fresh_keys(), fresh_keys()
    assert len({one.volume_key, one.personal_key, other.volume_key, other.personal_key}) == 4
