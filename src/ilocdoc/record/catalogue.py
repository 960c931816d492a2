"""The offence catalogue: provisions that facts in a report may be relevant to.

Nothing here says that an offence occurred. An officer chooses facts; whether anything
follows from them is for the prosecutor and the courts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import Any

from ilocdoc.record.form import Words
from ilocdoc.record.toml_reading import TomlReader, form_digest, read_toml

_FILE_KEYS = ("catalogue", "version", "languages", "notice", "rows")
_ROW_KEYS = (
    "key",
    "citation",
    "title",
    "kind",
    "family",
    "classes",
    "felony_form",
    "elements",
    "note",
    "caveats",
    "iucr",
    "nibrs",
    "effective_from",
    "effective_to",
    "enabled",
    "status",
    "reviewed_by",
    "reviewed_on",
)


class RowKind(Enum):
    """What a provision is to a report."""

    OFFENCE = "offence"
    UNCLASSIFIED = "unclassified"
    """No provision: a detective classifies. Open before counsel approved any row."""
    CONTEXT = "context"
    """Justification and duty: read beside a report, never entered as a violation."""
    CIVIL = "civil"
    """A civil or regulatory provision: facts are recorded, nothing is entered."""


class Approval(Enum):
    """Whether counsel approved a row, or a file of texts."""

    DRAFT = "draft"
    APPROVED = "counsel_approved"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueRow:
    """One provision."""

    key: str
    citation: str
    title: str
    kind: RowKind
    family: str
    """The only part of it that public aggregates may count by."""
    classes: str
    """As printed, for example "M-A / F-4"."""
    felony_form: bool
    """True when at least one form of it is a felony: the referral path."""
    elements: tuple[str, ...]
    """Neutral sentences; a report ties its facts to each of them."""
    note: str
    caveats: tuple[str, ...]
    iucr: tuple[str, ...]
    """Codes to offer, never to fill in."""
    nibrs: tuple[str, ...]
    effective_from: date
    effective_to: date | None
    """The last day; None when still in force."""
    enabled: bool
    """False keeps a row out of every list until counsel says otherwise."""
    approval: Approval
    reviewed_by: str
    reviewed_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Catalogue:
    """One released version of the catalogue."""

    version: str
    notice: Words
    """Stands wherever provisions are listed."""
    rows: tuple[CatalogueRow, ...]
    sha256: str

    def row(self, key: str) -> CatalogueRow | None:
        """Return the row of a key, or None when this version does not have it."""
        return next((each for each in self.rows if each.key == key), None)


def offered(catalogue: Catalogue, *, training: bool, on: date) -> tuple[CatalogueRow, ...]:
    """Return the rows that an author may choose from, in the order of the file.

    Args:
        catalogue: The version that the report names.
        training: True shows drafts too (they are marked); production shows only what
            counsel approved. The unclassified row is always there.
        on: The day of the incident.
    """
    return tuple(row for row in catalogue.rows if _is_offered(row, training=training, on=on))


def _is_offered(row: CatalogueRow, *, training: bool, on: date) -> bool:
    if row.approval is Approval.WITHDRAWN or not row.enabled or not _in_force(row, on):
        return False
    if row.kind is RowKind.UNCLASSIFIED:
        return True
    return row.kind is RowKind.OFFENCE and (training or row.approval is Approval.APPROVED)


def _in_force(row: CatalogueRow, on: date) -> bool:
    return row.effective_from <= on and (row.effective_to is None or on <= row.effective_to)


@lru_cache(maxsize=8)
def read_catalogue(data: bytes, *, file: str = "catalogue") -> Catalogue:
    """Return the catalogue in a TOML file; the result is remembered.

    Args:
        data: Bytes of the file.
        file: Its name, for errors.

    Raises:
        FormError: When a key is unknown or missing, a word is not one of its kind, a key
            stands twice, or an approved row names nobody who reviewed it.
    """
    reader, parsed = TomlReader(data, file), read_toml(data, file=file)
    reader.keys(parsed, _FILE_KEYS, what="the catalogue")
    tables = reader.need(parsed, "rows", what="the catalogue")
    rows = tuple(_read_row(reader, table) for table in tables)
    seen: set[str] = set()
    for row in rows:
        if row.key in seen:
            raise reader.fail(f"the key {row.key!r} stands twice.", near=row.key)
        seen.add(row.key)
    return Catalogue(
        version=str(reader.need(parsed, "version", what="the catalogue")),
        notice=reader.label(parsed, what="the catalogue", key="notice"),
        rows=rows,
        sha256=form_digest(parsed),
    )


def read_approval(
    reader: TomlReader, table: Mapping[str, Any], *, what: str, near: str
) -> Approval:
    """Return the `status` of a table.

    Raises:
        FormError: When it is none, or it says approved and names nobody who reviewed.
    """
    try:
        approval = Approval(table.get("status"))
    except ValueError as error:
        raise reader.fail(f"{what}: {error}.", near=near) from error
    if approval is Approval.APPROVED and not (table.get("reviewed_by") and "reviewed_on" in table):
        raise reader.fail(f"{what} is approved by nobody.", near=near)
    return approval


def _read_row(reader: TomlReader, table: dict[str, Any]) -> CatalogueRow:
    what = f"row {table.get('key', '')!r}"
    reader.keys(table, _ROW_KEYS, what=what)
    key = reader.need(table, "key", what=what)
    approval = read_approval(reader, table, what=what, near=key)
    try:
        kind = RowKind(table.get("kind"))
    except ValueError as error:
        raise reader.fail(f"{what}: {error}.", near=key) from error
    starts = reader.need(table, "effective_from", what=what)
    if type(starts) is not date:
        raise reader.fail(f"{what}: effective_from is not a date.", near=key)
    return CatalogueRow(
        key=key,
        citation=table.get("citation", ""),
        title=reader.need(table, "title", what=what),
        kind=kind,
        family=reader.need(table, "family", what=what),
        classes=table.get("classes", ""),
        felony_form=table.get("felony_form", False),
        elements=reader.texts(table, "elements", what=what),
        note=table.get("note", ""),
        caveats=reader.texts(table, "caveats", what=what),
        iucr=reader.texts(table, "iucr", what=what),
        nibrs=reader.texts(table, "nibrs", what=what),
        effective_from=starts,
        effective_to=table.get("effective_to"),
        enabled=table.get("enabled", True),
        approval=approval,
        reviewed_by=table.get("reviewed_by", ""),
        reviewed_on=table.get("reviewed_on"),
    )
