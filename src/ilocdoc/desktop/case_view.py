"""What a page shows of a sealed report; gathered on the vault lane into one value."""

from dataclasses import dataclass
from typing import Any

from ilocdoc.casework.reviewing import report_document
from ilocdoc.casework.shift import Shift, act_of
from ilocdoc.record.documents import StoredDocument
from ilocdoc.record.errors import RefusedError
from ilocdoc.record.findings import Findings
from ilocdoc.record.form import Stage
from ilocdoc.record.form_check import check
from ilocdoc.record.form_reading import read_form
from ilocdoc.record.ids import ReportId
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.lifecycle import may_review
from ilocdoc.record.report import Draft
from ilocdoc.record.summary import title_of
from ilocdoc.record.times import internal_stamp, read_utc

_DECIDED = {
    EntryKind.REPORT_SUBMITTED: "Signed and submitted",
    EntryKind.REPORT_SUPPLEMENTED: "Supplement signed and submitted",
    EntryKind.REPORT_RETURNED: "Returned with questions",
    EntryKind.REPORT_APPROVED: "Approved and signed",
    EntryKind.REPORT_CLOSED: "Closed without referral",
    EntryKind.PACKET_PREPARED: "Referral packet prepared",
    EntryKind.PACKET_ACCEPTED: "Referral accepted",
}
PACKETS = ("packet_prepared", "packet_accepted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One signed act, in words."""

    what: str
    who: str
    """Rank and name."""
    when: str
    """As internal reports print it."""
    said: tuple[str, ...]
    """Questions, or a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A sealed report as it is shown."""

    report_id: ReportId
    state: str
    title: str
    draft: Draft
    """The newest sealed version's content."""
    findings: Findings
    """Of the form at the stage of approval."""
    decisions: tuple[Decision, ...]
    """Oldest first."""
    pdf: bytes
    """The document to read; empty when none is on this laptop."""
    sha256: str
    is_genuine: bool
    """The author's (or preparer's) signature on it verifies."""
    refusal: str
    """Why this member may not review it; empty when they may."""

    @property
    def questions(self) -> tuple[str, ...]:
        """What was asked when it was last returned; empty when it never was."""
        returned = _DECIDED[EntryKind.REPORT_RETURNED]
        asked = [each.said for each in self.decisions if each.what == returned]
        return asked[-1] if asked else ()


def view_case(shift: Shift, report_id: ReportId, *, packet: bool = False) -> CaseView:
    """Gather what is known of a sealed report. Vault lane.

    Args:
        shift: Whose volume.
        report_id: Of a report with at least one sealed version.
        packet: True to show the newest packet in place of the report, if there is one.

    Raises:
        RefusedError: If the report has no sealed version here.
    """
    case = shift.vault.case(report_id)
    if not case.versions:
        raise RefusedError("This report has no signed version yet.", "Its author still writes it.")
    draft = case.versions[-1].draft
    form = read_form(shift.forms.form(draft.form.version))
    packets = [each for each in case.documents if each.kind in PACKETS]
    if packet and packets:
        document = max(packets, key=lambda each: (each.version, each.kind == PACKETS[1]))
    else:
        document = report_document(case)
    return CaseView(
        report_id=report_id,
        state=case.state,
        title=title_of(draft),
        draft=draft,
        findings=check(form, draft.answers, stage=Stage.APPROVE),
        decisions=tuple(_decision(act_of(each)) for each in case.decisions),
        pdf=document.pdf,
        sha256=document.sha256,
        is_genuine=_is_genuine(shift, document),
        refusal=may_review(shift.officer, draft),
    )


def _is_genuine(shift: Shift, document: StoredDocument) -> bool:
    root = shift.vault.root_der
    if document.kind in {"report", PACKETS[0]}:
        return shift.press.is_certified(document.pdf, root_der=root)
    return shift.press.verify(document.pdf, root_der=root).accepted


def questions_of(shift: Shift, report_id: ReportId) -> tuple[str, ...]:
    """Return what a reviewer asked when a report was last returned. Vault lane."""
    asked: tuple[str, ...] = ()
    for envelope in shift.vault.case(report_id).decisions:
        said = act_of(envelope)
        if said["kind"] == EntryKind.REPORT_RETURNED.value:
            asked = tuple(str(each) for each in said["questions"])
    return asked


def _decision(said: dict[str, Any]) -> Decision:
    by = said["by"]
    reason = str(said.get("reason", ""))
    questions = tuple(str(each) for each in said.get("questions", ()))
    day, at = internal_stamp(read_utc(said["at"]))
    return Decision(
        what=_DECIDED.get(EntryKind(said["kind"]), "Decided"),
        who=f"{by['rank']} {by['name']}".strip(),
        when=f"{day} {at}",
        said=(reason,) if reason else questions,
    )
