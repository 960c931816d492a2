"""How reports become counts: thresholds, times and groups of choices, as data."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from ilocdoc.record.answers import Absence, absence_of, is_empty
from ilocdoc.record.disclosure import LOWEST_THRESHOLD
from ilocdoc.record.errors import FormError

UNKNOWN = "unknown"
NO_ANSWER = "no_answer"
UNCLASSIFIED = "unclassified"
"""A choice that this version of the method does not name; counted, never dropped."""

_ABSENT = {
    Absence.UNKNOWN: UNKNOWN,
    Absence.REFUSED: "answer_refused",
    Absence.NOT_ASKED: "not_asked",
    Absence.NOT_APPLICABLE: "not_applicable",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What may be published and when (domain model 4.6)."""

    threshold: int
    """Counts from 1 to one below it are hidden."""
    close_days: int
    """A quarter closes this many days after its end."""
    lag_days: int
    """Nothing younger is counted."""
    district_incidents: int
    """Counts by district only from so many incidents in the quarter."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Method:
    """One released version of the method; every public row names it."""

    version: str
    policy: Policy
    districts: tuple[str, ...]
    """Three digits each, in order."""
    absent: tuple[str, ...]
    """Categories for answers without a value, in order of publication."""
    groups: Mapping[str, Mapping[str, tuple[str, ...]]]
    """By dimension and category: the form's choices that are counted in it."""

    def valued(self, dimension: str) -> tuple[str, ...]:
        """Return the categories of a dimension that hold a value, in order."""
        named = (each for each in self.groups[dimension] if each not in self.absent)
        return (*named, UNCLASSIFIED)

    def categories(self, dimension: str) -> tuple[str, ...]:
        """Return all categories of a dimension, in order of publication."""
        return (*self.valued(dimension), *self.absent)

    def category(self, dimension: str, answer: object) -> str:
        """Return the one category in which an answer is counted."""
        if is_empty(answer):
            return NO_ANSWER
        if absence := absence_of(answer):
            return _ABSENT[absence]
        if answer == UNKNOWN:
            return UNKNOWN
        for category, choices in self.groups[dimension].items():
            if answer in choices:
                return category
        return UNCLASSIFIED


def read_method(toml: str) -> Method:
    """Return the method in a TOML text.

    Raises:
        FormError: If it is no such file, or its threshold is below the lowest allowed.
    """
    try:
        value = tomllib.loads(toml)
        method = Method(
            version=value["version"],
            policy=Policy(**value["policy"]),
            districts=tuple(value["districts"]["known"]),
            absent=tuple(value["absent"]),
            groups={
                name: {category: tuple(choices) for category, choices in groups.items()}
                for name, groups in value["dimensions"].items()
            },
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise FormError("The method of the public record cannot be read.") from error
    if method.policy.threshold < LOWEST_THRESHOLD:
        raise FormError(f"Counts below {LOWEST_THRESHOLD} are never published.")
    return method
