"""Notes from the lock screen: a time and one line, written without signing in."""

import json
from dataclasses import asdict, dataclass

KINDS = ("ems_called", "ems_here", "supervisor_told", "agents_left", "other")
"""Kinds of stamps that can be tapped without signing in."""
MOST_LETTERS = 200
MOST_NOTES = 50
"""Unclaimed on one laptop; whoever finds a laptop must not be able to fill it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockNote:
    """What somebody tapped or wrote at the lock screen; nobody's until it is claimed."""

    id: str
    kind: str
    """One of `KINDS`; a line of text alone is `other`."""
    text: str
    """At most `MOST_LETTERS`; empty for a tap."""
    wall: str
    """UTC text from the system clock."""
    mono_ms: int
    """Milliseconds of the monotonic clock, counted from the boot named by `boot`."""
    boot: str


def note_to_bytes(note: LockNote) -> bytes:
    """Return a note as JSON, to be sealed."""
    return json.dumps(asdict(note), ensure_ascii=False).encode()


def note_from_bytes(data: bytes) -> LockNote:
    """Return the note in JSON.

    Raises:
        ValueError: If it is none.
    """
    try:
        return LockNote(**json.loads(data))
    except (TypeError, UnicodeDecodeError) as error:
        raise ValueError("not a note") from error
