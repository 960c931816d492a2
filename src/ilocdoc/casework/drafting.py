"""Drafts: start, answer, stamp, give up. A draft is kept as soon as it exists."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ilocdoc.casework.shift import Shift, new_entry, sign_act
from ilocdoc.record.catalogue import read_catalogue
from ilocdoc.record.errors import RefusedError
from ilocdoc.record.form import Form
from ilocdoc.record.form_reading import read_form
from ilocdoc.record.ids import ReportId
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.lifecycle import State
from ilocdoc.record.report import (
    Draft,
    EvidenceItem,
    FormReference,
    PromptRecord,
    ReportKind,
    Stamp,
    author_of,
)
from ilocdoc.record.summary import title_of
from ilocdoc.record.times import CHICAGO


def start_report(
    shift: Shift,
    *,
    answers: Mapping[str, Any] | None = None,
    kind: ReportKind = ReportKind.ORIGINAL,
    parent: str = "",
) -> Draft:
    """Begin a report and keep it before anything is asked.

    Args:
        shift: The author's.
        answers: What is known already, for example place and beat.
        kind: Original, or a supplement or correction of `parent`.
        parent: Report id that this one adds to; empty for an original.
    """
    now = shift.clock.now()
    day = now.astimezone(CHICAGO).strftime("%y%m%d")
    number = shift.vault.next_number(day)
    form = read_form(shift.forms.newest())
    catalogue = read_catalogue(shift.forms.catalogue())
    draft = Draft(
        report_id=ReportId(shift.new_id()),
        local_number=f"LOC-{shift.vault.device}-{day}-{number:02d}",
        kind=kind,
        parent=parent,
        form=FormReference(name=form.name, version=form.version, sha256=form.sha256),
        catalogue=FormReference(
            name="catalogue", version=catalogue.version, sha256=catalogue.sha256
        ),
        author=author_of(shift.officer),
        created_at=shift.now_text(),
        answers=dict(answers or {}),
        stamps=(_stamp(shift, "started", ""),),
        training=shift.vault.training,
    )
    return _begin(shift, draft)


def _begin(shift: Shift, draft: Draft) -> Draft:
    """Keep a first draft and that it was begun: a number is never used without a trace."""
    kept = replace(draft, revision=draft.revision + 1)
    kind, at = EntryKind.DRAFT_CREATED, draft.created_at
    act = sign_act(
        shift,
        kind,
        at=at,
        report=kept.report_id,
        local_number=kept.local_number,
        draft_kind=kept.kind.value,
        parent=kept.parent,
    )
    with shift.vault.transaction() as opened:
        opened.put_draft(kept, title=title_of(kept), state=state_of(kept).value)
        opened.append(new_entry(kind, act, at=at, report=kept.report_id, actor=shift.officer.id))
    return kept


def keep_draft(shift: Shift, draft: Draft) -> Draft:
    """Keep a draft; durable when this returns. Returns it with its next revision."""
    kept = replace(draft, revision=draft.revision + 1)
    with shift.vault.transaction() as opened:
        opened.put_draft(kept, title=title_of(kept), state=state_of(kept).value)
    return kept


def state_of(draft: Draft) -> State:
    """Return the state of a report while it has a draft."""
    return State.RETURNED if draft.version > 1 else State.DRAFT


def open_draft(shift: Shift, report_id: ReportId) -> Draft:
    """Return the draft of a report.

    Raises:
        RefusedError: If it was sealed already, or another officer writes it.
    """
    draft = shift.vault.case(report_id).draft
    if draft is None:
        raise RefusedError(
            "This report is sealed and cannot be changed.",
            "Write a supplement: the sealed report stays as it is.",
        )
    return draft


def form_of(shift: Shift, draft: Draft) -> Form:
    """Return the form definition a draft was started with."""
    return read_form(shift.forms.form(draft.form.version))


def keep_answers(shift: Shift, report_id: ReportId, answers: Mapping[str, Any]) -> Draft:
    """Replace the answers of a draft."""
    return keep_draft(shift, replace(open_draft(shift, report_id), answers=dict(answers)))


def _stamp(shift: Shift, kind: str, note: str) -> Stamp:
    return Stamp(
        id=shift.new_id(),
        kind=kind,
        wall=shift.now_text(),
        mono_ms=shift.clock.mono_ms(),
        boot=shift.clock.boot,
        note=note,
    )


def take_time(shift: Shift, kind: str, *, note: str = "") -> Stamp:
    """Return the time of a tap by both clocks; any thread, so that it is the tap's own."""
    return _stamp(shift, kind, note)


def keep_stamp(shift: Shift, report_id: ReportId, taken: Stamp) -> Draft:
    """Keep the time of a tap in a draft; once, however often it is asked for."""
    draft = open_draft(shift, report_id)
    if any(each.id == taken.id for each in draft.stamps):
        return draft
    return keep_draft(shift, replace(draft, stamps=(*draft.stamps, taken)))


def stamp(shift: Shift, report_id: ReportId, kind: str, *, note: str = "") -> Draft:
    """Record one tap with the time of both clocks."""
    return keep_stamp(shift, report_id, take_time(shift, kind, note=note))


def strike_stamp(shift: Shift, report_id: ReportId, stamp_id: str, *, reason: str) -> Draft:
    """Strike a stamp through with a reason; it stays readable for ever.

    Raises:
        RefusedError: If no reason is given.
    """
    if not reason.strip():
        raise RefusedError("A time is struck through only with a reason.", "Write the reason.")
    draft = open_draft(shift, report_id)
    stamps = tuple(
        replace(each, struck=reason) if each.id == stamp_id else each for each in draft.stamps
    )
    return keep_draft(shift, replace(draft, stamps=stamps))


def keep_evidence(shift: Shift, report_id: ReportId, items: tuple[EvidenceItem, ...]) -> Draft:
    """Replace the evidence list of a draft (captions change, items are only added)."""
    return keep_draft(shift, replace(open_draft(shift, report_id), evidence=items))


def override_prompt(shift: Shift, report_id: ReportId, prompt: PromptRecord) -> Draft:
    """Keep the author's answer to a prompt; both stay in the sealed report.

    Raises:
        RefusedError: If a prompt is overridden without a reason.
    """
    if prompt.state == "overridden" and not prompt.reason.strip():
        raise RefusedError("A check is set aside only with a reason.", "Write the reason.")
    draft = open_draft(shift, report_id)
    others = tuple(each for each in draft.prompts if each.rule != prompt.rule)
    return keep_draft(shift, replace(draft, prompts=(*others, prompt)))


def abandon_draft(shift: Shift, report_id: ReportId, *, reason: str) -> None:
    """Give a draft up, visibly: its number stays used and the ledger says why.

    Raises:
        RefusedError: If no reason is given or the report was sealed once.
    """
    draft = open_draft(shift, report_id)
    if draft.version > 1:
        raise RefusedError(
            "A returned report cannot be given up.", "Answer the questions and submit it again."
        )
    if not reason.strip():
        raise RefusedError("A draft is given up only with a reason.", "Write the reason.")
    at = shift.now_text()
    kind = EntryKind.DRAFT_ABANDONED
    act = sign_act(
        shift, kind, at=at, report=report_id, local_number=draft.local_number, reason=reason
    )
    with shift.vault.transaction() as opened:
        # The stub names the number and nothing that was written.
        stub = replace(draft, answers={}, stamps=(), prompts=())
        opened.put_draft(stub, title=title_of(stub), state=State.WITHDRAWN.value)
        opened.drop_draft(report_id)
        opened.append(new_entry(kind, act, at=at, report=report_id, actor=shift.officer.id))
