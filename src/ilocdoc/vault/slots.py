"""Who can open a volume: slots around the volume key.

The volume key is 32 random bytes, never on disk in clear. A slot wraps it under a
passphrase: PBKDF2-HMAC-SHA512, then Argon2id over its output, HKDF over both, AES-256-KW
(RFC 3394). The approved step comes first, so its strength is never below PBKDF2. The
slot file holds no secret; it is MACed under the volume key, so an edited slot opens
cryptographically but is refused.
"""

import base64
import hashlib
import hmac
import json
import os
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from ilocdoc.record.errors import DamagedError, InputError, NewerVaultError, UnlockError
from ilocdoc.vault.files import replace_file
from ilocdoc.wire.canonical import canonical_bytes

FORMAT = "ilocdoc.slots/1"
KEY_BYTES = 32
SHORTEST_PASSPHRASE = 15
"""Characters. CJIS v6.0 IA-5 asks for 8; there are no composition rules instead."""

BANNED = frozenset(
    {
        "passwordpassword",
        "password12345678",
        "1234567890123456",
        "qwertyuiopasdfgh",
        "aaaaaaaaaaaaaaaa",
        "chicagochicagochicago",
        "chicagopolicedepartment",
        "correct horse battery staple",
        "correcthorsebatterystaple",
        "letmeinletmeinletmein",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KdfCost:
    """How dear one guess is. The defaults are the floor in production."""

    pbkdf2_rounds: int = 600_000
    argon2_rounds: int = 3
    argon2_kib: int = 65_536


DEAREST = KdfCost(pbkdf2_rounds=20_000_000, argon2_rounds=64, argon2_kib=2 * 1024 * 1024)
"""A slot that costs more was not written by this program: opening it would take all memory."""
_LEAST_KIB, _SALT_BYTES, _WRAPPED_BYTES = 8, 32, 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One way in."""

    officer: str
    """Star number."""
    salt: bytes
    """32 bytes."""
    cost: KdfCost
    wrapped: bytes
    """AES-KW(KEK, volume key), 40 bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotFile:
    """All slots of a volume, and which database file they open."""

    volume: str
    """Id of the volume; bound into the MAC."""
    generation: int
    """Grows with each rotation of the volume key."""
    database: str
    """File name of the current database."""
    slots: tuple[Slot, ...]
    mac: bytes = b""


def check_passphrase(passphrase: str) -> str:
    """Return the passphrase in NFC.

    Raises:
        InputError: If it is too short or one of the common ones.
    """
    text = unicodedata.normalize("NFC", passphrase)
    if len(text) < SHORTEST_PASSPHRASE:
        raise InputError(
            f"The passphrase is shorter than {SHORTEST_PASSPHRASE} characters.",
            "Use several words. Spaces are welcome.",
        )
    plain = unicodedata.normalize("NFKC", text).casefold()
    if plain in BANNED or len(set(plain)) == 1:
        raise InputError("This passphrase is a common one.", "Use several unrelated words.")
    return text


def derive(volume_key: bytes, purpose: str) -> bytes:
    """Return a 32-byte key for a purpose, from the volume key (HKDF-Expand, SHA-512)."""
    info = b"ilocdoc/" + purpose.encode()
    return HKDFExpand(hashes.SHA512(), KEY_BYTES, info).derive(volume_key)


def _key_encryption_key(passphrase: str, *, salt: bytes, cost: KdfCost, officer: str) -> bytes:
    secret = unicodedata.normalize("NFC", passphrase).encode()
    first = hashlib.pbkdf2_hmac("sha512", secret, salt, cost.pbkdf2_rounds)
    second = hash_secret_raw(
        first, salt, cost.argon2_rounds, cost.argon2_kib, 1, KEY_BYTES, Type.ID
    )
    info = b"ilocdoc/slot/" + officer.encode()
    return HKDF(hashes.SHA512(), KEY_BYTES, salt, info).derive(first + second)


def make_slot(
    volume_key: bytes, *, officer: str, passphrase: str, cost: KdfCost | None = None
) -> Slot:
    """Return a slot that opens the volume key with a passphrase.

    Raises:
        InputError: If the passphrase does not meet the policy.
    """
    text, salt, cost = check_passphrase(passphrase), os.urandom(_SALT_BYTES), cost or KdfCost()
    kek = _key_encryption_key(text, salt=salt, cost=cost, officer=officer)
    return Slot(officer=officer, salt=salt, cost=cost, wrapped=aes_key_wrap(kek, volume_key))


def open_slots(slots: SlotFile, *, officer: str, passphrase: str) -> bytes:
    """Return the volume key.

    An unknown officer costs the same time as a wrong passphrase.

    Raises:
        UnlockError: If no slot of this officer opens with the passphrase.
        DamagedError: If the file was edited by somebody without the key.
    """
    mine = [slot for slot in slots.slots if slot.officer == officer]
    for slot in mine or slots.slots[:1]:
        kek = _key_encryption_key(passphrase, salt=slot.salt, cost=slot.cost, officer=officer)
        try:
            volume_key = aes_key_unwrap(kek, slot.wrapped)
        except InvalidUnwrap:
            continue
        if not hmac.compare_digest(slots.mac, _mac(slots, volume_key)):
            raise DamagedError("The file that guards this officer's reports was altered.")
        return volume_key
    raise UnlockError


def _mac(slots: SlotFile, volume_key: bytes) -> bytes:
    data = canonical_bytes(_to_json(replace(slots, mac=b"")))
    return hmac.digest(derive(volume_key, "slots-mac"), data, "sha512")


def _to_json(slots: SlotFile) -> dict[str, object]:
    return {
        "format": FORMAT,
        "volume": slots.volume,
        "generation": slots.generation,
        "database": slots.database,
        "mac": base64.b64encode(slots.mac).decode(),
        "slots": [
            {
                "kind": "passphrase",
                "officer": each.officer,
                "salt": base64.b64encode(each.salt).decode(),
                "pbkdf2_rounds": each.cost.pbkdf2_rounds,
                "argon2_rounds": each.cost.argon2_rounds,
                "argon2_kib": each.cost.argon2_kib,
                "wrapped": base64.b64encode(each.wrapped).decode(),
            }
            for each in slots.slots
        ],
    }


def write_slots(path: Path, slots: SlotFile, *, volume_key: bytes) -> SlotFile:
    """Write the slot file at once or not at all; returns it with its MAC."""
    sealed = replace(slots, mac=_mac(slots, volume_key))
    replace_file(path, canonical_bytes(_to_json(sealed)))
    return sealed


def read_slots(path: Path) -> SlotFile:
    """Return the slot file.

    Raises:
        DamagedError: If it is missing or cannot be read.
        NewerVaultError: If a newer program wrote it.
    """
    try:
        value = json.loads(path.read_bytes())
        if value["format"] != FORMAT:
            raise NewerVaultError
        return SlotFile(
            volume=value["volume"],
            generation=value["generation"],
            database=Path(value["database"]).name,
            slots=tuple(_slot(each) for each in value["slots"]),
            mac=base64.b64decode(value["mac"], validate=True),
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise DamagedError("The file that guards this officer's reports cannot be read.") from error


def _slot(value: dict[str, str | int]) -> Slot:
    slot = Slot(
        officer=str(value["officer"]),
        salt=base64.b64decode(str(value["salt"]), validate=True),
        cost=KdfCost(
            pbkdf2_rounds=int(value["pbkdf2_rounds"]),
            argon2_rounds=int(value["argon2_rounds"]),
            argon2_kib=int(value["argon2_kib"]),
        ),
        wrapped=base64.b64decode(str(value["wrapped"]), validate=True),
    )
    # An edited cost is found by the MAC, but only after it was paid.
    if not (
        0 < slot.cost.pbkdf2_rounds <= DEAREST.pbkdf2_rounds
        and 0 < slot.cost.argon2_rounds <= DEAREST.argon2_rounds
        and _LEAST_KIB <= slot.cost.argon2_kib <= DEAREST.argon2_kib
        and (len(slot.salt), len(slot.wrapped)) == (_SALT_BYTES, _WRAPPED_BYTES)
    ):
        raise ValueError("a slot is not one that this program writes")
    return slot
