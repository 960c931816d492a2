"""Printing a signed document: ask how, note it in the ledger, print, tell how it went."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QDialog, QProgressDialog, QWidget

from ilocdoc.casework.giving_out import print_document
from ilocdoc.casework.shift import Shift
from ilocdoc.desktop.background import Background, Lane
from ilocdoc.desktop.case_view import CaseView
from ilocdoc.desktop.printing import (
    Sheet,
    has_cups,
    new_printer,
    paint,
    send_to_cups,
    ticket_of,
)
from ilocdoc.record.documents import StoredDocument
from ilocdoc.record.errors import IlocdocError, PrintError
from ilocdoc.record.ids import Sha256

_LOOK_MS = 100


@dataclass(slots=True)
class _Progress:
    """What the worker tells and the window asks; each field has one writer."""

    page: int = 0
    is_cancelled: bool = False

    def painted(self, page: int) -> bool:
        """Take note of a page; returns whether to go on. Open lane."""
        self.page = page
        return not self.is_cancelled


class PrintOut(QObject):
    """Prints the document that is on the screen."""

    told = Signal(str)
    """One sentence of what was printed."""
    refused = Signal(object)
    """An `IlocdocError`."""

    def __init__(self, *, shift: Shift, background: Background, parent: QWidget) -> None:
        super().__init__(parent)
        self._shift, self._background, self._window = shift, background, parent
        self._progress = _Progress()
        self._bar: QProgressDialog | None = None
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self._show_progress)

    def ask(self, case: CaseView) -> None:
        """Ask how to print a document; nothing happens before the answer."""
        if not QPrinterInfo.availablePrinterNames():
            self.refused.emit(
                PrintError("No printer is set up on this laptop.", "Call the device desk.")
            )
            return
        printer = new_printer()
        dialog = QPrintDialog(printer, self._window)
        dialog.setObjectName("print_dialog")
        # A file would leave the sealed store without a word.
        dialog.setOption(QPrintDialog.PrintDialogOption.PrintToFile, on=False)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self.start(case, printer))
        # QPrintDialog hides the plain `open` behind one with a receiver.
        QDialog.open(dialog)

    def start(self, case: CaseView, printer: QPrinter) -> None:
        """Note in the ledger that this document is printed, then print it."""
        shift = self._shift
        self._background.run(
            Lane.VAULT,
            lambda: print_document(shift, case.report_id, Sha256(case.sha256)),
            then=lambda document: self._print(case, document, printer),
            failed=self.refused.emit,
            owner=self,
        )

    def _print(self, case: CaseView, document: StoredDocument, printer: QPrinter) -> None:
        number = case.draft.local_number
        sheet = Sheet(pdf=document.pdf, title=number, is_genuine=case.is_genuine)
        if sheet.is_genuine and has_cups():
            ticket = ticket_of(printer)
            self._background.run(
                Lane.OPEN,
                lambda: send_to_cups(sheet, ticket),
                then=lambda _done: self.told.emit(f"{number} went to {ticket.printer}."),
                failed=self.refused.emit,
                owner=self,
            )
            return
        self._progress = progress = _Progress()
        self._show_bar()
        press = self._shift.press
        self._background.run(
            Lane.OPEN,
            lambda: paint(sheet, printer, press=press, progress=progress.painted),
            then=lambda pages: self._end(
                f"{number} was printed: {pages} page{'s' * (pages != 1)}."
            ),
            failed=self._fail,
            owner=self,
        )

    def _show_bar(self) -> None:
        bar = QProgressDialog("Printing.", "Cancel", 0, 0, self._window)
        bar.setObjectName("print_progress")
        bar.setWindowTitle("Printing")
        bar.setMinimumDuration(0)
        bar.canceled.connect(self._on_cancel)
        bar.show()
        self._bar = bar
        self._look.start()

    @Slot()
    def _on_cancel(self) -> None:
        self._progress.is_cancelled = True

    @Slot()
    def _show_progress(self) -> None:
        if self._bar is not None and self._progress.page:
            self._bar.setLabelText(f"Printing: page {self._progress.page} is painted.")

    def _end(self, words: str) -> None:
        self._close_bar()
        self.told.emit(words)

    def _fail(self, error: IlocdocError) -> None:
        self._close_bar()
        self.refused.emit(error)

    def _close_bar(self) -> None:
        self._look.stop()
        if self._bar is not None:
            self._bar.canceled.disconnect(self._on_cancel)
            self._bar.close()
            self._bar.deleteLater()
            self._bar = None


def _count(pages: int) -> str:
    return "1 page" if pages == 1 else f"{pages} pages"
