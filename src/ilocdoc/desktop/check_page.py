"""Check: what is missing, each a link; what was prompted; and the way to the signature."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ilocdoc.desktop.controls import IconButton, IconLabel, card_page, empty, text_label
from ilocdoc.desktop.open_report import OpenReport, label_of
from ilocdoc.desktop.prompts import PromptList
from ilocdoc.desktop.theme import Look
from ilocdoc.record.findings import Failure, Missing
from ilocdoc.record.form import Stage, in_language


class CheckPage(QWidget):
    """Everything that stands between the draft and its author's signature."""

    wanted = Signal(str, str)
    """Section and path of a question to go to."""
    ready = Signal()
    """The author wants to read the document and sign it."""

    def __init__(self, report: OpenReport, *, look: Look) -> None:
        super().__init__()
        self._report, self._look = report, look
        self._sections = {each.name: in_language(each.label, "en") for each in report.form.sections}
        area, column = card_page(look, name="scroll:check")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        column.addWidget(text_label("Check and sign", "section"))
        self._standing = text_label("", "hint")
        column.addWidget(self._standing)
        self._links = QVBoxLayout()
        self._links.setSpacing(look.px(2))
        column.addLayout(self._links)
        self._prompts = PromptList(report, look=look)
        column.addWidget(self._prompts)
        column.addLayout(self._make_buttons())
        report.judged.connect(self.show_state)
        report.draft_changed.connect(self.show_state)
        self._shown: tuple[Missing | Failure, ...] | None = None

    def _make_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self._sign = IconButton(
            "Read it and sign", look=self._look, icon="file-check", kind="primary"
        )
        self._sign.setObjectName("read_and_sign")
        self._sign.setToolTip("Ctrl+Shift+Enter")
        self._sign.clicked.connect(self.ready)
        row.addWidget(self._sign)
        row.addStretch()
        return row

    @property
    def is_ready(self) -> bool:
        """True when nothing stands before the signature."""
        stops = [
            each
            for each in self._report.prompts_at(Stage.SUBMIT)
            if each.severity == "stop" and each.state == "open"
        ]
        return self._report.findings.is_complete and not stops

    @Slot()
    def show_state(self) -> None:
        """Show what stands open now; only while the page is seen."""
        if not self.isVisible():
            return
        findings = self._report.findings
        found: tuple[Missing | Failure, ...] = (*findings.missing, *findings.failures)
        self._prompts.show_prompts(self._report.prompts_at(Stage.SUBMIT))
        is_ready = self.is_ready
        self._sign.setEnabled(is_ready)
        self._standing.setText(
            "Nothing is missing. Read the document; your signature is bound to exactly its bytes."
            if is_ready
            else "These stand open. Tap one to go there; everything so far is saved."
        )
        if found == self._shown:
            return
        self._shown = found
        self._show_links(found)

    def _show_links(self, found: tuple[Missing | Failure, ...]) -> None:
        empty(self._links)
        section = ""
        for each in found:
            if each.section != section:
                section = each.section
                heading = text_label(self._sections.get(section, section), "heading")
                self._links.addWidget(heading)
            self._links.addWidget(self._link(each))

    def _link(self, found: Missing | Failure) -> QWidget:
        is_missing = isinstance(found, Missing)
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        icon, colour = ("circle", "text2") if is_missing else ("circle-alert", "danger")
        row.addWidget(IconLabel(look=self._look, icon=icon, colour=colour))
        label = label_of(self._report, found.path, found.label)
        words = label if isinstance(found, Missing) else f"{label}: {found.message}"
        link = IconButton(words, look=self._look, kind="link", name=f"missing:{found.path}")
        link.setAccessibleName(f"{'Still needed' if is_missing else 'Does not fit'}: {words}")
        link.clicked.connect(lambda: self.wanted.emit(found.section, found.path))
        row.addWidget(link, 1)
        return box
