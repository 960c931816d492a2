"""A laptop in memory: real casework over memory vaults, for the window."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ilocdoc.casework.ports import Press
from ilocdoc.casework.shift import Shift
from ilocdoc.laptop import ShippedForms
from ilocdoc.record.documents import Verdict
from ilocdoc.record.errors import (
    FactorError,
    LockedOutError,
    RefusedByHeadquartersError,
    RefusedError,
    UnlockError,
    VaultError,
)
from ilocdoc.record.exchange import Exchange, Line, Waiting
from ilocdoc.record.ids import OfficerId
from ilocdoc.record.lock_notes import MOST_NOTES, LockNote
from ilocdoc.record.people import Officer
from ilocdoc.record.policy import Policy
from ilocdoc.record.times import utc_text
from tests.doubles.authority import PASSPHRASE, Authority, cast
from tests.doubles.clocks import CountingIds, StoppedClock
from tests.doubles.memory_door import PIN, MemoryDoor, MemoryOwnKeys
from tests.doubles.memory_vault import MemoryVault, Post
from tests.doubles.plain_press import PlainPress

TRIES = 5
NOTHING = Waiting(entries=0, files=0, size_bytes=0, letters=0)


@dataclass
class MemoryLaptop:
    """Fits `desktop.ports.Laptop`; every member of the cast can sign in."""

    stars: tuple[str, ...] = ("99001", "99010", "99020", "99030")
    clock: StoppedClock = field(default_factory=StoppedClock)
    press: Press = field(default_factory=PlainPress)
    is_training: bool = True
    device: str = "0A1B"

    def __post_init__(self) -> None:
        self.authority = Authority()
        self.members = cast(self.authority)
        self.post, self.ids = Post(), CountingIds()
        roster = [each.officer for each in self.members.values()]
        self.vaults = {
            star: MemoryVault(member, authority=self.authority, roster=roster, post=self.post)
            for star, member in self.members.items()
        }
        self.wrong_tries = 0
        self.verdicts: dict[str, Verdict] = {}
        self.door = MemoryDoor(self)
        self.certified: list[str] = []
        self.uncertified: set[str] = set()
        self.chosen_at: datetime | None = None
        self.has_reader = True
        self.faults: tuple[VaultError, ...] = ()
        self.ordered = Policy()
        self.acknowledged: list[str] = []
        self.is_waiting = NOTHING
        self.answer = Exchange(line=Line.FINE, waiting=NOTHING, next_in_s=3600)

    def officers(self) -> Sequence[Officer]:
        return [self.members[star].officer for star in self.stars]

    def unlock(self, officer: OfficerId, passphrase: str, *, pin: str = "") -> Shift:
        if self.wrong_tries >= TRIES:
            raise LockedOutError
        if officer in self.door.cards and pin != PIN:
            raise FactorError("The PIN of the card is not right.")
        if passphrase != self.door.passphrases.get(officer, PASSPHRASE):
            self.wrong_tries += 1
            raise UnlockError
        return self.shift(officer)

    def own_keys(self, shift: Shift) -> MemoryOwnKeys:
        return MemoryOwnKeys(self, shift)

    def certify(self, shift: Shift, code: str) -> None:
        if code != "GOOD-CODE":
            raise RefusedByHeadquartersError("Headquarters does not accept this code.")
        self.certified.append(shift.officer.id)

    def shift(self, star: str) -> Shift:
        """A member's shift, without any window."""
        return Shift(
            vault=self.vaults[star],
            press=self.press,
            forms=ShippedForms(),
            clock=self.clock,
            ids=self.ids,
        )

    def upkeep(self, _shift: Shift) -> Callable[[], Sequence[VaultError]]:
        return lambda: self.faults

    def policy(self) -> Policy:
        return self.ordered

    def acknowledge(self, banner: str) -> None:
        self.acknowledged.append(banner)

    @property
    def takes_notes(self) -> bool:
        return bool(self.stars)

    def write_note(self, kind: str, text: str) -> str:
        if len(self.post.shared.notes) >= MOST_NOTES:
            raise RefusedError("No more notes can be kept without signing in.")
        wall = utc_text(self.clock.now())
        note = LockNote(
            id=self.ids.new_id(), kind=kind, text=text, wall=wall, mono_ms=1, boot="boot-1"
        )
        self.post.shared.notes.append(note)
        return wall

    def judge(self, path: Path, *, say: Callable[[str], None]) -> Verdict:
        say("Reading the file")
        say("Drawing the pages again")
        return self.verdicts[path.name]

    def waiting(self) -> Waiting:
        return self.is_waiting

    def exchange(self) -> Exchange:
        return self.answer

    def open(self, _lane: Callable[..., object]) -> "MemoryLaptop":
        """Fits `desktop.ports.OpenLaptop`."""
        return self
