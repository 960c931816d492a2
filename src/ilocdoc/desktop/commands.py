"""What the keys do at the desk."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from ilocdoc.desktop.desk import Desk
from ilocdoc.desktop.evidence_page import EvidencePage
from ilocdoc.desktop.form_page import CHECK, FILES, FormPage
from ilocdoc.desktop.keys import Command
from ilocdoc.desktop.section_page import SectionPage
from ilocdoc.desktop.theme import Look

AGENTS, AGENTS_SECTION = "agents", "federal"
"""The form's repeat of federal agents and its section."""


class Commands:
    """Turns keys into acts of the desk's pages."""

    def __init__(self, desk: Desk, *, look: Look) -> None:
        self._desk, self._look = desk, look
        self._acts: dict[Command, Callable[[], None]] = {
            Command.NEW: desk.writing.start,
            Command.STAMP_EMS_CALLED: lambda: self._stamp("ems_called"),
            Command.STAMP_EMS_HERE: lambda: self._stamp("ems_here"),
            Command.STAMP_SUPERVISOR: lambda: self._stamp("supervisor_told"),
            Command.NEXT_SECTION: lambda: self._step(1),
            Command.PREVIOUS_SECTION: lambda: self._step(-1),
            Command.SUBMIT: self._submit,
            Command.SEARCH: self._search,
            Command.PREVIEW: desk.writing.preview,
            Command.SAVE: self._save,
            Command.HELP: lambda: desk.go("go:help"),
            Command.NEXT_PANE: lambda: self._pane(1),
            Command.PREVIOUS_PANE: lambda: self._pane(-1),
            Command.ADD_AGENT: self._add_agent,
            Command.ADD_FILES: self._add_files,
            Command.UNDO: self._undo,
            Command.REDO: self._redo,
            Command.CLOSE: self._close,
        }

    def press(self, command: Command, number: int) -> None:
        """Do what a key asks for; without an open report many do nothing."""
        if command is Command.SECTION:
            self._section(number)
        else:
            self._acts[command]()

    def _full_form(self) -> FormPage | None:
        """Return the full form, in view; None without an open report."""
        if self._desk.writing.report is not None:
            self._desk.show_writing()
            self._desk.writing.show_form()
        return self._desk.writing.form

    def _stamp(self, kind: str) -> None:
        if self._desk.writing.stamper is not None:
            self._desk.writing.stamper.tap(kind)

    def _step(self, by: int) -> None:
        form = self._full_form()
        if form is not None:
            form.step(by)

    def _section(self, number: int) -> None:
        form = self._full_form()
        if form is not None and number <= len(form.steps):
            form.go(form.steps[number - 1][0])

    def _submit(self) -> None:
        writing = self._desk.writing
        if writing.currentWidget() is writing.submit_page:
            writing.submit_page.submit()
            return
        form = self._full_form()
        if form is None:
            return
        is_checked = form.current == CHECK
        form.go(CHECK)
        if is_checked and form.is_ready:
            writing.read_and_sign()

    def _search(self) -> None:
        self._desk.go("go:reports")
        self._desk.reports.focus_search()

    def _save(self) -> None:
        report = self._desk.writing.report
        if report is not None:
            notices = self._desk.notices
            report.autosave.when_settled(
                lambda: notices.show_done("Everything is saved on this laptop.")
            )

    def _add_agent(self) -> None:
        form = self._full_form()
        if form is None:
            return
        form.go(AGENTS_SECTION)
        page = form.page(AGENTS_SECTION)
        if isinstance(page, SectionPage):
            page.add_row(AGENTS)

    def _add_files(self) -> None:
        form = self._full_form()
        if form is None:
            return
        form.go(FILES)
        page = form.page(FILES)
        if isinstance(page, EvidencePage):
            page.choose_files()

    def _undo(self) -> None:
        report = self._desk.writing.report
        if report is not None:
            report.undo_stack.undo()

    def _redo(self) -> None:
        report = self._desk.writing.report
        if report is not None:
            report.undo_stack.redo()

    def _close(self) -> None:
        writing = self._desk.writing
        self._desk.notices.hide()
        if writing.currentWidget() is writing.submit_page:
            writing.show_form()
        elif writing.form is not None:
            writing.form.fold()
        for page in (self._desk.review, self._desk.refer):
            page.queue.fold()

    def _pane(self, by: int) -> None:
        """Move the keys to the next pane that has anything to press."""
        panes = [each for each in self._panes() if each.isVisible()]
        focus = QApplication.focusWidget()
        here = [n for n, each in enumerate(panes) if focus and each.isAncestorOf(focus)]
        place = (here[0] + by) % len(panes) if here else 0
        for step in range(len(panes)):
            first = _first_stop(panes[(place + step * by) % len(panes)])
            if first is not None:
                first.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return

    def _panes(self) -> list[QWidget]:
        desk, panes = self._desk, [self._desk.rail, self._desk.reports]
        form = desk.writing.form
        if form is not None and form.isVisible():
            return [*panes, form.outline, form.center, form.side]
        return [*panes, desk.current_page]


def _first_stop(pane: QWidget) -> QWidget | None:
    for widget in pane.findChildren(QWidget):
        takes_keys = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        if takes_keys and widget.isVisible() and widget.isEnabled():
            return widget
    return None
