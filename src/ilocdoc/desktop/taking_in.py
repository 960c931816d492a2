"""Files on their way into the vault, whichever page is shown.

Sealing runs on a lane of its own, one file after the other. Pausing stops the work and keeps
what is sealed; going on begins where it was. What a lock or a crash cut off is offered again.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

from ilocdoc.casework.evidence import (
    begin_file,
    forget_file,
    keep_file,
    refuse_file,
    seal_file,
    unfinished_files,
)
from ilocdoc.casework.shift import Shift
from ilocdoc.desktop.background import Background, Lane
from ilocdoc.desktop.open_report import OpenReport, sentence
from ilocdoc.record.errors import IlocdocError, VaultError
from ilocdoc.record.ids import ReportId
from ilocdoc.record.intake import Phase, Progress, Wish
from ilocdoc.record.report import Draft
from ilocdoc.wire.entries import Intake, SealedFile

POLL_MS = 100
_PASSES = 2
"""Each file is read twice: sealed, then checked."""
SETTLED_S = 1.5
"""A rate that was seen for less long says nothing about the time left."""


class Step(Enum):
    """Where a file is."""

    WAITING = "waiting"
    SEALING = "sealing"
    CHECKING = "checking"
    KEEPING = "keeping"
    PAUSED = "paused"
    UNFINISHED = "unfinished"
    """Cut off by a lock or a crash, in an earlier session."""
    FAILED = "failed"


UNDER_WAY = frozenset([Step.WAITING, Step.SEALING, Step.CHECKING, Step.KEEPING])
STOPPED = frozenset([Step.PAUSED, Step.UNFINISHED])


@dataclass(slots=True, kw_only=True, eq=False)
class Incoming:
    """One file on its way in; a worker counts, the window looks."""

    report_id: ReportId
    path: Path
    intake: Intake | None = None
    step: Step = Step.WAITING
    done_bytes: int = 0
    size_bytes: int = 0
    words: str = ""
    """Why it failed."""
    wish: Wish = field(default=Wish.GO_ON)

    @property
    def passed_bytes(self) -> int:
        """Bytes of both passes that are behind it."""
        before = self.size_bytes if self.step in {Step.CHECKING, Step.KEEPING} else 0
        return before + self.done_bytes

    @property
    def all_bytes(self) -> int:
        """Bytes of both passes."""
        return _PASSES * self.size_bytes


class TakingIn(QObject):
    """All files of one signed-in member that are on their way in."""

    changed = Signal()
    """Other files, or other steps."""
    progressed = Signal()
    """Some file is further than a moment ago."""

    def __init__(
        self,
        *,
        shift: Shift,
        background: Background,
        open_report: Callable[[], OpenReport | None],
    ) -> None:
        """Begin with nothing under way.

        Args:
            shift: The member's.
            background: The crossing to the lanes.
            open_report: The report that is being written, if there is one.
        """
        super().__init__()
        self._shift, self._background, self._open_report = shift, background, open_report
        self.files: list[Incoming] = []
        self.kept_count: dict[ReportId, int] = {}
        """Files that were kept since signing in, by report."""
        self._poll = QTimer(self, interval=POLL_MS)
        self._poll.timeout.connect(self._on_poll)
        self._clock = QElapsedTimer()
        self._from_bytes = 0

    # --- what a person asks for ---------------------------------------------------------

    def offer_unfinished(self) -> None:
        """Ask the vault what an earlier session did not finish."""
        shift = self._shift
        self._background.run(
            Lane.VAULT, lambda: unfinished_files(shift), then=self._offer, owner=self
        )

    def _offer(self, intakes: Sequence[Intake]) -> None:
        known = {each.intake.evidence_id for each in self.files if each.intake is not None}
        self.files += [
            Incoming(
                report_id=each.report_id,
                path=Path(each.path),
                intake=each,
                step=Step.UNFINISHED,
                size_bytes=each.size_bytes,
            )
            for each in intakes
            if each.evidence_id not in known
        ]
        self.changed.emit()

    def add(self, report_id: ReportId, paths: Iterable[Path]) -> None:
        """Take files in, in this order."""
        for path in paths:
            incoming = Incoming(report_id=report_id, path=path)
            self.files.append(incoming)
            self._begin(incoming)
        self._run()

    def pause(self, files: Sequence[Incoming]) -> None:
        """Stop these files and keep what is sealed of them."""
        for each in files:
            if each.step is Step.WAITING and each.intake is not None:
                each.step = Step.PAUSED
            each.wish = Wish.PAUSE
        self.changed.emit()

    def go_on(self, files: Sequence[Incoming]) -> None:
        """Go on with stopped files, and try failed ones again."""
        for each in files:
            each.wish, each.words, each.done_bytes = Wish.GO_ON, "", 0
            each.step = Step.WAITING
            if each.intake is None:
                self._begin(each)
            else:
                self._seal(each)
        self._run()

    def cancel(self, files: Sequence[Incoming]) -> None:
        """Give these files up; nothing of them is kept."""
        for each in list(files):
            each.wish = Wish.CANCEL
            if each.step in {Step.SEALING, Step.CHECKING, Step.KEEPING}:
                continue
            if each.intake is not None:
                self._forget(each)
            self.files.remove(each)
        self.changed.emit()

    def of(self, report_id: ReportId, *steps: Step) -> list[Incoming]:
        """Return files of a report, in the order they were added; of these steps, if named."""
        return [
            each
            for each in self.files
            if each.report_id == report_id and (not steps or each.step in steps)
        ]

    @property
    def is_busy(self) -> bool:
        """True while any file is under way."""
        return any(each.step in UNDER_WAY for each in self.files)

    # --- one file after the other -------------------------------------------------------

    def _run(self) -> None:
        if not self._poll.isActive():
            self._poll.start()
            self._clock.restart()
            self._from_bytes = sum(each.passed_bytes for each in self.files)
        self.changed.emit()

    def _begin(self, incoming: Incoming) -> None:
        shift = self._shift

        def begun(intake: Intake) -> None:
            incoming.intake, incoming.size_bytes = intake, intake.size_bytes
            if incoming.wish is Wish.GO_ON:
                self._seal(incoming)
            elif incoming.wish is Wish.PAUSE:
                incoming.step = Step.PAUSED
            else:
                self._forget(incoming)
            self.changed.emit()

        self._background.run(
            Lane.VAULT,
            lambda: begin_file(shift, incoming.report_id, incoming.path),
            then=begun,
            failed=lambda error: self._fail(incoming, error),
            owner=self,
        )

    def _seal(self, incoming: Incoming) -> None:
        shift, intake = self._shift, incoming.intake
        assert intake is not None

        def seal() -> SealedFile | None:
            # Paused or given up while it waited for its turn.
            if incoming.wish is not Wish.GO_ON or incoming.step is not Step.WAITING:
                return None
            incoming.step = Step.SEALING
            return seal_file(shift, intake, watch=lambda progress: self._watch(incoming, progress))

        self._background.run(
            Lane.FILES,
            seal,
            then=lambda sealed: self._keep(incoming, sealed),
            failed=lambda error: self._stopped(incoming, error),
            owner=self,
        )

    def _watch(self, incoming: Incoming, progress: Progress) -> Wish:
        """Count, on the worker's thread; returns what is wanted."""
        incoming.step = Step.SEALING if progress.phase is Phase.SEALING else Step.CHECKING
        incoming.done_bytes, incoming.size_bytes = progress.done_bytes, progress.size_bytes
        return Wish.PAUSE if self._background.is_closing else incoming.wish

    def _keep(self, incoming: Incoming, sealed: SealedFile | None) -> None:
        if sealed is None:
            return
        shift, report_id = self._shift, incoming.report_id
        incoming.step = Step.KEEPING

        def kept(draft: Draft) -> None:
            self.files.remove(incoming)
            self.kept_count[report_id] = self.kept_count.get(report_id, 0) + 1
            report = self._open_report()
            if report is not None and report.report_id == report_id:
                report.take_over(draft)
            self.changed.emit()

        self._background.run(
            Lane.VAULT,
            lambda: keep_file(shift, report_id, sealed),
            then=kept,
            failed=lambda error: self._fail(incoming, error),
            owner=self,
        )

    def _stopped(self, incoming: Incoming, error: IlocdocError) -> None:
        if incoming.wish is Wish.PAUSE or self._background.is_closing:
            incoming.step = Step.PAUSED
        elif incoming.wish is Wish.CANCEL:
            self._forget(incoming)
            self.files.remove(incoming)
        else:
            self._fail(incoming, error)
        self.changed.emit()

    def _fail(self, incoming: Incoming, error: IlocdocError) -> None:
        incoming.step, incoming.words = Step.FAILED, sentence(error)
        shift, intake = self._shift, incoming.intake
        if intake is not None and isinstance(error, VaultError):
            incoming.intake = None
            self._background.run(Lane.VAULT, lambda: refuse_file(shift, intake, error), owner=self)
        elif intake is not None:
            self._forget(incoming)
        self.changed.emit()

    def _forget(self, incoming: Incoming) -> None:
        shift, intake = self._shift, incoming.intake
        assert intake is not None
        incoming.intake = None
        self._background.run(Lane.VAULT, lambda: forget_file(shift, intake.evidence_id), owner=self)

    @Slot()
    def _on_poll(self) -> None:
        if not self.is_busy:
            self._poll.stop()
        self.progressed.emit()

    # --- how far all of them are --------------------------------------------------------

    def standing(self, files: Sequence[Incoming]) -> tuple[int, int, float]:
        """Return (bytes passed, bytes in all, seconds left) of some files.

        Both passes count. Seconds are 0 while nobody can say.
        """
        passed = sum(each.passed_bytes for each in files)
        everything = sum(each.all_bytes for each in files)
        gone_s = self._clock.elapsed() / 1000 if self._clock.isValid() else 0
        rate = (passed - self._from_bytes) / gone_s if gone_s > SETTLED_S else 0
        left = everything - passed
        return passed, everything, left / rate if rate > 0 else 0
