"""Undo of a report: every change of an answer, and of rows, can be taken back."""

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtGui import QUndoCommand

from ilocdoc.desktop.places import Place

MERGE_S = 2.0
"""Changes of one answer this close together are one step."""

Apply = Callable[[Place, Any], None]


class AnswerChange(QUndoCommand):
    """One answer, before and after."""

    def __init__(
        self, place: Place, *, before: object, after: object, apply: Apply, is_typed: bool
    ) -> None:
        super().__init__()
        self._is_typed = is_typed
        self._place, self._before, self._after = place, before, after
        self._apply = apply
        self._at = time.monotonic()

    def id(self) -> int:
        """Tell Qt that these commands may merge."""
        return 1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take a later change of the same text in, if it followed at once."""
        if not isinstance(other, AnswerChange) or other._place != self._place:  # noqa: SLF001 - the same class
            return False
        if not self._is_typed or other._at - self._at > MERGE_S:  # noqa: SLF001 - the same class
            return False
        self._after, self._at = other._after, other._at  # noqa: SLF001 - the same class
        return True

    def undo(self) -> None:
        """Put the earlier answer back."""
        self._apply(self._place, self._before)

    def redo(self) -> None:
        """Put the later answer in; Qt calls it when the command is pushed, too."""
        self._apply(self._place, self._after)
