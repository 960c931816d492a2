"""Custody: how evidence changes hands."""

from enum import Enum


class CustodyAction(Enum):
    """What was done with an item; the values stand in ledgers."""

    HANDED_OVER = "handed_over"
    """The item itself went to somebody."""
    TAKEN_BACK = "taken_back"
    COPIED = "copied"
    """Somebody got a copy; the item stayed."""


ACTION_NAMES = {
    CustodyAction.HANDED_OVER: "Handed over",
    CustodyAction.TAKEN_BACK: "Taken back",
    CustodyAction.COPIED: "Copied",
}
"""As printed and shown."""
