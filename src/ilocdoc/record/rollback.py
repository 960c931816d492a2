"""What is known when a store on a laptop is older than was recorded elsewhere."""

from dataclasses import dataclass
from enum import Enum

from ilocdoc.record.ids import OfficerId


class Anchor(Enum):
    """Where it was recorded how far a ledger had come; the values stand in the store."""

    SPOOL = "spool"
    """The laptop's store has the sealed copies."""
    MARK = "mark"
    """The laptop's store noted the head."""
    RECEIPT = "receipt"
    """Headquarters signed for it."""
    HEADQUARTERS = "headquarters"
    """Headquarters holds more of it than the laptop does."""
    SEAL = "seal"
    """The key of the seal is of another entry."""
    GENERATION = "generation"
    """The ways into the volume are older than were recorded."""
    MEMBER = "member"
    """A member's volume noted the head of the laptop's own ledger."""


ANCHOR_NAMES = {
    Anchor.SPOOL: "the copies that wait for headquarters",
    Anchor.MARK: "a note in the store of this laptop",
    Anchor.RECEIPT: "a receipt of headquarters",
    Anchor.HEADQUARTERS: "what headquarters holds",
    Anchor.SEAL: "the seal of the ledger",
    Anchor.GENERATION: "the last change of a passphrase or key",
    Anchor.MEMBER: "a note among this officer's reports",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollback:
    """A store that is older than one of its anchors, or differs from it."""

    owner: OfficerId
    """Whose ledger is in doubt: a star, or the laptop's id."""
    anchor: Anchor
    expected_seq: int
    expected_hash: str
    found_seq: int
    """Where the ledger ends now."""
    found_hash: str
    device: str
    """This laptop."""

    @property
    def is_of_laptop(self) -> bool:
        """True when the laptop's own store is in doubt and the member's reports are whole."""
        return self.owner == self.device

    @property
    def is_read_only(self) -> bool:
        """True when nothing may be written until it is released.

        What a member writes is kept apart from the laptop's own store, so a doubt about
        that store stops nobody from writing.
        """
        return not self.is_of_laptop

    @property
    def headline(self) -> str:
        """What happened, in one sentence."""
        if self.is_of_laptop:
            return "The store of this laptop is older than it was."
        if self.expected_seq > self.found_seq:
            lost = self.expected_seq - self.found_seq
            what = "1 step is" if lost == 1 else f"{lost} steps are"
            return f"The reports of this officer are older than they were: {what} missing."
        return "The record of this officer on this laptop is not the one that was written."

    @property
    def advice(self) -> str:
        """What to do, in one sentence."""
        known = f"This shows in {ANCHOR_NAMES[self.anchor]}."
        if self.is_read_only:
            return (
                f"{known} Reports can be read and not changed until a supervisor releases them "
                "here. Nothing was deleted. Tell a supervisor, or call headquarters."
            )
        return f"{known} Nothing was deleted. Tell a supervisor, or call headquarters."
