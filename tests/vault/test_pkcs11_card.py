"""A real PKCS#11 token as second factor: SoftHSM, set up by its own tool."""

from pathlib import Path

import pytest

from ilocdoc.record.errors import FactorError, UnlockError
from ilocdoc.vault.factors import contribute_with
from ilocdoc.vault.passphrase_slots import make_passphrase_slot, open_slots
from ilocdoc.vault.pkcs11_card import Pkcs11Card, find_module
from ilocdoc.vault.slots import FactorPart, SlotFile, slot_bytes, slots_from_bytes
from tests.doubles.soft_card import MODULE, PIN, SoftCard, card_reader, put_all_in, take_all_out
from tests.vault.test_slots import CHEAP, KEYS, WORDS


@pytest.fixture(scope="module")
def card() -> SoftCard:
    return SoftCard("Quill")


@pytest.fixture(scope="module")
def other_card(card) -> SoftCard:
    return SoftCard("Vane")


@pytest.fixture
def guarded(card) -> SlotFile:
    """A slot file whose passphrase slot needs the card."""
    card.put_in()
    factor = card_reader().set_up(PIN)
    slot, keys = make_passphrase_slot(
        KEYS, officer="99001", passphrase=WORDS, cost=CHEAP, factor=factor
    )
    slots = SlotFile(volume="99001", generation=1, database="vault-1.db", slots=(slot,))
    return slots_from_bytes(slot_bytes(slots, volume_key=keys.volume_key))


def opened(slots: SlotFile, *, pin: str = PIN, words: str = WORDS):
    contribute = contribute_with({"pkcs11": card_reader()}, pin)
    return open_slots(slots, officer="99001", passphrase=words, contribute=contribute)


def test_passphrase_card_and_pin_together_open(guarded) -> None:
    assert opened(guarded).volume_key == KEYS.volume_key
    assert opened(guarded).volume_key == KEYS.volume_key, "each time anew"


@pytest.mark.parametrize("given", [b"", bytes(32), b"\xff" * 32])
def test_the_passphrase_alone_opens_nothing(guarded, given: bytes) -> None:
    with pytest.raises(UnlockError):
        open_slots(guarded, officer="99001", passphrase=WORDS, contribute=lambda _: given)


def test_a_wrong_passphrase_with_the_right_card_is_a_wrong_passphrase(guarded) -> None:
    with pytest.raises(UnlockError) as error:
        opened(guarded, words="another four words here")
    assert not isinstance(error.value, FactorError)


@pytest.mark.parametrize("pin", ["", "1", "000000", "4" * 300])
def test_a_wrong_pin_says_so_and_tries_no_passphrase(guarded, pin: str) -> None:
    with pytest.raises(FactorError, match="PIN"):
        opened(guarded, pin=pin)


def test_a_missing_card_says_so(guarded) -> None:
    take_all_out()
    with pytest.raises(FactorError, match="not in the reader"):
        opened(guarded)


def test_another_officers_card_says_so_although_its_pin_is_right(guarded, other_card) -> None:
    other_card.put_in()
    with pytest.raises(FactorError, match="not the card"):
        opened(guarded)


def test_a_slot_file_that_names_another_card_still_opens_nothing(guarded, other_card) -> None:
    other_card.put_in()
    part, _ = card_reader().set_up(PIN)
    contribute = contribute_with({"pkcs11": card_reader()}, PIN)
    with pytest.raises(UnlockError):
        open_slots(
            guarded, officer="99001", passphrase=WORDS, contribute=lambda _: contribute(part)
        )


def test_two_set_ups_of_one_card_share_nothing(card) -> None:
    card.put_in()
    (one, first), (other, second) = card_reader().set_up(PIN), card_reader().set_up(PIN)
    assert one.public["serial"] == other.public["serial"]
    assert one.public["point"] != other.public["point"]
    assert first != second
    assert len(first) == len(second) == 32


def test_a_larger_curve_is_as_good() -> None:
    SoftCard("P384", curve="secp384r1")
    part, given = card_reader().set_up(PIN)
    assert card_reader().contribution(part, PIN) == given


def test_a_card_without_a_usable_key_is_not_set_up() -> None:
    SoftCard("empty", curve=None)
    with pytest.raises(FactorError, match="no key"):
        card_reader().set_up(PIN)


def test_setting_up_wants_exactly_one_card(card, other_card) -> None:
    take_all_out()
    with pytest.raises(FactorError, match="no card"):
        card_reader().set_up(PIN)
    put_all_in()
    with pytest.raises(FactorError, match="more than one"):
        card_reader().set_up(PIN)


@pytest.mark.parametrize("public", [{}, {"serial": "1", "key": "zz", "point": "A"}])
def test_a_public_part_that_cannot_be_read_opens_nothing(public) -> None:
    with pytest.raises(FactorError):
        card_reader().contribution(FactorPart(kind="pkcs11", public=public), PIN)


def test_a_factor_of_a_later_version_says_that_the_laptop_cannot_read_it() -> None:
    with pytest.raises(FactorError, match="cannot read"):
        contribute_with({}, PIN)(FactorPart(kind="fido2"))


def test_a_driver_that_is_none_is_a_clear_error(tmp_path: Path) -> None:
    broken = tmp_path / "driver.so"
    broken.write_bytes(b"not a library")
    with pytest.raises(FactorError, match="driver"):
        Pkcs11Card(broken).set_up(PIN)
    assert find_module(str(tmp_path / "none.so")) is None
    assert find_module(str(MODULE)) == MODULE
