"""Prompts: something to check or do. Each can be set aside with a reason; both are kept."""

from dataclasses import replace

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ilocdoc.casework.ports import Clock
from ilocdoc.desktop.controls import IconButton, IconLabel, empty, text_label
from ilocdoc.desktop.editor import Line
from ilocdoc.desktop.open_report import OpenReport
from ilocdoc.desktop.stamps import EMS_REMINDER, Stamper, live
from ilocdoc.desktop.theme import Look
from ilocdoc.record.findings import DutyState
from ilocdoc.record.report import PromptRecord
from ilocdoc.record.times import read_utc

EMS_WORDS = "I have called EMS: record time"
EMS_HINT = "This does not call EMS"
EMS_DUTY = "ems"
"""Name of the form's duty to call EMS, when it has one."""
REMIND_MS = 30_000


class PromptCard(QFrame):
    """One prompt with its author's answer."""

    def __init__(self, prompt: PromptRecord, *, report: OpenReport, look: Look) -> None:
        super().__init__()
        self._prompt, self._report = prompt, report
        is_open = prompt.state == "open"
        self.setProperty("kind", "warn" if is_open and prompt.severity != "info" else "inner")
        column = QVBoxLayout(self)
        row = QHBoxLayout()
        icon = "triangle-alert" if is_open else "circle-check"
        row.addWidget(IconLabel(look=look, icon=icon, colour="warn" if is_open else "ok"))
        row.addWidget(text_label(prompt.text, "body"), 1)
        column.addLayout(row)
        self._reason = Line()
        self._reason.hide()
        if prompt.state == "overridden":
            column.addWidget(text_label(f"Set aside: {prompt.reason}", "hint"))
            back = IconButton("Ask again", look=look, kind="quiet", name=f"unset:{prompt.rule}")
            back.clicked.connect(self._take_back)
            row.addWidget(back)
        elif is_open:
            aside = IconButton("Set aside", look=look, kind="plain", name=f"aside:{prompt.rule}")
            aside.setAccessibleName(f"Set aside: {prompt.text}")
            aside.clicked.connect(self._ask)
            row.addWidget(aside)
            self._reason.setPlaceholderText("Why? Kept with the report. Then Enter")
            self._reason.setObjectName(f"aside_reason:{prompt.rule}")
            self._reason.setAccessibleName(f"Why is this set aside: {prompt.text}")
            self._reason.returnPressed.connect(self._set_aside)
            column.addWidget(self._reason)

    @Slot()
    def _ask(self) -> None:
        self._reason.setVisible(self._reason.isHidden())
        self._reason.setFocus()

    @Slot()
    def _set_aside(self) -> None:
        said = replace(self._prompt, state="overridden", reason=self._reason.text().strip())
        self._report.answer_prompt(said)

    @Slot()
    def _take_back(self) -> None:
        self._report.answer_prompt(replace(self._prompt, state="open", reason=""))


class EmsCall(QFrame):
    """Stays above every page while someone is injured and no call is recorded."""

    def __init__(self, report: OpenReport, *, stamper: Stamper, look: Look, clock: Clock) -> None:
        super().__init__()
        self._report, self._stamper, self._clock = report, stamper, clock
        self.setProperty("kind", "warn")
        row = QHBoxLayout(self)
        row.setContentsMargins(look.px(16), look.px(10), look.px(12), look.px(10))
        row.setSpacing(look.px(14))
        row.addWidget(IconLabel(look=look, icon="triangle-alert", colour="warn", size=28))
        words = QVBoxLayout()
        self._headline = text_label("", "heading")
        self._advice = text_label("", "hint")
        words.addWidget(self._headline)
        words.addWidget(self._advice)
        row.addLayout(words, 1)
        self._called = ems_button(stamper, look=look, name="ems_callout")
        ways = QVBoxLayout()
        ways.setSpacing(look.px(8))
        ways.addWidget(self._called)
        self._here = IconButton("EMS here", look=look, icon="heart-pulse", name="ems_here_callout")
        self._here.clicked.connect(lambda: stamper.tap("ems_here"))
        ways.addWidget(self._here)
        row.addLayout(ways)
        report.judged.connect(self.judge)
        report.draft_changed.connect(self.judge)
        self._remind = QTimer(self, interval=REMIND_MS)
        self._remind.timeout.connect(self.judge)
        self._remind.start()
        self.judge()

    @Slot()
    def judge(self) -> None:
        """Show, change or hide the call-out."""
        called = live(self._report, "ems_called")
        is_open = any(
            each.name == EMS_DUTY and each.state is DutyState.OPEN
            for each in self._report.findings.duties
        )
        is_uncalled = is_open and not called
        is_late = bool(called) and not live(self._report, "ems_here")
        if is_late:
            waited = self._clock.now() - read_utc(called[-1].wall)
            is_late = waited >= EMS_REMINDER
            minutes = int(waited.total_seconds() // 60)
            self._headline.setText(f"EMS was called {minutes} minutes ago. No arrival is recorded.")
            self._advice.setText("Call again if they have not come.")
        if is_uncalled:
            self._headline.setText("Someone is injured. No EMS call is recorded.")
            self._advice.setText("Tap when you have called. The time is kept.")
        self._here.setVisible(is_late and not is_uncalled)
        self.setVisible(is_uncalled or is_late)


def ems_button(stamper: Stamper, *, look: Look, name: str) -> QWidget:
    """Return the red button, with the words under it that keep it honest."""
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(look.px(4))
    button = IconButton(EMS_WORDS, look=look, icon="siren", kind="danger", name=name)
    button.setToolTip("F2")
    button.setAccessibleDescription(EMS_HINT)
    button.clicked.connect(lambda: stamper.tap("ems_called"))
    column.addWidget(button)
    column.addWidget(text_label(EMS_HINT, "hint"))
    return box


class PromptList(QWidget):
    """The prompts of one page, or of the whole report."""

    def __init__(self, report: OpenReport, *, look: Look) -> None:
        super().__init__()
        self._report, self._look = report, look
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(look.px(8))
        self._shown: tuple[PromptRecord, ...] = ()

    def show_prompts(self, prompts: tuple[PromptRecord, ...]) -> None:
        """Show these; nothing is drawn anew while none changed."""
        if prompts == self._shown:
            return
        self._shown = prompts
        empty(self._column)
        for prompt in prompts:
            self._column.addWidget(PromptCard(prompt, report=self._report, look=self._look))
        self.setVisible(bool(prompts))
        if self.isVisible():
            self._report.note_shown(prompts)

    def showEvent(self, event: QShowEvent) -> None:
        """What comes into view was shown."""
        super().showEvent(event)
        self._report.note_shown(self._shown)
