"""Scenarios: who does which verb, when, with which answers and files.

A scenario is a TOML file; `docs/scenarios.md` describes it. The same format serves the
demo, training data, tests and load.
"""

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from ilocdoc.record.errors import ScenarioError
from ilocdoc.record.ids import OfficerId


class Step(Enum):
    """What somebody does; one verb of casework each."""

    START = "start"
    ANSWER = "answer"
    STAMP = "stamp"
    ATTACH = "attach"
    SET_ASIDE = "set_aside"
    """Override a check with a reason."""
    SUBMIT = "submit"
    SUPPLEMENT = "supplement"
    RETURN = "return"
    APPROVE = "approve"
    PREPARE = "prepare"
    ACCEPT = "accept"
    CLOSE = "close"
    """Close an approved report without a referral."""
    ABANDON = "abandon"
    SYNC = "sync"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One line of the play."""

    at: datetime
    """Aware; never before the act before it."""
    by: OfficerId
    """Empty for `sync`, which the laptop does by itself."""
    do: Step
    report: str
    """The scenario's own word for the report, for example "car"."""
    answers: dict[str, Any]
    said: dict[str, Any]
    """What else the step needs: file, caption, stamp, note, rule, reason, questions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A whole play."""

    name: str
    title: str
    acts: tuple[Act, ...]

    @property
    def people(self) -> tuple[OfficerId, ...]:
        """Everybody who acts, in order of first appearance."""
        return tuple(dict.fromkeys(act.by for act in self.acts if act.by))


_TOP = {"scenario", "title", "starts", "acts"}
_ACT = {"after_min", "by", "do", "report", "answers"}
_SAID = {
    Step.START: set(),
    Step.ANSWER: set(),
    Step.STAMP: {"stamp", "note"},
    Step.ATTACH: {"file", "caption"},
    Step.SET_ASIDE: {"rule", "reason"},
    Step.SUBMIT: set(),
    Step.SUPPLEMENT: {"parent"},
    Step.RETURN: {"questions"},
    Step.APPROVE: {"checks"},
    Step.PREPARE: set(),
    Step.ACCEPT: set(),
    Step.CLOSE: {"reason"},
    Step.ABANDON: {"reason"},
    Step.SYNC: set(),
}


def read_scenario(data: bytes) -> Scenario:
    """Return the scenario in a TOML file.

    Raises:
        ScenarioError: If the file is not TOML, a word is misspelt, or time runs back.
    """
    try:
        value = tomllib.loads(data.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ScenarioError(f"The scenario file is not TOML: {error}.") from error
    _refuse_unknown(value, _TOP, where="the file")
    starts = value.get("starts")
    if not isinstance(starts, datetime) or starts.tzinfo is None:
        raise ScenarioError("The scenario needs `starts`, a date and time with an offset.")
    acts: list[Act] = []
    at = starts
    for number, raw in enumerate(value.get("acts", []), start=1):
        act = _read_act(raw, number=number, last=at)
        acts.append(act)
        at = act.at
    if not acts:
        raise ScenarioError("The scenario has no acts.")
    return Scenario(
        name=str(value.get("scenario", "")), title=str(value.get("title", "")), acts=tuple(acts)
    )


def _read_act(raw: dict[str, Any], *, number: int, last: datetime) -> Act:
    where = f"act {number}"
    try:
        step = Step(raw.get("do"))
    except ValueError as error:
        raise ScenarioError(
            f"In {where}, `do` is {raw.get('do')!r}, which nobody can do."
        ) from error
    _refuse_unknown(raw, _ACT | _SAID[step], where=where)
    after = raw.get("after_min", 0)
    if not isinstance(after, int) or after < 0:
        raise ScenarioError(f"In {where}, `after_min` is not a whole number of minutes.")
    if step is not Step.SYNC and not (raw.get("by") and raw.get("report")):
        raise ScenarioError(f"In {where}, `by` and `report` say who and which report.")
    return Act(
        at=last + timedelta(minutes=after),
        by=OfficerId(str(raw.get("by", ""))),
        do=step,
        report=str(raw.get("report", "")),
        answers=dict(raw.get("answers", {})),
        said={name: raw[name] for name in _SAID[step] if name in raw},
    )


def _refuse_unknown(value: dict[str, Any], known: set[str], *, where: str) -> None:
    for name in value:
        if name not in known:
            raise ScenarioError(f"In {where}, `{name}` is not a word of scenarios.")
