"""A test key is a real key."""

from cryptography.hazmat.primitives.asymmetric import ec

from ilocdoc.wire.envelope import SoftwareKey


def software_key(scalar: int = 0) -> SoftwareKey:
    """A fresh key, or the same key for the same scalar (golden vectors)."""
    if scalar:
        return SoftwareKey(ec.derive_private_key(scalar, ec.SECP256R1()))
    return SoftwareKey(ec.generate_private_key(ec.SECP256R1()))
