"""One change of an officer's volume, all or nothing."""

from collections.abc import Callable, Sequence

import msgspec

from ilocdoc.record.documents import StoredDocument
from ilocdoc.record.ids import ReportId
from ilocdoc.record.report import (
    Draft,
    EvidenceItem,
    ReportVersion,
    canonical_text,
    draft_to_json,
    version_to_json,
)
from ilocdoc.record.searching import SearchText
from ilocdoc.vault.database import Database
from ilocdoc.vault.evidence_store import VaultEvidence
from ilocdoc.vault.ledger import Ledger
from ilocdoc.vault.reading import read_case
from ilocdoc.vault.search_index import note_change, put_text
from ilocdoc.wire.entries import Case, Entry, Intake, NewEntry
from ilocdoc.wire.envelope import Envelope, envelope_bytes
from ilocdoc.wire.sealing import Delivery
from ilocdoc.wire.witness import Witness

RING_LENGTH = 20
"""Revisions of a draft that are kept beside the newest."""


def _nothing() -> None:
    pass


class VaultTransaction:
    """Fits `casework.ports.Transaction`; lives inside one `OpenVault.transaction` block."""

    def __init__(
        self,
        database: Database,
        ledger: Ledger,
        evidence: VaultEvidence,
        *,
        before: Callable[[], None] = _nothing,
    ) -> None:
        """Begin.

        Args:
            database: With its transaction open.
            ledger: Of the same volume.
            evidence: Of the same volume.
            before: Called before each new entry.
        """
        self._database = database
        self._ledger = ledger
        self._evidence = evidence
        self._before = before
        self.has_more_to_send = False
        """True when something has to go to the spool after the commit."""

    def case(self, report_id: ReportId) -> Case | None:
        """Return what is known of a report, or None."""
        return read_case(self._database, report_id)

    def _put_row(self, draft: Draft, *, title: str, state: str) -> None:
        self._database.run(
            "INSERT INTO report VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (report_id) "
            "DO UPDATE SET state = excluded.state, version = max(version, excluded.version), "
            "title = excluded.title",
            (
                draft.report_id,
                draft.local_number,
                state,
                draft.version,
                title,
                draft.created_at,
                draft.author.id,
                draft.author.name,
            ),
        )

    def put_draft(self, draft: Draft, *, title: str, state: str) -> None:
        """Keep a draft as the newest, and the last revisions in a ring."""
        body = canonical_text(draft_to_json(draft))
        self._put_row(draft, title=title, state=state)
        note_change(self._database, draft.report_id)
        self._database.run("INSERT OR REPLACE INTO draft VALUES (?, ?)", (draft.report_id, body))
        self._database.run(
            "INSERT OR REPLACE INTO draft_ring VALUES (?, ?, ?)",
            (draft.report_id, draft.revision, body),
        )
        self._database.run(
            "DELETE FROM draft_ring WHERE report_id = ? AND revision <= ?",
            (draft.report_id, draft.revision - RING_LENGTH),
        )

    def drop_draft(self, report_id: ReportId) -> None:
        """Take the draft away after it was sealed or given up."""
        note_change(self._database, report_id)
        self._database.run("DELETE FROM draft WHERE report_id = ?", (report_id,))
        self._database.run("DELETE FROM draft_ring WHERE report_id = ?", (report_id,))

    def put_version(self, version: ReportVersion, *, title: str, state: str) -> None:
        """Keep a sealed version for ever; one that is known already changes nothing."""
        draft = version.draft
        known = self._database.all(
            "SELECT 1 FROM version WHERE report_id = ? AND version = ?",
            (draft.report_id, draft.version),
        )
        if known:
            return
        self._put_row(draft, title=title, state=state)
        note_change(self._database, draft.report_id)
        self._database.run(
            "INSERT INTO version VALUES (?, ?, ?)",
            (draft.report_id, draft.version, canonical_text(version_to_json(version))),
        )

    def put_state(self, report_id: ReportId, state: str) -> None:
        """Set the projected state of a known report."""
        self._database.run("UPDATE report SET state = ? WHERE report_id = ?", (state, report_id))

    def put_decision(self, report_id: ReportId, act: Envelope) -> None:
        """Keep a signed act beside a report; idempotent by its bytes."""
        self._database.run(
            "INSERT OR IGNORE INTO decision (report_id, act) VALUES (?, ?)",
            (report_id, envelope_bytes(act)),
        )

    def put_document(self, document: StoredDocument) -> None:
        """Keep a PDF; idempotent by digest."""
        self._database.run(
            "INSERT OR IGNORE INTO document (sha256, report_id, kind, version, at, pdf) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (
                document.sha256,
                document.report_id,
                document.kind,
                document.version,
                document.at,
                document.pdf,
            ),
        )

    def put_evidence(self, item: EvidenceItem, key: bytes, *, mine: bool) -> None:
        """Keep a file's key; a container of this member goes to headquarters after."""
        self.has_more_to_send = True
        self._evidence.keep(item, key, mine=mine)

    def put_intake(self, intake: Intake) -> None:
        """Keep that a file was begun: its key and where it came from."""
        self._evidence.keep_intake(intake)

    def drop_intake(self, evidence_id: str) -> None:
        """Forget that a file was begun; it is kept now, or given up."""
        self._evidence.drop_intake(evidence_id)

    def append(self, entry: NewEntry) -> Entry:
        """Add an entry to this volume's ledger."""
        self._before()
        self.has_more_to_send = True
        return self._ledger.append(entry)

    def witnesses(self, report_id: ReportId) -> Sequence[Witness]:
        """Return the ledger entries of a report with their proofs."""
        return self._ledger.witnesses(report_id)

    def put_witness(self, report_id: ReportId, witness: Witness) -> None:
        """Keep a checked entry of somebody else's ledger; idempotent."""
        self._ledger.put_witness(report_id, witness)

    def post(self, delivery: Delivery) -> None:
        """Queue sealed mail; it leaves the volume when the block is committed."""
        self.has_more_to_send = True
        self._database.run(
            "INSERT OR IGNORE INTO letter VALUES (?, ?)",
            (delivery.id, msgspec.json.encode(delivery)),
        )

    def put_search_text(self, report_id: ReportId, text: SearchText | None) -> None:
        """Read a report's words into the search index."""
        put_text(self._database, report_id, text)

    def mark_opened(self, delivery_id: str) -> None:
        """Remember that a delivery was opened and applied."""
        self._database.run("INSERT OR IGNORE INTO opened VALUES (?)", (delivery_id,))

    def keep_setting(self, name: str, value: str) -> None:
        """Keep a small text."""
        self._database.run("INSERT OR REPLACE INTO setting VALUES (?, ?)", (f"my/{name}", value))

    def setting(self, name: str) -> str:
        """Return a kept text, or the empty string."""
        rows = self._database.all("SELECT value FROM setting WHERE name = ?", (f"my/{name}",))
        return str(rows[0][0]) if rows else ""
