"""Carries out a signed wipe order: personal slots go, everything else stays.

The database, the containers and headquarters' escrow slot stay, so nothing that a court
needs is destroyed; a volume without escrow is never wiped. An order counts once, for this
laptop, this member, this generation, until its end. Unarchived work needs two people.
"""

import json
import os
from datetime import datetime
from pathlib import Path

import msgspec

from ilocdoc.record.errors import RefusedError, WireError
from ilocdoc.record.ledger import EntryKind
from ilocdoc.vault.device_ledger import DeviceLedger
from ilocdoc.vault.device_volume import DeviceVolume
from ilocdoc.vault.escrow import is_wiped
from ilocdoc.vault.files import disk_errors, replace_file
from ilocdoc.vault.officer_volume import folder_of, officers_in
from ilocdoc.vault.orders import DONE, REFUSED, DeviceOrders
from ilocdoc.vault.slots import SLOTS_FILE, SlotFile, read_slots, unmarked_bytes
from ilocdoc.vault.spool import DeviceSpool
from ilocdoc.wire.envelope import Envelope, decode_base64, envelope_bytes
from ilocdoc.wire.orders import WipeOrder, require_current, second_signature_fault
from ilocdoc.wire.sealing import Delivery, Parcel

ORDER_FILE = "wipe-order.json"
_BEGINS, _ENDS = "draft.created", ("report.submitted", "report.supplemented", "draft.abandoned")


def carry_out(device: DeviceVolume, envelope: Envelope, *, now: datetime) -> WipeOrder:
    """Carry out an order, or refuse it; either is written into the laptop's ledger.

    Raises:
        WireError: If headquarters did not sign it.
        RefusedError: If it is not for this laptop, volume or time, was carried out before,
            has no second person where one is needed, or would destroy.
        VaultError: If the disk refuses.
    """
    orders, ledger = DeviceOrders(device), DeviceLedger(device)
    try:
        order = orders.read(envelope)
    except WireError:
        ledger.append(EntryKind.WIPE_ORDERED, now, outcome="refused", why="signature")
        raise
    try:
        slots = _permitted(device, envelope, order, now=now)
    except RefusedError as error:
        ledger.append(
            EntryKind.WIPE_ORDERED,
            now,
            outcome="refused",
            why=error.headline,
            nonce=order.nonce,
            officer=order.officer,
        )
        orders.settle(envelope, nonce=order.nonce, state=REFUSED)
        raise
    folder = folder_of(device.folder, order.officer)
    if not is_wiped(slots):
        _remove_personal_slots(folder, slots, envelope)
    # Written down first: a power cut in between writes it down twice, never not at all.
    ledger.append(
        EntryKind.WIPE_ORDERED,
        now,
        outcome="carried out",
        officer=order.officer,
        nonce=order.nonce,
        order=envelope_bytes(envelope).decode(),
    )
    orders.settle(envelope, nonce=order.nonce, state=DONE)
    return order


def _permitted(
    device: DeviceVolume, envelope: Envelope, order: WipeOrder, *, now: datetime
) -> SlotFile:
    """Return the slot file that the order is for.

    Raises:
        RefusedError: If it may not be carried out.
    """
    if DeviceOrders(device).state(order.nonce) == DONE:
        raise RefusedError("This wipe order was carried out already.")
    if order.officer not in officers_in(device.folder):
        raise RefusedError("This wipe order is for a member without a volume here.")
    slots = read_slots(folder_of(device.folder, order.officer) / SLOTS_FILE)
    require_current(order, device=device.device, generation=slots.generation, now=now)
    if not slots.escrow_slots():
        raise RefusedError(
            "Headquarters has no way into this volume; wiping would destroy reports.",
            "Let the member sign in once, so that escrow is added. Nothing was changed.",
        )
    if has_unarchived_work(device, order.officer):
        fault = second_signature_fault(
            envelope, order, roster=device.roster(), revoked=device.signed_roster().revoked
        )
        if fault:
            raise RefusedError(
                f"There is unarchived work here, and that needs two people: {fault}.",
                "Sync first, or have the second person sign the order. Nothing was changed.",
            )
    return slots


def has_unarchived_work(device: DeviceVolume, officer: str) -> bool:
    """Tell whether anything of a member is on this laptop alone: needs nobody's key.

    Ledger entries, letters and containers without headquarters' receipt; and drafts, which
    are on the laptop alone by nature: their beginnings stand in the ledger's clear headers.
    """
    spool = DeviceSpool(device)
    own = [each.stream for each in device.streams() if each.owner == officer]
    if any(spool.head(each).seq > spool.confirmed(each) for each in own):
        return True
    if device.database.all("SELECT 1 FROM blob WHERE receipt IS NULL LIMIT 1"):
        # Whose file it is stands inside the volumes only.
        return True
    letters = device.database.all("SELECT letter FROM mail WHERE outgoing = 1 AND sent = 0")
    if any(msgspec.json.decode(row[0], type=Delivery).sender == officer for row in letters):
        return True
    return any(_has_draft(device, each) for each in own)


def _has_draft(device: DeviceVolume, stream: str) -> bool:
    begun: set[str] = set()
    for (body,) in device.database.all(
        "SELECT parcel FROM spool WHERE stream = ? ORDER BY seq", (stream,)
    ):
        parcel = msgspec.json.decode(body, type=Parcel)
        header = json.loads(decode_base64(parcel.envelope["payload"]))
        report = header["ids"].get("report", "")
        if header["kind"] == _BEGINS:
            begun.add(report)
        elif header["kind"] in _ENDS:
            begun.discard(report)
    return bool(begun)


def _remove_personal_slots(folder: Path, slots: SlotFile, envelope: Envelope) -> None:
    """Put a file with escrow alone in place, then overwrite what was there before."""
    path = folder / SLOTS_FILE
    left = msgspec.structs.replace(
        slots, slots=slots.escrow_slots(), revision=slots.revision + 1, mac=b""
    )
    replace_file(folder / ORDER_FILE, envelope_bytes(envelope))
    with disk_errors():
        before = os.open(path, os.O_RDWR)
        try:
            replace_file(path, unmarked_bytes(left))
            # The old file has no name any more; its blocks are overwritten all the same.
            # Flash may keep older copies: the passphrase and full-disk encryption answer that.
            os.pwrite(before, bytes(os.fstat(before).st_size), 0)
            os.fsync(before)
        finally:
            os.close(before)
