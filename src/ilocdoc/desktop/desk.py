"""Everything after signing in: rail, list, pages, status bar. It only arranges them."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ilocdoc.casework.shift import Shift
from ilocdoc.casework.viewing import check_shelf
from ilocdoc.desktop.background import Background, Lane
from ilocdoc.desktop.claim_bar import ClaimBar
from ilocdoc.desktop.elsewhere import Elsewhere
from ilocdoc.desktop.exchanging import Exchanging
from ilocdoc.desktop.finding import Finding
from ilocdoc.desktop.form_page import FILES, FOLD_SIDE_AT, WIDE_AT
from ilocdoc.desktop.help_page import HelpPage
from ilocdoc.desktop.home_page import HomePage
from ilocdoc.desktop.notices import Notices
from ilocdoc.desktop.open_report import OpenReport
from ilocdoc.desktop.passphrase_page import OWN_KEY, PassphrasePage
from ilocdoc.desktop.ports import Laptop
from ilocdoc.desktop.rail import (
    END_SHIFT,
    HELP,
    LOCK,
    NEW,
    REFER,
    REPORTS,
    REVIEW,
    SYNC,
    Rail,
    Stop,
)
from ilocdoc.desktop.referral_page import ReferralPage, may_refer
from ilocdoc.desktop.reports_pane import ReportsPane
from ilocdoc.desktop.review_page import ReviewPage, reviewable
from ilocdoc.desktop.sealed_page import SealedPage
from ilocdoc.desktop.shift_page import ShiftPage
from ilocdoc.desktop.status_bar import StatusBar
from ilocdoc.desktop.sync_page import SyncPage
from ilocdoc.desktop.taking_in import Step
from ilocdoc.desktop.theme import Look
from ilocdoc.desktop.verify_page import VERIFY, DropTarget, VerifyPage
from ilocdoc.desktop.writing import Writing
from ilocdoc.record.lifecycle import State, Verb, may
from ilocdoc.record.people import Officer
from ilocdoc.record.report import ReportVersion
from ilocdoc.record.sessions import LockReason
from ilocdoc.record.summary import ReportRow

LIST_PX = 348
FOLD_RAIL_AT = 900
"""Window width divided by the text scale, below which the rail shows icons only."""
WRITABLE = {State.DRAFT.value, State.RETURNED.value}


class Desk(DropTarget):
    """One member's working place."""

    lock_wanted = Signal(object)
    """A `LockReason`."""

    def __init__(
        self,
        *,
        shift: Shift,
        officer: Officer,
        laptop: Laptop,
        background: Background,
        look: Look,
        locks_in_s: Callable[[], int],
    ) -> None:
        super().__init__()
        self._look, self.officer = look, officer
        self._rows: Sequence[ReportRow] = ()
        self.notices, self.standing = Notices(look), Notices(look)
        self.exchanging = Exchanging(shift=shift, laptop=laptop, background=background)
        self.reports = ReportsPane(look, now=shift.clock.now)
        self.finding = Finding(shift=shift, background=background)
        self.writing = Writing(
            shift=shift, officer=officer, background=background, look=look, notices=self.notices
        )
        self.sealed = SealedPage(shift=shift, background=background, look=look)
        self.review = ReviewPage(shift=shift, background=background, look=look)
        self.refer = ReferralPage(shift=shift, officer=officer, background=background, look=look)
        self.status = StatusBar(look, locks_in_s=locks_in_s, is_training=laptop.is_training)
        Elsewhere(self.status, self.writing, shift=shift, background=background).told.connect(
            self.notices.show_done
        )
        self.home = HomePage(look)
        self.verify = VerifyPage(laptop=laptop, background=background, look=look)
        self.pages: dict[str, QWidget] = {
            REPORTS.name: self.home,
            REVIEW.name: self.review,
            REFER.name: self.refer,
            SYNC.name: SyncPage(
                self.exchanging,
                look=look,
                device=laptop.device,
                ask_shelf=lambda show: background.run(
                    Lane.VAULT, lambda: check_shelf(shift), then=show, owner=self
                ),
            ),
            END_SHIFT.name: _shift_page(self, shift=shift, background=background, look=look),
            HELP.name: HelpPage(look, go=self.go),
            VERIFY: self.verify,
            OWN_KEY: PassphrasePage(shift=shift, laptop=laptop, background=background, look=look),
        }
        self.claims = ClaimBar(look, writing=self.writing, now=shift.clock.now)
        self._stack = QStackedWidget()
        for page in (*self.pages.values(), self.writing, self.sealed):
            self._stack.addWidget(page)
        self.rail = Rail(self._stops(), look=look, officer=officer)
        _lay_out(self, self._stack)
        doubt = shift.vault.doubt
        if doubt is not None:
            self.standing.show_standing(doubt.headline, doubt.advice)
        self._connect()
        self.writing.taking_in.offer_unfinished()

    def _stops(self) -> list[Stop]:
        roles = self.officer.roles
        stops = [NEW, REPORTS]
        if may(roles, Verb.APPROVE):
            stops.append(REVIEW)
        if may_refer(self.officer):
            stops.append(REFER)
        return [*stops, SYNC, HELP, END_SHIFT, LOCK]

    def _connect(self) -> None:
        self.rail.chosen.connect(self.go)
        self.home.begun.connect(self.writing.start)
        self.home.opened.connect(self.open_row)
        self.home.files_wanted.connect(partial(self.writing.resume, section=FILES))
        self.writing.taking_in.changed.connect(self._show_unfinished)
        self.reports.list.opened.connect(self.open_row)
        for told, then in (
            (self.reports.searched, self.finding.look_for),
            (self.finding.found, self.reports.show_found),
            (self.exchanging.rows_changed, self.finding.read_soon),
        ):
            told.connect(then)
        self.exchanging.rows_changed.connect(self.show_rows)
        self.exchanging.told.connect(self.status.sync.show_state)
        self.claims.told.connect(self.notices.show_done)
        self.dropped.connect(self.verify.judge)
        self.verify.begun.connect(lambda: self.go(VERIFY))
        self.status.retry.connect(self._save_again)
        self._connect_writing()

    def _connect_writing(self) -> None:
        self.writing.opened.connect(self._on_opened)
        self.writing.closed.connect(self.leave_report)
        self.writing.listed.connect(self.exchanging.refresh)
        self.writing.refused.connect(self.notices.show_error)
        self.writing.submitted.connect(self._on_submitted)
        self.sealed.supplement_wanted.connect(self.writing.start_supplement)
        self.sealed.told.connect(self.notices.show_done)
        self.sealed.refused.connect(self.notices.show_error)
        for page in (self.review, self.refer):
            page.decided.connect(self._on_decided)
            page.refused.connect(self.notices.show_error)

    @Slot(str)
    def go(self, name: str) -> None:
        """Go one of the rail's ways."""
        if name == LOCK.name:
            self.lock_wanted.emit(LockReason.KEY)
        elif name == NEW.name:
            self.writing.start()
        else:
            self._show(self.pages[name], name)

    def _show(self, page: QWidget, way: str) -> None:
        self._stack.setCurrentWidget(page)
        self.rail.show_chosen(way)
        self.arrange()

    @Slot(object)
    def open_row(self, row: ReportRow) -> None:
        """Open a report of the list: to write on, or to read."""
        if row.mine and row.state in WRITABLE:
            self.writing.resume(row.report_id)
            return
        self.sealed.show_row(row)
        self._show(self.sealed, REPORTS.name)

    @Slot()
    def _show_unfinished(self) -> None:
        names: dict[str, list[str]] = {}
        for each in self.writing.taking_in.files:
            if each.step is Step.UNFINISHED:
                names.setdefault(each.report_id, []).append(each.path.name)
        self.home.show_unfinished(names)

    @Slot(object)
    def _on_opened(self, report: OpenReport) -> None:
        self.status.follow(report.autosave)
        self.show_writing()
        self.exchanging.refresh()

    def show_writing(self) -> None:
        """Show the open report."""
        self._show(self.writing, REPORTS.name)

    @Slot()
    def leave_report(self) -> None:
        """Go back to the list; the report is kept."""
        self.writing.settle(self.exchanging.refresh)
        self._show(self.home, REPORTS.name)

    @Slot(object)
    def _on_submitted(self, version: ReportVersion) -> None:
        self.status.follow(None)
        self._show(self.home, REPORTS.name)
        self.notices.show_done(f"{version.draft.local_number} is signed and submitted.")
        self.exchanging.refresh()
        self.exchanging.start()

    @Slot(str)
    def _on_decided(self, words: str) -> None:
        self.notices.show_done(words)
        self.exchanging.refresh()
        self.exchanging.start()

    @Slot(object)
    def show_rows(self, rows: Sequence[ReportRow]) -> None:
        """Show the rows as they now are, on every page that lists some."""
        self._rows = rows
        mine = [each for each in rows if each.mine]
        self.reports.show_rows(mine)
        self.home.show_rows(mine)
        self.review.show_rows(rows)
        self.refer.show_rows(rows)
        is_returned = any(each.state == State.RETURNED.value for each in mine)
        self._badge(REPORTS.name, "a report was returned" if is_returned else "")
        self._badge(REVIEW.name, "a report waits" if reviewable(rows) else "")
        if self.writing.report is not None:
            self.reports.list.choose(self.writing.report.report_id)

    def _badge(self, name: str, words: str) -> None:
        if name in self.rail.buttons:
            self.rail.buttons[name].show_badge(words)

    @Slot()
    def _save_again(self) -> None:
        if self.writing.report is not None:
            self.writing.report.autosave.flush()

    @property
    def units(self) -> float:
        """Width divided by the text scale: what decides which panes fit."""
        return self.width() / self._look.scale

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold or widen the panes."""
        super().resizeEvent(event)
        self.arrange()

    @Slot()
    def arrange(self) -> None:
        """Fit everything to the window's width; never to what is in it."""
        units, look = self.units, self._look
        is_wide = units >= WIDE_AT
        page = self._stack.currentWidget()
        is_list = page is self.home
        is_beside = page in {self.writing, self.sealed} and is_wide
        self.rail.arrange(is_wide=is_wide, is_narrow=units < FOLD_RAIL_AT)
        is_alone = is_list and units < FOLD_SIDE_AT
        self.reports.setVisible(is_list or is_beside)
        width = look.px(LIST_PX)
        self.reports.setMinimumWidth(width)
        self.reports.setMaximumWidth(self.width() if is_alone else width)
        self._stack.setVisible(not is_alone)
        self.writing.arrange(units)
        self.review.arrange(units)
        self.refer.arrange(units)
        self.status.show_narrow(is_narrow=units < FOLD_RAIL_AT)
        self.status.sync.show_state(self.exchanging.words)

    @property
    def current_page(self) -> QWidget:
        """The page in view."""
        page = self._stack.currentWidget()
        assert page is not None
        return page


def _lay_out(desk: Desk, pages: QStackedWidget) -> None:
    panes = QHBoxLayout()
    panes.setSpacing(0)
    panes.addWidget(desk.reports)
    panes.addWidget(pages, 1)
    right = QVBoxLayout()
    right.setSpacing(0)
    right.addWidget(desk.standing)
    right.addWidget(desk.notices)
    right.addWidget(desk.claims)
    right.addLayout(panes, 1)
    row = QHBoxLayout()
    row.setSpacing(0)
    row.addWidget(desk.rail)
    row.addLayout(right, 1)
    column = QVBoxLayout(desk)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addLayout(row, 1)
    column.addWidget(desk.status)


def _shift_page(desk: Desk, *, shift: Shift, background: Background, look: Look) -> ShiftPage:
    return ShiftPage(
        desk.exchanging,
        shift=shift,
        background=background,
        look=look,
        ended=lambda: desk.lock_wanted.emit(LockReason.SHIFT_ENDED),
    )
