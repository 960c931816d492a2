"""What the window needs from the program around it; `laptop.py` fits it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from ilocdoc.casework.shift import Shift
from ilocdoc.record.documents import Verdict
from ilocdoc.record.errors import VaultError
from ilocdoc.record.exchange import Exchange, Waiting
from ilocdoc.record.ids import OfficerId
from ilocdoc.record.people import Officer
from ilocdoc.record.policy import Policy
from ilocdoc.record.sessions import LockReason

T = TypeVar("T")


class Laptop(Protocol):
    """One laptop's folder, opened on the vault lane."""

    def officers(self) -> Sequence[Officer]:
        """Return who can sign in here, by star. Vault lane."""

    def unlock(self, officer: OfficerId, passphrase: str) -> Shift:
        """Open an officer's volume. Vault lane.

        Raises:
            UnlockError: If the passphrase is wrong.
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
