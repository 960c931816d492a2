"""Ledger entries and cases as the rooms hand them to one another."""

from dataclasses import dataclass

from ilocdoc.record.documents import StoredDocument
from ilocdoc.record.ids import ReportId, Sha256
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.report import Draft, EvidenceItem, ReportVersion
from ilocdoc.wire.envelope import Envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """What casework asks the ledger to add; the vault adds stream, seq, prev, signature."""

    kind: EntryKind
    at: str
    ids: dict[str, str]
    """Identifiers only."""
    act: Envelope
    """The body: an act signed by the officer's or the device's key (ACT_TYPE)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry as the ledger keeps it."""

    stream: str
    seq: int
    hash: Sha256
    kind: EntryKind
    at: str
    ids: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that an officer's volume knows of one report."""

    report_id: ReportId
    state: str
    draft: Draft | None
    """Only in the author's volume while it may be written."""
    versions: tuple[ReportVersion, ...]
    """Sealed versions, oldest first; the author's own or received by delivery."""
    decisions: tuple[Envelope, ...]
    """Signed acts (returned, approved, prepared, accepted), oldest first."""
    documents: tuple[StoredDocument, ...]
    """Without order of importance; newest last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedFile:
    """A file that lies encrypted on this laptop and is not kept in a volume yet."""

    item: EvidenceItem
    file_key: bytes
    """32 bytes, random, of this file only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """A file whose taking in was begun; kept in the volume until the file is, or is given up."""

    evidence_id: str
    report_id: ReportId
    path: str
    """Where the source was, in the file system's own words."""
    size_bytes: int
    """Of the source when it was begun."""
    modified_ns: int
    """Of the source, as its file system says."""
    begun_at: str
    """UTC text."""
    file_key: bytes
    """32 bytes, random, of this file only."""
