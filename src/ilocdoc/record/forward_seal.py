"""The forward-secure seal: who takes every key today cannot re-make yesterday.

Each entry is sealed with a key of its own, made from the key before, which is then erased.
Only headquarters can make the keys again, from the first one.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

from ilocdoc.record.ids import Sha256

SEAL_KEY_BYTES = 32
_NEXT = b"ilocdoc/seal/next"
_CLOSING = b"ilocdoc/seal/closing"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedLink:
    """An entry with its seal, as they were received."""

    seq: int
    hash: Sha256
    seal: str
    """64 hex digits; empty when none came."""


def next_seal_key(key: bytes) -> bytes:
    """Return the key that follows; there is no way back from it."""
    return hmac.new(key, _NEXT, hashlib.sha256).digest()


def seal_key_at(first: bytes, steps: int) -> bytes:
    """Return the key so many steps after the first."""
    key = first
    for _ in range(steps):
        key = next_seal_key(key)
    return key


def seal_of(key: bytes, entry: Sha256) -> str:
    """Return the seal of an entry, 64 hex digits.

    Args:
        key: 32 bytes, of this entry only.
        entry: Hash of the entry.
    """
    assert len(key) == SEAL_KEY_BYTES, len(key)
    return hmac.new(key, bytes.fromhex(entry), hashlib.sha256).hexdigest()


def closing_seal(key: bytes, head: Sha256) -> str:
    """Return the seal of an end: whoever cuts entries off has no key for the new end.

    Args:
        key: 32 bytes, of the entry that will come next.
        head: Hash of the newest entry.
    """
    return hmac.new(key, _CLOSING + bytes.fromhex(head), hashlib.sha256).hexdigest()


def first_bad_seal(first: bytes, links: Iterable[SealedLink], *, closing: str = "") -> str:
    """Return what does not fit, in words, or the empty string. Names the first bad entry.

    Args:
        first: The key of the first link.
        links: From the entry that opened the stream on, without gaps.
        closing: Seal of the end, when one was handed over with the entries.
    """
    key, head, seq = first, None, 0
    for link in links:
        if not hmac.compare_digest(seal_of(key, link.hash), link.seal):
            missing = "has no seal" if not link.seal else "does not fit its seal"
            return f"entry {link.seq} {missing}"
        key, head, seq = next_seal_key(key), link.hash, link.seq
    if closing and head is not None and closing_seal(key, head) != closing:
        return f"entries after {seq} were cut off"
    return ""
