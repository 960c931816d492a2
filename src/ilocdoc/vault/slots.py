"""Who can open a volume: slots around the volume key, and the file that holds them.

The volume key is 32 random bytes, never on disk in clear. Each slot is one way to it: a
member's passphrase, a supervisor's own volume, or headquarters' escrow. Only the passphrase
slot also holds the *personal key*, which wraps the member's signing key: so neither a
supervisor nor escrow can ever sign for the member.

The slot file holds no secret. It is MACed under the volume key, so an edited file opens
cryptographically but is refused. Making and opening the kinds of slots: `passphrase_slots`,
`supervising`, `escrow`.
"""

import hmac
import json
from itertools import combinations
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from ilocdoc.record.errors import DamagedError, NewerVaultError
from ilocdoc.vault.files import replace_file
from ilocdoc.wire.canonical import canonical_bytes
from ilocdoc.wire.stretching import KEY_BYTES, KdfCost

FORMAT_NAME, FORMAT_NUMBER = "ilocdoc.slots", 2
SLOTS_FILE = "slots.json"
_MOST_KEY_HOLDERS = 7
"""Every allowed combination of holders has a stanza: 4 of 7 are 35 of them."""

_Salt = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
_WrappedPair = Annotated[bytes, msgspec.Meta(min_length=72, max_length=72)]
_Text = Annotated[str, msgspec.Meta(max_length=8192)]
_Star = Annotated[str, msgspec.Meta(pattern="^[0-9]{1,9}\\Z")]
_Count = Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]


class FactorPart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a slot keeps of a second factor: nothing of it is secret."""

    kind: Annotated[str, msgspec.Meta(max_length=16)]
    """none, or the `kind` of a `vault.factors.Factor`, for example pkcs11."""
    public: dict[str, _Text] = {}
    """What the factor needs to give the same 32 bytes again."""


NO_FACTOR = FactorPart(kind="none")


class PassphraseSlot(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="passphrase",
):
    """The member's own way in: a passphrase and, where it is set up, a second factor."""

    officer: _Star
    made_at: _Text = ""
    """When the passphrase was chosen, UTC text; empty when not known."""
    salt: _Salt
    cost: KdfCost
    factor: FactorPart = NO_FACTOR
    wrapped: _WrappedPair
    """AES-KW(KEK, volume key ‖ personal key)."""


class SupervisorSlot(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="supervisor",
):
    """A supervisor's way in: sealed to the key that lies in the supervisor's own volume."""

    officer: _Star
    """Star of the supervisor."""
    key: _Text
    """Digest of the key it was sealed to, see `supervising.key_name`."""
    suite: _Text
    stanza: _Text
    """HPKE(volume key), base64."""


class EscrowStanza(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The volume key sealed to one combination of holders, one envelope inside the other."""

    kids: tuple[_Text, ...]
    """Who opens, the outermost first."""
    suite: _Text
    sealed: Annotated[str, msgspec.Meta(max_length=65_536)]
    """Base64."""


class EscrowSlot(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="escrow",
):
    """Headquarters' way in: `threshold` of the holders in `kids` together."""

    kids: tuple[_Text, ...]
    threshold: int
    stanzas: tuple[EscrowStanza, ...]
    """One for each combination of `threshold` holders."""

    def __post_init__(self) -> None:
        """Refuse what is not whole: a missing combination is found at the worst time."""
        if not 1 <= self.threshold <= len(self.kids) <= _MOST_KEY_HOLDERS:
            raise ValueError("an escrow slot names its holders")
        wanted = {frozenset(each) for each in combinations(self.kids, self.threshold)}
        found = {frozenset(each.kids) for each in self.stanzas}
        if found != wanted or len(self.stanzas) != len(wanted):
            raise ValueError("an escrow slot has a stanza for each combination")


Slot = PassphraseSlot | SupervisorSlot | EscrowSlot


class SlotFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All slots of a volume, and which database file they open."""

    format: Literal["ilocdoc.slots/2"] = "ilocdoc.slots/2"
    volume: _Text
    """Id of the volume; bound into the MAC."""
    generation: _Count
    """Grows with each rotation of the volume key."""
    revision: _Count = 1
    """Grows with every change of this file. The volume keeps the newest it saw, so that an
    older slot file that was put back is noticed."""
    database: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]+\.db\Z")]
    """File name of the current database."""
    slots: tuple[Slot, ...]
    mac: bytes = b""

    def passphrase_slot(self, officer: str) -> PassphraseSlot | None:
        """Return a member's own slot, or None."""
        own = (each for each in self.slots if isinstance(each, PassphraseSlot))
        return next((each for each in own if each.officer == officer), None)

    def supervisor_slots(self) -> tuple[SupervisorSlot, ...]:
        """Return the slots of supervisors, in the order of the file."""
        return tuple(each for each in self.slots if isinstance(each, SupervisorSlot))

    def escrow_slots(self) -> tuple[EscrowSlot, ...]:
        """Return the slots of headquarters, in the order of the file."""
        return tuple(each for each in self.slots if isinstance(each, EscrowSlot))


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """What a slot gave. Lives in memory only."""

    volume_key: bytes
    """32 bytes."""
    personal_key: bytes = b""
    """32 bytes; empty when a supervisor or escrow opened the volume."""
    kek: bytes = b""
    """What wraps the pair in the member's own slot, so that it can be wrapped anew without
    asking again; empty when a supervisor or escrow opened the volume."""


def derive(volume_key: bytes, purpose: str) -> bytes:
    """Return a 32-byte key for a purpose, from the volume key (HKDF-Expand, SHA-512)."""
    info = b"ilocdoc/" + purpose.encode()
    return HKDFExpand(hashes.SHA512(), KEY_BYTES, info).derive(volume_key)


def require_unaltered(slots: SlotFile, volume_key: bytes) -> None:
    """Refuse a slot file that somebody edited without the key.

    Raises:
        DamagedError: If the MAC is not of this file under this volume key.
    """
    if not hmac.compare_digest(slots.mac, _mac(slots, volume_key)):
        raise DamagedError("The file that guards this officer's reports was altered.")


def _mac(slots: SlotFile, volume_key: bytes) -> bytes:
    unmarked = msgspec.structs.replace(slots, mac=b"")
    return hmac.digest(derive(volume_key, "slots-mac"), _bytes(unmarked), "sha512")


def _bytes(slots: SlotFile) -> bytes:
    return canonical_bytes(msgspec.to_builtins(slots))


def unmarked_bytes(slots: SlotFile) -> bytes:
    """Return the file without a MAC: for whoever takes slots away and holds no key."""
    return _bytes(msgspec.structs.replace(slots, mac=b""))


def slot_bytes(slots: SlotFile, *, volume_key: bytes) -> bytes:
    """Return the file with its MAC, as it is written."""
    return _bytes(msgspec.structs.replace(slots, mac=_mac(slots, volume_key)))


def write_slots(path: Path, slots: SlotFile, *, volume_key: bytes) -> SlotFile:
    """Write the slot file at once or not at all; returns it with its MAC."""
    data = slot_bytes(slots, volume_key=volume_key)
    replace_file(path, data)
    return slots_from_bytes(data)


def read_slots(path: Path) -> SlotFile:
    """Return the slot file. Whether it was altered is known once a slot opened.

    Raises:
        DamagedError: If it is missing or cannot be read.
        NewerVaultError: If a newer program wrote it.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _unreadable() from error
    return slots_from_bytes(data)


def slots_from_bytes(data: bytes) -> SlotFile:
    """Return the slot file in these bytes.

    Raises:
        DamagedError: If they are none.
        NewerVaultError: If a newer program wrote them.
    """
    try:
        name, _, number = str(json.loads(data)["format"]).partition("/")
        if name == FORMAT_NAME and number.isdecimal() and int(number) > FORMAT_NUMBER:
            raise NewerVaultError
        return msgspec.json.decode(data, type=SlotFile)
    except (ValueError, KeyError, TypeError, RecursionError, msgspec.DecodeError) as error:
        raise _unreadable() from error


def _unreadable() -> DamagedError:
    return DamagedError("The file that guards this officer's reports cannot be read.")
