"""Everybody of the cast signed in at once, with doubles of vault and press."""

from dataclasses import replace

from ilocdoc.casework.shift import Shift
from ilocdoc.record.ids import OfficerId
from ilocdoc.record.people import Role
from tests.doubles.authority import Authority, Member, cast
from tests.doubles.clocks import CountingIds, StoppedClock
from tests.doubles.memory_vault import MemoryVault, Post
from tests.doubles.plain_press import PlainPress
from tests.doubles.small_forms import SmallForms

QUILL, VANE, PELL, FINCH, DANE = "99001", "99002", "99010", "99020", "99030"


class Precinct:
    """`precinct[PELL]` is Pell's shift; mail between the members arrives at once."""

    def __init__(self) -> None:
        self.authority = Authority()
        self.members: dict[str, Member] = cast(self.authority)
        self.post, self.clock, self.ids = Post(), StoppedClock(), CountingIds()
        roster = [each.officer for each in self.members.values()]
        self.vaults = {
            star: MemoryVault(member, authority=self.authority, roster=roster, post=self.post)
            for star, member in self.members.items()
        }

    def promote(self, star: str, *roles: Role) -> None:
        """Give a member other roles; everybody's roster says so."""
        member = self.members[star]
        member.officer = replace(member.officer, roles=frozenset(roles))
        for vault in self.vaults.values():
            vault.take_roster([each.officer for each in self.members.values()])

    def __getitem__(self, star: str) -> Shift:
        return Shift(
            vault=self.vaults[OfficerId(star)],
            press=PlainPress(),
            forms=SmallForms(),
            clock=self.clock,
            ids=self.ids,
        )
