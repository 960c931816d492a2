"""Ending a lock-out, and the forgotten passphrase: what a supervisor or headquarters can do.

A release starts the count anew and opens nothing. A new enrolment gives an officer a new
passphrase on this laptop, without headquarters; a supervisor of the unit does it with the own
unlocked volume.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ilocdoc.record.errors import RefusedError, UnlockError
from ilocdoc.record.ids import OfficerId
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.lockout import Challenge
from ilocdoc.record.people import Officer
from ilocdoc.vault.events import event
from ilocdoc.vault.officer_volume import OfficerVolume, folder_of, officers_in
from ilocdoc.vault.open_vault import OpenVault
from ilocdoc.vault.passphrases import require_good, suggest_passphrase
from ilocdoc.vault.release_keys import release_key
from ilocdoc.vault.slots import SLOTS_FILE, Opened, read_slots, require_unaltered
from ilocdoc.vault.station import LaptopStation
from ilocdoc.vault.supervising import may_release, open_as_supervisor, supervisors_of
from ilocdoc.vault.ways_in import about, enrol_again
from ilocdoc.wire.release import challenge_text, is_same_code, release_code
from ilocdoc.wire.sealing import OpeningKey


class FrontDoor:
    """What can be done before anybody signed in; fits `desktop.ports.Door`."""

    def __init__(self, station: LaptopStation) -> None:
        self._station = station

    def needs_card(self, officer: OfficerId) -> bool:
        """Tell whether an officer's own slot asks for a card."""
        return bool(self._station.factor_of(officer))

    def suggest(self) -> str:
        """Return a new passphrase of words."""
        return suggest_passphrase()

    def challenge(self, officer: OfficerId) -> Challenge | None:
        """Return what to read to headquarters, or None while the officer may try."""
        count, _ = self._station.tries.count(officer)
        if not count.is_locked_out:
            return None
        device = self._station.volume.device
        text = challenge_text(count.nonce, counter=count.lock_outs, device=device, officer=officer)
        return Challenge(device=device, officer=officer, text=text)

    def supervisors(self, officer: OfficerId) -> Sequence[Officer]:
        """Return who can release, or enrol again, an officer on this laptop; by star."""
        roster, volume = self._station.volume.roster(), self._station.volume
        return supervisors_of(_member(roster, officer), roster, here=officers_in(volume.folder))

    def release_by_code(self, officer: OfficerId, code: str) -> None:
        """Start the count anew with a code of headquarters; each fits once.

        Raises:
            RefusedError: If the officer is not locked out, or this laptop shares no key with
                headquarters.
            UnlockError: If the code is not the one for this challenge.
        """
        asked = self.challenge(officer)
        if asked is None:
            raise RefusedError("This officer is not locked out.", "Sign in.")
        key = release_key(self._station.volume, officer)
        if not key:
            raise RefusedError(
                "This laptop shares no release key with headquarters.",
                "A supervisor of the unit can release this officer.",
            )
        expected = release_code(key, asked.text, device=asked.device, officer=officer)
        if not is_same_code(code, expected):
            self._station.write(EntryKind.SESSION_FAILED, officer=officer, reason="release code")
            raise UnlockError(
                "This is not the code for what the screen shows.",
                "Read it to headquarters again, letter by letter. A code works once.",
            )
        self._station.tries.forget(officer)
        self._station.write(EntryKind.SESSION_RELEASED, officer=officer, how="code")

    def release_by_supervisor(
        self, officer: OfficerId, *, supervisor: OfficerId, passphrase: str, pin: str = ""
    ) -> None:
        """Start the count anew on a supervisor's word.

        Raises:
            RefusedError: If this supervisor may not release this officer.
            UnlockError: If the supervisor's own passphrase or card is wrong.
        """
        with self._supervising(officer, supervisor, passphrase, pin) as vault:
            self._write(vault, EntryKind.SESSION_RELEASED, officer, how="supervisor")
            self._station.tries.forget(officer)

    def enrol_again(
        self,
        officer: OfficerId,
        *,
        supervisor: OfficerId,
        passphrase: str,
        pin: str = "",
        new_passphrase: str,
    ) -> None:
        """Give an officer a new passphrase and a new signing key on a supervisor's word.

        Args:
            officer: Who forgot the passphrase, or lost the card.
            supervisor: Of the same unit, with a volume on this laptop.
            passphrase: The supervisor's own.
            pin: Of the supervisor's card, where one is set up.
            new_passphrase: Typed by the officer.

        Raises:
            InputError: If the new passphrase does not meet the policy; nothing was tried.
            RefusedError: If this supervisor may not, or has no way in.
            UnlockError: If the supervisor's own passphrase or card is wrong.
            DamagedError: If the officer's files are not what was written.
        """
        folder, now = folder_of(self._station.volume.folder, officer), self._station.clock.now()
        member = _member(self._station.volume.roster(), officer)
        require_good(new_passphrase, about=about(member))
        with self._supervising(officer, supervisor, passphrase, pin) as vault:
            slots = read_slots(folder / SLOTS_FILE)
            opening = OpeningKey.from_bytes(vault.volume.secret("opening"))
            key = open_as_supervisor(slots, supervisor=supervisor, opening=opening)
            require_unaltered(slots, key)
            volume = OfficerVolume(folder, slots=slots, opened=Opened(volume_key=key))
            try:
                # The entry first: what cannot be written down does not happen.
                self._write(vault, EntryKind.OFFICER_REKEYED, officer, slot="passphrase")
                enrol_again(volume, new_passphrase, officer=member, now=now)
            finally:
                volume.close()
            self._station.tries.forget(officer)

    @contextmanager
    def _supervising(
        self, officer: OfficerId, supervisor: OfficerId, passphrase: str, pin: str
    ) -> Iterator[OpenVault]:
        roster = self._station.volume.roster()
        if not may_release(_member(roster, supervisor), _member(roster, officer)):
            raise RefusedError(
                "This member may not do that for this officer.",
                "A supervisor of the officer's unit can.",
            )
        vault = self._station.unlock(supervisor, passphrase, pin=pin)
        try:
            yield vault
        finally:
            vault.close()

    def _write(self, vault: OpenVault, kind: EntryKind, officer: str, **said: str) -> None:
        now, me = self._station.clock.now(), vault.officer.id
        entry = event(kind, now, by=me, signer=vault.signer, about=officer, **said)
        with vault.transaction() as opened:
            opened.append(entry)


def _member(roster: Sequence[Officer], officer: str) -> Officer:
    found = next((each for each in roster if each.id == officer), None)
    if found is None:
        raise RefusedError(
            "Headquarters does not list this member any more.", "Call the device desk."
        )
    return found
