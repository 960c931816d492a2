"""Review: read the document, confirm what was checked, sign it or return it with questions."""

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ilocdoc.casework.reviewing import approve_report, return_report
from ilocdoc.casework.shift import Shift
from ilocdoc.desktop.background import Background
from ilocdoc.desktop.case_view import CaseView
from ilocdoc.desktop.controls import IconButton, card, empty, text_label
from ilocdoc.desktop.editor import Paragraphs
from ilocdoc.desktop.field_editors import TickBox
from ilocdoc.desktop.queue_page import QueuePage, fact
from ilocdoc.desktop.theme import Look
from ilocdoc.desktop.words import Told
from ilocdoc.record.findings import DutyState
from ilocdoc.record.lifecycle import State
from ilocdoc.record.summary import ReportRow

CHECKS = (
    "I read every page.",
    "The account and the boxes agree.",
    "Facts for and against are stated.",
)
"""What a reviewer confirms before signing; kept with the approval."""
WAITING = {State.SUBMITTED.value, State.IN_REVIEW.value}
QUESTIONS_PX = 120


def told_for_review(row: ReportRow) -> Told:
    """Return what a row of the queue says: its author, and whether it came back."""
    again = ", signed again" if row.version > 1 else ""
    return Told(text=f"{row.author_name}{again}", icon="user", tone="plain")


def reviewable(rows: Sequence[ReportRow]) -> list[ReportRow]:
    """Return what waits for somebody else's review."""
    return [each for each in rows if each.state in WAITING and not each.mine]


class ReviewPage(QWidget):
    """A supervisor's page."""

    decided = Signal(str)
    """One sentence of what was done."""
    refused = Signal(object)
    """An `IlocdocError`."""

    def __init__(self, *, shift: Shift, background: Background, look: Look) -> None:
        super().__init__()
        self._shift, self._look = shift, look
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.queue = QueuePage(
            "Waiting for review",
            shift=shift,
            background=background,
            look=look,
            name="review",
            is_packet=False,
            tell=told_for_review,
        )
        column.addWidget(self.queue)
        self.queue.shown.connect(self._show)
        self.queue.decided.connect(self.decided)
        self.queue.refused.connect(self.refused)
        side = self.queue.side_column
        side.addWidget(text_label("What the program checked", "heading"))
        self._facts_frame, self._facts = card("inner")
        self._facts.setSpacing(look.px(8))
        side.addWidget(self._facts_frame)
        self._add_return()
        side.addStretch()
        self._add_approval()
        self.queue.clear()

    def _add_return(self) -> None:
        side, look = self.queue.side_column, self._look
        side.addWidget(text_label("Questions to the officer", "heading"))
        self._questions = Paragraphs()
        self._questions.setObjectName("questions")
        self._questions.setAccessibleName("Questions to the officer, one a line")
        self._questions.setPlaceholderText("What must be added or corrected? One question a line.")
        self._questions.setFixedHeight(look.px(QUESTIONS_PX))
        side.addWidget(self._questions)
        back = IconButton("Return with questions", look=look, icon="undo-2", name="return")
        back.clicked.connect(self.send_back)
        side.addWidget(back)

    def _add_approval(self) -> None:
        side, look = self.queue.side_column, self._look
        side.addWidget(text_label("You confirm", "heading"))
        self._boxes = []
        for number, words in enumerate(CHECKS):
            box = TickBox(words, look=look)
            box.setObjectName(f"check:{number}")
            box.toggled.connect(self._judge)
            self._boxes.append(box)
            side.addWidget(box)
        side.addWidget(
            text_label(
                "Approving signs exactly this document with your key. "
                "Referral is a separate decision.",
                "hint",
            )
        )
        self._approve = IconButton(
            "Approve and sign", look=look, icon="check", kind="primary", name="approve"
        )
        self._approve.clicked.connect(self.approve)
        self.queue.signing_column.addWidget(self._approve)

    def show_rows(self, rows: Sequence[ReportRow]) -> None:
        """Show what waits for review."""
        self.queue.show_rows(reviewable(rows))

    def arrange(self, units: float) -> None:
        """Fit the panes."""
        self.queue.arrange(units)

    @Slot(object)
    def _show(self, case: CaseView) -> None:
        self._questions.clear()
        for box in self._boxes:
            box.setChecked(False)
        empty(self._facts)
        for text, is_fine in facts_of(case):
            self._facts.addWidget(fact(text, is_fine=is_fine, look=self._look))
        self._judge()

    @Slot()
    def _judge(self) -> None:
        case = self.queue.case
        is_free = case is not None and not case.refusal and case.is_genuine
        self._approve.setEnabled(is_free and all(each.isChecked() for each in self._boxes))

    @Slot()
    def approve(self) -> None:
        """Sign the document that is on the screen, and no other."""
        case, shift = self.queue.case, self._shift
        if case is None:
            return
        read, checks = self.queue.view.sha256, CHECKS
        self.queue.decide(
            lambda: approve_report(shift, case.report_id, read_sha256=read, checks=checks).sha256,
            f"{case.draft.local_number} is approved and signed.",
        )

    @Slot()
    def send_back(self) -> None:
        """Return the report; each line is a question."""
        case, shift = self.queue.case, self._shift
        if case is None:
            return
        questions = self._questions.toPlainText().splitlines()
        self.queue.decide(
            lambda: return_report(shift, case.report_id, questions=questions),
            f"{case.draft.local_number} goes back with your questions.",
        )


def facts_of(case: CaseView) -> list[tuple[str, bool]]:
    """Return what the program can tell of a report, each with whether it is in order."""
    genuine = "verifies" if case.is_genuine else "does not verify. Do not sign"
    facts = [(f"The author's signature {genuine}.", case.is_genuine)]
    if case.refusal:
        facts.append((case.refusal, False))
    missing = Counter(each.label for each in case.findings.missing)
    if missing:
        named = [f"{label} ({n} times)" if n > 1 else label for label, n in missing.items()]
        facts.append((f"Not answered: {', '.join(named)}.", False))
    facts += [
        (
            f"{each.text}: {'done' if each.state is DutyState.DONE else 'open'}.",
            _is_done(each.state),
        )
        for each in case.findings.duties
        if each.state is not DutyState.NOT_APPLICABLE
    ]
    facts += [(each.text, False) for each in case.findings.notices]
    facts += [
        (f"Set aside by the author: {each.text} Reason: {each.reason}", False)
        for each in case.draft.prompts
        if each.state == "overridden"
    ]
    if case.questions:
        facts.append((f"Returned before with: {' '.join(case.questions)}", True))
    return facts


def _is_done(state: DutyState) -> bool:
    return state is DutyState.DONE
