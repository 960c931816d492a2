"""Two patrol laptops and a headquarters on which anything may happen, and the accounts.

What a laptop showed as confirmed must be at headquarters exactly once; whatever is on a
laptop must arrive in the end.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

import msgspec

from ilocdoc.record.exchange import Exchange, Line
from ilocdoc.sync.exchange import exchange
from ilocdoc.sync.line import PinnedLine
from ilocdoc.wire.messages import PART_BYTES
from tests.doubles.authority import Authority
from tests.doubles.headquarters_records import Asked, Kept
from tests.doubles.memory_stores import Killed
from tests.doubles.patrol_laptop import PatrolLaptop
from tests.doubles.roads import Fault, FaultyRoad
from tests.doubles.simulated_headquarters import SimulatedHeadquarters

OFFICERS = {"0A1B": ("99001", "99010"), "0C2D": ("99002",)}
SIZES = (1, 5000, PART_BYTES, PART_BYTES + 1)
MOST_CALM_SYNCS = 4
FAULT_SHARE, DEATH_SHARE = 0.12, 0.4


@dataclass
class Account:
    """How a world ended."""

    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not (self.lost or self.wrong or self.stuck)


class World:
    """Each method is something that happens."""

    def __init__(self, authority: Authority, *, line: type[PinnedLine] = PinnedLine) -> None:
        self.hq = SimulatedHeadquarters(authority)
        self.road = FaultyRoad(self.hq)
        self.laptops = {
            device: PatrolLaptop(self.road, device=device, officers=officers)
            for device, officers in OFFICERS.items()
        }
        self.lines = {device: each.line(line) for device, each in self.laptops.items()}
        self.home = {star: device for device, stars in OFFICERS.items() for star in stars}
        self.backups: list[Kept] = [self.hq.backup()]
        self.noticed = dict.fromkeys(self.laptops, True)
        """Whether a laptop spoke with headquarters since its last restore."""

    # --- what happens -----------------------------------------------------------------

    def submit(self, star: str) -> None:
        self.laptops[self.home[star]].submit(star)

    def write(self, sender: str, to: str) -> None:
        self.laptops[self.home[sender]].write(sender, to)

    def attach(self, star: str, *, size: int, priority: int) -> None:
        self.laptops[self.home[star]].attach(size, priority=priority)

    def back_up(self) -> None:
        self.backups.append(self.hq.backup())

    def restore(self, number: int) -> None:
        self.hq.restore(self.backups[number % len(self.backups)])
        self.noticed = dict.fromkeys(self.laptops, False)

    def sync(self, device: str, *, dies_after: int | None = None) -> Exchange | None:
        """Exchange; returns None when the laptop lost power meanwhile."""
        laptop = self.laptops[device]
        laptop.fuse.left = dies_after
        try:
            outcome = exchange(self.lines[device], laptop.side(mortal=True), audit=True)
        except Killed:
            return None
        finally:
            laptop.fuse.left = None
        self.noticed[device] |= outcome.line is Line.FINE
        return outcome

    # --- the accounts -----------------------------------------------------------------

    def unkept_promises(self) -> list[str]:
        """What is shown as confirmed and is not at headquarters exactly once."""
        found = []
        for device, laptop in self.laptops.items():
            if not self.noticed[device]:
                continue
            for stream, entries in laptop.spool.entries.items():
                mine = [digest for digest, _ in entries[: laptop.spool.confirmed(stream)]]
                kept = self.hq.kept.streams.get(stream)
                theirs = [digest for digest, _ in kept.entries] if kept else []
                if theirs[: len(mine)] != mine:
                    found.append(f"entries of {stream}")
            letters, blobs = self.hq.kept.letters(), self.hq.kept.complete_blobs()
            found += [each for each in laptop.mailbox.sent if letters.count(each) != 1]
            found += [each for each in laptop.blobs.receipts if blobs.count(each) != 1]
        return found

    def settle(self) -> Account:
        """Let the network turn quiet and look what came of everything."""
        self.road.next_fault = lambda asked: Fault.NONE
        account = Account()
        for _ in range(MOST_CALM_SYNCS):
            last = {device: self.sync(device) for device in self.laptops}
        for device, outcome in last.items():
            assert outcome is not None, "nobody dies in a calm"
            if outcome.line is not Line.FINE or not outcome.waiting.is_nothing:
                account.stuck.append(device)
        self._count_entries(account)
        self._count_mail(account)
        complete = self.hq.kept.complete_blobs()
        for laptop in self.laptops.values():
            account.lost += [each for each in laptop.blobs.blobs if each not in complete]
        account.wrong += self.unkept_promises()
        return account

    def _count_entries(self, account: Account) -> None:
        theirs = [pair for kept in self.hq.kept.streams.values() for pair in kept.entries]
        mine = [
            pair
            for laptop in self.laptops.values()
            for entries in laptop.spool.entries.values()
            for pair in entries
        ]
        kept = dict(theirs)
        account.lost += [digest for digest, _ in mine if digest not in kept]
        account.wrong += [
            digest
            for digest, parcel in mine
            if digest in kept and msgspec.json.encode(kept[digest]) != msgspec.json.encode(parcel)
        ]
        if len(theirs) != len(kept) or kept.keys() - dict(mine).keys():
            account.wrong.append("entries doubled or made up")

    def _count_mail(self, account: Account) -> None:
        arrived = [each for laptop in self.laptops.values() for each in laptop.mailbox.arrivals]
        sent = [name for laptop in self.laptops.values() for name in laptop.mailbox.out]
        account.lost += [name for name in sent if name not in arrived]
        if len(arrived) != len(set(arrived)) or set(arrived) - set(sent):
            account.wrong.append("mail doubled or made up")


def live_through(world: World, seed: int, *, events: int = 60) -> Account:
    """Let a seed decide what happens, then settle."""
    chance = Random(seed)
    stars = list(world.home)

    def fault(asked: Asked) -> Fault:
        return chance.choice(list(Fault)) if chance.random() < FAULT_SHARE else Fault.NONE

    def somebody() -> str:
        return chance.choice(stars)

    def sync() -> None:
        dies = chance.random() < DEATH_SHARE
        dies_after = chance.randrange(chance.choice((30, 120))) if dies else None
        world.sync(world.home[somebody()], dies_after=dies_after)

    happenings: dict[Callable[[], object], int] = {
        sync: 35,
        lambda: world.submit(somebody()): 30,
        lambda: world.write(somebody(), somebody()): 10,
        lambda: world.attach(
            somebody(), size=chance.choice(SIZES), priority=chance.randrange(3)
        ): 8,
        world.back_up: 7,
        lambda: world.restore(chance.randrange(100)): 5,
        world.hq.kill: 5,
    }
    world.road.next_fault = fault
    broken: list[str] = []
    for happen in chance.choices(list(happenings), list(happenings.values()), k=events):
        happen()
        broken += world.unkept_promises()
    account = world.settle()
    account.wrong += broken
    return account
