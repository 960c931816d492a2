"""The laptop before anybody signed in: who has a volume, and unlocking one."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from ilocdoc.record.errors import FactorError, IlocdocError, LockedOutError, UnlockError
from ilocdoc.record.ids import OfficerId
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.people import Officer
from ilocdoc.record.times import utc_text
from ilocdoc.vault.access import require_access
from ilocdoc.vault.clock_watch import Clocks
from ilocdoc.vault.device_ledger import DeviceLedger
from ilocdoc.vault.device_volume import DeviceVolume, known_members
from ilocdoc.vault.events import event
from ilocdoc.vault.factors import Factors, contribute_with
from ilocdoc.vault.officer_volume import folder_of, officers_in, open_officer_volume
from ilocdoc.vault.open_vault import OpenVault
from ilocdoc.vault.parking import park_carried
from ilocdoc.vault.renewal import refresh_escrow, settled
from ilocdoc.vault.rollbacks import look_for_rollback
from ilocdoc.vault.slots import NO_FACTOR, SLOTS_FILE, read_slots
from ilocdoc.vault.tries import Count, Tries
from ilocdoc.vault.upkeep import Tended, Upkeep
from ilocdoc.vault.ways_in import refresh_supervisors, tell_unwritten_change

_TRIES = "vault.tries"
"""Where an officer's volume keeps which count of wrong tries it saw."""


class LaptopStation:
    """The open folder of a laptop; `unlock` gives what casework works with."""

    def __init__(
        self,
        data: Path,
        *,
        clock: Clocks,
        factors: Factors | None = None,
        elsewhere: Sequence[Path] = (),
        carried: bytes = b"",
    ) -> None:
        """Open the device volume of a folder.

        Args:
            data: The laptop's folder.
            clock: Of the laptop.
            factors: Kinds of second factors that this machine can ask.
            elsewhere: Folders that hold a copy of the counts of wrong tries.
            carried: Sealed last words of the session before, when no disk took them.

        Raises:
            InUseError: If another ilocdoc has this folder open.
        """
        self.volume = DeviceVolume(data)
        self.clock, self.factors = clock, factors or {}
        self.tries = Tries(self.volume, clock=clock, elsewhere=elsewhere)
        self.acknowledged: dict[str, str] = {}
        """Which use banner a person accepted, and when; the next unlock says so."""
        self._carried = carried
        if carried:
            park_carried(data, carried)

    def officers(self) -> Sequence[Officer]:
        """Return who has a volume on this laptop, by star."""
        # Also whoever's files are missing: signing in tells them so.
        here = known_members(self.volume).union(officers_in(self.volume.folder))
        return sorted(
            (each for each in self.volume.roster() if each.id in here), key=lambda each: each.id
        )

    def factor_of(self, officer: OfficerId) -> str:
        """Return the kind of an officer's second factor; empty when there is none.

        An officer whose files cannot be read is told so at signing in, not here.
        """
        try:
            slots = read_slots(folder_of(self.volume.folder, officer) / SLOTS_FILE)
        except IlocdocError:
            return ""
        slot = slots.passphrase_slot(officer)
        return "" if slot is None or slot.factor == NO_FACTOR else slot.factor.kind

    def unlock(self, officer: OfficerId, passphrase: str, *, pin: str = "") -> OpenVault:
        """Open an officer's volume.

        Args:
            officer: Star.
            passphrase: As typed.
            pin: Of the card, where one is set up.

        Raises:
            UnlockError: If the star or the passphrase is wrong; the same for both.
            FactorError: If the card did not answer; that counts as no try.
            LockedOutError: If too many tries were wrong.
            RefusedError: If headquarters ended the access.
            DamagedError: If this member's files are not what was written, or missing.
        """
        require_access(self.volume, officer)
        now, is_known = self.clock.now(), officer in known_members(self.volume)
        if not is_known and officer not in officers_in(self.volume.folder):
            self._note_stranger(now)
            raise UnlockError
        self.require_no_lock_out(officer)
        try:
            opened = open_officer_volume(
                folder_of(self.volume.folder, officer),
                officer=officer,
                passphrase=passphrase,
                is_known=is_known,
                contribute=contribute_with(self.factors, pin),
            )
        except FactorError:
            self.write(EntryKind.SESSION_FAILED, officer=officer, reason="card")
            raise
        except UnlockError as error:
            if self.note_wrong(officer).is_locked_out:
                raise LockedOutError from error
            raise
        opened = settled(opened, device=self.volume, now=now)
        opened.database.give_room = self.volume.reserve.give_up
        opened.database.tell_fault = self.volume.suspicion.note
        try:
            vault = OpenVault(opened, device=self.volume, officer=officer)
            vault.laptop.parking.carried = self._carried
            self._let_in(vault, officer, now=now)
        except BaseException:
            opened.close()
            raise
        return vault

    def _let_in(self, vault: OpenVault, officer: OfficerId, *, now: datetime) -> None:
        """Write the unlock into the member's ledger; into the laptop's when that is in doubt."""
        vault.own.watch(self.clock)
        vault.doubt = look_for_rollback(vault.stores, now=now)
        if vault.doubt is not None and vault.doubt.is_read_only:
            self.write(EntryKind.SESSION_UNLOCKED, officer=officer, read_only=1)
            return
        vault.own.begin(utc_text(now))
        _note_unlock(vault, self, now=now)

    def upkeep(self, vault: OpenVault) -> Upkeep:
        """Return the job that looks after the volumes of an unlock, for another thread."""
        return Upkeep(
            (
                Tended(
                    database=vault.volume.database,
                    of_whom="the reports of this officer",
                    ledger_key=vault.volume.keys().stream.public,
                ),
                Tended(
                    database=self.volume.database,
                    of_whom="what waits for headquarters",
                    ledger_key=None,
                ),
            ),
            reserve=self.volume.reserve,
            now=self.clock.now(),
            is_suspect=self.volume.suspicion.is_noted,
        )

    def require_no_lock_out(self, officer: OfficerId) -> None:
        """Tell what does not fit, then refuse whoever is locked out.

        Raises:
            LockedOutError: If too many tries were wrong and nobody released the officer.
        """
        count, is_torn = self.tries.count(officer)
        if is_torn:
            self.write(EntryKind.ROLLBACK_SUSPECTED, officer=officer, what="count of wrong tries")
            self.tries.mend(officer)
        jumped = self.tries.has_jumped(officer)
        if jumped is not None:
            self.write(EntryKind.CLOCK_JUMPED, officer=officer, seen=utc_text(jumped))
        if count.is_locked_out:
            raise LockedOutError

    def note_wrong(self, officer: OfficerId) -> Count:
        """Count a wrong try and write it down, before the next one is allowed."""
        count = self.tries.note_wrong(officer)
        self.write(EntryKind.SESSION_FAILED, officer=officer, reason="passphrase")
        if count.is_locked_out:
            self.write(
                EntryKind.SESSION_LOCKED_OUT, officer=officer, lock_outs=str(count.lock_outs)
            )
        return count

    def _note_stranger(self, now: datetime) -> None:
        # People type passphrases into the wrong field: what was typed is not written down.
        DeviceLedger(self.volume).append(
            EntryKind.SESSION_FAILED, now, officer="unknown", reason="star"
        )

    def write(self, kind: EntryKind, *, officer: str = "", **said: str | int) -> None:
        """Add to the laptop's own ledger what happened before anybody signed in."""
        DeviceLedger(self.volume).append(kind, self.clock.now(), officer=officer, **said)

    def close(self) -> None:
        """Close the device volume and let the folder go."""
        self.volume.close()


def _note_unlock(vault: OpenVault, station: LaptopStation, *, now: datetime) -> None:
    """Write down the unlock, and mend what only an unlocked volume can mend."""
    me = vault.officer.id
    with vault.transaction() as opened:
        left = vault.volume.database.migrated_from
        if left:
            moved = EntryKind.VOLUME_MIGRATED
            opened.append(event(moved, now, by=me, signer=vault.signer, left=left))
        said = station.acknowledged
        opened.append(event(EntryKind.SESSION_UNLOCKED, now, by=me, signer=vault.signer, **said))
        kept = int(opened.setting(_TRIES) or 0)
        count = station.tries.forget(me)
        if count.serial < kept:
            opened.append(
                event(
                    EntryKind.ROLLBACK_SUSPECTED,
                    now,
                    by=me,
                    signer=vault.signer,
                    what="count of wrong tries",
                )
            )
        if count.serial != kept:
            opened.keep_setting(_TRIES, str(count.serial))
    tell_unwritten_change(vault, now=now)
    refresh_supervisors(vault, station.volume, now=now)
    refresh_escrow(vault, station.volume, now=now)
