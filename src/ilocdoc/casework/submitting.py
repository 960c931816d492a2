"""Submit: the author signs what the author saw, and the ledger grows, in one transaction."""

import base64
import hashlib
from dataclasses import dataclass, replace
from typing import Any

from ilocdoc import __version__
from ilocdoc.casework.drafting import form_of, open_draft
from ilocdoc.casework.mail import act_to_json, document_to_json, post_to, witnesses_to_json
from ilocdoc.casework.shift import Shift, members_with, new_entry, require_certificate, sign_act
from ilocdoc.record.alerts import prompts_for, read_alert_rules
from ilocdoc.record.documents import StoredDocument
from ilocdoc.record.errors import RefusedError
from ilocdoc.record.findings import Findings
from ilocdoc.record.form import Stage
from ilocdoc.record.form_check import asked_answers, check
from ilocdoc.record.ids import ReportId, Sha256
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.lifecycle import State
from ilocdoc.record.people import Role
from ilocdoc.record.report import Draft, PromptRecord, ReportVersion, version_to_json
from ilocdoc.record.summary import title_of
from ilocdoc.record.wording import read_words
from ilocdoc.wire.envelope import Envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """What stands between a draft and its signature."""

    findings: Findings
    """Of the form at stage "submit"."""
    prompts: tuple[PromptRecord, ...]
    """Every alert raised now, with the author's answers so far."""

    @property
    def blocking(self) -> tuple[str, ...]:
        """Plain sentences; empty when the report can be submitted."""
        missing = tuple(f"Answer needed: {each.label}" for each in self.findings.missing)
        wrong = tuple(f"{each.label}: {each.message}" for each in self.findings.failures)
        stops = tuple(
            each.text for each in self.prompts if each.severity == "stop" and each.state == "open"
        )
        return (*missing, *wrong, *stops)


def readiness(shift: Shift, draft: Draft) -> Readiness:
    """Check a draft as *Submit* would. Pure but for reading the rules."""
    form = form_of(shift, draft)
    prompts = prompts_for(
        read_alert_rules(shift.forms.alerts()),
        draft,
        form=form,
        words=read_words(shift.forms.words()),
        stage=Stage.SUBMIT,
    )
    return Readiness(findings=check(form, draft.answers, stage=Stage.SUBMIT), prompts=prompts)


def preview(shift: Shift, report_id: ReportId) -> bytes:
    """Return the draft as a PDF marked DRAFT, without signature fields."""
    draft = open_draft(shift, report_id)
    version = _version(shift, draft, at=shift.now_text())
    return shift.press.report_document(
        version, form=shift.forms.form(draft.form.version), draft=True
    )


def _version(shift: Shift, draft: Draft, *, at: str) -> ReportVersion:
    return ReportVersion(
        draft=replace(draft, revision=0),
        device=shift.vault.device,
        app=__version__,
        submitted_at=at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A report document that its author certified and that is not kept yet."""

    version: ReportVersion
    document: StoredDocument
    revision: int
    """Of the draft that was drawn."""


def compose(shift: Shift, draft: Draft) -> Composed:
    """Check a draft and certify its document; long, and needs no vault lane.

    Raises:
        RefusedError: If answers are missing, a stop is open, or the officer's signing key has
            no certificate yet; nothing was changed.
    """
    require_certificate(shift)
    ready = readiness(shift, draft)
    if ready.blocking:
        raise RefusedError(
            f"The report cannot be submitted yet: {len(ready.blocking)} open.", ready.blocking[0]
        )
    now, at = shift.clock.now(), shift.now_text()
    # Answers to questions that later answers took away stay in the draft only.
    asked = asked_answers(form_of(shift, draft), draft.answers, stage=Stage.SUBMIT)
    version = _version(shift, replace(draft, answers=asked, prompts=ready.prompts), at=at)
    unsigned = shift.press.report_document(
        version, form=shift.forms.form(draft.form.version), draft=False
    )
    pdf = shift.press.certify(unsigned, signer=shift.vault.signer, officer=shift.officer, at=now)
    document = stored(pdf, draft.report_id, kind="report", version=draft.version, at=at)
    return Composed(version=version, document=document, revision=draft.revision)


def seal_report(shift: Shift, composed: Composed) -> ReportVersion:
    """Keep a composed report and tell the supervisors, in one transaction or not at all.

    Raises:
        RefusedError: If the draft changed since it was composed.
    """
    draft = open_draft(shift, composed.version.draft.report_id)
    if draft.revision != composed.revision:
        raise RefusedError(
            "The report changed while it was being signed.", "Look it over and submit it again."
        )
    _seal(shift, composed.version, composed.document, at=composed.document.at)
    return composed.version


def submit_report(shift: Shift, report_id: ReportId) -> ReportVersion:
    """Seal a draft: `compose`, then `seal_report`."""
    return seal_report(shift, compose(shift, open_draft(shift, report_id)))


def stored(pdf: bytes, report_id: ReportId, *, kind: str, version: int, at: str) -> StoredDocument:
    """Return a document with its digest."""
    return StoredDocument(
        sha256=Sha256(hashlib.sha256(pdf).hexdigest()),
        report_id=report_id,
        kind=kind,
        version=version,
        at=at,
        pdf=pdf,
    )


def _seal(shift: Shift, version: ReportVersion, document: StoredDocument, *, at: str) -> None:
    report_id, me = version.draft.report_id, shift.officer.id
    submitted, certified = EntryKind.REPORT_SUBMITTED, EntryKind.DOCUMENT_CERTIFIED
    if version.draft.parent:
        submitted = EntryKind.REPORT_SUPPLEMENTED
    report = version_to_json(version)
    act = sign_act(
        shift, submitted, at=at, report=report_id, snapshot=report, document=document.sha256
    )
    signed = sign_act(
        shift, certified, at=at, report=report_id, document=document.sha256, role="author"
    )
    with shift.vault.transaction() as opened:
        opened.put_version(version, title=title_of(version.draft), state=State.SUBMITTED.value)
        opened.drop_draft(report_id)
        opened.put_decision(report_id, act)
        opened.put_document(document)
        opened.append(new_entry(submitted, act, at=at, report=report_id, actor=me))
        opened.append(
            new_entry(
                certified, signed, at=at, report=report_id, document=document.sha256, actor=me
            )
        )
        post_to(
            opened,
            members_with(shift, Role.SUPERVISOR, unit=shift.officer.unit),
            shift=shift,
            kind="report",
            content={
                **_report_letter(shift, act, version, document),
                "witnesses": witnesses_to_json(opened, report_id),
            },
        )


def _report_letter(
    shift: Shift, act: Envelope, version: ReportVersion, document: StoredDocument
) -> dict[str, Any]:
    keys = {
        item.id: base64.b64encode(shift.vault.evidence.delivery_key(item.id)).decode()
        for item in version.draft.evidence
        if not shift.vault.evidence.destroyed(item.id)
    }
    return {
        "acts": [act_to_json(act)],
        "documents": [document_to_json(document)],
        "evidence_keys": keys,
    }
