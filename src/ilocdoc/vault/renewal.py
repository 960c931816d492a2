"""When a volume's key is due to change, and who gets a way into the new one.

Taking a slot out of the file revokes nobody who kept a copy of it: only a new key does.
"""

import logging
from datetime import datetime

import msgspec

from ilocdoc.record.errors import DamagedError, DiskFullError
from ilocdoc.record.ledger import EntryKind
from ilocdoc.vault.database import Database
from ilocdoc.vault.device_volume import DeviceVolume
from ilocdoc.vault.escrow import escrow_slot, fits, usable_plan
from ilocdoc.vault.events import event
from ilocdoc.vault.ledger import Ledger, Stream
from ilocdoc.vault.officer_volume import OfficerVolume
from ilocdoc.vault.open_vault import OpenVault
from ilocdoc.vault.passphrase_slots import rewrap_slot
from ilocdoc.vault.rotation import Renewed, new_volume_key, rotate, sweep
from ilocdoc.vault.slots import Slot, SlotFile
from ilocdoc.vault.ways_in import change_slots
from ilocdoc.wire.escrow import EscrowPlan
from ilocdoc.wire.sealing import SealingKey, open_session

logger = logging.getLogger(__name__)


def settled(volume: OfficerVolume, *, device: DeviceVolume, now: datetime) -> OfficerVolume:
    """Return a volume that just opened as headquarters' newest signed word wants it.

    What an interrupted rotation left is swept; whoever lost access is shut out by a new
    key; escrow is added where there is none yet. A full disk puts this off, no more.

    Args:
        volume: Opened by its officer.
        device: Of the laptop.
        now: The clock.

    Raises:
        DamagedError: If an older generation of the volume was put back.
        VaultError: If the disk refuses. The volume is closed then.
    """
    try:
        _require_newest_generation(volume, device)
        sweep(volume)
        return _as_headquarters_wants(volume, device=device, now=now)
    except BaseException:
        volume.close()
        raise


def _as_headquarters_wants(
    volume: OfficerVolume, *, device: DeviceVolume, now: datetime
) -> OfficerVolume:
    plan = usable_plan(device)
    try:
        reason = why_due(volume.slots, plan=plan, revoked=device.signed_roster().revoked)
        if reason:
            return renewed(volume, device=device, now=now, reason=reason)
    except DiskFullError:
        logger.warning("a new key was put off: the disk is full")
    return volume


def why_due(slots: SlotFile, *, plan: EscrowPlan | None, revoked: tuple[str, ...]) -> str:
    """Return why a volume needs a new key, in a word for the ledger; empty when it does not."""
    if any(each.officer in revoked for each in slots.supervisor_slots()):
        return "access_ended"
    # Without a plan that verifies the slots stay as they are: losing escrow is worse.
    if plan is not None and slots.escrow_slots() and not fits(slots, plan):
        return "escrow_changed"
    return ""


def renewed(
    volume: OfficerVolume, *, device: DeviceVolume, now: datetime, reason: str
) -> OfficerVolume:
    """Return the volume under a new key, with every slot of whoever still has access.

    Args:
        volume: Opened by its officer.
        device: Of the laptop.
        now: The clock.
        reason: A word for the ledger.

    Raises:
        DiskFullError: If there is no room; the volume is as it was.
        VaultError: If the disk refuses.
    """
    generation = volume.slots.generation + 1
    opened = msgspec.structs.replace(volume.opened, volume_key=new_volume_key())
    own = volume.slots.passphrase_slot(volume.slots.volume)
    assert own is not None, "the officer's own slot opened the volume"
    slots = (
        rewrap_slot(own, opened),
        *other_slots(volume.slots, opened.volume_key, device=device),
    )
    fresh = rotate(
        volume,
        Renewed(opened=opened, generation=generation, slots=slots),
        write=lambda copy: _append(copy, volume, device=device, now=now, reason=reason),
    )
    note_generation(fresh, device)
    return fresh


def other_slots(old: SlotFile, volume_key: bytes, *, device: DeviceVolume) -> tuple[Slot, ...]:
    """Return headquarters' slot around the next generation's key.

    Supervisors who still have access get theirs with the unlock; without a plan of escrow
    that verifies there is none in the new generation.
    """
    plan = usable_plan(device)
    return () if plan is None else (escrow_slot(volume_key, plan, volume=old.volume),)


def _append(
    copy: Database, volume: OfficerVolume, *, device: DeviceVolume, now: datetime, reason: str
) -> None:
    keys, old = volume.keys(), volume.slots
    stream = Stream(
        stream_id=keys.stream_id,
        signer=keys.stream,
        session=open_session(SealingKey(encoded=device.enrolment().answer.ingest_key)),
    )
    said = {"from": str(old.generation), "generation": str(old.generation + 1), "reason": reason}
    entry = event(EntryKind.VOLUME_REKEYED, now, by=old.volume, signer=keys.signer, **said)
    Ledger(copy, stream).append(entry)


def refresh_escrow(vault: OpenVault, device: DeviceVolume, *, now: datetime) -> None:
    """Give headquarters its way into a volume that was made before there was escrow.

    Nobody loses anything by it, so the key stays; a change of holders is a new key.
    """
    plan, volume = usable_plan(device), vault.volume
    if plan is None or volume.slots.escrow_slots():
        return
    slots = volume.slots
    slot = escrow_slot(volume.opened.volume_key, plan, volume=slots.volume)
    entry = event(
        EntryKind.OFFICER_REKEYED,
        now,
        by=slots.volume,
        signer=vault.signer,
        slot="escrow",
        holders=" ".join(slot.kids),
        threshold=str(slot.threshold),
    )
    change_slots(vault, (*slots.slots, slot), opened=volume.opened, entry=entry)


def _require_newest_generation(volume: OfficerVolume, device: DeviceVolume) -> None:
    """Notice an older generation before anything is swept: the newer one may lie beside it."""
    known = int(device.kept(_place(volume)) or 0)
    if volume.slots.generation < known:
        raise DamagedError(
            "An older copy of this officer's reports was put back.",
            "Nothing was deleted. Take the laptop to the device desk; do not reinstall it.",
        )
    note_generation(volume, device)


def note_generation(volume: OfficerVolume, device: DeviceVolume) -> None:
    """Remember outside the volume which generation is in force."""
    said = str(volume.slots.generation)
    if device.kept(_place(volume)) != said:
        device.keep(_place(volume), said)


def _place(volume: OfficerVolume) -> str:
    return f"generation/{volume.slots.volume}"
