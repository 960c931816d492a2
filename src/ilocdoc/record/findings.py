"""What a check of a report found; values only."""

from dataclasses import dataclass
from enum import Enum


class DutyState(Enum):
    """How a line of the checklist stands."""

    OPEN = "open"
    DONE = "done"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A question that must be answered (or its absence stated) at this stage."""

    path: str
    """"place" or, in a row, "force_events[0].force_type"."""
    section: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An answer that does not fit its question."""

    path: str
    section: str
    label: str
    message: str
    """One sentence; no value of the answer in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One line of the checklist with its state."""

    name: str
    section: str
    text: str
    state: DutyState


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A neutral remark for the reviewer."""

    name: str
    section: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Everything a form says about answers at one stage."""

    asked: frozenset[str]
    """Paths of the fields that are asked; all others are "not asked now"."""
    missing: tuple[Missing, ...]
    """In order of the form."""
    failures: tuple[Failure, ...]
    duties: tuple[Duty, ...]
    notices: tuple[Notice, ...]
    rule_errors: tuple[str, ...]
    """Rules that could not be evaluated: a fault of the form, never of the officer."""

    @property
    def is_complete(self) -> bool:
        """True when nothing is missing and every answer fits."""
        return not self.missing and not self.failures

    def in_section(self, name: str) -> tuple[Missing | Failure, ...]:
        """Return what stands open in a section, missing first."""
        found: tuple[Missing | Failure, ...] = (*self.missing, *self.failures)
        return tuple(each for each in found if each.section == name)
