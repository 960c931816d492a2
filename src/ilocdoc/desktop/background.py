"""The only crossing between threads.

Work gets no widget and returns a frozen value; the value comes back by an explicit queued
connection, so it never arrives inside the call that asked for it. What the world did
wrong goes to one place that shows it; what we did wrong goes to the crash sheet.
"""

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

from ilocdoc.record.errors import IlocdocError

T = TypeVar("T")
OPEN_WORKERS = 2
"""One for the network and one for documents."""


class Lane(Enum):
    """Where work runs; the window's own thread is never one of them."""

    VAULT = "vault"
    """One thread, owner of the SQLCipher connection; jobs run in the order given."""
    OPEN = "open"
    """Documents and network; never the vault's database."""
    FILES = "files"
    """One thread that takes files in, one after the other: a disk is fastest so."""


class Lanes:
    """The worker threads of one window."""

    def __init__(self) -> None:
        self._vault = ThreadPoolExecutor(1, thread_name_prefix="vault-lane")
        self._open = ThreadPoolExecutor(OPEN_WORKERS, thread_name_prefix="open-lane")
        self._files = ThreadPoolExecutor(1, thread_name_prefix="files-lane")
        self._is_closing = threading.Event()
        self._vault_thread = self._vault.submit(threading.get_ident).result()

    def on_vault(self, job: Callable[[], T]) -> T:
        """Run a job on the vault lane and wait; fits `ports.VaultLane`."""
        if threading.get_ident() == self._vault_thread:
            return job()
        return self._vault.submit(job).result()

    def submit(self, lane: Lane, job: Callable[[], None]) -> Future[None]:
        """Queue a job."""
        threads = {Lane.VAULT: self._vault, Lane.OPEN: self._open, Lane.FILES: self._files}
        return threads[lane].submit(job)

    @property
    def is_closing(self) -> bool:
        """True when long work should stop where it is. Any thread."""
        return self._is_closing.is_set()

    def close(self) -> None:
        """Finish what was queued for the vault; what the open lane has not begun is dropped."""
        self._is_closing.set()
        self._files.shutdown(wait=True, cancel_futures=True)
        self._open.shutdown(wait=True, cancel_futures=True)
        self._vault.shutdown(wait=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Callbacks:
    then: Callable[[Any], None] | None
    failed: Callable[[IlocdocError], None] | None
    owner: QObject | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    number: int
    value: Any = None
    error: BaseException | None = None


class Background(QObject):
    """Runs work on a lane and hands its result back to the window's thread."""

    _ended = Signal(object)

    def __init__(
        self,
        lanes: Lanes,
        *,
        report: Callable[[IlocdocError], None],
        crash: Callable[[BaseException], None],
    ) -> None:
        """Begin with nothing under way.

        Args:
            lanes: Where work runs.
            report: Shows headline and advice, when work has no `failed` of its own.
            crash: Shows our own faults.
        """
        super().__init__()
        self._lanes, self._report, self._crash = lanes, report, crash
        self._numbers = itertools.count(1)
        # Callbacks stay on this side: a worker must never hold the last hold on a widget.
        self._waiting: dict[int, _Callbacks] = {}
        self._ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        lane: Lane,
        work: Callable[[], T],
        *,
        then: Callable[[T], None] | None = None,
        failed: Callable[[IlocdocError], None] | None = None,
        owner: QObject | None = None,
    ) -> None:
        """Run work on a lane.

        Args:
            lane: Vault or open.
            work: Touches no widget; returns a frozen value.
            then: Gets the value, on the window's thread.
            failed: Gets an `IlocdocError`; without it the error is shown in the one place.
            owner: When this widget is gone by then, the result is dropped.
        """
        number = next(self._numbers)
        self._waiting[number] = _Callbacks(then=then, failed=failed, owner=owner)
        self._lanes.submit(lane, lambda: self._perform(number, work))

    @property
    def is_closing(self) -> bool:
        """True when long work should stop where it is. Any thread."""
        return self._lanes.is_closing

    @property
    def is_idle(self) -> bool:
        """True when nothing is under way or undelivered."""
        return not self._waiting

    def _perform(self, number: int, work: Callable[[], Any]) -> None:
        try:
            outcome = _Outcome(number=number, value=work())
        except Exception as error:
            outcome = _Outcome(number=number, error=error)
        self._ended.emit(outcome)

    @Slot(object)
    def _deliver(self, outcome: _Outcome) -> None:
        callbacks = self._waiting.pop(outcome.number)
        if callbacks.owner is not None and not shiboken6.isValid(callbacks.owner):
            return
        if outcome.error is None:
            if callbacks.then is not None:
                callbacks.then(outcome.value)
        elif isinstance(outcome.error, IlocdocError):
            (callbacks.failed or self._report)(outcome.error)
        else:
            self._crash(outcome.error)


class Progress(QObject):
    """Brings what work tells on its way to the window's thread."""

    _told = Signal(object)

    def __init__(self, show: Callable[[Any], None], parent: QObject) -> None:
        """Begin.

        Args:
            show: Gets each value, on the thread that makes this object.
            parent: Outlives the work: a worker must never hold the last hold on this.
        """
        super().__init__(parent)
        self._show = show
        self._told.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def tell(self, value: object) -> None:
        """Pass a frozen value on; from any thread."""
        self._told.emit(value)

    @Slot(object)
    def _deliver(self, value: object) -> None:
        self._show(value)
