"""What headquarters decides about every session; signed inside the roster."""

from dataclasses import dataclass

IDLE_MINUTES = range(1, 31)
"""CJIS Security Policy v6.0, AC-11: thirty minutes at most."""
SESSION_HOURS = range(1, 13)
"""CJIS Security Policy v6.0, IA-11: signing in again every twelve hours."""
MOST_BANNER_LETTERS = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Limits of a session. The defaults hold until headquarters says something else."""

    idle_minutes: int = 10
    """Without a key, a tap or a move, until the laptop locks."""
    session_hours: int = 12
    """Until a member signs in again, whatever happens."""
    banner: str = ""
    """Use banner (CJIS AC-8); empty for the one that comes with the program."""
    removable_import: bool = True
    """False where no file may be taken in from a stick or card (CJIS MP-7)."""


def clamped(policy: Policy) -> Policy:
    """Return a policy within what is allowed, whatever was signed."""
    return Policy(
        idle_minutes=_within(policy.idle_minutes, IDLE_MINUTES),
        session_hours=_within(policy.session_hours, SESSION_HOURS),
        banner=policy.banner[:MOST_BANNER_LETTERS].strip(),
        removable_import=policy.removable_import,
    )


def _within(value: int, allowed: range) -> int:
    return min(max(value, allowed.start), allowed.stop - 1)
