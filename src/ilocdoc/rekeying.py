"""The rare acts at a laptop's folder: a new key, recovery by escrow, wipe orders.

Part of the hallway, beside `replay`: builds the parts, asks one function, decides nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ilocdoc.disk import read_file, write_file
from ilocdoc.laptop import SystemClock, factors_here
from ilocdoc.record.errors import InputError, RefusedError
from ilocdoc.record.ids import OfficerId
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.times import utc_text
from ilocdoc.vault.device_ledger import DeviceLedger
from ilocdoc.vault.device_volume import DeviceVolume
from ilocdoc.vault.open_vault import OpenVault
from ilocdoc.vault.orders import DeviceOrders
from ilocdoc.vault.recovery import WrittenOut, give_new_way_in, open_for_holders, write_out
from ilocdoc.vault.renewal import renewed
from ilocdoc.vault.station import LaptopStation
from ilocdoc.vault.wiping import carry_out
from ilocdoc.wire.envelope import envelope_bytes, envelope_from_bytes, with_signature
from ilocdoc.wire.holder_keys import HolderKey, open_holder_file
from ilocdoc.wire.orders import WipeOrder

_MOST_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What holders who came together want of a folder."""

    data: Path
    officer: str
    holder_files: Sequence[Path]
    out: Path | None
    """Write everything out readable instead of making a new way in."""


def rekey(data: Path, *, officer: str, passphrase: str, pin: str = "") -> int:
    """Give an officer's volume a new key; returns the new generation.

    Raises:
        UnlockError: If the passphrase is wrong.
        RefusedError: If headquarters ended the access.
        VaultError: If it cannot be done; the volume is as it was.
    """
    clock = SystemClock()
    station = LaptopStation(data, clock=clock, factors=factors_here())
    try:
        # An unlock counts tries, refuses whom it must, and is written down.
        vault = station.unlock(OfficerId(officer), passphrase, pin=pin)
        try:
            now = clock.now()
            fresh = renewed(vault.volume, device=station.volume, now=now, reason="asked_for")
            # Opening it hands the event over to the spool, so that it is sent.
            OpenVault(fresh, device=station.volume, officer=OfficerId(officer)).close()
        finally:
            vault.close()
        return fresh.slots.generation
    finally:
        station.close()


def recover(
    wanted: Recovery, *, ask_holder: Callable[[str], str], ask_new: Callable[[], str]
) -> WrittenOut | None:
    """Open a volume by escrow: write it out, or give its officer a new way in (then None).

    Args:
        wanted: What the holders came together for.
        ask_holder: Asks for the passphrase of a holder's file, by its name.
        ask_new: Asks for the officer's new passphrase.

    Raises:
        UnlockError: If a holder's passphrase is wrong.
        RefusedError: If the holders are not enough.
        InputError: If a file is no holder's, or the new passphrase is refused.
        VaultError: If the folder cannot be used.
    """
    if not (wanted.data / "device.db").exists():
        raise InputError("There is no ilocdoc folder here.", "Name it with --data DIR.")
    holders = [_holder(each, ask_holder) for each in wanted.holder_files]
    device, clock = DeviceVolume(wanted.data), SystemClock()
    try:
        volume = open_for_holders(device, wanted.officer, [each.key for each in holders])
        who = " ".join(each.public.id for each in holders)
        ledger, now = DeviceLedger(device), clock.now()
        if wanted.out is not None:
            try:
                ledger.append(
                    EntryKind.CUSTODY_STEP,
                    now,
                    officer=wanted.officer,
                    action="copied out by escrow",
                    holders=who,
                )
                return write_out(volume, wanted.out, evidence_folder=device.evidence_folder)
            finally:
                volume.close()
        old = volume.slots.generation
        fresh = give_new_way_in(volume, ask_new(), device=device, at=utc_text(now))
        fresh.close()
        ledger.append(
            EntryKind.VOLUME_REKEYED,
            now,
            officer=wanted.officer,
            generation=str(fresh.slots.generation),
            reason="recovered by escrow",
            holders=who,
            **{"from": str(old)},
        )
        return None
    finally:
        device.close()


def wipe(data: Path, order: Path) -> WipeOrder:
    """Carry out a wipe order that came as a file; needs no unlock.

    Raises:
        WireError: If headquarters did not sign it.
        RefusedError: If it may not be carried out here, now.
    """
    envelope = envelope_from_bytes(_read(order))
    device = DeviceVolume(data)
    try:
        return carry_out(device, envelope, now=SystemClock().now())
    finally:
        device.close()


def approve_wipe(
    data: Path, order: Path, *, out: Path, officer: str, passphrase: str, pin: str = ""
) -> WipeOrder:
    """Sign an order as its second person, with the own key; returns the order.

    Raises:
        UnlockError: If the passphrase is wrong.
        WireError: If headquarters did not make the order.
        RefusedError: If the order names somebody else as the second person.
    """
    envelope, clock = envelope_from_bytes(_read(order)), SystemClock()
    station = LaptopStation(data, clock=clock, factors=factors_here())
    try:
        wanted = DeviceOrders(station.volume).read(envelope)
        if wanted.second != officer:
            raise RefusedError("This order names somebody else as the second person.")
        vault = station.unlock(OfficerId(officer), passphrase, pin=pin)
        try:
            approved = with_signature(envelope, vault.signer)
            DeviceLedger(station.volume).append(
                EntryKind.WIPE_ORDERED,
                clock.now(),
                outcome="approved",
                officer=wanted.officer,
                second=officer,
                nonce=wanted.nonce,
            )
        finally:
            vault.close()
    finally:
        station.close()
    write_file(out, envelope_bytes(approved))
    return wanted


def _holder(path: Path, ask: Callable[[str], str]) -> HolderKey:
    return open_holder_file(_read(path), ask(path.name))


def _read(path: Path) -> bytes:
    try:
        return read_file(path, most_bytes=_MOST_BYTES)
    except OSError as error:
        raise InputError(f"The file {path} cannot be read.") from error
