"""The lock: hides at once, keeps what is unkept, ends the process that held keys.

The volume is asked to keep it, and has a quarter of a second. When it is busy, full or
broken, the same words are sealed to the officer's own key and put beside the volume, or, when
no disk takes them, carried sealed in memory to the program that follows.
"""

import threading
from collections.abc import Callable
from contextlib import suppress

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from ilocdoc.casework.ports import Parking
from ilocdoc.casework.sessions import leave
from ilocdoc.casework.shift import Shift
from ilocdoc.desktop.background import Background, Lane
from ilocdoc.desktop.ports import Relaunch
from ilocdoc.record.errors import IlocdocError
from ilocdoc.record.sessions import Parting, parting_to_bytes

PATIENCE_MS = 250
"""For the volume; with this the keys are gone half a second after the lock at the latest."""
DISK_PATIENCE_S = 0.1
"""For the place beside it: a dying disk can take half a minute to refuse."""


class Locker(QObject):
    """Ends one session, once."""

    def __init__(self, background: Background, *, relaunch: Relaunch, parent: QObject) -> None:
        super().__init__(parent)
        self._background, self._relaunch = background, relaunch
        self._session: tuple[Shift, Parting] | None = None
        self.is_over = False
        """True once nothing of the session is left here."""
        self._deadline = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._deadline.timeout.connect(self._hand_over)

    @property
    def is_begun(self) -> bool:
        """True from the lock on."""
        return self._session is not None

    def lock(self, shift: Shift, parting: Parting) -> None:
        """Hide everything and end the session; asks nothing and cannot fail."""
        hide_everything()
        self._session = (shift, parting)
        self._deadline.start()
        self._background.run(
            Lane.VAULT,
            lambda: leave(shift, parting),
            then=lambda _done: self._end(b""),
            failed=lambda _error: self._hand_over(),
        )

    def leave(
        self,
        shift: Shift,
        parting: Parting,
        *,
        then: Callable[[], None],
        failed: Callable[[IlocdocError], None],
    ) -> None:
        """End the session before the window closes; only when nothing takes it that is told."""
        self._session = (shift, parting)

        def done() -> None:
            self.is_over = True
            then()

        def refuse(error: IlocdocError) -> None:
            if _put(
                shift.vault.laptop.parking,
                shift.vault.laptop.parking.seal(parting_to_bytes(parting)),
            ):
                done()
                return
            self._session = None
            failed(error)

        self._background.run(
            Lane.VAULT, lambda: leave(shift, parting), then=lambda _done: done(), failed=refuse
        )

    @Slot()
    def _hand_over(self) -> None:
        if self.is_over or self._session is None:
            return
        shift, parting = self._session
        place = shift.vault.laptop.parking
        sealed = place.seal(parting_to_bytes(parting))
        self._end(b"" if _put(place, sealed) else sealed)

    def _end(self, carried: bytes) -> None:
        if self.is_over or self._session is None:
            return
        self.is_over = True
        self._deadline.stop()
        self._relaunch(self._session[1].reason, carried)


def _put(place: Parking, sealed: bytes) -> bool:
    """Put sealed words beside the volume; False when the disk did not take them in time."""
    taken = threading.Event()

    def put() -> None:
        with suppress(IlocdocError):
            place.put(sealed)
            taken.set()

    worker = threading.Thread(target=put, daemon=True)
    worker.start()
    worker.join(DISK_PATIENCE_S)
    return taken.is_set()


def hide_everything() -> None:
    """Hide every window of the program, dialogs and menus with them."""
    for each in QApplication.topLevelWidgets():
        if each.isVisible():
            each.hide()
