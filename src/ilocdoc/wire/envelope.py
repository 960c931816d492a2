"""Signed envelopes (DSSE v1): ECDSA P-256 with SHA-256 over the payload's exact bytes."""

import base64
import binascii
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ilocdoc.record.errors import WireError
from ilocdoc.record.ids import StreamId
from ilocdoc.record.ledger import pre_authentication_encoding


class Signer(Protocol):
    """Whoever can sign: a software key, a card, an agent."""

    @property
    def key_id(self) -> str:
        """Id of the public key, see `key_id_of`."""

    @property
    def certificate_der(self) -> bytes:
        """The signer's certificate; empty for a key without one."""

    @property
    def chain_der(self) -> tuple[bytes, ...]:
        """Issuing certificate first, root last; empty without a certificate."""

    def sign(self, data: bytes) -> bytes:
        """Return a DER ECDSA signature over SHA-256 of `data`."""


class Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One signature of an envelope."""

    keyid: str
    sig: str


class Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A DSSE envelope; `payload` and `sig` are base64."""

    payload_type: str
    payload: str
    signatures: tuple[Signature, ...]

    def payload_bytes(self) -> bytes:
        """Return the payload.

        Raises:
            WireError: If it is not base64.
        """
        return decode_base64(self.payload)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """A P-256 public key with its id."""

    key_id: str
    key: ec.EllipticCurvePublicKey


def spki_of(key: ec.EllipticCurvePublicKey) -> bytes:
    """Return the SubjectPublicKeyInfo of a key, DER."""
    return key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def key_id_of(key: ec.EllipticCurvePublicKey) -> str:
    """Return "p256:" and 32 hex digits of SHA-256 over the SubjectPublicKeyInfo.

    The prefix names the algorithm, so that another can follow.
    """
    return "p256:" + hashlib.sha256(spki_of(key)).hexdigest()[:32]


def stream_id_of(key: ec.EllipticCurvePublicKey) -> StreamId:
    """Return the stream id of a stream key: 32 hex digits."""
    return StreamId(hashlib.sha256(spki_of(key)).hexdigest()[:32])


def public_key_from_der(data: bytes) -> PublicKey:
    """Return the key in a SubjectPublicKeyInfo (DER).

    Raises:
        WireError: If it is not a P-256 key.
    """
    try:
        key = serialization.load_der_public_key(data)
    except (ValueError, TypeError) as error:
        raise WireError("Received data holds a key that cannot be read.") from error
    return _p256(key)


def public_key_from_pem(pem: str) -> PublicKey:
    """Return the key of a certificate (PEM). It does not check who issued it.

    Raises:
        WireError: If it is not a certificate for a P-256 key.
    """
    try:
        key = x509.load_pem_x509_certificate(pem.encode()).public_key()
    except ValueError as error:
        raise WireError("Received data holds a certificate that cannot be read.") from error
    return _p256(key)


def public_keys_from_pem(bundle: str) -> dict[str, PublicKey]:
    """Return the keys of a member's certificates (PEM, one after the other), by key id.

    Raises:
        WireError: If one is not a certificate for a P-256 key, or there is none.
    """
    try:
        found = x509.load_pem_x509_certificates(bundle.encode())
        keys = [_p256(each.public_key()) for each in found]
    except ValueError as error:
        raise WireError("Received data holds a certificate that cannot be read.") from error
    return {each.key_id: each for each in keys}


def _p256(key: object) -> PublicKey:
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise WireError("Received data holds a key of an algorithm that is not accepted.")
    return PublicKey(key_id=key_id_of(key), key=key)


def seal_envelope(payload_type: str, payload: bytes, *, signer: Signer) -> Envelope:
    """Return an envelope over the payload, signed once."""
    signature = signer.sign(pre_authentication_encoding(payload_type, payload))
    return Envelope(
        payload_type=payload_type,
        payload=base64.b64encode(payload).decode(),
        signatures=(Signature(keyid=signer.key_id, sig=base64.b64encode(signature).decode()),),
    )


def with_signature(envelope: Envelope, signer: Signer) -> Envelope:
    """Return the envelope with one more signature over the same bytes."""
    signed = pre_authentication_encoding(envelope.payload_type, envelope.payload_bytes())
    made = Signature(keyid=signer.key_id, sig=base64.b64encode(signer.sign(signed)).decode())
    return msgspec.structs.replace(envelope, signatures=(*envelope.signatures, made))


def open_envelope(envelope: Envelope, payload_type: str, *, key: PublicKey) -> bytes:
    """Return the payload after checking type and signature.

    Nothing in the payload is read before the signature verified.

    Raises:
        WireError: If the type differs or no signature of `key` verifies.
    """
    if envelope.payload_type != payload_type:
        raise WireError("Received data is of another kind than expected.")
    payload = envelope.payload_bytes()
    signed = pre_authentication_encoding(payload_type, payload)
    for signature in envelope.signatures:
        if signature.keyid == key.key_id and _verifies(key, decode_base64(signature.sig), signed):
            return payload
    raise WireError("Received data carries no valid signature of the expected signer.")


def _verifies(key: PublicKey, signature: bytes, data: bytes) -> bool:
    try:
        key.key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def envelope_bytes(envelope: Envelope) -> bytes:
    """Return the envelope as JSON."""
    return msgspec.json.encode(envelope)


def envelope_from_bytes(data: bytes) -> Envelope:
    """Return the envelope in JSON bytes.

    Raises:
        WireError: If the bytes are not an envelope.
    """
    try:
        return msgspec.json.decode(data, type=Envelope)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WireError("Received data is not a signed envelope.") from error


def decode_base64(text: str) -> bytes:
    """Return the bytes of strict base64.

    Raises:
        WireError: If the text is not base64.
    """
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise WireError("Received data is not base64.") from error


class SoftwareKey:
    """A P-256 private key in memory, with its certificate if it has one."""

    def __init__(
        self,
        key: ec.EllipticCurvePrivateKey,
        *,
        certificate_der: bytes = b"",
        chain_der: tuple[bytes, ...] = (),
    ) -> None:
        self._key = key
        self.key_id = key_id_of(key.public_key())
        self.certificate_der = certificate_der
        self.chain_der = chain_der

    @property
    def public(self) -> PublicKey:
        """The public half."""
        return PublicKey(key_id=self.key_id, key=self._key.public_key())

    def sign(self, data: bytes) -> bytes:
        """Return a DER ECDSA signature over SHA-256 of `data`."""
        return self._key.sign(data, ec.ECDSA(hashes.SHA256()))


class CallbackKey:
    """A key that somebody else holds: an agent, a service, the middleware of a card.

    What it gives is checked against the certificate before anybody uses it.
    """

    def __init__(
        self,
        sign_digest: Callable[[bytes], bytes],
        *,
        certificate_der: bytes,
        chain_der: tuple[bytes, ...],
    ) -> None:
        """Name whoever signs.

        Args:
            sign_digest: Gets the SHA-256 digest (32 bytes), gives a DER ECDSA signature of it.
                Called on the thread that signs; what it raises is not caught.
            certificate_der: Of the key; P-256.
            chain_der: Issuing certificate first, root last.

        Raises:
            WireError: If the certificate is not for a P-256 key.
        """
        self._sign_digest = sign_digest
        self.public = _p256(x509.load_der_x509_certificate(certificate_der).public_key())
        self.key_id = self.public.key_id
        self.certificate_der = certificate_der
        self.chain_der = chain_der

    def sign(self, data: bytes) -> bytes:
        """Return a DER ECDSA signature over SHA-256 of `data`.

        Raises:
            WireError: If whoever was asked signed with another key, or something else.
        """
        signature = self._sign_digest(hashlib.sha256(data).digest())
        if not _verifies(self.public, signature, data):
            raise WireError("What was asked to sign gave no signature of the certificate's key.")
        return signature
