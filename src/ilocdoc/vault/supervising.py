"""A supervisor's way into an officer's volume, for the day the passphrase is forgotten.

The volume key is sealed to the key for mail that lies in the supervisor's own volume on this
laptop: no second passphrase, and nobody but an unlocked supervisor opens it. Which key that
is, the supervisor says in a statement signed with a certificate of the roster; it is kept in
the device volume, and believed only when that signature holds. The roster itself names the
key of the newest laptop only, which may be another one.
"""

import base64
import hashlib
from collections.abc import Iterable, Sequence

from ilocdoc.record.errors import RefusedError, WireError
from ilocdoc.record.people import Officer, Role
from ilocdoc.vault.device_volume import DeviceVolume
from ilocdoc.vault.slots import SlotFile, SupervisorSlot
from ilocdoc.wire.canonical import canonical_bytes, from_canonical
from ilocdoc.wire.envelope import (
    Envelope,
    Signer,
    envelope_bytes,
    envelope_from_bytes,
    open_envelope,
    public_keys_from_pem,
    seal_envelope,
)
from ilocdoc.wire.sealing import SUITE_ID, OpeningKey, SealingKey

STATEMENT_TYPE = "application/vnd.ilocdoc.opening-key.v1+json"
"""DSSE payload type: {"device", "key", "star"}."""
SUPERVISING = frozenset({Role.SUPERVISOR, Role.WATCH_LIEUTENANT})
_NAME_DIGITS = 32


def may_release(supervisor: Officer, officer: Officer) -> bool:
    """Tell whether one member may release, or enrol again, another: same unit, not oneself."""
    return (
        supervisor.id != officer.id
        and supervisor.unit == officer.unit
        and bool(supervisor.roles & SUPERVISING)
    )


def key_name(key: SealingKey) -> str:
    """Return the name of a key: 32 hex digits of SHA-256 over its wire form."""
    return hashlib.sha256(base64.b64decode(key.encoded)).hexdigest()[:_NAME_DIGITS]


def state_key(volume: DeviceVolume, member: Officer, *, key: SealingKey, signer: Signer) -> None:
    """Keep a supervisor's statement of the key in the own volume, unless it is kept."""
    if not member.roles & SUPERVISING or stated_key(volume, member) == key:
        return
    said = {"device": volume.device, "key": key.encoded, "star": member.id}
    statement = seal_envelope(STATEMENT_TYPE, canonical_bytes(said), signer=signer)
    volume.keep(_place(member), envelope_bytes(statement).decode())


def stated_key(volume: DeviceVolume, member: Officer) -> SealingKey | None:
    """Return the key that a member stated on this laptop, or None.

    None too when the statement is not signed with a certificate that the roster names.
    """
    text = volume.kept(_place(member))
    if not text or not member.certificate:
        return None
    try:
        said = from_canonical(_opened(envelope_from_bytes(text.encode()), member))
    except WireError:
        return None
    if (said.get("star"), said.get("device")) != (member.id, volume.device):
        return None
    return SealingKey(encoded=said["key"])


def _opened(statement: Envelope, member: Officer) -> bytes:
    keys = public_keys_from_pem(member.certificate)
    for signature in statement.signatures:
        if signature.keyid in keys:
            return open_envelope(statement, STATEMENT_TYPE, key=keys[signature.keyid])
    raise WireError("A statement is not signed by a certificate of the roster.")


def _place(member: Officer) -> str:
    return f"opening-key/{member.id}"


def supervisor_slots(
    slots: SlotFile, volume_key: bytes, *, officer: Officer, volume: DeviceVolume
) -> tuple[SupervisorSlot, ...]:
    """Return the slots that supervisors of the unit should have; those that fit are kept.

    Args:
        slots: As they are.
        volume_key: Of the officer's volume.
        officer: As the roster names the member.
        volume: Of the device.
    """
    there = {(each.officer, each.key): each for each in slots.supervisor_slots()}
    return tuple(
        there.get((star, key_name(key))) or _seal(volume_key, slots.volume, star=star, key=key)
        for star, key in _keys(volume, officer)
    )


def _keys(volume: DeviceVolume, officer: Officer) -> Iterable[tuple[str, SealingKey]]:
    revoked = volume.signed_roster().revoked
    for member in volume.roster():
        may = may_release(member, officer) and member.id not in revoked
        key = stated_key(volume, member) if may else None
        if key is not None:
            yield member.id, key


def _seal(volume_key: bytes, volume: str, *, star: str, key: SealingKey) -> SupervisorSlot:
    stanza = key.seal(volume_key, purpose=_purpose(volume, star))
    return SupervisorSlot(officer=star, key=key_name(key), suite=SUITE_ID, stanza=stanza)


def open_as_supervisor(slots: SlotFile, *, supervisor: str, opening: OpeningKey) -> bytes:
    """Return the volume key of an officer's volume.

    Args:
        slots: Of the officer.
        supervisor: Star.
        opening: From the supervisor's own unlocked volume.

    Raises:
        RefusedError: If this supervisor has no slot in this volume.
    """
    name = key_name(opening.public)
    for slot in slots.supervisor_slots():
        if (slot.officer, slot.key, slot.suite) == (supervisor, name, SUITE_ID):
            return opening.open(slot.stanza, purpose=_purpose(slots.volume, supervisor))
    raise RefusedError(
        "This supervisor has no way into this officer's reports on this laptop.",
        "Another supervisor of the unit may have; otherwise headquarters opens them.",
    )


def _purpose(volume: str, star: str) -> str:
    return f"ilocdoc/slot/supervisor/{volume}/{star}"


def supervisors_of(
    officer: Officer, roster: Iterable[Officer], *, here: Iterable[str]
) -> Sequence[Officer]:
    """Return who may release an officer and has a volume on this laptop, by star."""
    present = set(here)
    able = (each for each in roster if each.id in present and may_release(each, officer))
    return sorted(able, key=lambda each: each.id)
