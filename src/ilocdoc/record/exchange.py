"""What one exchange with headquarters did, as a person is told it; values only."""

from dataclasses import dataclass
from enum import Enum


class Line(Enum):
    """What the road to headquarters looked like at the last try."""

    NOT_TRIED = "not_tried"
    FINE = "fine"
    OFFLINE = "offline"
    """Nothing answered."""
    PORTAL = "portal"
    """A sign-in page of the network answered."""
    INTERCEPTED = "intercepted"
    """A certificate that is not headquarters' was shown."""
    HQ_DOWN = "hq_down"
    """Headquarters' machine answered that it cannot serve now."""
    REFUSED = "refused"
    """Headquarters answered with a problem that waiting will not mend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What is still only on this laptop."""

    entries: int
    """Ledger entries without headquarters' signed receipt."""
    files: int
    size_bytes: int
    """Of those files, as they are sent."""
    letters: int
    """Sealed mail that headquarters does not keep yet."""

    @property
    def is_nothing(self) -> bool:
        """True when headquarters signed for everything."""
        return not (self.entries or self.files or self.letters)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One exchange: what moved, what waits, and when to try again."""

    line: Line
    sent_entries: int = 0
    sent_files: int = 0
    sent_bytes: int = 0
    sent_letters: int = 0
    received_letters: int = 0
    waiting: Waiting
    next_in_s: int
    """Seconds until the next try by itself."""
    headline: str = ""
    """Empty when all went well; else one sentence of what happened."""
    advice: str = ""
    """What to do; empty when nothing needs doing."""
