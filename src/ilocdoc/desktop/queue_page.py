"""A queue, a document, a decision: what review and referral have in common."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ilocdoc.casework.reviewing import open_for_review
from ilocdoc.casework.shift import Shift
from ilocdoc.desktop.background import Background, Lane
from ilocdoc.desktop.case_view import CaseView, view_case
from ilocdoc.desktop.controls import CutLabel, IconButton, IconLabel, scrolling, text_label
from ilocdoc.desktop.document_view import DocumentView, Drawn, draw, page_count, short_digest
from ilocdoc.desktop.print_out import PrintOut
from ilocdoc.desktop.report_list import ReportList, Tell
from ilocdoc.desktop.theme import Look
from ilocdoc.desktop.words import told_of
from ilocdoc.record.errors import IlocdocError, RefusedError
from ilocdoc.record.ids import ReportId
from ilocdoc.record.summary import ReportRow

QUEUE_PX, QUEUE_WIDE_PX = 250, 348
SIDE_PX, SIDE_WIDE_PX = 320, 360
WIDE_AT, FOLD_AT = 1500, 1000
"""Window widths divided by the text scale, from which panes widen, below which they fold."""


class QueuePage(QWidget):
    """Shows what waits, oldest first, and the document of the chosen one.

    Nothing is decided before the pages were drawn: a decision names their digest.
    """

    shown = Signal(object)
    """The `CaseView` whose pages are on the screen now."""
    decided = Signal(str)
    """One sentence of what was done."""
    refused = Signal(object)
    """An `IlocdocError`: why a decision was not made."""

    def __init__(
        self,
        title: str,
        *,
        shift: Shift,
        background: Background,
        look: Look,
        name: str,
        is_packet: bool,
        tell: Tell = told_of,
    ) -> None:
        """Make an empty queue.

        Args:
            title: Of the queue.
            shift: The deciding member's.
            background: To the lanes.
            look: For sizes and icons.
            name: Of the list, for programs.
            is_packet: True to read packets where there is one.
            tell: What a row says.
        """
        super().__init__()
        self._shift, self._background, self._look = shift, background, look
        self._is_packet = is_packet
        self._case: CaseView | None = None
        self._print_out = PrintOut(shift=shift, background=background, parent=self)
        self._print_out.told.connect(self.decided)
        self._print_out.refused.connect(self.refused)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._folds = False
        self._queue = self._make_queue(title, name, tell)
        row.addWidget(self._queue)
        self._document = self._make_document(name)
        row.addWidget(self._document, 1)
        self.side = QFrame()
        self.side.setProperty("kind", "side")
        self.side_column = QVBoxLayout()
        self.signing_column = QVBoxLayout()
        self._fill_side()
        row.addWidget(self.side)

    def _make_queue(self, title: str, name: str, tell: Tell) -> QFrame:
        look = self._look
        frame = QFrame()
        frame.setProperty("kind", "list")
        column = QVBoxLayout(frame)
        column.setContentsMargins(0, look.px(14), 0, 0)
        heading = text_label(title, "section")
        heading.setContentsMargins(look.px(18), 0, look.px(18), 0)
        column.addWidget(heading)
        self._count = text_label("", "hint")
        self._count.setContentsMargins(look.px(18), 0, look.px(18), 0)
        column.addWidget(self._count)
        self.list = ReportList(look, now=self._now, name=f"{name}_list", tell=tell)
        self.list.opened.connect(self.open_row)
        column.addWidget(self.list, 1)
        return frame

    def _now(self) -> datetime:
        return self._shift.clock.now()

    def _make_document(self, name: str) -> QWidget:
        look = self._look
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        bar = QFrame()
        bar.setProperty("kind", "topbar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(look.px(24), look.px(10), look.px(24), look.px(10))
        words = QVBoxLayout()
        words.setSpacing(2)
        self._title = CutLabel("title")
        self._meta = CutLabel("meta")
        words.addWidget(self._title)
        words.addWidget(self._meta)
        row.addLayout(words, 1)
        self._to_queue = IconButton("List", look=look, icon="list", name=f"{name}_show_list")
        self._to_queue.clicked.connect(lambda: self._show_only(self._queue))
        self._to_side = IconButton("Decide", look=look, icon="pencil", name=f"{name}_show_side")
        self._to_side.clicked.connect(lambda: self._show_only(self.side))
        self._print = IconButton("Print", look=look, icon="printer", name=f"{name}_print")
        self._print.clicked.connect(self._on_print)
        row.addWidget(self._print)
        row.addWidget(self._to_queue)
        row.addWidget(self._to_side)
        column.addWidget(bar)
        self.view = DocumentView(look, name=f"{name}_pages")
        column.addWidget(self.view, 1)
        return box

    def fold(self) -> None:
        """Show the document again, if a folded pane lies in its place."""
        self._show_only(self._document)

    def _show_only(self, pane: QWidget) -> None:
        """Where there is room for one pane, show this one."""
        for each in (self._queue, self._document, self.side):
            each.setVisible(each is pane or not self._folds)
        self._to_queue.setVisible(self._folds)
        self._to_side.setVisible(self._folds)

    def _fill_side(self) -> None:
        look = self._look
        outer = QVBoxLayout(self.side)
        outer.setContentsMargins(0, 0, 0, 0)
        content = QWidget()
        content.setLayout(self.side_column)
        margin = look.px(16)
        self.side_column.setContentsMargins(margin, margin, margin, margin)
        self.side_column.setSpacing(look.px(10))
        outer.setSpacing(0)
        outer.addWidget(scrolling(content), 1)
        # What signs is always in view, however long the rest is.
        self.signing_column.setContentsMargins(margin, look.px(8), margin, margin)
        self.signing_column.setSpacing(look.px(8))
        outer.addLayout(self.signing_column)

    @property
    def case(self) -> CaseView | None:
        """What is being read; None before its pages are on the screen."""
        return self._case

    def show_rows(self, rows: Sequence[ReportRow]) -> None:
        """Show what waits, oldest first."""
        waiting = sorted(rows, key=lambda each: each.started_at)
        self.list.show_rows(waiting)
        self._count.setText("" if waiting else "Nothing waits for you.")
        is_gone = self._case and self._case.report_id not in {each.report_id for each in waiting}
        if not waiting or is_gone:
            self.clear()
            self._show_only(self._queue)

    def clear(self) -> None:
        """Show nothing."""
        self._case = None
        self._title.setText("")
        self._meta.setText("")
        self.view.show_words("Choose a report to read it.")
        self.side.setEnabled(False)
        self._print.setEnabled(False)

    @Slot(object)
    def open_row(self, row: ReportRow) -> None:
        """Read one: its case first, then its pages."""
        self.clear()
        self.fold()
        self.list.choose(row.report_id)
        self._title.setText(row.title)
        self._meta.setText(f"{row.local_number} · version {row.version} · {row.author_name}")
        self.view.show_words("One moment.")
        shift, is_packet = self._shift, self._is_packet
        self._background.run(
            Lane.VAULT,
            lambda: _read(shift, row.report_id, is_packet=is_packet),
            then=self._draw,
            failed=self._on_refused,
            owner=self,
        )

    def _on_refused(self, error: IlocdocError) -> None:
        self.view.show_words(f"{error.headline} {error.advice}")

    def decide(self, work: Callable[[], object], words: str) -> None:
        """Sign a decision on the vault lane; nothing else is decided meanwhile.

        Args:
            work: Signs and keeps it.
            words: Said once it is kept.
        """
        self.side.setEnabled(False)
        self._background.run(
            Lane.VAULT,
            work,
            then=lambda _done: self.decided.emit(words),
            failed=self._on_undecided,
            owner=self,
        )

    def _on_undecided(self, error: IlocdocError) -> None:
        self.side.setEnabled(True)
        self.refused.emit(error)

    def _draw(self, case: CaseView) -> None:
        press = self._shift.press
        self._background.run(
            Lane.OPEN,
            lambda: draw(press, case.pdf, case.sha256),
            then=lambda drawn: self._show(case, drawn),
            failed=self._on_refused,
            owner=self,
        )

    def _show(self, case: CaseView, drawn: Drawn) -> None:
        self._case = case
        self.fold()
        self.view.show_document(drawn)
        digest = f"{page_count(drawn)} · SHA-256 {short_digest(drawn.sha256)}"
        self._meta.setText(f"{self._meta.text()} · {digest}")
        self.side.setEnabled(True)
        self._print.setEnabled(bool(case.pdf))
        self.shown.emit(case)

    @Slot()
    def _on_print(self) -> None:
        if self._case is not None:
            self._print_out.ask(self._case)

    def arrange(self, units: float) -> None:
        """Fit the panes to a window's width divided by the text scale."""
        is_wide = units >= WIDE_AT
        self._folds = units < FOLD_AT
        most = self.width() if self._folds else 0
        for pane, wide, usual in (
            (self._queue, QUEUE_WIDE_PX, QUEUE_PX),
            (self.side, SIDE_WIDE_PX, SIDE_PX),
        ):
            width = self._look.px(wide if is_wide else usual)
            pane.setMinimumWidth(width)
            pane.setMaximumWidth(max(most, width))
        self._show_only(self._document if self._case is not None else self._queue)


def fact(text: str, *, is_fine: bool, look: Look) -> QWidget:
    """Return a line with an icon: what the program checked."""
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    icon, colour = ("circle-check", "ok") if is_fine else ("circle-alert", "warn")
    mark = IconLabel(look=look, icon=icon, colour=colour)
    row.addWidget(mark)
    row.setAlignment(mark, Qt.AlignmentFlag.AlignTop)
    row.addWidget(text_label(text), 1)
    return box


def _read(shift: Shift, report_id: ReportId, *, is_packet: bool) -> CaseView:
    """Open what waits for a decision; whoever may decide about a report is noted first."""
    case = view_case(shift, report_id, packet=is_packet)
    if not is_packet:
        # Who may not decide may read all the same; why not is shown beside the pages.
        with suppress(RefusedError):
            open_for_review(shift, report_id)
    return case
