"""Notices when the system clock was set, so that a ledger's times can be judged.

Nothing is decided by it: entries keep the order in which they were written.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from ilocdoc.record.ledger import ACT_TYPE, EntryKind
from ilocdoc.record.times import utc_text
from ilocdoc.wire.canonical import canonical_bytes
from ilocdoc.wire.entries import NewEntry
from ilocdoc.wire.envelope import Signer, seal_envelope

MOST_DRIFT = timedelta(minutes=2)
"""A network's time service corrects by less."""


class Clocks(Protocol):
    """What is compared."""

    def now(self) -> datetime:
        """Return the system clock: aware, UTC."""

    def mono_ms(self) -> int:
        """Return milliseconds since boot, also those of sleep."""

    @property
    def boot(self) -> str:
        """Name of this boot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """The clock says another time than it must."""

    expected: str
    """UTC text: by the time since boot, or by the newest entry."""
    found: str


class ClockWatch:
    """Compares the system clock with the time since boot, and with the newest entry."""

    def __init__(self, clock: Clocks, *, newest: str) -> None:
        """Begin to watch.

        Args:
            clock: Of the laptop.
            newest: When the newest entry was written, UTC text; empty when there is none.
        """
        self._clock = clock
        self._boot, self._mono_ms, self._wall = self._look()
        if newest:
            self._wall = max(self._wall, datetime.fromisoformat(newest))

    def _look(self) -> tuple[str, int, datetime]:
        return self._clock.boot, self._clock.mono_ms(), self._clock.now()

    def jump(self) -> Jump | None:
        """Return how far the clock was set since the last look, or None; tells it once."""
        boot, mono_ms, found = self._look()
        passed = timedelta(milliseconds=mono_ms - self._mono_ms if boot == self._boot else 0)
        expected = self._wall + passed
        self._boot, self._mono_ms, self._wall = boot, mono_ms, found
        if abs(found - expected) <= MOST_DRIFT:
            return None
        return Jump(expected=utc_text(expected), found=utc_text(found))


def jump_entry(jump: Jump, *, actor: str, signer: Signer) -> NewEntry:
    """Return the entry that says that the clock was set."""
    kind = EntryKind.CLOCK_JUMPED
    said = {
        "kind": kind.value,
        "at": jump.found,
        "by": {"id": actor},
        "expected": jump.expected,
        "found": jump.found,
    }
    act = seal_envelope(ACT_TYPE, canonical_bytes(said), signer=signer)
    return NewEntry(kind=kind, at=jump.found, ids={"actor": actor}, act=act)
