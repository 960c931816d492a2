"""A ledger entry with all that proves it, for those who do not have the ledger."""

import base64

import msgspec

from ilocdoc.record.errors import WireError
from ilocdoc.record.ids import Sha256
from ilocdoc.record.ledger import (
    ENTRY_TYPE,
    SALT_BYTES,
    body_digest,
    entry_hash,
    header_from_bytes,
)
from ilocdoc.wire.entries import Entry
from ilocdoc.wire.envelope import (
    Envelope,
    decode_base64,
    envelope_bytes,
    open_envelope,
    public_key_from_der,
    stream_id_of,
)


class Witness(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One entry of somebody's ledger. The stream's id is the digest of its key."""

    envelope: Envelope
    """The signed header."""
    stream_key: str
    """Base64 of the stream key's SubjectPublicKeyInfo."""
    salt: str
    """Base64 of the 32 bytes that the body was salted with."""
    act: Envelope
    """The body."""


def witness_of(header: Envelope, *, stream_key: bytes, salt: bytes, act: Envelope) -> Witness:
    """Return an entry as a witness; `stream_key` is a SubjectPublicKeyInfo (DER)."""
    return Witness(
        envelope=header,
        stream_key=base64.b64encode(stream_key).decode(),
        salt=base64.b64encode(salt).decode(),
        act=act,
    )


def witnessed_entry(witness: Witness) -> Entry:
    """Return the entry after checking header, stream signature and body.

    It does not say that headquarters has the entry, nor who signed the act.

    Raises:
        WireError: If any part does not fit the others.
    """
    key = public_key_from_der(decode_base64(witness.stream_key))
    payload = open_envelope(witness.envelope, ENTRY_TYPE, key=key)
    try:
        header = header_from_bytes(payload)
    except ValueError as error:
        raise WireError("A received ledger entry cannot be read.") from error
    salt = decode_base64(witness.salt)
    if header.stream != stream_id_of(key.key) or len(salt) != SALT_BYTES:
        raise WireError("A received ledger entry is not of the stream that it names.")
    if body_digest(salt, envelope_bytes(witness.act)) != header.body:
        raise WireError("A received ledger entry does not fit its body.")
    return Entry(
        stream=header.stream,
        seq=header.seq,
        hash=Sha256(entry_hash(payload)),
        kind=header.kind,
        at=header.at,
        ids=header.ids,
    )
