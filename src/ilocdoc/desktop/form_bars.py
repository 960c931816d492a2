"""The bars above and below a section: which report this is, and where to go next."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from ilocdoc.desktop.controls import CutLabel, IconButton, text_label
from ilocdoc.desktop.open_report import OpenReport
from ilocdoc.desktop.theme import Look
from ilocdoc.desktop.words import clock_words
from ilocdoc.record.summary import title_of

_NAMED = 3
"""So many missing answers are named beside *Next*."""


class FormHeader(QFrame):
    """Place, number, form version; ways to the panes that are folded away."""

    outline_wanted = Signal()
    side_wanted = Signal()
    preview_wanted = Signal()

    def __init__(self, report: OpenReport, *, look: Look) -> None:
        super().__init__()
        self.setProperty("kind", "topbar")
        self._report = report
        row = QHBoxLayout(self)
        row.setContentsMargins(look.px(24), look.px(10), look.px(24), look.px(10))
        words = QVBoxLayout()
        words.setSpacing(2)
        self._title = CutLabel("title")
        words.addWidget(self._title)
        draft = report.draft
        state = "Returned" if draft.version > 1 else "Draft"
        meta = f"{state} · {draft.local_number} · started {clock_words(draft.created_at)}"
        about = CutLabel("meta")
        about.setText(f"{meta} · form {draft.form.version}")
        words.addWidget(about)
        row.addLayout(words, 1)
        self.outline_button = IconButton("Sections", look=look, icon="list", name="show_outline")
        self.outline_button.clicked.connect(self.outline_wanted)
        self.side_button = IconButton("Times", look=look, icon="clock", name="show_side")
        self.side_button.clicked.connect(self.side_wanted)
        preview = IconButton("Preview", look=look, icon="eye", name="preview")
        preview.setToolTip("Ctrl+P")
        preview.clicked.connect(self.preview_wanted)
        for button in (self.outline_button, self.side_button, preview):
            row.addWidget(button)
        report.judged.connect(self.show_title)
        self.show_title()

    def show_section(self, number: int, count: int, label: str) -> None:
        """Say where one is, on the button that opens the folded outline."""
        words = f"{number} of {count}: {label}"
        self.outline_button.setText(words)
        self.outline_button.setAccessibleName(f"Sections, now {words}")

    @Slot()
    def show_title(self) -> None:
        """Show the place of the report."""
        self._title.setText(title_of(self._report.draft))


class FormFooter(QFrame):
    """Back, what is still needed here, and next."""

    stepped = Signal(int)
    """1 for the next section, -1 for the one before."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setProperty("kind", "bottombar")
        row = QHBoxLayout(self)
        row.setContentsMargins(look.px(24), look.px(10), look.px(24), look.px(10))
        self._back = IconButton("Back", look=look, icon="chevron-left", kind="link", name="back")
        self._back.clicked.connect(lambda: self.stepped.emit(-1))
        self._needed = text_label("", "hint")
        self._needed.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._next = IconButton("Next", look=look, kind="primary", name="next")
        self._next.setToolTip("Ctrl+Enter")
        self._next.clicked.connect(lambda: self.stepped.emit(1))
        row.addWidget(self._back)
        row.addWidget(self._needed, 1)
        row.addSpacing(look.px(12))
        row.addWidget(self._next)

    def show_place(self, *, needed: list[str], next_label: str, is_first: bool) -> None:
        """Show what is still needed in a section, by name, and what comes next.

        Args:
            needed: Labels of missing answers, in order.
            next_label: Of the next section; empty at the last one.
            is_first: True at the first section.
        """
        more = " …" if len(needed) > _NAMED else ""
        named = ", ".join(needed[:_NAMED])
        self._needed.setText(f"Still needed here: {named}{more}" if needed else "")
        self._next.setText(f"Next: {next_label}")
        self._next.setAccessibleName(f"Next: {next_label}")
        self._next.setVisible(bool(next_label))
        self._back.setVisible(not is_first)
