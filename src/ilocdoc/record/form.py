"""A form definition as typed values; `form_reading` makes them from TOML.

The vocabulary is XLSForm's: sections of fields with `relevant`, `required`,
`constraint`; rules are CEL expressions, named once in `conditions`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from ilocdoc.record.answers import Absence

Words = Mapping[str, str]
"""A text by language code; "en" is always there."""


class FieldType(Enum):
    """What kind of answer a field takes; the first word of `type` in the file."""

    SELECT_ONE = "select_one"
    SELECT_MULTIPLE = "select_multiple"
    TEXT = "text"
    INTEGER = "integer"
    DATE = "date"
    DATETIME = "datetime"
    GEOPOINT = "geopoint"
    LINK = "link"
    """Id of a row of one of the named repeats."""
    LINKS = "links"
    """Ids of several such rows."""
    ACKNOWLEDGE = "acknowledge"
    """"yes" when the person confirmed the label."""
    NOTE = "note"
    """Text only; takes no answer."""
    REPEAT = "repeat"


class Sensitivity(Enum):
    """Why a field belongs in the confidential annex of a packet."""

    CONTACT = "contact"
    MEDICAL = "medical"
    MINOR = "minor"
    IDENTITY = "identity"


class Stage(Enum):
    """How far a report is; the value of `stage` in rules, in this order."""

    DRAFT = "draft"
    SUBMIT = "submit"
    APPROVE = "approve"
    REFERRAL = "referral"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value of a list."""

    name: str
    """As stored."""
    label: Words
    """As shown and printed."""
    status: str = "active"
    """active or retired; a retired choice still prints and is no longer offered."""
    valid_from: str = ""
    """ISO date, empty when always."""
    valid_to: str = ""
    """ISO date of the last day, empty when still."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question."""

    name: str
    """Unique in its section's scope: the form, or its repeat."""
    type: FieldType
    label: Words
    hint: Words
    list_name: str = ""
    """Of the choices, for select_one and select_multiple."""
    targets: tuple[str, ...] = ()
    """Repeats whose rows a link may name."""
    appearance: str = ""
    """segmented, chips, multiline, now or empty."""
    quick: int = 0
    """Its place on the quick-capture page, from 1; 0 when it is not there."""
    relevant: str = "true"
    required: str = "false"
    constraint: str = "true"
    constraint_message: Words
    format: str = ""
    """A name in `formats.FORMATS`, or empty."""
    max_length: int = 0
    """Most characters of a text; 0 when not limited."""
    sensitive: Sensitivity | None = None
    published: bool = False
    """True when its category feeds public aggregates."""
    absences: tuple[Absence, ...] = tuple(Absence)
    """Which absences the question offers."""
    absence_reason: bool = False
    """True when an absence needs a reason in words."""
    prefill: str = ""
    """What the program may fill in: now, officer, star, rank, unit, beat, position, or empty."""
    fields: tuple["Field", ...] = ()
    """Of one row, for a repeat."""
    row_label: Words
    """What one row is called, for a repeat: "Federal agent"."""

    def field(self, name: str) -> "Field":
        """Return a field of this repeat's rows.

        Raises:
            KeyError: If there is none of that name.
        """
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRule:
    """A neutral remark for the reviewer; never stops anything."""

    name: str
    when: str
    label: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One page of the form."""

    name: str
    label: Words
    hint: Words
    relevant: str
    fields: tuple[Field, ...]
    notices: tuple[NoticeRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRule:
    """One line of the officer's checklist."""

    name: str
    label: Words
    when: str
    done: str
    section: str
    """Where the duty is recorded."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Form:
    """One released version of a form; never edited, only succeeded."""

    name: str
    version: str
    replaces: str
    title: Words
    languages: tuple[str, ...]
    """Codes of the languages that every text of it has; English first."""
    conditions: Mapping[str, str]
    """Named rules, in the order of the file; a later one may use an earlier one."""
    lists: Mapping[str, tuple[Choice, ...]]
    sections: tuple[Section, ...]
    """In order of the pages."""
    duties: tuple[DutyRule, ...]
    migrations: tuple[Mapping[str, str], ...]
    """Steps (`do`, `from`, `to`) from the version that this one replaces."""
    sha256: str
    """Of the canonical JSON of the parsed TOML, see `toml_reading.form_digest`."""
    file: str
    """Name of the file it was read from, for errors."""
    places: Mapping[str, tuple[int, int]]
    """Line and column in that file, by the text of a rule."""

    def field(self, name: str) -> Field:
        """Return a field of the form, not of a row.

        Raises:
            KeyError: If there is none of that name.
        """
        for _section, field in self.placed_fields():
            if field.name == name:
                return field
        raise KeyError(name)

    def placed_fields(self) -> Iterator[tuple[Section, Field]]:
        """Yield each field of the form with its section, in order; no fields of rows."""
        for section in self.sections:
            for field in section.fields:
                yield section, field

    def repeats(self) -> tuple[Field, ...]:
        """Return the repeats in order."""
        return tuple(f for _s, f in self.placed_fields() if f.type is FieldType.REPEAT)

    def quick_fields(self) -> tuple[Field, ...]:
        """Return the fields of the quick-capture page in the order of their places."""
        quick = (field for _section, field in self.placed_fields() if field.quick)
        return tuple(sorted(quick, key=lambda each: each.quick))

    def choice_label(self, field: Field, name: str, *, language: str = "en") -> str:
        """Return the printed words of a stored choice; the stored name if it is unknown."""
        for choice in self.lists.get(field.list_name, ()):
            if choice.name == name:
                return in_language(choice.label, language)
        return name

    def offered(self, field: Field, *, on: str = "") -> tuple[Choice, ...]:
        """Return the choices to offer, in order.

        Args:
            field: A select_one or select_multiple.
            on: ISO date; choices not valid on it are left out. Empty keeps them.
        """
        return tuple(
            choice
            for choice in self.lists.get(field.list_name, ())
            if choice.status == "active"
            and (not on or choice.valid_from <= on)
            and (not on or not choice.valid_to or on <= choice.valid_to)
        )


def in_language(words: Words, language: str) -> str:
    """Return a text in a language, else in English."""
    return words.get(language) or words.get("en", "")
