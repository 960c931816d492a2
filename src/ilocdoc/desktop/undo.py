"""Undo of a report: every change of an answer, and of rows, can be taken back.

Plain Python in place of QUndoStack: with commands written in Python, the collector may take
a command apart before its stack, which then frees it again and ends the process.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ilocdoc.desktop.places import Place

MERGE_S = 2.0
"""Changes of one typed answer this close together are one step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One answer, before and after."""

    place: Place
    before: Any
    after: Any
    is_typed: bool
    """True when it was made key by key."""
    at: float
    """Seconds of the monotonic clock."""


class UndoStack:
    """The changes of one report, oldest first, and how many of them hold now."""

    def __init__(self, apply: Callable[[Place, Any], None]) -> None:
        """Begin empty.

        Args:
            apply: Puts an answer in its place.
        """
        self._apply = apply
        self._changes: list[Change] = []
        self.index = 0
        """How many changes hold."""

    def __len__(self) -> int:
        return len(self._changes)

    def push(self, place: Place, *, before: object, after: object, is_typed: bool) -> None:
        """Make a change; what was taken back before it can no longer be put back."""
        change = Change(
            place=place, before=before, after=after, is_typed=is_typed, at=time.monotonic()
        )
        del self._changes[self.index :]
        last = self._changes[-1] if self._changes else None
        if last is not None and _is_one_step(last, change):
            self._changes[-1] = replace(last, after=after, at=change.at)
        else:
            self._changes.append(change)
        self.index = len(self._changes)
        self._apply(place, after)

    def undo(self) -> None:
        """Take the last change back, if there is one."""
        if self.index:
            self.index -= 1
            change = self._changes[self.index]
            self._apply(change.place, change.before)

    def redo(self) -> None:
        """Put the last undone change back, if there is one."""
        if self.index < len(self._changes):
            change = self._changes[self.index]
            self.index += 1
            self._apply(change.place, change.after)


def _is_one_step(last: Change, change: Change) -> bool:
    is_same = last.place == change.place and last.is_typed and change.is_typed
    return is_same and change.at - last.at <= MERGE_S
