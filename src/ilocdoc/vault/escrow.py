"""Headquarters' way into a volume: its key in nested boxes for the holders of the plan."""

from collections.abc import Iterable

from ilocdoc.record.errors import RefusedError, WireError
from ilocdoc.vault.device_volume import DeviceVolume
from ilocdoc.vault.slots import (
    EscrowSlot,
    EscrowStanza,
    Opened,
    PassphraseSlot,
    SlotFile,
    require_unaltered,
)
from ilocdoc.wire.envelope import (
    Envelope,
    envelope_bytes,
    envelope_from_bytes,
    public_key_from_pem,
)
from ilocdoc.wire.escrow import EscrowBox, EscrowPlan, open_boxes, plan_in, seal_in_boxes
from ilocdoc.wire.sealing import OpeningKey

_KEPT = "escrow"


def escrow_slot(volume_key: bytes, plan: EscrowPlan, *, volume: str) -> EscrowSlot:
    """Return the slot that the holders of a plan open together.

    Args:
        volume_key: 32 bytes.
        plan: Of headquarters, checked.
        volume: Id of the volume; bound into every layer.
    """
    boxes = seal_in_boxes(volume_key, plan, purpose=_purpose(volume))
    return EscrowSlot(
        kids=tuple(each.id for each in plan.holders),
        threshold=plan.threshold,
        stanzas=tuple(
            EscrowStanza(kids=each.holders, suite=each.suite, sealed=each.stanza) for each in boxes
        ),
    )


def open_escrow(slots: SlotFile, keys: Iterable[OpeningKey]) -> Opened:
    """Return the volume key, opened by holders who came together.

    There is no personal key in escrow: nobody at headquarters can sign for the member.

    Args:
        slots: As read. After a wipe its MAC is gone with the slots; then the database
            itself proves the key.
        keys: Of the holders, in any order.

    Raises:
        RefusedError: If there is no escrow, or these holders are not enough.
        WireError: If a box was altered.
        DamagedError: If the file was edited by somebody without the key.
    """
    holders, found = list(keys), slots.escrow_slots()
    if not found:
        raise RefusedError(
            "Headquarters has no way into this volume.",
            "It was made before there was escrow. Nothing was changed.",
        )
    boxes = [
        EscrowBox(holders=each.kids, suite=each.suite, stanza=each.sealed)
        for slot in found
        for each in slot.stanzas
    ]
    purpose = _purpose(slots.volume)
    opened = Opened(volume_key=open_boxes(boxes, holders, purpose=purpose))
    if not is_wiped(slots):
        require_unaltered(slots, opened.volume_key)
    return opened


def is_wiped(slots: SlotFile) -> bool:
    """Tell whether a wipe order took every personal slot away."""
    return not slots.mac and not any(isinstance(each, PassphraseSlot) for each in slots.slots)


def fits(slots: SlotFile, plan: EscrowPlan | None) -> bool:
    """Tell whether a volume is open to exactly the holders of a plan."""
    named = [(each.kids, each.threshold) for each in slots.escrow_slots()]
    if plan is None:
        return not named
    return named == [(tuple(each.id for each in plan.holders), plan.threshold)]


def escrow_plan(device: DeviceVolume) -> EscrowPlan | None:
    """Return headquarters' plan as this laptop knows it, or None while there is none.

    The agency's root signed it. The highest version ever seen counts: a plan that was
    replaced does not come back with a roster, whoever signs that.

    Raises:
        WireError: If the roster holds a plan that the root did not sign.
    """
    root = public_key_from_pem(device.enrolment().root_pem)

    def read(envelope: Envelope | None) -> EscrowPlan | None:
        return plan_in(envelope, root=root) if envelope else None

    kept = device.kept(_KEPT)
    known = read(envelope_from_bytes(kept.encode()) if kept else None)
    sent = device.signed_roster().escrow
    said = read(sent)
    if sent is None or said is None or (known and known.version >= said.version):
        return known
    device.keep(_KEPT, envelope_bytes(sent).decode())
    return said


def usable_plan(device: DeviceVolume) -> EscrowPlan | None:
    """Return the plan, or None also where it does not verify: signing in must go on.

    A forged plan is never used; the one before stays in force in the slots.
    """
    try:
        return escrow_plan(device)
    except WireError:
        return None


def _purpose(volume: str) -> str:
    # Not the generation: a salvage makes a new one under the same key.
    return f"volume/{volume}"
