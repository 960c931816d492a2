"""Ways in without any cryptography: the rules that the window shows, and nothing else."""

from collections.abc import Sequence
from typing import Any

from ilocdoc.casework.shift import Shift
from ilocdoc.record.errors import FactorError, InputError, UnlockError
from ilocdoc.record.ids import OfficerId
from ilocdoc.record.lockout import Challenge
from ilocdoc.record.own_key import OwnKey
from ilocdoc.record.people import Officer
from tests.doubles.authority import PASSPHRASE

PIN = "482915"
CODE = "8Q2M-RTXK-4WPD"
MADE = "lantern copper orchard velvet canyon"


class MemoryDoor:
    """Fits `desktop.ports.Door`; belongs to a `MemoryLaptop`."""

    def __init__(self, laptop: Any) -> None:
        self._laptop = laptop
        self.cards: set[str] = set()
        self.passphrases: dict[str, str] = {}
        self.here = ("99010", "99030")

    def needs_card(self, officer: OfficerId) -> bool:
        return officer in self.cards

    def suggest(self) -> str:
        return MADE

    def challenge(self, officer: OfficerId) -> Challenge | None:
        if self._laptop.wrong_tries < 5:
            return None
        return Challenge(device="0A1B", officer=officer, text="K7QM-2RTX-3-N")

    def supervisors(self, officer: OfficerId) -> Sequence[Officer]:
        return [self._laptop.members[star].officer for star in self.here if star != officer]

    def release_by_code(self, _officer: OfficerId, code: str) -> None:
        if code != CODE:
            raise UnlockError("This is not the code for what the screen shows.")
        self._laptop.wrong_tries = 0

    def release_by_supervisor(
        self, _officer: OfficerId, *, supervisor: OfficerId, passphrase: str, pin: str
    ) -> None:
        self._ask(supervisor, passphrase, pin)
        self._laptop.wrong_tries = 0

    def enrol_again(
        self,
        officer: OfficerId,
        *,
        supervisor: OfficerId,
        passphrase: str,
        pin: str,
        new_passphrase: str,
    ) -> None:
        require_long(new_passphrase)
        self._ask(supervisor, passphrase, pin)
        self.passphrases[officer] = new_passphrase
        self._laptop.wrong_tries = 0

    def _ask(self, supervisor: OfficerId, passphrase: str, pin: str) -> None:
        if supervisor in self.cards and pin != PIN:
            raise FactorError("The PIN of the card is not right.")
        if passphrase != self.passphrases.get(supervisor, PASSPHRASE):
            raise UnlockError


class MemoryOwnKeys:
    """Fits `desktop.ports.OwnKeys`."""

    def __init__(self, laptop: Any, shift: Shift) -> None:
        self._laptop, self._me = laptop, shift.officer.id
        self._door: MemoryDoor = laptop.door

    def standing(self) -> OwnKey:
        laptop = self._laptop
        return OwnKey(
            chosen_at=laptop.chosen_at,
            card="pkcs11" if self._me in self._door.cards else "",
            can_set_up_card=laptop.has_reader,
            is_certified=self._me not in laptop.uncertified or self._me in laptop.certified,
        )

    def change(self, old: str, new: str, *, pin: str) -> None:
        require_long(new)
        self._ask(old, pin)
        self._door.passphrases[self._me] = new

    def set_up_card(self, passphrase: str, *, pin: str) -> None:
        self._ask(passphrase, pin)
        if pin != PIN:
            raise FactorError("The PIN of the card is not right.")
        self._door.cards.add(self._me)

    def leave_out_card(self, passphrase: str, *, pin: str) -> None:
        self._ask(passphrase, pin)
        self._door.cards.discard(self._me)

    def _ask(self, passphrase: str, pin: str) -> None:
        if self._me in self._door.cards and pin != PIN:
            raise FactorError("The PIN of the card is not right.")
        if passphrase != self._door.passphrases.get(self._me, PASSPHRASE):
            raise UnlockError


def require_long(passphrase: str) -> None:
    if len(passphrase) < 15:
        raise InputError("The passphrase is shorter than 15 characters.")
