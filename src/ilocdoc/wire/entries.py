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
