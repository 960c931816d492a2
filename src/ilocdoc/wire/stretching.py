"""A key from a passphrase: the approved step first, then the one that is dear in memory.

PBKDF2-HMAC-SHA512, then Argon2id over its output, HKDF-SHA512 over both. The result is
never weaker than PBKDF2 alone; Argon2id makes guessing on graphics cards dear.
"""

import hashlib
import unicodedata
from typing import Annotated

import msgspec
from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32


class KdfCost(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How dear one guess is. The defaults are the floor in production.

    The upper bounds are what no program of ours writes: opening such a file would take all
    memory, and an edited cost is found only after it was paid.
    """

    pbkdf2_rounds: Annotated[int, msgspec.Meta(ge=1, le=20_000_000)] = 600_000
    argon2_rounds: Annotated[int, msgspec.Meta(ge=1, le=64)] = 3
    argon2_kib: Annotated[int, msgspec.Meta(ge=8, le=2 * 1024 * 1024)] = 65_536


def stretched(
    passphrase: str, *, salt: bytes, cost: KdfCost, info: bytes, contributed: bytes = b""
) -> bytes:
    """Return the 32-byte key of a passphrase.

    Args:
        passphrase: As it was typed; NFC makes composed and decomposed letters equal.
        salt: 32 random bytes, kept beside what the key opens.
        cost: Kept there too.
        info: What the key is for; bound into it.
        contributed: By a second factor.
    """
    secret = unicodedata.normalize("NFC", passphrase).encode()
    first = hashlib.pbkdf2_hmac("sha512", secret, salt, cost.pbkdf2_rounds)
    second = hash_secret_raw(
        first, salt, cost.argon2_rounds, cost.argon2_kib, 1, KEY_BYTES, Type.ID
    )
    return HKDF(hashes.SHA512(), KEY_BYTES, salt, info).derive(first + second + contributed)
