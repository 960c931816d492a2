"""The way to a salvage: an officer's own passphrase, counted like every other try."""

from ilocdoc.record.errors import LockedOutError, UnlockError
from ilocdoc.record.ids import OfficerId
from ilocdoc.record.ledger import EntryKind
from ilocdoc.vault.events import event
from ilocdoc.vault.factors import contribute_with
from ilocdoc.vault.officer_volume import folder_of, officers_in
from ilocdoc.vault.passphrase_slots import open_slots
from ilocdoc.vault.salvage import salvage_volume
from ilocdoc.vault.salvage_report import Salvaged
from ilocdoc.vault.slots import SLOTS_FILE, Opened, SlotFile, read_slots
from ilocdoc.vault.station import LaptopStation


def salvage_officer(
    station: LaptopStation, officer: OfficerId, passphrase: str, *, pin: str = ""
) -> Salvaged:
    """Make a new volume of what is left of an officer's damaged one; the ledger says so.

    Args:
        station: The laptop's open folder.
        officer: Star.
        passphrase: As typed.
        pin: Of the card, where one is set up.

    Raises:
        UnlockError: If the star or the passphrase is wrong.
        LockedOutError: If too many tries were wrong.
        DamagedError: If the file with the ways in is damaged too.
        DiskFullError: If there is no room for the new volume.
    """
    slots, opened = _opened(station, officer, passphrase, pin)
    salvaged = salvage_volume(
        folder_of(station.volume.folder, officer),
        slots=slots,
        opened=opened,
        device=station.volume,
    )
    vault = station.unlock(officer, passphrase, pin=pin)
    try:
        entry = event(
            EntryKind.VOLUME_SALVAGED,
            station.clock.now(),
            by=officer,
            signer=vault.signer,
            damaged=salvaged.damaged,
            database=salvaged.database,
            rows=salvaged.rows,
            from_copies=salvaged.from_copies,
            missing="; ".join(salvaged.missing),
        )
        with vault.transaction() as changed:
            changed.append(entry)
    finally:
        vault.close()
    return salvaged


def _opened(
    station: LaptopStation, officer: OfficerId, passphrase: str, pin: str
) -> tuple[SlotFile, Opened]:
    if officer not in officers_in(station.volume.folder):
        station.write(EntryKind.SESSION_FAILED, officer="unknown", reason="star")
        raise UnlockError
    station.require_no_lock_out(officer)
    slots = read_slots(folder_of(station.volume.folder, officer) / SLOTS_FILE)
    contribute = contribute_with(station.factors, pin)
    try:
        keys = open_slots(slots, officer=officer, passphrase=passphrase, contribute=contribute)
    except UnlockError as error:
        if station.note_wrong(officer).is_locked_out:
            raise LockedOutError from error
        raise
    return slots, keys
