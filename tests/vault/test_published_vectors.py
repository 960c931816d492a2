"""The container's payload beside the vectors that the format's authors published."""

import hashlib
import io
import json
import zlib
from pathlib import Path
from typing import Any

import pytest

from ilocdoc.record.errors import DamagedError
from ilocdoc.record.intake import Wish
from ilocdoc.vault.container import (
    COMMITMENT_BYTES,
    SALT_BYTES,
    Payload,
    Sealer,
    key_schedule,
    most_sealed,
)
from ilocdoc.vault.taking_in import BLOCK_BYTES, Hashing, read_back

FILE = Path(__file__).parent / "vectors" / "c2sp_chunked_encryption_aes_256_gcm_test.json"
VECTORS = [each for group in json.loads(FILE.read_text())["testGroups"] for each in group["tests"]]


def named(result: str) -> list[Any]:
    return [
        pytest.param(each, id=f"{each['tcId']} {each['comment']}")
        for each in VECTORS
        if each["result"] == result
    ]


def stored(vector: dict[str, Any]) -> bytes:
    return zlib.decompress(bytes.fromhex(vector["ct"]))


def open_payload(vector: dict[str, Any]) -> Payload:
    key, context = bytes.fromhex(vector["key"]), bytes.fromhex(vector["ctx"])
    return Payload(io.BytesIO(stored(vector)), key, context=context)


def read_all(vector: dict[str, Any]) -> bytes:
    payload = open_payload(vector)
    return payload.read(0, payload.size_bytes)


def in_one_pass(vector: dict[str, Any]) -> str:
    """The reading of the check after taking in: in order, in blocks."""
    key, context = bytes.fromhex(vector["key"]), bytes.fromhex(vector["ctx"])
    file = io.BytesIO(stored(vector))
    front = file.read(SALT_BYTES)
    schedule = key_schedule(key, salt=front, context=context)
    if file.read(COMMITMENT_BYTES) != schedule.commitment:
        raise DamagedError
    left = len(stored(vector)) - SALT_BYTES - COMMITMENT_BYTES
    with Hashing() as hashing:
        read_back(
            file, schedule, payload_bytes=left, hashing=hashing, watch=lambda _progress: Wish.GO_ON
        )
        return hashing.sums().sha256


def test_all_vectors_are_there():
    assert len(VECTORS) == 35
    assert len(named("valid")) + len(named("invalid")) == 35


@pytest.mark.parametrize("vector", named("valid"))
def test_a_valid_vector_is_opened(vector):
    message = read_all(vector)
    assert len(message) == vector["msgLength"]
    assert hashlib.sha512(message).hexdigest() == vector["msgSha512"]
    assert in_one_pass(vector) == hashlib.sha256(message).hexdigest()


@pytest.mark.parametrize("vector", named("valid"))
def test_a_valid_vector_is_opened_at_any_place(vector):
    payload, message = open_payload(vector), read_all(vector)
    for offset in (0, 1, 16_383, 16_384, 16_385, 4_194_303, len(message) - 1):
        assert payload.read(max(offset, 0), 20_000) == message[max(offset, 0) :][:20_000]


@pytest.mark.parametrize("vector", named("valid"))
def test_the_same_message_is_sealed_to_the_same_bytes(vector):
    message, expected = read_all(vector), stored(vector)
    salt = expected[:SALT_BYTES]
    schedule = key_schedule(
        bytes.fromhex(vector["key"]), salt=salt, context=bytes.fromhex(vector["ctx"])
    )
    sealer, made = Sealer(schedule), bytearray(salt + schedule.commitment)
    room = memoryview(bytearray(most_sealed(BLOCK_BYTES)))
    for start in range(0, len(message) + 1, BLOCK_BYTES):
        block = memoryview(message)[start : start + BLOCK_BYTES]
        made += room[: sealer.seal(block, room, is_last=len(block) < BLOCK_BYTES)]
    assert bytes(made) == expected


@pytest.mark.parametrize("vector", named("invalid"))
def test_an_invalid_vector_is_refused(vector):
    with pytest.raises(DamagedError):
        read_all(vector)
    with pytest.raises(DamagedError):
        in_one_pass(vector)


@pytest.mark.parametrize("vector", named("invalid"))
def test_the_end_of_an_invalid_vector_is_no_end(vector):
    if "ValidFinalChunk" in vector["flags"]:
        assert open_payload(vector).size_bytes
        return
    with pytest.raises(DamagedError):
        open_payload(vector)
