"""What an officer who is locked out reads to headquarters."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """One lock-out, as it is shown: everything headquarters needs for a code."""

    device: str
    officer: str
    """Star number."""
    text: str
    """For example "K7QM-2RTX-3-P"; another at each lock-out."""
