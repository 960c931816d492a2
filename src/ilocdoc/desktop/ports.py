"""What the window needs from the program around it; `laptop.py` fits it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from ilocdoc.casework.shift import Shift
from ilocdoc.record.documents import Verdict
from ilocdoc.record.errors import VaultError
from ilocdoc.record.exchange import Exchange, Waiting
from ilocdoc.record.ids import OfficerId
from ilocdoc.record.lockout import Challenge
from ilocdoc.record.own_key import OwnKey
from ilocdoc.record.people import Officer
from ilocdoc.record.policy import Policy
from ilocdoc.record.sessions import LockReason

T = TypeVar("T")


class Door(Protocol):
    """What can be done before anybody signed in. Vault lane."""

    def needs_card(self, officer: OfficerId) -> bool:
        """Tell whether an officer's card is asked for as well."""

    def suggest(self) -> str:
        """Return a new passphrase of words."""

    def challenge(self, officer: OfficerId) -> Challenge | None:
        """Return what to read to headquarters, or None while the officer may try."""

    def supervisors(self, officer: OfficerId) -> Sequence[Officer]:
        """Return who can help an officer on this laptop, by star."""

    def release_by_code(self, officer: OfficerId, code: str) -> None:
        """End a lock-out with a code of headquarters.

        Raises:
            UnlockError: If it is not the code.
        """

    def release_by_supervisor(
        self, officer: OfficerId, *, supervisor: OfficerId, passphrase: str, pin: str
    ) -> None:
        """End a lock-out on a supervisor's word.

        Raises:
            UnlockError: If the supervisor's own passphrase or card is wrong.
        """

    def enrol_again(
        self,
        officer: OfficerId,
        *,
        supervisor: OfficerId,
        passphrase: str,
        pin: str,
        new_passphrase: str,
    ) -> None:
        """Give an officer a new passphrase on a supervisor's word.

        Raises:
            InputError: If the new passphrase does not meet the policy.
            UnlockError: If the supervisor's own passphrase or card is wrong.
        """


class OwnKeys(Protocol):
    """The way in of whoever is signed in. Vault lane.

    Every act raises UnlockError if the passphrase, or FactorError if the card, is wrong.
    """

    def standing(self) -> OwnKey:
        """Return how it stands."""

    def change(self, old: str, new: str, *, pin: str) -> None:
        """Choose another passphrase.

        Raises:
            InputError: If the new one does not meet the policy.
        """

    def set_up_card(self, passphrase: str, *, pin: str) -> None:
        """Ask for the card in the reader as well."""

    def leave_out_card(self, passphrase: str, *, pin: str) -> None:
        """Ask for the passphrase alone."""


class Laptop(Protocol):
    """One laptop's folder, opened on the vault lane."""

    @property
    def door(self) -> Door:
        """What can be done before anybody signed in."""

    def own_keys(self, shift: Shift) -> OwnKeys:
        """Return the way in of whoever is signed in."""

    def certify(self, shift: Shift, code: str) -> None:
        """Have a new signing key certified by headquarters. Open lane.

        Raises:
            InputError: If the code is not one.
            HeadquartersError: If headquarters was not reached, not proven, or said no.
        """

    def officers(self) -> Sequence[Officer]:
        """Return who can sign in here, by star. Vault lane."""

    def unlock(self, officer: OfficerId, passphrase: str, *, pin: str) -> Shift:
        """Open an officer's volume. Vault lane.

        Raises:
            UnlockError: If the passphrase is wrong.
            FactorError: If the card did not answer.
            LockedOutError: If too many tries were wrong.
        """

    def upkeep(self, shift: Shift) -> Callable[[], Sequence[VaultError]]:
        """Return a job for the open lane that looks after what was unlocked. Vault lane.

        The job checks after an unclean stop and makes the daily copy; it returns what the
        member has to know, which mostly is nothing.
        """

    def policy(self) -> Policy:
        """Return what headquarters decided about sessions. Vault lane."""

    def acknowledge(self, banner: str) -> None:
        """Remember that the use banner was acknowledged; signing in says so. Vault lane."""

    @property
    def takes_notes(self) -> bool:
        """True when somebody could read a note from the lock screen. Vault lane."""

    def write_note(self, kind: str, text: str) -> str:
        """Keep a note without signing in; nothing here reads it again. Vault lane.

        Returns:
            The time that was kept, UTC text.

        Raises:
            RefusedError: If there are too many, or nobody could read it.
            VaultError: If the disk refuses.
        """

    def judge(self, path: Path, *, say: Callable[[str], None]) -> Verdict:
        """Have a file judged by a process that holds no keys. Open lane.

        Args:
            path: Of any file.
            say: Is told what is being looked at, on this thread.

        Raises:
            InputError: If it cannot be read.
            DocumentError: If judging took too long.
        """

    def waiting(self) -> Waiting:
        """Return what is still only on this laptop. Vault lane."""

    def exchange(self) -> Exchange:
        """Talk with headquarters once; never raises for the network. Open lane."""

    @property
    def is_training(self) -> bool:
        """True when this laptop belongs to a training headquarters."""

    @property
    def device(self) -> str:
        """The name that headquarters gave this laptop."""


class VaultLane(Protocol):
    """Runs a job on the vault thread and waits for its result."""

    def __call__(self, job: Callable[[], T]) -> T:
        """Return what the job returns; its exception is raised here."""


OpenLaptop = Callable[[VaultLane], Laptop]
"""Executed on the vault lane; the lane is for jobs that must come back to it."""

Relaunch = Callable[[LockReason, bytes], None]
"""Ends this process and starts the program again at the lock screen.

Gets why, and sealed words of the session that no disk took (empty as a rule): they are
carried in memory.
"""
