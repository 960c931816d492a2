"""Sealing for a recipient: HPKE (RFC 9180, base mode), hybrid ML-KEM-1024 + P-384.

Evidence must stay secret for decades, so the key encapsulation has a post-quantum leg
and a NIST curve leg. The suite id stands beside every stanza, so another can follow.
"""

import base64
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, mlkem
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM1024P384PrivateKey,
    MLKEM1024P384PublicKey,
    Suite,
)
from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap,
    aes_key_wrap,
)

from ilocdoc.record.errors import WireError
from ilocdoc.wire.envelope import decode_base64

SUITE_ID = "mlkem1024-p384/hkdf-sha384/aes-256-gcm"
_SUITE = Suite(KEM.MLKEM1024_P384, KDF.HKDF_SHA384, AEAD.AES_256_GCM)
_P384_POINT_BYTES = 97
_P384_SCALAR_BYTES = 48
_MLKEM_SEED_BYTES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class SealingKey:
    """A public key that things are sealed to.

    Wire form: base64 of the ML-KEM-1024 public key followed by the uncompressed
    P-384 point (97 bytes).
    """

    encoded: str

    def seal(self, plaintext: bytes, *, purpose: str) -> str:
        """Return a base64 stanza that only the private key opens.

        Args:
            plaintext: Usually a 32-byte key.
            purpose: Bound into the stanza (HPKE `info`); must be equal at opening.

        Raises:
            WireError: If this key cannot be read.
        """
        stanza = _SUITE.encrypt(plaintext, _public_from(self.encoded), info=purpose.encode())
        return base64.b64encode(stanza).decode()


class OpeningKey:
    """A private key that opens what was sealed to its `SealingKey`."""

    def __init__(self, mlkem_seed: bytes, p384: ec.EllipticCurvePrivateKey) -> None:
        self._seed = mlkem_seed
        self._p384 = p384
        mlkem_key = mlkem.MLKEM1024PrivateKey.from_seed_bytes(mlkem_seed)
        self._key = MLKEM1024P384PrivateKey(mlkem_key, p384)
        point = p384.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        raw = mlkem_key.public_key().public_bytes_raw() + point
        self.public = SealingKey(encoded=base64.b64encode(raw).decode())

    @classmethod
    def generate(cls) -> "OpeningKey":
        """Return a new key from the system's randomness."""
        return cls(os.urandom(_MLKEM_SEED_BYTES), ec.generate_private_key(ec.SECP384R1()))

    @classmethod
    def from_bytes(cls, data: bytes) -> "OpeningKey":
        """Return the key that `to_bytes` wrote (64 bytes seed, 48 bytes scalar)."""
        scalar = int.from_bytes(data[_MLKEM_SEED_BYTES:])
        return cls(data[:_MLKEM_SEED_BYTES], ec.derive_private_key(scalar, ec.SECP384R1()))

    def to_bytes(self) -> bytes:
        """Return the secret key: keep it wrapped, never in clear."""
        scalar = self._p384.private_numbers().private_value
        return self._seed + scalar.to_bytes(_P384_SCALAR_BYTES)

    def open(self, stanza: str, *, purpose: str) -> bytes:
        """Return what was sealed.

        Raises:
            WireError: If the stanza was made for another key or purpose, or altered.
        """
        try:
            return _SUITE.decrypt(decode_base64(stanza), self._key, info=purpose.encode())
        except (InvalidTag, ValueError) as error:
            raise WireError("Received data was sealed for somebody else or altered.") from error


def _public_from(encoded: str) -> MLKEM1024P384PublicKey:
    raw = decode_base64(encoded)
    try:
        return MLKEM1024P384PublicKey(
            mlkem.MLKEM1024PublicKey.from_public_bytes(raw[:-_P384_POINT_BYTES]),
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP384R1(), raw[-_P384_POINT_BYTES:]),
        )
    except ValueError as error:
        raise WireError("A key to seal for cannot be read.") from error


class SealedSession(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A session key (32 bytes, new at each unlock) sealed to headquarters' ingest key."""

    id: str
    suite: str
    stanza: str


class SealedBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A ledger body under a key of its own, wrapped by the session key."""

    session: str
    key: str
    """AES-KW(session key, body key), base64."""
    nonce: str
    sealed: str
    """AES-256-GCM(body key, nonce, 32 bytes of salt ‖ body), base64."""


class Parcel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What travels of one ledger entry: the signed header and its sealed body."""

    envelope: Any
    """`wire.envelope.Envelope` in JSON form (kept as it was signed)."""
    box: SealedBody
    seal: str = ""
    """Forward-secure seal over the entry's hash, 64 hex digits (`record.forward_seal`).

    It stands beside the header because it is made from the header's hash.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """An open session on the laptop: its secret key and the stanza for headquarters."""

    key: bytes
    """32 bytes; lives in memory only."""
    sealed: SealedSession

    def seal_body(self, salt: bytes, body: bytes) -> SealedBody:
        """Return the body sealed under a fresh key."""
        body_key, nonce = os.urandom(32), os.urandom(12)
        return SealedBody(
            session=self.sealed.id,
            key=base64.b64encode(aes_key_wrap(self.key, body_key)).decode(),
            nonce=base64.b64encode(nonce).decode(),
            sealed=base64.b64encode(AESGCM(body_key).encrypt(nonce, salt + body, None)).decode(),
        )


def seal_purpose(stream: str) -> str:
    """Return what the first seal key of a stream is bound to when headquarters gets it."""
    return f"ilocdoc/seal/{stream}"


def open_session(ingest: SealingKey) -> Session:
    """Return a new session sealed to headquarters' ingest key."""
    key, session_id = os.urandom(32), os.urandom(16).hex()
    stanza = ingest.seal(key, purpose=f"ilocdoc/session/{session_id}")
    return Session(key=key, sealed=SealedSession(id=session_id, suite=SUITE_ID, stanza=stanza))


def session_key(sealed: SealedSession, *, ingest: OpeningKey) -> bytes:
    """Return the session key at headquarters.

    Raises:
        WireError: If the suite is unknown or the stanza does not open.
    """
    if sealed.suite != SUITE_ID:
        raise WireError("Received data was sealed with a suite this version does not know.")
    return ingest.open(sealed.stanza, purpose=f"ilocdoc/session/{sealed.id}")


def open_body(box: SealedBody, *, key: bytes) -> tuple[bytes, bytes]:
    """Return (salt, body) of a sealed body, given the session key.

    Raises:
        WireError: If it was altered or belongs to another session.
    """
    try:
        body_key = aes_key_unwrap(key, decode_base64(box.key))
        plain = AESGCM(body_key).decrypt(decode_base64(box.nonce), decode_base64(box.sealed), None)
    except (InvalidTag, InvalidUnwrap, ValueError) as error:
        raise WireError("A sealed body does not open.") from error
    return plain[:32], plain[32:]


class Delivery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sealed mail from one officer to another; headquarters carries it, cannot read it."""

    id: str
    to: str
    """Star number of the recipient."""
    sender: str
    """Star number of the sender."""
    kind: str
    """report, decision or packet."""
    at: str
    suite: str
    stanza: str
    nonce: str
    sealed: str


def seal_delivery(
    content: bytes, *, delivery_id: str, to: str, sender: str, kind: str, at: str, key: SealingKey
) -> Delivery:
    """Return `content` sealed to the recipient's key; the address is bound to it."""
    content_key, nonce = os.urandom(32), os.urandom(12)
    address = _address(delivery_id, to, sender, kind)
    return Delivery(
        id=delivery_id,
        to=to,
        sender=sender,
        kind=kind,
        at=at,
        suite=SUITE_ID,
        stanza=key.seal(content_key, purpose=address),
        nonce=base64.b64encode(nonce).decode(),
        sealed=base64.b64encode(
            AESGCM(content_key).encrypt(nonce, content, address.encode())
        ).decode(),
    )


def open_delivery(delivery: Delivery, *, key: OpeningKey) -> bytes:
    """Return the content of a delivery.

    Raises:
        WireError: If it is for somebody else, altered, or of an unknown suite.
    """
    if delivery.suite != SUITE_ID:
        raise WireError("Received mail was sealed with a suite this version does not know.")
    address = _address(delivery.id, delivery.to, delivery.sender, delivery.kind)
    content_key = key.open(delivery.stanza, purpose=address)
    try:
        return AESGCM(content_key).decrypt(
            decode_base64(delivery.nonce), decode_base64(delivery.sealed), address.encode()
        )
    except (InvalidTag, ValueError) as error:
        raise WireError("Received mail was altered on its way.") from error


def opened_deliveries(
    deliveries: Iterable[Delivery], *, key: OpeningKey
) -> list[tuple[Delivery, bytes]]:
    """Return each delivery with its content; those that do not open are left out.

    One that was altered, or sealed to a key that its recipient has no more, must not
    stand in the way of the others.
    """
    found = []
    for each in deliveries:
        with suppress(WireError):
            found.append((each, open_delivery(each, key=key)))
    return found


def _address(delivery_id: str, to: str, sender: str, kind: str) -> str:
    return f"ilocdoc/delivery/{delivery_id}/{to}/{sender}/{kind}"
