"""The code read over the radio: golden vectors, and codes that are not for here."""

import pytest

from ilocdoc.wire.release import (
    LETTERS,
    challenge_text,
    is_challenge,
    is_same_code,
    nonce_from,
    release_code,
)

KEY = bytes(range(32))
SHOWN = challenge_text("K7QM2RTX", counter=3, device="0A1B", officer="99001")


def code(challenge: str = SHOWN, *, key: bytes = KEY, device="0A1B", officer="99001") -> str:
    return release_code(key, challenge, device=device, officer=officer)


def test_challenge_and_code_are_the_promised_ones() -> None:
    assert SHOWN == "K7QM-2RTX-3-N"
    assert code() == "VE58-N46X-86DE"


def test_a_code_fits_one_laptop_one_officer_one_lock_out() -> None:
    others = {
        code(officer="99002"),
        code(device="0A1C"),
        code(key=bytes(32)),
        code(challenge_text("K7QM2RTX", counter=4, device="0A1B", officer="99001")),
        code(challenge_text("K7QM2RTY", counter=3, device="0A1B", officer="99001")),
    }
    assert code() not in others
    assert len(others) == 5


@pytest.mark.parametrize("change", [str.lower, lambda text: text.replace("-", " "), str.strip])
def test_a_code_counts_however_it_was_typed(change) -> None:
    assert is_same_code(change(code()), code())
    assert code(change(SHOWN)) == code()


@pytest.mark.parametrize("typed", ["", "-", "8", code()[:-1], code() + "A", "é" * 12])
def test_what_is_not_the_code_is_not(typed: str) -> None:
    assert not is_same_code(typed, code())


def test_a_challenge_that_was_misheard_or_is_another_officers_is_told_at_once() -> None:
    assert is_challenge(SHOWN, device="0A1B", officer="99001")
    assert is_challenge(SHOWN.lower(), device="0A1B", officer="99001")
    misheard = [SHOWN.replace("K", letter, 1) for letter in LETTERS if letter != "K"]
    wrong = [each for each in misheard if is_challenge(each, device="0A1B", officer="99001")]
    assert len(wrong) <= 3, "one in thirty-two is not noticed"
    for nonsense in ("", "K7QM", "K7QM-2RTX-x-P", "K7QM-2RTX-3", "--٣-", SHOWN + "-P"):
        assert not is_challenge(nonsense, device="0A1B", officer="99001")


def test_nonces_use_only_letters_that_cannot_be_confused() -> None:
    assert set(nonce_from(bytes(range(8))) + nonce_from(bytes(range(248, 256)))) <= set(LETTERS)
