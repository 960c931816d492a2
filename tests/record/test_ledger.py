from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilocdoc.record.ids import ZERO_HASH, Sha256, StreamId
from ilocdoc.record.ledger import (
    EntryHeader,
    EntryKind,
    body_digest,
    chain_faults,
    entry_hash,
    header_bytes,
    header_from_bytes,
)
from ilocdoc.wire.canonical import canonical_bytes

STREAM = StreamId("0123456789abcdef0123456789abcdef")


def chain(length: int) -> list[EntryHeader]:
    headers: list[EntryHeader] = []
    prev = ZERO_HASH
    for seq in range(1, length + 1):
        header = EntryHeader(
            stream=STREAM,
            seq=seq,
            prev=prev,
            kind=EntryKind.CUSTODY_STEP,
            at="2026-10-20T16:50:00.000000Z",
            ids={"actor": "99001", "report": "r1"},
            body=Sha256("ab" * 32),
        )
        headers.append(header)
        prev = entry_hash(header_bytes(header))
    return headers


def test_the_golden_header_keeps_its_bytes_and_hash() -> None:
    data = header_bytes(chain(1)[0])
    assert data == (
        b'{"at":"2026-10-20T16:50:00.000000Z","body":"' + b"ab" * 32 + b'",'
        b'"ids":{"actor":"99001","report":"r1"},"kind":"custody.step","prev":"' + b"0" * 64 + b'",'
        b'"seq":1,"stream":"0123456789abcdef0123456789abcdef","v":1}'
    )
    assert entry_hash(data) == "9148a8f581c133ad245147734d179cb215b58495422f5b2e012da7d8689fd477"


def test_a_header_survives_its_bytes_and_is_rfc_8785() -> None:
    header = chain(1)[0]
    data = header_bytes(header)
    assert header_from_bytes(data) == header
    assert from_json(data) == data


def from_json(data: bytes) -> bytes:
    import json

    return canonical_bytes(json.loads(data))


def test_a_sound_chain_has_no_faults() -> None:
    assert chain_faults(chain(5)) == []


@given(st.integers(0, 4), st.sampled_from(["drop", "swap", "edit", "stream"]))
def test_every_change_inside_a_chain_is_named(place: int, change: str) -> None:
    headers = chain(6)
    if change == "drop":
        del headers[place]
    elif change == "swap":
        headers[place], headers[place + 1] = headers[place + 1], headers[place]
    elif change == "edit":
        headers[place] = replace(headers[place], at="2026-10-20T16:50:01.000000Z")
    else:
        headers[place + 1] = replace(headers[place + 1], stream=StreamId("f" * 32))
    assert chain_faults(headers) != []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b'{"v":2}',
        b"\xff",
        header_bytes(chain(1)[0]).replace(b'"v":1', b'"v": 1'),
    ],
)
def test_bytes_that_are_no_header_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        header_from_bytes(data)


def test_equal_bodies_under_different_salt_do_not_show_as_equal() -> None:
    assert body_digest(b"a" * 32, b"body") != body_digest(b"b" * 32, b"body")
