"""Alert rules as values: what is worth checking or doing, and what raises it.

`alerts` raises the rules that answers decide, `tasks` those that time decides,
`duplicates` the one that compares reports.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any

from ilocdoc.record.form import Stage, Words
from ilocdoc.record.people import Role
from ilocdoc.record.toml_reading import TomlReader

SEVERITIES = ("stop", "act", "info")
"""stop: done or set aside with a reason before the report is sealed; act: a task."""

SINCE_CREATED = "created_at"
"""Time from which a report exists."""
SINCE_SUBMITTED = "submitted_at"
"""Time from which a sealed report waits for a decision."""
SINCE_CONTACT = "last_contact"
"""Time of the last answer of headquarters."""


class Where(Enum):
    """Who can evaluate a rule."""

    LAPTOP = "laptop"
    """A laptop, and headquarters too."""
    HQ = "hq"
    """Only headquarters, which sees every report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ByAnswers:
    """Raised while a rule over the answers is true."""

    when: str
    done: str
    """Rule that tells that the answers say it was done; "false" when none can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ByWords:
    """Raised while free text holds words of a list."""

    list_name: str
    without: tuple[str, ...]
    """Fields that are not looked through, as "statements.words": names, words of others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ByNumbers:
    """Raised while an official number does not fit the day of the incident."""

    rd: tuple[str, ...]
    """Fields that hold RD numbers."""
    event: tuple[str, ...]
    """Fields that hold full event numbers."""
    occurred: str
    """The field with the time of the incident."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ByTime:
    """Raised while something is open, at marks counted from a moment."""

    when: str
    each: str
    """Repeat whose rows are looked at one by one; empty for the report as a whole."""
    open: str
    """Rule over one row; "true" without `each`."""
    since: str
    """A date-and-time field (of the row, if there is `each`), or one of SINCE_…."""
    marks: tuple[timedelta, ...]
    """In rising order."""
    tell: tuple[Role, ...]
    """Whom each mark is for; as many as marks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BySameEvent:
    """Raised while another report names the same event, time or place."""

    window: timedelta
    """How far apart in time two reports of one event may lie."""


Test = ByAnswers | ByWords | ByNumbers | ByTime | BySameEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule:
    """One rule."""

    id: str
    """For example "A-01"."""
    version: str
    """Counts the released texts of this rule; a prompt names it."""
    severity: str
    stage: Stage
    """From this stage on it is raised."""
    where: Where
    text: Words
    section: str
    """Page of the form where it is answered."""
    field: str
    """Field of the form to go to; empty for the page as a whole."""
    test: Test


_RULE_KEYS = ("id", "version", "severity", "stage", "where", "kind", "text", "section", "field")
_KIND_KEYS = {
    "answers": ("when", "done"),
    "words": ("list", "without"),
    "numbers": ("rd", "event", "occurred"),
    "time": ("when", "each", "open", "since", "marks", "tell"),
    "same_event": ("window",),
}
_SPAN = re.compile(r"(\d+) (min|h|d)")
_UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def read_rule(reader: TomlReader, table: dict[str, Any]) -> AlertRule:
    """Return the rule in a table of an alert file.

    Raises:
        FormError: When a key is unknown or missing, or a word is not one of its kind.
    """
    what = f"rule {table.get('id', '')!r}"
    kind = str(table.get("kind", "answers"))
    if kind not in _KIND_KEYS:
        raise reader.fail(f"{what}: no kind {kind!r}.", near=kind)
    reader.keys(table, (*_RULE_KEYS, *_KIND_KEYS[kind]), what=what)
    severity = reader.need(table, "severity", what=what)
    if severity not in SEVERITIES:
        raise reader.fail(f"{what}: no severity {severity!r}.", near=severity)
    try:
        stage, where = Stage(table.get("stage", "draft")), Where(table.get("where", "laptop"))
    except ValueError as error:
        raise reader.fail(f"{what}: {error}.", near=table["id"]) from error
    return AlertRule(
        id=reader.need(table, "id", what=what),
        version=str(reader.need(table, "version", what=what)),
        severity=severity,
        stage=stage,
        where=where,
        text=reader.label(table, what=what, key="text"),
        section=reader.need(table, "section", what=what),
        field=table.get("field", ""),
        test=_read_test(reader, table, kind=kind, what=what),
    )


def _read_test(reader: TomlReader, table: dict[str, Any], *, kind: str, what: str) -> Test:
    if kind == "words":
        without = reader.texts(table, "without", what=what)
        return ByWords(list_name=reader.need(table, "list", what=what), without=without)
    if kind == "numbers":
        return ByNumbers(
            rd=reader.texts(table, "rd", what=what),
            event=reader.texts(table, "event", what=what),
            occurred=reader.need(table, "occurred", what=what),
        )
    if kind == "time":
        return _read_time_test(reader, table, what=what)
    if kind == "same_event":
        return BySameEvent(window=_span(reader, reader.need(table, "window", what=what)))
    return ByAnswers(
        when=reader.need(table, "when", what=what), done=str(table.get("done", "false"))
    )


def _read_time_test(reader: TomlReader, table: dict[str, Any], *, what: str) -> ByTime:
    marks = tuple(_span(reader, each) for each in reader.texts(table, "marks", what=what))
    if not marks or list(marks) != sorted(set(marks)):
        raise reader.fail(f"{what}: marks do not rise.", near=table.get("id", ""))
    names = reader.texts(table, "tell", what=what) or (Role.OFFICER.value,) * len(marks)
    try:
        tell = tuple(Role(each) for each in names)
    except ValueError as error:
        raise reader.fail(f"{what}: {error}.", near=table.get("id", "")) from error
    if len(tell) != len(marks):
        raise reader.fail(f"{what}: tell and marks differ in length.", near=table.get("id", ""))
    return ByTime(
        when=str(table.get("when", "true")),
        each=str(table.get("each", "")),
        open=str(table.get("open", "true")),
        since=reader.need(table, "since", what=what),
        marks=marks,
        tell=tell,
    )


def _span(reader: TomlReader, text: str) -> timedelta:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise reader.fail(f"{text!r} is no span such as 10 min, 4 h or 7 d.", near=text)
    return int(found[1]) * _UNITS[found[2]]
