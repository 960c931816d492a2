"""A holder's file opens with the holder's passphrase and in no other way."""

import json

import pytest

from ilocdoc.record.errors import InputError, UnlockError
from ilocdoc.wire.holder_keys import (
    holder_file,
    new_holder_key,
    open_holder_file,
    public_file,
    read_public_file,
)
from ilocdoc.wire.stretching import KdfCost

CHEAP = KdfCost(pbkdf2_rounds=10, argon2_rounds=1, argon2_kib=64)
WORDS = "three lamps by the old pier"
HOLDER = new_holder_key("Vault, Bureau of Support")
FILE = holder_file(HOLDER, WORDS, cost=CHEAP)


def test_a_holder_opens_the_own_file_and_it_is_the_same_key():
    opened = open_holder_file(FILE, WORDS)
    assert opened.public == HOLDER.public
    assert opened.key.open(HOLDER.key.public.seal(b"x", purpose="p"), purpose="p") == b"x"


def test_the_secret_is_not_in_the_file():
    assert HOLDER.key.to_bytes().hex().encode() not in FILE
    assert read_public_file(public_file(HOLDER.public)) == HOLDER.public


@pytest.mark.parametrize("words", ["", WORDS + " ", WORDS.upper()])
def test_a_wrong_passphrase_opens_nothing(words):
    with pytest.raises(UnlockError):
        open_holder_file(FILE, words)


@pytest.mark.parametrize(
    "changed",
    [
        {"holder": "Somebody else"},
        {"public": new_holder_key("Other").public.key},
        {"cost": {"pbkdf2_rounds": 11, "argon2_rounds": 1, "argon2_kib": 64}},
        {"salt": "A" * 43 + "="},
    ],
)
def test_a_file_that_was_edited_opens_nothing(changed):
    with pytest.raises(UnlockError):
        open_holder_file(json.dumps(json.loads(FILE) | changed).encode(), WORDS)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b"[" * 100_000,
        b'{"format":"ilocdoc.escrow-key/1"}',
        b'{"format":"ilocdoc.escrow-key/2"}',
        json.dumps(json.loads(FILE) | {"cost": {"argon2_kib": 2**31}}).encode(),
        json.dumps(json.loads(FILE) | {"salt": "AAAA"}).encode(),
        json.dumps(json.loads(FILE) | {"wrapped": "?"}).encode(),
        json.dumps(json.loads(FILE) | {"holder": ""}).encode(),
    ],
)
def test_what_is_no_holders_file_is_said_to_be_none(data):
    with pytest.raises(InputError):
        open_holder_file(data, WORDS)


def test_the_secret_file_is_not_taken_for_the_public_one_nor_the_reverse():
    with pytest.raises(InputError, match="secret file"):
        read_public_file(FILE)
    with pytest.raises(InputError, match="public file"):
        open_holder_file(public_file(HOLDER.public), WORDS)
    with pytest.raises(InputError):
        read_public_file(b'{"format":"ilocdoc.escrow-public/1"}')


@pytest.mark.parametrize("name", ["", "   ", "two\nlines", "x" * 61])
def test_a_holder_has_a_name_that_can_be_printed(name):
    with pytest.raises(InputError):
        new_holder_key(name)


def test_a_short_passphrase_is_refused():
    with pytest.raises(InputError):
        holder_file(HOLDER, "14 characters.", cost=CHEAP)
