"""The files of an escrow holder: a key under the holder's passphrase, and its public half.

The key file never goes to headquarters' database or to a laptop; the public file does.
"""

import base64
import json
import os
from dataclasses import dataclass
from typing import Any

import msgspec
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from ilocdoc.record.errors import InputError, UnlockError, WireError
from ilocdoc.wire.canonical import canonical_bytes
from ilocdoc.wire.envelope import decode_base64
from ilocdoc.wire.escrow import EscrowHolder, check_name
from ilocdoc.wire.sealing import OpeningKey
from ilocdoc.wire.stretching import KdfCost, stretched

KEY_FORMAT = "ilocdoc.escrow-key/1"
PUBLIC_FORMAT = "ilocdoc.escrow-public/1"
SHORTEST_PASSPHRASE = 15
"""Characters; the same floor as for officers."""
_SALT_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderKey:
    """An escrow key, opened."""

    name: str
    key: OpeningKey

    @property
    def public(self) -> EscrowHolder:
        """What headquarters and the laptops may know of it."""
        return EscrowHolder(name=self.name, key=self.key.public.encoded)


def new_holder_key(name: str) -> HolderKey:
    """Return a fresh key for a holder.

    Raises:
        InputError: If the name cannot be printed.
    """
    return HolderKey(name=check_name(name), key=OpeningKey.generate())


def holder_file(holder: HolderKey, passphrase: str, *, cost: KdfCost | None = None) -> bytes:
    """Return the secret file of a holder: AES-KW under the stretched passphrase.

    Raises:
        InputError: If the passphrase is too short.
    """
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise InputError(
            f"The passphrase is shorter than {SHORTEST_PASSPHRASE} characters.",
            "Use several words. Spaces are welcome.",
        )
    cost, salt = cost or KdfCost(), os.urandom(_SALT_BYTES)
    kek = stretched(passphrase, salt=salt, cost=cost, info=_info(holder.public))
    return canonical_bytes(
        {
            "format": KEY_FORMAT,
            "holder": holder.name,
            "public": holder.public.key,
            "salt": base64.b64encode(salt).decode(),
            "cost": msgspec.to_builtins(cost),
            "wrapped": base64.b64encode(aes_key_wrap(kek, holder.key.to_bytes())).decode(),
        }
    )


def open_holder_file(data: bytes, passphrase: str) -> HolderKey:
    """Return the key in a holder's file.

    Raises:
        InputError: If it is not such a file.
        UnlockError: If the passphrase is not the holder's, or the file was altered.
    """
    value = _read(data, KEY_FORMAT)
    try:
        cost = msgspec.convert(value["cost"], type=KdfCost)
        public = EscrowHolder(name=check_name(str(value["holder"])), key=str(value["public"]))
        salt, wrapped = decode_base64(value["salt"]), decode_base64(value["wrapped"])
        info = _info(public)
    except (KeyError, TypeError, ValueError, WireError) as error:
        raise _not_one() from error
    if len(salt) != _SALT_BYTES:
        raise _not_one()
    try:
        secret = aes_key_unwrap(stretched(passphrase, salt=salt, cost=cost, info=info), wrapped)
    except (InvalidUnwrap, ValueError) as error:
        raise UnlockError(
            f"The passphrase does not open the escrow key of {public.name}.",
            "Try again. Nothing was changed.",
        ) from error
    return HolderKey(name=public.name, key=OpeningKey.from_bytes(secret))


def public_file(holder: EscrowHolder) -> bytes:
    """Return the public file of a holder: what headquarters is given."""
    return canonical_bytes({"format": PUBLIC_FORMAT, "holder": holder.name, "public": holder.key})


def read_public_file(data: bytes) -> EscrowHolder:
    """Return the holder in a public file.

    Raises:
        InputError: If it is not such a file, for example the secret one.
    """
    value = _read(data, PUBLIC_FORMAT)
    try:
        return EscrowHolder(name=check_name(str(value["holder"])), key=str(value["public"]))
    except KeyError as error:
        raise _not_one() from error


def _info(holder: EscrowHolder) -> bytes:
    # Name and public key are bound in, so a file cannot be passed off as another holder's.
    return f"ilocdoc/escrow-key/{holder.id}/{holder.name}".encode()


def _read(data: bytes, expected: str) -> dict[str, Any]:
    try:
        value = json.loads(data)
        found = value["format"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _not_one() from error
    if {found, expected} == {KEY_FORMAT, PUBLIC_FORMAT}:
        kind = "secret" if found == KEY_FORMAT else "public"
        raise InputError(
            f"This is the {kind} file of an escrow holder.",
            "Headquarters is given the public file; recovery needs the secret one.",
        )
    if found != expected or not isinstance(value, dict):
        raise _not_one()
    return value


def _not_one() -> InputError:
    return InputError("This is not the file of an escrow holder.")
