"""What a signed-in officer does with the own way in: the passphrase, the card.

Each act asks for the passphrase again (and for the card, where one is set up), and a wrong
one counts like one at the lock screen.
"""

from ilocdoc.record.errors import FactorError, LockedOutError, RefusedError, UnlockError
from ilocdoc.record.own_key import OwnKey
from ilocdoc.record.times import read_utc
from ilocdoc.vault.factors import Factor, contribute_with
from ilocdoc.vault.open_vault import OpenVault
from ilocdoc.vault.passphrase_slots import open_slots
from ilocdoc.vault.passphrases import require_good
from ilocdoc.vault.slots import NO_FACTOR, PassphraseSlot
from ilocdoc.vault.station import LaptopStation
from ilocdoc.vault.ways_in import about, leave_out_card, own_slot, set_passphrase, set_up_card


class OwnKeys:
    """The way in of whoever is signed in. Used on the thread that owns the volumes."""

    def __init__(self, station: LaptopStation, vault: OpenVault) -> None:
        self._station, self._vault = station, vault

    def standing(self) -> OwnKey:
        """Return how it stands."""
        slot = self._slot()
        return OwnKey(
            chosen_at=read_utc(slot.made_at) if slot.made_at else None,
            card="" if slot.factor == NO_FACTOR else slot.factor.kind,
            can_set_up_card=bool(self._station.factors),
            is_certified=bool(self._vault.signer.certificate_der),
        )

    def change(self, old: str, new: str, *, pin: str = "") -> None:
        """Choose another passphrase; a card that is set up stays.

        Args:
            old: As typed.
            new: As typed.
            pin: Of the card, where one is set up.

        Raises:
            InputError: If the new one does not meet the policy; the old one was not tried.
            UnlockError: If the old one is wrong; it counts as a wrong try.
            FactorError: If the card did not answer.
        """
        require_good(new, about=about(self._vault.officer))
        slot = self._slot()
        self._ask(old, pin)
        reader = self._station.factors.get(slot.factor.kind)
        set_passphrase(
            self._vault,
            new,
            now=self._station.clock.now(),
            card=(reader, pin) if reader else None,
        )

    def set_up_card(self, passphrase: str, *, pin: str) -> None:
        """Ask for the card in the reader as well, from now on.

        Raises:
            UnlockError: If the passphrase is wrong.
            FactorError: If no card can be set up.
            RefusedError: If this machine cannot ask cards, or one is set up already.
        """
        if self._slot().factor != NO_FACTOR:
            raise RefusedError("A card is set up already.", "Leave it out first.")
        card = self._reader(), pin
        self._ask(passphrase, "")
        set_up_card(self._vault, passphrase, now=self._station.clock.now(), card=card)

    def leave_out_card(self, passphrase: str, *, pin: str) -> None:
        """Ask for the passphrase alone, from now on.

        Raises:
            UnlockError: If the passphrase is wrong.
            FactorError: If the card did not answer: who lost it asks a supervisor.
        """
        self._ask(passphrase, pin)
        leave_out_card(self._vault, passphrase, now=self._station.clock.now())

    def _slot(self) -> PassphraseSlot:
        return own_slot(self._vault.volume.slots, self._vault.officer.id)

    def _reader(self) -> Factor:
        for reader in self._station.factors.values():
            return reader
        raise RefusedError("This machine has no card reader.", "Ask the device desk.")

    def _ask(self, passphrase: str, pin: str) -> None:
        me = self._vault.officer.id
        self._station.require_no_lock_out(me)
        contribute = contribute_with(self._station.factors, pin)
        try:
            open_slots(
                self._vault.volume.slots, officer=me, passphrase=passphrase, contribute=contribute
            )
        except UnlockError as error:
            if not isinstance(error, FactorError) and self._station.note_wrong(me).is_locked_out:
                raise LockedOutError from error
            raise
        self._station.tries.forget(me)
