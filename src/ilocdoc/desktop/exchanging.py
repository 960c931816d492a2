"""Talks with headquarters by itself, and says in words how that goes."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from ilocdoc.casework.receiving import open_deliveries
from ilocdoc.casework.shift import Shift
from ilocdoc.desktop.background import Background, Lane
from ilocdoc.desktop.ports import Laptop
from ilocdoc.desktop.words import Told, sync_words
from ilocdoc.record.exchange import Exchange, Waiting
from ilocdoc.record.policy import Policy
from ilocdoc.record.summary import ReportRow

NOTHING = Waiting(entries=0, files=0, size_bytes=0, letters=0)
SHORTEST_S = 5
"""However soon headquarters would be asked again, the radio gets a rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the vault lane says after something changed."""

    rows: tuple[ReportRow, ...]
    waiting: Waiting
    policy: Policy


def standing(shift: Shift, laptop: Laptop) -> Standing:
    """Open new mail, then return list, queue and policy. Vault lane."""
    open_deliveries(shift)
    return Standing(
        rows=tuple(shift.vault.rows()), waiting=laptop.waiting(), policy=laptop.policy()
    )


class Exchanging(QObject):
    """Asks headquarters now and then, and after each signature."""

    rows_changed = Signal(object)
    """The rows of the report list, as they now are."""
    told = Signal(object)
    """A `Told` of the line."""
    policy_told = Signal(object)
    """The `Policy` that holds now."""

    def __init__(self, *, shift: Shift, laptop: Laptop, background: Background) -> None:
        super().__init__()
        self._shift, self._laptop, self._background = shift, laptop, background
        self.exchange: Exchange | None = None
        self.waiting = NOTHING
        self._is_under_way = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.start)

    @Slot()
    def refresh(self) -> None:
        """Ask the vault for list and queue."""
        shift, laptop = self._shift, self._laptop
        self._background.run(
            Lane.VAULT, lambda: standing(shift, laptop), then=self._show, owner=self
        )

    def _show(self, now: Standing) -> None:
        self.waiting = now.waiting
        self.policy_told.emit(now.policy)
        self.rows_changed.emit(now.rows)
        self.told.emit(self.words)

    @property
    def is_under_way(self) -> bool:
        """True while headquarters is talked with."""
        return self._is_under_way

    @property
    def words(self) -> Told:
        """How the line stands, for the screen."""
        if self._is_under_way and not self.waiting.is_nothing:
            return Told(text="Talking with headquarters …", icon="cloud", tone="plain")
        return sync_words(self.exchange, self.waiting)

    @Slot()
    def start(self) -> None:
        """Talk with headquarters now, unless that is under way."""
        if self._is_under_way:
            return
        self._is_under_way = True
        self._timer.stop()
        self.told.emit(self.words)
        self._background.run(Lane.OPEN, self._laptop.exchange, then=self._on_done, owner=self)

    def _on_done(self, exchange: Exchange) -> None:
        self._is_under_way = False
        self.exchange = exchange
        self._timer.start(max(SHORTEST_S, exchange.next_in_s) * 1000)
        self.refresh()

    def stop(self) -> None:
        """Ask no more."""
        self._timer.stop()
