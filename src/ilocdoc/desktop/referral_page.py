"""Referral: a supervisor prepares the packet; a detective reads and accepts it."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ilocdoc.casework.referring import ATTESTATION, accept_packet, prepare_packet
from ilocdoc.casework.reviewing import close_without_referral
from ilocdoc.casework.shift import Shift
from ilocdoc.desktop.background import Background
from ilocdoc.desktop.case_view import CaseView
from ilocdoc.desktop.controls import IconButton, card, empty, text_label
from ilocdoc.desktop.editor import Line
from ilocdoc.desktop.field_editors import TickBox
from ilocdoc.desktop.queue_page import QueuePage, fact
from ilocdoc.desktop.sealed_page import decision_box
from ilocdoc.desktop.theme import Look
from ilocdoc.record.lifecycle import State, Verb, may, may_now
from ilocdoc.record.people import Officer
from ilocdoc.record.summary import ReportRow

_VERBS = (Verb.PREPARE, Verb.ACCEPT, Verb.CLOSE_NO_REFERRAL)


def may_refer(officer: Officer) -> bool:
    """Tell whether a member has anything to do with referrals."""
    return any(may(officer.roles, verb) for verb in _VERBS)


def referable(rows: Sequence[ReportRow], officer: Officer) -> list[ReportRow]:
    """Return what waits for this member's step of a referral; never an own report."""
    return [
        row
        for row in rows
        if row.author != officer.id
        and any(may_now(officer.roles, verb, state=State(row.state)) for verb in _VERBS)
    ]


class ReferralPage(QWidget):
    """Nobody outside the chain of investigation takes part here."""

    decided = Signal(str)
    """One sentence of what was done."""
    refused = Signal(object)
    """An `IlocdocError`."""

    def __init__(
        self, *, shift: Shift, officer: Officer, background: Background, look: Look
    ) -> None:
        super().__init__()
        self._shift, self._look = shift, look
        self._officer = officer
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.queue = QueuePage(
            "Referral",
            shift=shift,
            background=background,
            look=look,
            name="refer",
            is_packet=True,
        )
        column.addWidget(self.queue)
        self.queue.shown.connect(self._show)
        self.queue.decided.connect(self.decided)
        self.queue.refused.connect(self.refused)
        side = self.queue.side_column
        side.addWidget(text_label("So far", "heading"))
        frame, self._acts = card("inner")
        self._acts.setSpacing(look.px(10))
        side.addWidget(frame)
        self._add_close()
        side.addStretch()
        self._add_signing()
        self.queue.clear()

    def _add_signing(self) -> None:
        side, look = self.queue.side_column, self._look
        side.addWidget(text_label("You attest", "heading"))
        side.addWidget(text_label(ATTESTATION))
        self._attest = TickBox("This is so", look=look)
        self._attest.setObjectName("attest")
        self._attest.toggled.connect(self._judge)
        side.addWidget(self._attest)
        self._prepare = IconButton(
            "Prepare and sign packet", look=look, icon="file-check", kind="primary", name="prepare"
        )
        self._prepare.clicked.connect(self.prepare)
        self._accept = IconButton(
            "Accept and sign", look=look, icon="badge-check", kind="primary", name="accept"
        )
        self._accept.clicked.connect(self.accept)
        self.queue.signing_column.addWidget(self._prepare)
        self.queue.signing_column.addWidget(self._accept)

    def _add_close(self) -> None:
        side, look = self.queue.side_column, self._look
        self._close_box = QWidget()
        column = QVBoxLayout(self._close_box)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(text_label("No referral", "heading"))
        self._reason = Line()
        self._reason.setObjectName("close_reason")
        self._reason.setPlaceholderText("Why? It is disclosed")
        self._reason.setAccessibleName("Why there is no referral")
        column.addWidget(self._reason)
        close = IconButton("Close without referral", look=look, name="close_no_referral")
        close.clicked.connect(self.close_report)
        column.addWidget(close)
        side.addWidget(self._close_box)

    def show_rows(self, rows: Sequence[ReportRow]) -> None:
        """Show what waits for this member."""
        self.queue.show_rows(referable(rows, self._officer))

    def arrange(self, units: float) -> None:
        """Fit the panes."""
        self.queue.arrange(units)

    @Slot(object)
    def _show(self, case: CaseView) -> None:
        self._attest.setChecked(False)
        self._reason.clear()
        empty(self._acts)
        words = "The signature on this document verifies."
        if not case.is_genuine:
            words = "The signature on this document does not verify. Do not sign."
        self._acts.addWidget(fact(words, is_fine=case.is_genuine, look=self._look))
        for decision in case.decisions:
            self._acts.addWidget(decision_box(decision))
        self._judge()

    @Slot()
    def _judge(self) -> None:
        case = self.queue.case
        if case is None:
            return
        roles, state = self._officer.roles, State(case.state)
        is_attested = self._attest.isChecked() and case.is_genuine
        self._prepare.setVisible(may_now(roles, Verb.PREPARE, state=state))
        self._accept.setVisible(may_now(roles, Verb.ACCEPT, state=state))
        self._close_box.setVisible(may_now(roles, Verb.CLOSE_NO_REFERRAL, state=state))
        self._prepare.setEnabled(is_attested)
        self._accept.setEnabled(is_attested)

    @Slot()
    def prepare(self) -> None:
        """Assemble, certify and read back the packet of the approved report."""
        case, shift = self.queue.case, self._shift
        if case is not None:
            self.queue.decide(
                lambda: prepare_packet(shift, case.report_id).sha256,
                f"The packet of {case.draft.local_number} is prepared and signed.",
            )

    @Slot()
    def accept(self) -> None:
        """Sign the packet that is on the screen, and no other."""
        case, shift, read = self.queue.case, self._shift, self.queue.view.sha256
        if case is not None:
            self.queue.decide(
                lambda: accept_packet(shift, case.report_id, read_sha256=read).sha256,
                f"The referral of {case.draft.local_number} is accepted and signed.",
            )

    @Slot()
    def close_report(self) -> None:
        """End the report without a referral, with a reason."""
        case, shift, reason = self.queue.case, self._shift, self._reason.text()
        if case is not None:
            self.queue.decide(
                lambda: close_without_referral(shift, case.report_id, reason=reason),
                f"{case.draft.local_number} is closed without referral.",
            )
