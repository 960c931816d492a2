"""Keeps a draft without being asked: at rest, at every tap, never a second behind."""

from collections.abc import Callable
from enum import Enum
from typing import Any

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

from ilocdoc.desktop.background import Background, Lane
from ilocdoc.record.errors import IlocdocError
from ilocdoc.record.report import Draft

REST_MS = 400
"""A pause this long in typing keeps the draft."""
LONGEST_MS = 600
"""Without a pause the draft is kept this long after its oldest unkept change, so that with
the slowest measured commit (0.2 s) what is kept is at most a second old."""
SLOW_MS = 300
"""A save that takes longer is told of."""


class Kept(Enum):
    """How the draft stands."""

    SAVED = "saved"
    SAVING = "saving"
    FAILED = "failed"


class Autosave(QObject):
    """Sends answers to the vault lane, one save at a time, the newest last."""

    changed = Signal()
    """`state` changed."""
    kept = Signal(object)
    """The `Draft` that the vault now holds."""

    def __init__(
        self, background: Background, keep: Callable[[dict[str, Any]], Draft], parent: QObject
    ) -> None:
        """Begin with everything kept.

        Args:
            background: The crossing to the vault lane.
            keep: Keeps answers; runs on the vault lane.
            parent: Owner of the timers.
        """
        super().__init__(parent)
        self._background, self._keep = background, keep
        self._waiting: dict[str, Any] | None = None
        self._is_under_way = False
        self._settled: list[Callable[[], None]] = []
        self.state, self.error = Kept.SAVED, IlocdocError()
        self.since = QElapsedTimer()
        self.since.start()
        self._age = QElapsedTimer()
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self.flush)
        self._slow = QTimer(self, singleShot=True, interval=SLOW_MS)
        self._slow.timeout.connect(self._tell_slow)

    @property
    def is_settled(self) -> bool:
        """True when the vault holds everything."""
        return self._waiting is None and not self._is_under_way

    def touch(self, answers: dict[str, Any], *, at_once: bool = False) -> None:
        """Take note of a change.

        Args:
            answers: All answers; never changed in place afterwards.
            at_once: True for a tap; typing waits for a rest.
        """
        if self._waiting is None:
            self._age.start()
        self._waiting = answers
        if at_once or self._age.elapsed() >= LONGEST_MS:
            self.flush()
        else:
            self._rest.start(min(REST_MS, max(0, LONGEST_MS - self._age.elapsed())))

    @Slot()
    def flush(self) -> None:
        """Keep what is unkept now."""
        self._rest.stop()
        if self._waiting is None or self._is_under_way:
            return
        answers, self._waiting = self._waiting, None
        self._is_under_way = True
        self._slow.start()
        keep = self._keep
        self._background.run(
            Lane.VAULT,
            lambda: keep(answers),
            then=self._on_kept,
            failed=lambda error: self._on_failed(error, answers),
            owner=self,
        )

    def pause(self) -> None:
        """Keep nothing by itself before the next change: the session is ending."""
        self._rest.stop()
        self._slow.stop()

    def when_settled(self, then: Callable[[], None]) -> None:
        """Call once when the vault holds everything; not before a failed save succeeds."""
        if self.is_settled:
            then()
            return
        self._settled.append(then)
        self.flush()

    def _on_kept(self, draft: Draft) -> None:
        self._slow.stop()
        self._is_under_way = False
        self.since.restart()
        self._tell(Kept.SAVED)
        self.kept.emit(draft)
        if self._waiting is not None:
            self.flush()
            return
        settled, self._settled = self._settled, []
        for then in settled:
            then()

    def _on_failed(self, error: IlocdocError, answers: dict[str, Any]) -> None:
        self._slow.stop()
        self._is_under_way = False
        self.error = error
        # What could not be kept waits on, unless something newer does already.
        if self._waiting is None:
            self._waiting = answers
        self._tell(Kept.FAILED)

    @Slot()
    def _tell_slow(self) -> None:
        if self._is_under_way and self.state is not Kept.FAILED:
            self._tell(Kept.SAVING)

    def _tell(self, state: Kept) -> None:
        self.state = state
        self.changed.emit()
