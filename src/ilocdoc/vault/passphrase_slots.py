"""A member's own slot: passphrase, and second factor where one is set up.

PBKDF2-HMAC-SHA512, then Argon2id over its output, then HKDF over both and over what the
factor contributes, then AES-256-KW (RFC 3394). The approved step comes first, so the
strength is never below PBKDF2; Argon2id makes guessing on graphics cards dear.
"""

import os
from collections.abc import Callable
from math import ceil

import msgspec
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from ilocdoc.record.errors import UnlockError
from ilocdoc.vault.slots import (
    NO_FACTOR,
    FactorPart,
    Opened,
    PassphraseSlot,
    SlotFile,
    require_unaltered,
)
from ilocdoc.wire.stretching import KEY_BYTES, KdfCost, stretched

_SALT_BYTES = 32
_LEAST_S = 0.5
_MOST_TIMES = 8
"""No machine of the next years is so much faster than the floor was set for."""

Contribute = Callable[[FactorPart], bytes]
"""Gives a factor's 32 bytes for its stored part."""


def nothing(_part: FactorPart) -> bytes:
    """Contribute nothing: for slots without a second factor."""
    return b""


def calibrated_cost(time_s: Callable[[KdfCost], float]) -> KdfCost:
    """Return a cost that takes this machine half a second or more; never below the floor.

    Args:
        time_s: Pays a cost once and says how many seconds that took.
    """
    floor = KdfCost()
    times = min(_MOST_TIMES, ceil(_LEAST_S / max(time_s(floor), _LEAST_S / _MOST_TIMES)))
    return KdfCost(
        pbkdf2_rounds=floor.pbkdf2_rounds * times,
        argon2_rounds=floor.argon2_rounds * times,
        argon2_kib=floor.argon2_kib,
    )


def pay(cost: KdfCost) -> None:
    """Pay a cost once, for nothing."""
    stretched("", salt=bytes(_SALT_BYTES), cost=cost, info=b"")


def fresh_keys() -> Opened:
    """Return fresh keys for a new volume."""
    return Opened(volume_key=os.urandom(KEY_BYTES), personal_key=os.urandom(KEY_BYTES))


def make_passphrase_slot(
    keys: Opened,
    *,
    officer: str,
    passphrase: str,
    made_at: str = "",
    cost: KdfCost | None = None,
    factor: tuple[FactorPart, bytes] = (NO_FACTOR, b""),
) -> tuple[PassphraseSlot, Opened]:
    """Return a slot that opens with a passphrase, and the keys with their new wrapping key.

    Args:
        keys: Volume key and personal key.
        officer: Star of the member.
        passphrase: As it was typed; the policy is `passphrases.require_good`'s.
        made_at: UTC text.
        cost: Of one guess; the floor when not given.
        factor: Its public part, and the 32 bytes it contributes.
    """
    part, contributed = factor
    salt, cost = os.urandom(_SALT_BYTES), cost or KdfCost()
    kek = _key_encryption_key(
        passphrase, salt=salt, cost=cost, bound_to=(officer, part), contributed=contributed
    )
    slot = PassphraseSlot(
        officer=officer,
        made_at=made_at,
        salt=salt,
        cost=cost,
        factor=part,
        wrapped=_wrapped(keys, kek),
    )
    return slot, msgspec.structs.replace(keys, kek=kek)


def rewrap_slot(slot: PassphraseSlot, keys: Opened) -> PassphraseSlot:
    """Return the slot around other keys: the same passphrase and factor open it.

    Args:
        slot: That gave `keys.kek`.
        keys: The new volume key, with the personal key and the wrapping key as they were.
    """
    return msgspec.structs.replace(slot, wrapped=_wrapped(keys, keys.kek))


def _wrapped(keys: Opened, kek: bytes) -> bytes:
    assert len(keys.volume_key) == len(keys.personal_key) == len(kek) == KEY_BYTES
    return aes_key_wrap(kek, keys.volume_key + keys.personal_key)


def open_slots(
    slots: SlotFile, *, officer: str, passphrase: str, contribute: Contribute = nothing
) -> Opened:
    """Return the keys of a volume.

    An unknown officer costs the same time as a wrong passphrase.

    Args:
        slots: As read.
        officer: Star.
        passphrase: As typed.
        contribute: Asked before the passphrase is tried, so that a card that does not
            answer costs nobody a try.

    Raises:
        UnlockError: If no slot of this officer opens with the passphrase.
        FactorError: If the slot's factor does not contribute.
        DamagedError: If the file was edited by somebody without the key.
    """
    slot = slots.passphrase_slot(officer)
    if slot is None:
        _spend(passphrase, next((each for each in slots.slots if _is_own(each)), None))
        raise UnlockError
    kek = _key_encryption_key(
        passphrase,
        salt=slot.salt,
        cost=slot.cost,
        bound_to=(officer, slot.factor),
        contributed=contribute(slot.factor) if slot.factor.kind != NO_FACTOR.kind else b"",
    )
    try:
        both = aes_key_unwrap(kek, slot.wrapped)
    except InvalidUnwrap as error:
        raise UnlockError from error
    require_unaltered(slots, both[:KEY_BYTES])
    return Opened(volume_key=both[:KEY_BYTES], personal_key=both[KEY_BYTES:], kek=kek)


def _is_own(slot: object) -> bool:
    return isinstance(slot, PassphraseSlot)


def _spend(passphrase: str, slot: object) -> None:
    cost = slot.cost if isinstance(slot, PassphraseSlot) else KdfCost()
    _key_encryption_key(
        passphrase,
        salt=bytes(_SALT_BYTES),
        cost=cost,
        bound_to=("", NO_FACTOR),
        contributed=b"",
    )


def _key_encryption_key(
    passphrase: str,
    *,
    salt: bytes,
    cost: KdfCost,
    bound_to: tuple[str, FactorPart],
    contributed: bytes,
) -> bytes:
    officer, factor = bound_to
    info = f"ilocdoc/slot/{officer}/{factor.kind}".encode()
    return stretched(passphrase, salt=salt, cost=cost, info=info, contributed=contributed)
