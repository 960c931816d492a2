"""Private keys at rest: wrapped with AES-KW under a key derived from a volume key."""

import os

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.x509.oid import NameOID

from ilocdoc.record.errors import InputError, WireError
from ilocdoc.vault.slots import derive
from ilocdoc.wire.envelope import SoftwareKey

_NONCE_BYTES = 12
_SCALAR_BYTES = 32


def wrap_secret(volume_key: bytes, secret: bytes, *, purpose: str) -> bytes:
    """Return a secret sealed for rest (AES-256-GCM, nonce first), bound to its purpose."""
    nonce = os.urandom(_NONCE_BYTES)
    key = derive(volume_key, f"secret/{purpose}")
    return nonce + AESGCM(key).encrypt(nonce, secret, purpose.encode())


def unwrap_secret(volume_key: bytes, wrapped: bytes, *, purpose: str) -> bytes:
    """Return a secret that `wrap_secret` sealed under the same key and purpose."""
    key = derive(volume_key, f"secret/{purpose}")
    return AESGCM(key).decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], purpose.encode())


def new_private_key() -> ec.EllipticCurvePrivateKey:
    """Return a fresh P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


def private_to_bytes(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return the scalar of a P-256 key, 32 bytes."""
    return key.private_numbers().private_value.to_bytes(_SCALAR_BYTES)


def private_from_bytes(data: bytes) -> ec.EllipticCurvePrivateKey:
    """Return the P-256 key with this scalar."""
    return ec.derive_private_key(int.from_bytes(data), ec.SECP256R1())


def request_for(key: ec.EllipticCurvePrivateKey, *, common_name: str) -> str:
    """Return a certificate request (PKCS#10, PEM) for a key.

    Raises:
        InputError: If no certificate can hold the name.
    """
    try:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    except ValueError as error:
        raise InputError("The name has between 1 and 60 letters.") from error
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    return request.public_bytes(serialization.Encoding.PEM).decode()


def signer_for(
    key: ec.EllipticCurvePrivateKey, *, certificate_pem: str, chain_pem: str
) -> SoftwareKey:
    """Return the signer of a key with its certificate and chain.

    Args:
        key: The private key.
        certificate_pem: Empty while headquarters did not certify the key: it signs acts,
            which count from then on, and no documents.
        chain_pem: From the issuing certificate to the root.

    Raises:
        WireError: If a certificate cannot be read.
    """
    try:
        own = certificate_pem.encode()
        certificate = x509.load_pem_x509_certificate(own) if own else None
        chain = x509.load_pem_x509_certificates(chain_pem.encode())
    except ValueError as error:
        raise WireError("Headquarters sent a certificate that cannot be read.") from error
    der = serialization.Encoding.DER
    return SoftwareKey(
        key,
        certificate_der=certificate.public_bytes(der) if certificate else b"",
        chain_der=tuple(each.public_bytes(der) for each in chain),
    )
