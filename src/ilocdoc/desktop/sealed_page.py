"""A sealed report: where it stands, what was decided, its document. It never changes."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ilocdoc.casework.shift import Shift
from ilocdoc.desktop.background import Background, Lane
from ilocdoc.desktop.case_view import CaseView, Decision, view_case
from ilocdoc.desktop.controls import IconButton, empty, scrolling, set_role, text_label
from ilocdoc.desktop.document_view import DocumentView, draw, short_digest
from ilocdoc.desktop.print_out import PrintOut
from ilocdoc.desktop.theme import Look
from ilocdoc.desktop.words import told_of
from ilocdoc.record.summary import ReportRow

SIDE_PX = 320


def decision_box(decision: Decision) -> QWidget:
    """Return a signed act in words."""
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    column.addWidget(text_label(decision.what, "label"))
    column.addWidget(text_label(f"{decision.who} · {decision.when}", "hint"))
    for said in decision.said:
        column.addWidget(text_label(said))
    return box


class SealedPage(QWidget):
    """Reads a report that was signed; supplements begin here."""

    supplement_wanted = Signal(str)
    """Id of the report to add to."""
    told = Signal(str)
    """One sentence of what was done."""
    refused = Signal(object)
    """An `IlocdocError`."""

    def __init__(self, *, shift: Shift, background: Background, look: Look) -> None:
        super().__init__()
        self._shift, self._background, self._look = shift, background, look
        self._row: ReportRow | None = None
        self._case: CaseView | None = None
        self._print_out = PrintOut(shift=shift, background=background, parent=self)
        self._print_out.told.connect(self.told)
        self._print_out.refused.connect(self.refused)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self._make_header())
        self._view = DocumentView(look, name="sealed_pages")
        left.addWidget(self._view, 1)
        row.addLayout(left, 1)
        side = QFrame()
        side.setProperty("kind", "side")
        side.setFixedWidth(look.px(SIDE_PX))
        content = QWidget()
        self._acts = QVBoxLayout(content)
        self._acts.setContentsMargins(look.px(16), look.px(16), look.px(16), look.px(16))
        self._acts.setSpacing(look.px(14))
        outer = QVBoxLayout(side)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolling(content))
        row.addWidget(side)

    @property
    def report_id(self) -> str:
        """The report that is read; empty when none is."""
        return self._row.report_id if self._row is not None else ""

    def _make_header(self) -> QFrame:
        look = self._look
        bar = QFrame()
        bar.setProperty("kind", "topbar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(look.px(24), look.px(10), look.px(24), look.px(10))
        words = QVBoxLayout()
        self._title = text_label("", "title")
        self._meta = text_label("", "meta")
        self._state = text_label("", "time")
        for label in (self._title, self._meta, self._state):
            words.addWidget(label)
        row.addLayout(words, 1)
        self._add = IconButton("Write a supplement", look=look, icon="plus", name="supplement")
        self._add.clicked.connect(self._on_supplement)
        self._print = IconButton("Print", look=look, icon="printer", name="print")
        self._print.clicked.connect(self._on_print)
        row.addWidget(self._print)
        row.addWidget(self._add)
        return bar

    def show_row(self, row: ReportRow) -> None:
        """Show a report of the list."""
        self._row, self._case = row, None
        self._print.setEnabled(False)
        told = told_of(row)
        self._title.setText(row.title)
        self._meta.setText(f"{row.local_number} · version {row.version} · {row.author_name}")
        self._state.setText(told.text)
        set_role(self._state, "tone", told.tone)
        self._add.setVisible(row.mine)
        self._view.show_words("One moment.")
        shift = self._shift
        self._background.run(
            Lane.VAULT,
            lambda: view_case(shift, row.report_id),
            then=self._show_case,
            failed=lambda error: self._view.show_words(f"{error.headline} {error.advice}"),
            owner=self,
        )

    def _show_case(self, case: CaseView) -> None:
        if self._row is None or case.report_id != self._row.report_id:
            return
        self._case = case
        self._print.setEnabled(bool(case.pdf))
        empty(self._acts)
        self._acts.addWidget(text_label("What was signed", "heading"))
        for decision in case.decisions:
            self._acts.addWidget(decision_box(decision))
        digest = f"SHA-256 of this document: {short_digest(case.sha256)}"
        self._acts.addWidget(text_label(digest, "hint"))
        self._acts.addStretch()
        press, pdf, sha256 = self._shift.press, case.pdf, case.sha256
        self._background.run(
            Lane.OPEN,
            lambda: draw(press, pdf, sha256),
            then=self._view.show_document,
            owner=self,
        )

    @Slot()
    def _on_supplement(self) -> None:
        if self._row is not None:
            self.supplement_wanted.emit(self._row.report_id)

    @Slot()
    def _on_print(self) -> None:
        if self._case is not None:
            self._print_out.ask(self._case)
