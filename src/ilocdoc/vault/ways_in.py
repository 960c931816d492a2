"""Changing who can open a volume: passphrase, card, supervisors, the forgotten passphrase.

Each change is a ledger entry and a new revision of the slot file. The file is written last
inside the transaction that holds the entry: without the entry nothing changes, and a power
cut between the two is told at the next unlock.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from ilocdoc.record.errors import IlocdocError, RefusedError
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.people import Officer
from ilocdoc.record.times import utc_text
from ilocdoc.vault.device_volume import DeviceVolume
from ilocdoc.vault.events import event
from ilocdoc.vault.factors import Factor
from ilocdoc.vault.officer_volume import OfficerVolume
from ilocdoc.vault.open_vault import OpenVault
from ilocdoc.vault.passphrase_slots import fresh_keys, make_passphrase_slot
from ilocdoc.vault.passphrases import require_good
from ilocdoc.vault.slots import (
    NO_FACTOR,
    FactorPart,
    Opened,
    PassphraseSlot,
    Slot,
    SlotFile,
    SupervisorSlot,
)
from ilocdoc.vault.supervising import state_key, supervisor_slots
from ilocdoc.wire.entries import NewEntry
from ilocdoc.wire.sealing import OpeningKey


def about(member: Officer) -> tuple[str, ...]:
    """Return what others know of a member: no part of a good passphrase."""
    return (member.star, member.name, *member.name.split(), member.unit, member.beat)


def own_slot(slots: SlotFile, officer: str) -> PassphraseSlot:
    """Return the slot of a volume's officer.

    Raises:
        RefusedError: If a wipe order took it away.
    """
    slot = slots.passphrase_slot(officer)
    if slot is None:
        raise RefusedError("This officer's own way in was taken off this laptop.")
    return slot


def change_slots(
    vault: OpenVault, slots: Iterable[Slot], *, opened: Opened, entry: NewEntry
) -> None:
    """Change the slots of an unlocked volume together with the entry that says so.

    Raises:
        VaultError: If either cannot be written; both are then as before.
    """
    volume = vault.volume
    before = volume.slots, volume.opened
    try:
        with vault.transaction() as opened_vault:
            opened_vault.append(entry)
            volume.take_slots(slots, opened=opened)
    except IlocdocError:
        if volume.slots is not before[0]:
            volume.put_slots(before[0], opened=before[1])
        raise


def set_passphrase(
    vault: OpenVault, passphrase: str, *, now: datetime, card: tuple[Factor, str] | None = None
) -> None:
    """Give the officer's own slot another passphrase; the caller asked for the old one.

    Args:
        vault: Unlocked.
        passphrase: New, and good.
        now: The clock.
        card: The reader and the PIN, where a card is set up: it is set up anew.

    Raises:
        FactorError: If the card did not answer.
    """
    factor = card[0].set_up(card[1]) if card else (NO_FACTOR, b"")
    _replace_own(vault, passphrase, now=now, factor=factor, kind=EntryKind.OFFICER_REKEYED)


def set_up_card(
    vault: OpenVault, passphrase: str, *, now: datetime, card: tuple[Factor, str]
) -> None:
    """Let the officer's own slot ask for a card as well.

    Args:
        vault: Unlocked.
        passphrase: Checked by the caller.
        now: The clock.
        card: The reader, and the PIN of the card in it.

    Raises:
        FactorError: If no card can be set up.
    """
    reader, pin = card
    changed = EntryKind.OFFICER_FACTOR_CHANGED
    _replace_own(vault, passphrase, now=now, factor=reader.set_up(pin), kind=changed)


def leave_out_card(vault: OpenVault, passphrase: str, *, now: datetime) -> None:
    """Let the officer's own slot ask for the passphrase alone; the caller checked it."""
    _replace_own(
        vault, passphrase, now=now, factor=(NO_FACTOR, b""), kind=EntryKind.OFFICER_FACTOR_CHANGED
    )


def _replace_own(
    vault: OpenVault,
    passphrase: str,
    *,
    now: datetime,
    factor: tuple[FactorPart, bytes],
    kind: EntryKind,
) -> None:
    volume, me = vault.volume, vault.officer.id
    old = own_slot(volume.slots, me)
    is_same = kind is EntryKind.OFFICER_FACTOR_CHANGED
    slot, opened = make_passphrase_slot(
        volume.opened,
        officer=me,
        passphrase=passphrase,
        # A card does not make a passphrase younger.
        made_at=old.made_at if is_same else utc_text(now),
        cost=old.cost,
        factor=factor,
    )
    entry = event(kind, now, by=me, signer=vault.signer, slot="passphrase", factor=factor[0].kind)
    others = (each for each in volume.slots.slots if each is not old)
    change_slots(vault, (slot, *others), opened=opened, entry=entry)


# --- what an unlock mends -----------------------------------------------------------------


def tell_unwritten_change(vault: OpenVault, *, now: datetime) -> None:
    """Write down a change of the slot file that a power cut left without its entry."""
    volume = vault.volume
    seen, there = volume.seen_revision, volume.slots.revision
    if there <= seen:
        return
    with vault.transaction() as opened:
        if seen:
            opened.append(
                event(
                    EntryKind.OFFICER_REKEYED,
                    now,
                    by=vault.officer.id,
                    signer=vault.signer,
                    slot="found changed",
                )
            )
        volume.note_revision(there)


def refresh_supervisors(vault: OpenVault, volume: DeviceVolume, *, now: datetime) -> None:
    """Give the unit's supervisors on this laptop a way in, and take it from others.

    A supervisor also states the own key, so that officers of the unit can do the same. What
    is taken away here still opens an old copy: the volume key itself is changed by rotation.
    """
    me, mine = vault.officer, vault.volume
    state_key(volume, me, key=_opening(mine).public, signer=vault.signer)
    wanted = supervisor_slots(mine.slots, mine.opened.volume_key, officer=me, volume=volume)
    if wanted == mine.slots.supervisor_slots():
        return
    stars = " ".join(each.officer for each in wanted)
    others = tuple(each for each in mine.slots.slots if not isinstance(each, SupervisorSlot))
    entry = event(
        EntryKind.OFFICER_REKEYED,
        now,
        by=me.id,
        signer=vault.signer,
        slot="supervisors",
        supervisors=stars,
    )
    change_slots(vault, (*others, *wanted), opened=mine.opened, entry=entry)


def _opening(volume: OfficerVolume) -> OpeningKey:
    return OpeningKey.from_bytes(volume.secret("opening"))


# --- the forgotten passphrase ---------------------------------------------------------------


def enrol_again(volume: OfficerVolume, passphrase: str, *, officer: Officer, now: datetime) -> None:
    """Give an officer a new way in and a new signing key, on a volume that somebody opened.

    The old signing key lay under the forgotten passphrase alone and is lost. The new one has
    no certificate before headquarters gives one: see `docs/decisions/0008`.

    Args:
        volume: Opened by a supervisor, or from escrow.
        passphrase: New.
        officer: Whose volume it is.
        now: The clock.

    Raises:
        InputError: If the passphrase does not meet the policy.
    """
    require_good(passphrase, about=about(officer))
    old = own_slot(volume.slots, officer.id)
    keys = msgspec.structs.replace(fresh_keys(), volume_key=volume.opened.volume_key)
    slot, opened = make_passphrase_slot(
        keys, officer=officer.id, passphrase=passphrase, made_at=utc_text(now), cost=old.cost
    )
    before = volume.slots, volume.opened
    others = (each for each in volume.slots.slots if each is not old)
    try:
        with volume.database.transaction():
            volume.opened = opened
            volume.renew_signing_key()
            volume.take_slots((slot, *others), opened=opened)
    except IlocdocError:
        volume.put_slots(before[0], opened=before[1])
        raise
