import io
import os

import pytest
from cryptography.cobblestone import Cobblestone256Decryptor
from hypothesis import given
from hypothesis import strategies as st

from ilocdoc.record.errors import DamagedError
from ilocdoc.vault.container import (
    CHUNK_BYTES,
    SALT_BYTES,
    Container,
    Sealer,
    key_schedule,
    most_sealed,
    open_context,
    prefix_of,
    read_header,
    sealed_size,
)
from ilocdoc.wire.sealing import OpeningKey

KEY = bytes(range(32))
SIZES = (0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 100_000)
BLOCK = 2 * CHUNK_BYTES


def payload(data: bytes, *, context: bytes) -> bytes:
    salt = os.urandom(SALT_BYTES)
    schedule = key_schedule(KEY, salt=salt, context=context)
    sealer, out = Sealer(schedule), salt + schedule.commitment
    room = memoryview(bytearray(most_sealed(BLOCK)))
    for start in range(0, len(data) + 1, BLOCK):
        block = memoryview(data)[start : start + BLOCK]
        out += room[: sealer.seal(block, room, is_last=len(block) < BLOCK)]
    return out


def sealed(data: bytes, *, evidence_id: str = "e1", readers: tuple = ()) -> bytes:
    prefix = prefix_of(evidence_id, KEY, readers=readers)
    return prefix + payload(data, context=open_context(prefix))


def content(size: int) -> bytes:
    return bytes(number * 7 % 251 for number in range(size))


@pytest.mark.parametrize("size", SIZES)
def test_what_was_sealed_is_read_back(size: int) -> None:
    data = content(size)
    container = Container(io.BytesIO(sealed(data)), KEY)
    assert container.size_bytes == size
    assert container.read(0, size + 5) == data


@pytest.mark.parametrize("size", SIZES)
def test_another_program_opens_what_was_sealed(size: int) -> None:
    """The implementation of the `cryptography` package is not ours."""
    made = payload(content(size), context=b"one context")
    assert len(made) == sealed_size(size)
    other = Cobblestone256Decryptor(KEY, b"one context")
    assert other.update(made) + other.finalize() == content(size)


@given(offset=st.integers(0, 100_000), size=st.integers(0, 40_000))
def test_any_range_is_read_without_the_rest(offset: int, size: int) -> None:
    data = content(100_000)
    assert Container(io.BytesIO(BIG), KEY).read(offset, size) == data[offset : offset + size]


BIG = sealed(content(100_000))


@given(st.integers(0, len(BIG) - 1), st.integers(1, 255))
def test_every_altered_byte_is_refused(place: int, change: int) -> None:
    altered = bytearray(BIG)
    altered[place] ^= change
    with pytest.raises(DamagedError):
        Container(io.BytesIO(altered), KEY).read(0, 100_000)


@given(st.integers(0, len(BIG) - 1))
def test_every_truncation_is_refused(length: int) -> None:
    with pytest.raises(DamagedError):
        Container(io.BytesIO(BIG[:length]), KEY).read(0, 100_000)


@given(st.binary(min_size=1, max_size=40_000))
def test_every_extension_is_refused(tail: bytes) -> None:
    with pytest.raises(DamagedError):
        Container(io.BytesIO(BIG + tail), KEY).read(0, 200_000)


def test_exchanged_chunks_are_refused() -> None:
    start = len(BIG) - 100_000 - 7 * 16
    step = CHUNK_BYTES + 16
    head, one, two = BIG[:start], BIG[start : start + step], BIG[start + step : start + 2 * step]
    with pytest.raises(DamagedError):
        Container(io.BytesIO(head + two + one + BIG[start + 2 * step :]), KEY).read(0, 100_000)


def test_another_key_is_refused_before_the_first_byte() -> None:
    with pytest.raises(DamagedError):
        Container(io.BytesIO(BIG), bytes(32))


def test_headquarters_finds_the_file_key_in_the_header() -> None:
    hq = OpeningKey.generate()
    header, _prefix = read_header(io.BytesIO(sealed(b"x", readers=(hq.public,))))
    stanzas = header["hq"]
    assert isinstance(stanzas, list)
    assert hq.open(stanzas[0]["stanza"], purpose="ilocdoc/evidence/e1") == KEY
