"""Looks for reports while somebody types, and reads new words into the index in quiet moments."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from ilocdoc.casework.finding import find_reports, refresh_index
from ilocdoc.casework.shift import Shift
from ilocdoc.desktop.background import Background, Lane
from ilocdoc.record.searching import Found, read_search

PAUSE_MS = 120
"""After the last key; a search takes a few milliseconds, so each pause may have one."""
QUIET_MS = 2000
AT_ONCE = 50
"""Reports read into the index in one go: a save never waits longer than for these."""


class Finding(QObject):
    """The search of one signed-in member. What is typed is kept nowhere."""

    found = Signal(object)
    """A list of `Found` for what is typed now, the best first."""

    def __init__(self, *, shift: Shift, background: Background) -> None:
        super().__init__()
        self._shift, self._background = shift, background
        self._typed, self._is_under_way = "", False
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._quiet.timeout.connect(self._read_on)

    @Slot(str)
    def look_for(self, typed: str) -> None:
        """Look for reports after a pause in typing; an empty text finds nothing at once."""
        self._typed = typed
        if read_search(typed).is_empty:
            self._pause.stop()
            self.found.emit([])
        else:
            self._pause.start()

    @Slot()
    def _ask(self) -> None:
        # One search at a time; what was typed meanwhile is asked when it ends.
        if self._is_under_way or self._background.is_closing:
            return
        self._is_under_way = True
        shift, typed = self._shift, self._typed
        self._background.run(
            Lane.VAULT,
            lambda: find_reports(shift, read_search(typed)),
            then=lambda found: self._show(typed, found),
            owner=self,
        )

    def _show(self, typed: str, found: Sequence[Found]) -> None:
        self._is_under_way = False
        if typed == self._typed:
            self.found.emit(list(found))
        elif not read_search(self._typed).is_empty:
            self._ask()

    @Slot()
    def read_soon(self) -> None:
        """Read words that changed into the index when nothing else happens for a while."""
        self._quiet.start()

    @Slot()
    def _read_on(self) -> None:
        if self._background.is_closing:
            return
        shift = self._shift
        self._background.run(
            Lane.VAULT,
            lambda: refresh_index(shift, most=AT_ONCE),
            then=lambda has_more: self._quiet.start() if has_more else None,
            owner=self,
        )
