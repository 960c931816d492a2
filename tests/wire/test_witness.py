"""A ledger entry proves itself, or is refused."""

import base64

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from ilocdoc.record.errors import WireError
from ilocdoc.record.ids import ZERO_HASH, StreamId
from ilocdoc.record.ledger import (
    ACT_TYPE,
    ENTRY_TYPE,
    EntryHeader,
    EntryKind,
    body_digest,
    header_bytes,
)
from ilocdoc.wire.envelope import SoftwareKey, envelope_bytes, seal_envelope, spki_of, stream_id_of
from ilocdoc.wire.witness import witness_of, witnessed_entry

SALT = b"s" * 32
STREAM, OTHER = (SoftwareKey(ec.generate_private_key(ec.SECP256R1())) for _ in range(2))


def act(text=b'{"kind":"evidence.imported"}'):
    return seal_envelope(ACT_TYPE, text, signer=OTHER)


def witness(*, body=None, stream=None, signer=STREAM, key=STREAM):
    body = body or act()
    header = EntryHeader(
        stream=StreamId(stream or stream_id_of(STREAM.public.key)),
        seq=1,
        prev=ZERO_HASH,
        kind=EntryKind.EVIDENCE_IMPORTED,
        at="2026-10-20T17:00:00.000000Z",
        ids={"report": "r"},
        body=body_digest(SALT, envelope_bytes(body)),
    )
    sealed = seal_envelope(ENTRY_TYPE, header_bytes(header), signer=signer)
    return witness_of(sealed, stream_key=spki_of(key.public.key), salt=SALT, act=body)


def test_a_witness_gives_its_entry():
    entry = witnessed_entry(witness())
    assert (entry.seq, entry.kind, entry.ids) == (1, EntryKind.EVIDENCE_IMPORTED, {"report": "r"})
    assert entry.stream == stream_id_of(STREAM.public.key)


@pytest.mark.parametrize(
    "forged",
    [
        witness(signer=OTHER),
        witness(signer=OTHER, key=OTHER),
        witness(stream="0" * 32),
        msgspec.structs.replace(witness(), act=act(b'{"kind":"report.approved"}')),
        msgspec.structs.replace(witness(), salt=base64.b64encode(b"t" * 32).decode()),
        msgspec.structs.replace(witness(), salt=""),
        msgspec.structs.replace(witness(), stream_key="AAAA"),
        msgspec.structs.replace(
            witness(), envelope=seal_envelope(ENTRY_TYPE, b"{}", signer=STREAM)
        ),
    ],
)
def test_a_witness_whose_parts_do_not_fit_is_refused(forged):
    with pytest.raises(WireError):
        witnessed_entry(forged)
