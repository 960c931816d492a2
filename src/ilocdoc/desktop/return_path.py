"""From the desk to a place that can be kept, and back again."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from ilocdoc.desktop.desk import Desk
from ilocdoc.desktop.evidence_page import EvidencePage
from ilocdoc.desktop.queue_page import QueuePage
from ilocdoc.desktop.whereabouts import WhereWas, hold_of, put_back
from ilocdoc.record.summary import ReportRow

WRITING, SEALED = "writing", "sealed"
"""Names of the two pages that no button of the rail leads to."""
ONCE = Qt.ConnectionType.SingleShotConnection


class ReturnPath(QObject):
    """Tells where a member is at a desk, and leads back there."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._was: WhereWas | None = None

    def where(self) -> WhereWas:
        """Return where the member is; asked before the window hides."""
        desk = self._desk
        page, writing = desk.current_page, desk.writing
        hold = hold_of(page)
        queue = _queue_of(page)
        row_id = str(queue.case.report_id) if queue is not None and queue.case else ""
        if page is desk.sealed:
            row_id = desk.sealed.report_id
        return WhereWas(
            page=self._name_of(page),
            report_id=writing.report.report_id if writing.report is not None else "",
            section=writing.section,
            row_id=row_id,
            field=hold.field,
            anchor=hold.anchor,
            caret=hold.caret,
            scrolls=hold.scrolls,
            texts=hold.texts,
            cut=tuple(
                name for each in writing.findChildren(EvidencePage) for name in each.names_under_way
            ),
        )

    def _name_of(self, page: QWidget) -> str:
        desk = self._desk
        if page is desk.writing:
            return WRITING
        if page is desk.sealed:
            return SEALED
        # The lock cannot fail because of a page that nobody named.
        return next((name for name, each in desk.pages.items() if each is page), "")

    def lead_back(self, was: WhereWas) -> None:
        """Go where the member was. What needs the list waits for it."""
        desk = self._desk
        if was.cut:
            names = ", ".join(was.cut)
            desk.notices.show_done(f"The lock stopped these files on their way in: {names}.")
        if was.report_id:
            desk.writing.return_to(was)
        if was.page == WRITING:
            return
        if was.row_id:
            self._was = was
            desk.exchanging.rows_changed.connect(self._on_rows)
            return
        self._go(was)

    def _go(self, was: WhereWas) -> None:
        desk = self._desk
        if was.page not in desk.pages:
            return
        if was.report_id:
            # The report opens in the background and shows itself; then this page comes back.
            desk.writing.opened.connect(lambda _report: self._show(was), ONCE)
        else:
            self._show(was)

    def _show(self, was: WhereWas) -> None:
        self._desk.go(was.page)
        put_back(self._desk.current_page, was)

    def _on_rows(self, rows: list[ReportRow]) -> None:
        was, self._was = self._was, None
        if was is None:
            return
        desk = self._desk
        desk.exchanging.rows_changed.disconnect(self._on_rows)
        row = next((each for each in rows if each.report_id == was.row_id), None)
        if row is None:
            return
        if was.page == SEALED:
            desk.open_row(row)
            return
        desk.go(was.page)
        queue = _queue_of(desk.current_page)
        if queue is not None:
            queue.shown.connect(lambda _case: put_back(desk.current_page, was), ONCE)
            queue.open_row(row)


def _queue_of(page: QWidget) -> QueuePage | None:
    return page.findChild(QueuePage)
