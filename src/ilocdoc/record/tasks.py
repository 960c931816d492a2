"""Tasks: the alert rules that time decides. The caller brings the time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ilocdoc.record.alert_rules import (
    SINCE_CONTACT,
    SINCE_CREATED,
    SINCE_SUBMITTED,
    AlertRule,
    ByTime,
    Where,
)
from ilocdoc.record.alerts import AlertRules, CompiledAlerts, compile_alerts
from ilocdoc.record.answers import rows_of
from ilocdoc.record.form import Form, Stage, in_language
from ilocdoc.record.form_check import asked_answers, rule_values
from ilocdoc.record.form_rules import compile_form, row_values
from ilocdoc.record.people import Role
from ilocdoc.record.report import Draft
from ilocdoc.record.times import read_time, read_utc


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """What a report itself does not know; all aware."""

    now: datetime
    submitted_at: datetime | None = None
    """Since when it waits for a decision; None when it does not wait."""
    last_contact: datetime | None = None
    """Last answer of headquarters; None when the laptop has none on record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to do in time."""

    rule: str
    version: str
    severity: str
    text: str
    section: str
    field: str
    row: str
    """Id of the row it is about; empty for the report as a whole."""
    since: datetime
    passed: int
    """How many marks have passed; 0 when none has yet."""
    tell: Role
    """Whom the last passed mark is for; before the first, whom that will be for."""
    next_at: datetime | None
    """The next mark; None after the last."""

    @property
    def is_due(self) -> bool:
        """Tell whether at least one mark has passed."""
        return self.passed > 0


def tasks_for(
    rules: AlertRules,
    draft: Draft,
    *,
    form: Form,
    moments: Moments,
    where: Where = Where.LAPTOP,
    language: str = "en",
) -> tuple[Task, ...]:
    """Return the open tasks of a report, in the order of the rules and rows.

    Args:
        rules: Of this laptop or headquarters.
        draft: As written or as sealed.
        form: The definition that the draft names.
        moments: The time now, and what only the caller knows.
        where: Laptop, or headquarters, which evaluates the rules of both.
        language: Of the texts.

    Raises:
        FormError: When a rule does not fit the form.
    """
    compiled = compile_alerts(rules, form)
    answers = asked_answers(form, draft.answers, stage=Stage.SUBMIT)
    values = rule_values(form, draft.answers, stage=Stage.SUBMIT)
    found = []
    for rule in rules.rules:
        test = rule.test
        if not isinstance(test, ByTime) or (rule.where is Where.HQ and where is Where.LAPTOP):
            continue
        if not compiled.holds(test.when, values):
            continue
        for row, since in _openings(
            test, draft, answers, compiled=compiled, values=values, moments=moments, form=form
        ):
            found.append(
                _task(rule, test, row=row, since=since, now=moments.now, language=language)
            )
    return tuple(found)


def _openings(
    test: ByTime,
    draft: Draft,
    answers: Mapping[str, Any],
    *,
    compiled: CompiledAlerts,
    values: Mapping[str, Any],
    moments: Moments,
    form: Form,
) -> Iterator[tuple[str, datetime]]:
    """Yield row id (or empty) and beginning of everything that a rule finds open."""
    if not test.each:
        since = _beginning(test.since, draft, answers, moments=moments)
        if since is not None:
            yield "", since
        return
    for row in rows_of(answers, test.each):
        since = read_time(row.get(test.since))
        known = {**values, **row_values(compile_form(form), test.each, row)}
        if since is not None and compiled.row_holds(test.each, test.open, known):
            yield str(row["id"]), since


def _beginning(
    name: str, draft: Draft, answers: Mapping[str, Any], *, moments: Moments
) -> datetime | None:
    if name == SINCE_CREATED:
        return read_utc(draft.created_at)
    if name == SINCE_SUBMITTED:
        return moments.submitted_at
    if name == SINCE_CONTACT:
        return moments.last_contact
    return read_time(answers.get(name))


def _task(
    rule: AlertRule, test: ByTime, *, row: str, since: datetime, now: datetime, language: str
) -> Task:
    passed = sum(since + mark <= now for mark in test.marks)
    return Task(
        rule=rule.id,
        version=rule.version,
        severity=rule.severity,
        text=in_language(rule.text, language),
        section=rule.section,
        field=rule.field,
        row=row,
        since=since,
        passed=passed,
        tell=test.tell[max(passed - 1, 0)],
        next_at=since + test.marks[passed] if passed < len(test.marks) else None,
    )
