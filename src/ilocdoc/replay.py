"""Performs a scenario through casework with the real vault (`docs/scenarios.md`)."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ilocdoc import laptop
from ilocdoc.casework.drafting import (
    abandon_draft,
    keep_answers,
    open_draft,
    override_prompt,
    stamp,
    start_report,
)
from ilocdoc.casework.evidence import attach
from ilocdoc.casework.receiving import open_deliveries
from ilocdoc.casework.referring import accept_packet, prepare_packet
from ilocdoc.casework.reviewing import (
    approve_report,
    close_without_referral,
    report_document,
    return_report,
)
from ilocdoc.casework.shift import Shift
from ilocdoc.casework.submitting import readiness, submit_report
from ilocdoc.disk import read_file
from ilocdoc.record.errors import RefusedError, ScenarioError
from ilocdoc.record.exchange import Exchange
from ilocdoc.record.ids import OfficerId, ReportId
from ilocdoc.record.report import ReportKind
from ilocdoc.record.scenario import Act, Scenario, Step, read_scenario

_MOST_BYTES = 16 * 1024 * 1024
"""Of a scenario file."""


class ScenarioClock:
    """Stands at the time of the act, and moves one second with every look."""

    def __init__(self, at: datetime) -> None:
        self._start = self._at = at.astimezone(UTC)
        self.boot = "scenario"

    def stand_at(self, at: datetime) -> None:
        """Move to a time; never back."""
        self._at = max(self._at, at.astimezone(UTC))

    def now(self) -> datetime:
        """Return the scenario's time."""
        self._at += timedelta(seconds=1)
        return self._at

    def mono_ms(self) -> int:
        """Return milliseconds since the scenario began."""
        return int((self._at - self._start).total_seconds() * 1000)


@dataclass(kw_only=True)
class Stage:
    """What a performance works with."""

    folder: Path
    shifts: dict[OfficerId, Shift]
    sync: Callable[[], str]
    """Syncs once and returns what it did, in words."""
    say: Callable[[str], None]
    reports: dict[str, ReportId] = field(default_factory=dict)

    def report(self, word: str) -> ReportId:
        """Return the report that the scenario calls by this word."""
        if word not in self.reports:
            raise ScenarioError(f"Nobody started the report {word!r} yet.")
        return self.reports[word]


def perform(
    path: Path, *, data: Path, sync: bool, passphrase: str, say: Callable[[str], None] = print
) -> int:
    """Perform a scenario file; returns the exit code 0 when every act was done.

    Raises:
        ScenarioError: If the file is not sound or the laptop is not a training one.
        IlocdocError: What the act that failed raised; acts before it are kept.
    """
    scenario = _read(path)
    clock = ScenarioClock(scenario.acts[0].at)
    with closing(laptop.OpenLaptop(data, clock=clock)) as open_laptop:
        if not open_laptop.is_training:
            raise ScenarioError(
                "Scenarios are performed on training laptops only.", "Use a training folder."
            )
        shifts = {star: open_laptop.unlock(star, passphrase) for star in scenario.people}
        stage = Stage(
            folder=path.parent,
            shifts=shifts,
            sync=(lambda: _told(open_laptop.exchange()))
            if sync
            else lambda: "passed over: no --hq",
            say=say,
        )
        _play(scenario, stage, clock)
    return 0


def _told(done: Exchange) -> str:
    if done.headline:
        return f"{done.headline} {done.advice}".strip()
    return (
        f"sent {done.sent_entries} entries, {done.sent_files} files, {done.sent_letters} letters; "
        f"received {done.received_letters}"
    )


def _read(path: Path) -> Scenario:
    try:
        return read_scenario(read_file(path, most_bytes=_MOST_BYTES))
    except OSError as error:
        raise ScenarioError(f"The scenario file {path.name} cannot be read.") from error


def _play(scenario: Scenario, stage: Stage, clock: ScenarioClock) -> None:
    stage.say(f"{scenario.name}: {scenario.title}")
    for act in scenario.acts:
        clock.stand_at(act.at)
        done = STEPS[act.do](stage, act)
        who = act.by or "laptop"
        stage.say(f"  {act.at:%H:%M}  {who:6} {act.do.value:10} {act.report:10} {done}".rstrip())


def _start(stage: Stage, act: Act) -> str:
    draft = start_report(stage.shifts[act.by], answers=act.answers)
    stage.reports[act.report] = draft.report_id
    return draft.local_number


def _supplement(stage: Stage, act: Act) -> str:
    parent = stage.report(str(act.said.get("parent", "")))
    draft = start_report(
        stage.shifts[act.by], answers=act.answers, kind=ReportKind.SUPPLEMENT, parent=parent
    )
    stage.reports[act.report] = draft.report_id
    return draft.local_number


def _answer(stage: Stage, act: Act) -> str:
    shift, report_id = stage.shifts[act.by], stage.report(act.report)
    open_deliveries(shift)
    known: dict[str, Any] = open_draft(shift, report_id).answers
    keep_answers(shift, report_id, {**known, **act.answers})
    return f"{len(act.answers)} answers"


def _stamp(stage: Stage, act: Act) -> str:
    kind, note = str(act.said["stamp"]), str(act.said.get("note", ""))
    stamp(stage.shifts[act.by], stage.report(act.report), kind, note=note)
    return kind


def _attach(stage: Stage, act: Act) -> str:
    draft = attach(
        stage.shifts[act.by],
        stage.report(act.report),
        stage.folder / str(act.said["file"]),
        caption=str(act.said.get("caption", "")),
    )
    return f"{draft.evidence[-1].size_bytes} bytes, SHA-256 {draft.evidence[-1].sha256[:16]}…"


def _set_aside(stage: Stage, act: Act) -> str:
    shift, report_id, rule = stage.shifts[act.by], stage.report(act.report), str(act.said["rule"])
    raised = readiness(shift, open_draft(shift, report_id)).prompts
    for prompt in raised:
        if prompt.rule == rule:
            answered = replace(prompt, state="overridden", reason=str(act.said["reason"]))
            override_prompt(shift, report_id, answered)
            return rule
    raise RefusedError(f"The check {rule} is not raised.", "Take the act out of the scenario.")


def _submit(stage: Stage, act: Act) -> str:
    version = submit_report(stage.shifts[act.by], stage.report(act.report))
    return f"version {version.draft.version}, certified by its author"


def _return(stage: Stage, act: Act) -> str:
    shift = stage.shifts[act.by]
    open_deliveries(shift)
    questions = [str(each) for each in act.said.get("questions", [])]
    return_report(shift, stage.report(act.report), questions=questions)
    return f"{len(questions)} questions"


def _approve(stage: Stage, act: Act) -> str:
    shift, report_id = stage.shifts[act.by], stage.report(act.report)
    open_deliveries(shift)
    read = report_document(shift.vault.case(report_id)).sha256
    checks = [str(each) for each in act.said.get("checks", [])]
    document = approve_report(shift, report_id, read_sha256=read, checks=checks)
    return f"second signature on the same bytes, {len(document.pdf)} bytes"


def _prepare(stage: Stage, act: Act) -> str:
    shift = stage.shifts[act.by]
    document = prepare_packet(shift, stage.report(act.report))
    return f"packet certified, {len(document.pdf)} bytes"


def _accept(stage: Stage, act: Act) -> str:
    shift, report_id = stage.shifts[act.by], stage.report(act.report)
    open_deliveries(shift)
    waiting = [
        each for each in shift.vault.case(report_id).documents if each.kind == "packet_prepared"
    ]
    if not waiting:
        raise RefusedError("No packet of this report reached this member.", "Prepare it first.")
    document = accept_packet(shift, report_id, read_sha256=waiting[-1].sha256)
    return f"packet approved and verified, {len(document.pdf)} bytes"


def _close(stage: Stage, act: Act) -> str:
    shift = stage.shifts[act.by]
    open_deliveries(shift)
    reason = str(act.said.get("reason", ""))
    close_without_referral(shift, stage.report(act.report), reason=reason)
    return "closed without a referral"


def _abandon(stage: Stage, act: Act) -> str:
    reason = str(act.said.get("reason", ""))
    abandon_draft(stage.shifts[act.by], stage.report(act.report), reason=reason)
    return "kept as given up"


def _sync(stage: Stage, _act: Act) -> str:
    return stage.sync()


STEPS: dict[Step, Callable[[Stage, Act], str]] = {
    Step.START: _start,
    Step.ANSWER: _answer,
    Step.STAMP: _stamp,
    Step.ATTACH: _attach,
    Step.SET_ASIDE: _set_aside,
    Step.SUBMIT: _submit,
    Step.SUPPLEMENT: _supplement,
    Step.RETURN: _return,
    Step.APPROVE: _approve,
    Step.PREPARE: _prepare,
    Step.ACCEPT: _accept,
    Step.CLOSE: _close,
    Step.ABANDON: _abandon,
    Step.SYNC: _sync,
}
