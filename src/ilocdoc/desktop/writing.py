"""The one report that is being written: quick capture, the form, reading before signing."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QStackedWidget

from ilocdoc.casework.drafting import start_report
from ilocdoc.casework.shift import Shift
from ilocdoc.desktop.background import Background, Lane
from ilocdoc.desktop.case_view import questions_of
from ilocdoc.desktop.form_page import FormPage, surroundings
from ilocdoc.desktop.notices import Notices
from ilocdoc.desktop.open_report import Opened, OpenReport, opened_of, reopen
from ilocdoc.desktop.prefill import first_answers, new_row
from ilocdoc.desktop.quick_page import QuickPage
from ilocdoc.desktop.stamps import Stamper
from ilocdoc.desktop.submit_page import SubmitPage
from ilocdoc.desktop.taking_in import TakingIn
from ilocdoc.desktop.theme import Look
from ilocdoc.desktop.whereabouts import QUICK, WhereWas, put_back
from ilocdoc.record.form import Field
from ilocdoc.record.form_reading import read_form
from ilocdoc.record.ids import ReportId
from ilocdoc.record.people import Officer
from ilocdoc.record.report import ReportKind, ReportVersion
from ilocdoc.record.summary import title_of


def begin(shift: Shift, officer: Officer) -> Opened:
    """Start a report and keep it before anything is asked. Vault lane."""
    form = read_form(shift.forms.newest())
    row_id = shift.new_id()
    answers = first_answers(form, officer, at=shift.clock.now(), row_id=row_id)
    return opened_of(shift, start_report(shift, answers=answers))


def begin_supplement(shift: Shift, parent: ReportId) -> Opened:
    """Start a supplement to a sealed report. Vault lane."""
    return opened_of(shift, start_report(shift, kind=ReportKind.SUPPLEMENT, parent=parent))


def continue_report(shift: Shift, report_id: ReportId) -> Opened:
    """Open a draft or a returned report. Vault lane."""
    return reopen(shift, report_id, questions=questions_of(shift, report_id))


class Writing(QStackedWidget):
    """Holds the pages of one open report; none is open at first."""

    opened = Signal(object)
    """The `OpenReport`."""
    closed = Signal()
    """The member leaves the report; it is kept."""
    submitted = Signal(object)
    """The sealed `ReportVersion`."""
    listed = Signal()
    """The list shows something else of this report now."""
    refused = Signal(object)
    """An `IlocdocError`."""

    def __init__(
        self,
        *,
        shift: Shift,
        officer: Officer,
        background: Background,
        look: Look,
        notices: Notices,
    ) -> None:
        super().__init__()
        self._shift, self._officer, self._background = shift, officer, background
        self._look, self._notices = look, notices
        self._units = 1366.0
        self._title = ""
        self.report: OpenReport | None = None
        self.form: FormPage | None = None
        self._quick: QuickPage | None = None
        self.stamper: Stamper | None = None
        self.taking_in = TakingIn(
            shift=shift, background=background, open_report=lambda: self.report
        )
        self.submit_page = SubmitPage(shift=shift, background=background, look=look)
        self.submit_page.left.connect(self.show_form)
        self.submit_page.refused.connect(self.refused)
        self.submit_page.submitted.connect(self._on_submitted)
        self.addWidget(self.submit_page)

    @Slot()
    def start(self) -> None:
        """Start a new report: saved before anything is asked."""
        shift, officer = self._shift, self._officer
        self._open(lambda: begin(shift, officer), is_quick=True)

    def start_supplement(self, parent: str) -> None:
        """Start a supplement."""
        shift = self._shift
        self._open(lambda: begin_supplement(shift, ReportId(parent)))

    def resume(self, report_id: str, *, section: str = "") -> None:
        """Go on with a draft or a returned report."""
        if self.report is not None and self.report.report_id == report_id:
            self.show_form()
            self.opened.emit(self.report)
            return
        shift = self._shift
        self._open(lambda: continue_report(shift, ReportId(report_id)), section=section)

    def return_to(self, was: WhereWas) -> None:
        """Go on where the member was: same page, text, field, caret and scrolling."""
        shift = self._shift
        self._open(
            lambda: continue_report(shift, ReportId(was.report_id)),
            is_quick=was.section == QUICK,
            section=was.section,
            was=was,
        )

    def _open(
        self,
        work: Callable[[], Opened],
        *,
        is_quick: bool = False,
        section: str = "",
        was: WhereWas | None = None,
    ) -> None:
        def show(opened: Opened) -> None:
            self._show(opened, is_quick=is_quick, section=section)
            if was is not None:
                put_back(self, was)

        self.settle(lambda: self._background.run(Lane.VAULT, work, then=show, owner=self))

    def settle(self, then: Callable[[], None]) -> None:
        """Call when the open report, if there is one, is kept whole."""
        if self.report is None:
            then()
        else:
            self.report.autosave.when_settled(then)

    def _show(self, opened: Opened, *, is_quick: bool, section: str) -> None:
        self.forget()
        report = OpenReport(opened, shift=self._shift, background=self._background)
        report.refused.connect(self.refused)
        report.judged.connect(self._on_judged)
        self.report, self._title = report, title_of(report.draft)
        self.stamper = Stamper(report, notices=self._notices, new_row=self._new_row)
        if is_quick:
            self._show_quick()
        else:
            self._make_form(section)
            self.show_form()
        self.opened.emit(report)

    def _new_row(self, repeat: Field, is_first: bool) -> dict[str, Any]:  # noqa: FBT001 - fits NewRow
        shift = self._shift
        return new_row(
            repeat, self._officer, at=shift.clock.now(), row_id=shift.new_id(), is_first=is_first
        )

    def _make_form(self, section: str) -> None:
        assert self.report is not None
        assert self.stamper is not None
        form = FormPage(
            self.report,
            shift=self._shift,
            officer=self._officer,
            background=self._background,
            look=self._look,
            stamper=self.stamper,
            new_row=self._new_row,
            taking_in=self.taking_in,
        )
        form.read_and_sign.connect(self.read_and_sign)
        form.preview.connect(self.preview)
        form.arrange(self._units)
        if section in dict(form.steps):
            form.go(section)
        self.form = form
        self.addWidget(form)

    def _show_quick(self) -> None:
        assert self.report is not None
        assert self.stamper is not None
        around = surroundings(self.report, look=self._look, now=self._shift.clock.now, is_big=True)
        quick = QuickPage(self.report, around=around, officer=self._officer, stamper=self.stamper)
        quick.done.connect(self.closed)
        quick.full_wanted.connect(self.show_form)
        self._quick = quick
        quick.arrange(self._units)
        self.addWidget(quick)
        self.setCurrentWidget(quick)
        quick.focus_first()

    @Slot()
    def show_form(self) -> None:
        """Show the full form; it is made when it is first wanted."""
        if self.report is None:
            return
        if self.form is None:
            self._make_form("")
        assert self.form is not None
        self.setCurrentWidget(self.form)
        self.form.focus_page()
        self._drop_quick()

    def _drop_quick(self) -> None:
        # Two pages with the same questions would have the same names.
        if self._quick is not None:
            self.removeWidget(self._quick)
            self._quick.deleteLater()
            self._quick = None

    @Slot()
    def read_and_sign(self) -> None:
        """Make the document and show it, to be signed."""
        if self.report is not None:
            self.setCurrentWidget(self.submit_page)
            self.submit_page.show_report(self.report)

    @Slot()
    def preview(self) -> None:
        """Show the document as it would be now."""
        if self.report is not None:
            self.setCurrentWidget(self.submit_page)
            self.submit_page.show_preview(self.report)

    @Slot(object)
    def _on_submitted(self, version: ReportVersion) -> None:
        self.forget()
        self.submitted.emit(version)

    @Slot()
    def _on_judged(self) -> None:
        if self.report is not None and title_of(self.report.draft) != self._title:
            self._title = title_of(self.report.draft)
            self.report.autosave.when_settled(self.listed.emit)

    def forget(self) -> None:
        """Let the open report go; what it holds is kept already."""
        self._drop_quick()
        if self.form is not None:
            self.removeWidget(self.form)
            self.form.deleteLater()
        if self.report is not None:
            self.report.deleteLater()
        self.report, self.form, self.stamper = None, None, None

    def arrange(self, units: float) -> None:
        """Fit the form to a window's width divided by the text scale."""
        self._units = units
        if self.form is not None:
            self.form.arrange(units)
        if self._quick is not None:
            self._quick.arrange(units)

    @property
    def section(self) -> str:
        """The section in view, `QUICK` for quick capture; empty without an open report."""
        if self.report is None:
            return ""
        return self.form.current if self.form is not None else QUICK
