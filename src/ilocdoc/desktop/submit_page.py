"""Read, then sign: the document that will be kept, page by page, before it is kept."""

from dataclasses import dataclass

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ilocdoc.casework.shift import Shift
from ilocdoc.casework.submitting import Composed, compose, preview, seal_report
from ilocdoc.desktop.background import Background, Lane
from ilocdoc.desktop.controls import IconButton, text_label
from ilocdoc.desktop.document_view import DocumentView, Drawn, draw, page_count, short_digest
from ilocdoc.desktop.open_report import OpenReport
from ilocdoc.desktop.theme import Look
from ilocdoc.record.errors import IlocdocError
from ilocdoc.record.report import Draft, ReportVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    composed: Composed
    drawn: Drawn


def _compose(shift: Shift, draft: Draft) -> _Ready:
    """Make the document and its pictures. Open lane."""
    composed = compose(shift, draft)
    document = composed.document
    return _Ready(composed=composed, drawn=draw(shift.press, document.pdf, document.sha256))


class SubmitPage(QWidget):
    """Shows exactly the bytes that are kept with the author's signature, or a preview."""

    submitted = Signal(object)
    """The sealed `ReportVersion`."""
    left = Signal()
    refused = Signal(object)
    """An `IlocdocError`."""

    def __init__(self, *, shift: Shift, background: Background, look: Look) -> None:
        super().__init__()
        self._shift, self._background = shift, background
        self._composed: Composed | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        bar = QFrame()
        bar.setProperty("kind", "topbar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(look.px(24), look.px(10), look.px(24), look.px(10))
        words = QVBoxLayout()
        self._title = text_label("", "title")
        self._meta = text_label("", "meta")
        words.addWidget(self._title)
        words.addWidget(self._meta)
        row.addLayout(words, 1)
        back = IconButton("Go back", look=look, icon="chevron-left", name="leave_submit")
        back.clicked.connect(self.left)
        self._submit = IconButton(
            "Sign and submit", look=look, icon="send", kind="primary", name="submit"
        )
        self._submit.setToolTip("Ctrl+Shift+Enter")
        self._submit.clicked.connect(self.submit)
        row.addWidget(back)
        row.addWidget(self._submit)
        column.addWidget(bar)
        self._view = DocumentView(look, name="submit_pages")
        column.addWidget(self._view, 1)

    def show_report(self, report: OpenReport) -> None:
        """Make the document of a report that has everything; nothing is kept yet."""
        self._begin("Read before you sign", "The document is being made.")
        self._submit.show()
        report.autosave.when_settled(lambda: self._start(report.draft))

    def _start(self, draft: Draft) -> None:
        shift = self._shift
        self._background.run(
            Lane.OPEN,
            lambda: _compose(shift, draft),
            then=self._show,
            failed=self._on_refused,
            owner=self,
        )

    def show_preview(self, report: OpenReport) -> None:
        """Show the document as it would be now, marked DRAFT."""
        self._begin("Preview", "Marked DRAFT. It is not signed and not kept.")
        self._submit.hide()
        shift, report_id = self._shift, report.report_id
        report.autosave.when_settled(
            lambda: self._background.run(
                Lane.VAULT,
                lambda: draw(shift.press, preview(shift, report_id), ""),
                then=self._view.show_document,
                failed=self._on_refused,
                owner=self,
            )
        )

    def _begin(self, title: str, meta: str) -> None:
        self._composed = None
        self._submit.setEnabled(False)
        self._title.setText(title)
        self._meta.setText(meta)
        self._view.show_words("One moment.")

    def _show(self, ready: _Ready) -> None:
        self._composed = ready.composed
        digest = short_digest(ready.drawn.sha256)
        self._meta.setText(
            f"{page_count(ready.drawn)} · SHA-256 {digest} · your signature is on exactly this"
        )
        self._view.show_document(ready.drawn)
        self._submit.setEnabled(True)
        self._submit.setFocus()

    def _on_refused(self, error: IlocdocError) -> None:
        self.left.emit()
        self.refused.emit(error)

    @Slot()
    def submit(self) -> None:
        """Keep the document with the author's signature; all or nothing."""
        composed = self._composed
        if composed is None:
            return
        self._composed = None
        self._submit.setEnabled(False)
        shift = self._shift

        def done(version: ReportVersion) -> None:
            self.submitted.emit(version)

        self._background.run(
            Lane.VAULT,
            lambda: seal_report(shift, composed),
            then=done,
            failed=self._on_refused,
            owner=self,
        )
