"""The parts casework needs, written by the consumer; the neighbours fit them by shape.

`laptop.py` hands the real ones over and mypy proves the fit there; `tests/contracts`
runs one suite per Protocol against the double and the real thing.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from ilocdoc.casework.evidence_port import EvidenceStore
from ilocdoc.record.documents import Exhibit, PacketContents, StoredDocument, Verdict
from ilocdoc.record.ids import DeviceId, ReportId
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.lock_notes import LockNote
from ilocdoc.record.people import Officer
from ilocdoc.record.report import Draft, EvidenceItem, ReportVersion
from ilocdoc.record.rollback import Rollback
from ilocdoc.record.searching import Found, Search, SearchText
from ilocdoc.record.summary import ReportRow
from ilocdoc.wire.entries import Case, Entry, Intake, NewEntry
from ilocdoc.wire.envelope import Envelope, Signer
from ilocdoc.wire.ledger_copy import LedgerCopy
from ilocdoc.wire.messages import StreamHead
from ilocdoc.wire.sealing import Delivery
from ilocdoc.wire.witness import Witness


class Clock(Protocol):
    """The laptop's clocks. Nothing else tells time."""

    def now(self) -> datetime:
        """Return the system clock: aware, UTC, microseconds."""

    def mono_ms(self) -> int:
        """Return milliseconds of the monotonic clock since boot."""

    @property
    def boot(self) -> str:
        """Name of this boot, so that monotonic readings of two boots never compare."""


class Ids(Protocol):
    """Makes new ids; nothing else does."""

    def new_id(self) -> str:
        """Return a UUIDv7 in lower case."""


class Transaction(Protocol):
    """One all-or-nothing change of an officer's volume. Durable when the block ends."""

    def case(self, report_id: ReportId) -> Case | None:
        """Return what is known of a report, or None."""

    def put_draft(self, draft: Draft, *, title: str, state: str) -> None:
        """Keep a draft as the newest; the ring keeps the last twenty revisions."""

    def drop_draft(self, report_id: ReportId) -> None:
        """Take the draft away after it was sealed or abandoned."""

    def put_version(self, version: ReportVersion, *, title: str, state: str) -> None:
        """Keep a sealed version for ever."""

    def put_state(self, report_id: ReportId, state: str) -> None:
        """Set the projected state of a known report."""

    def put_decision(self, report_id: ReportId, act: Envelope) -> None:
        """Keep a signed act beside a report; idempotent by its bytes."""

    def put_document(self, document: StoredDocument) -> None:
        """Keep a PDF; idempotent by digest."""

    def put_evidence(self, item: EvidenceItem, key: bytes, *, mine: bool) -> None:
        """Keep a file's key; idempotent.

        Args:
            item: Of the file.
            key: 32 bytes.
            mine: True when this member took it in: its container goes to headquarters.
        """

    def put_intake(self, intake: Intake) -> None:
        """Keep that a file was begun, before its first byte is sealed."""

    def drop_intake(self, evidence_id: str) -> None:
        """Forget that a file was begun: it is kept now, or given up. Idempotent."""

    def append(self, entry: NewEntry) -> Entry:
        """Add an entry to this volume's ledger and to the spool for headquarters."""

    def witnesses(self, report_id: ReportId) -> Sequence[Witness]:
        """Return the ledger entries of a report with their proofs: own and received."""

    def put_witness(self, report_id: ReportId, witness: Witness) -> None:
        """Keep a checked entry of somebody else's ledger; idempotent."""

    def post(self, delivery: Delivery) -> None:
        """Queue sealed mail; the recipient may be on this laptop or anywhere."""

    def put_search_text(self, report_id: ReportId, text: SearchText | None) -> None:
        """Read a report's words into the search index; it waits no more.

        Args:
            report_id: Of the report.
            text: None when the report has no words any more.
        """

    def mark_opened(self, delivery_id: str) -> None:
        """Remember that a delivery was opened and applied."""

    def keep_setting(self, name: str, value: str) -> None:
        """Keep a small text, for example the number of reports made today."""

    def setting(self, name: str) -> str:
        """Return a kept text, or the empty string."""


class Finder(Protocol):
    """Search over the reports of one volume; `vault.search_index` is the real one."""

    def waiting(self, *, most: int) -> Sequence[tuple[ReportId, Draft | None]]:
        """Return reports whose words are not in the index yet, with their newest text.

        Whatever is kept of a report makes it wait; `Transaction.put_search_text` ends it.

        Args:
            most: How many at most.
        """

    def find(self, search: Search, *, most: int) -> Sequence[Found]:
        """Return reports that hold all that is looked for, the best first.

        Args:
            search: Not empty.
            most: How many at most.
        """


class Parking(Protocol):
    """Where a session leaves its last words while the vault is busy or full. Any thread."""

    def seal(self, content: bytes) -> bytes:
        """Return what only this vault's officer can open."""

    def put(self, sealed: bytes) -> None:
        """Keep sealed words; durable when this returns.

        Raises:
            VaultError: If the disk refuses.
        """

    def take(self) -> bytes | None:
        """Return, opened, what the last session left; None when nothing."""

    def clear(self) -> None:
        """Forget it after it was kept."""


class LaptopSide(Protocol):
    """What a signed-in officer shares with everybody on this laptop. Vault lane."""

    @property
    def parking(self) -> Parking:
        """Where this officer's session leaves its last words."""

    def notes(self) -> Sequence[LockNote]:
        """Return the unclaimed notes from the lock screen, oldest first.

        A note leaves the laptop after a block that marked its id as opened.
        """

    def doubts(self) -> Sequence[Rollback]:
        """Return what is in doubt and was not released, oldest first."""

    def may_take_back(self, rollback: Rollback) -> bool:
        """Tell whether this laptop has the sealed copies of what is missing."""

    def release(self, rollback: Rollback, act: Envelope) -> None:
        """Keep the signed act that releases a doubt, for the next time the member signs in."""

    def orders(self) -> Sequence[str]:
        """Return the signed orders to destroy that this laptop knows of, as base64."""

    def keep_order(self, evidence_id: str, order: str) -> None:
        """Keep a signed order, so that it is carried out again after a restore."""

    def attest(self, kind: EntryKind, *, at: str, officer: str, **said: str | int) -> None:
        """Add a statement of the laptop to its own ledger, signed by the device key.

        Args:
            kind: Of the statement.
            at: UTC text.
            officer: Star of the member whom it is about.
            said: Identifiers and numbers only.
        """


class Vault(Protocol):
    """An unlocked officer's volume; owned by one thread (the vault lane)."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Begin a change; commit at the end of the block, roll back on an exception."""

    def rows(self) -> Sequence[ReportRow]:
        """Return the report list, newest first."""

    def case(self, report_id: ReportId) -> Case:
        """Return all that is known of a report.

        Raises:
            RefusedError: If the report is not known here.
        """

    def entries(self, report_id: ReportId | None = None) -> Sequence[Entry]:
        """Return ledger entries, oldest first.

        Args:
            report_id: Of this report, own and received ones; None for the own ledger.
        """

    @property
    def doubt(self) -> Rollback | None:
        """Why this store or the laptop's may be older than it was; None usually."""

    def signed_for(self) -> StreamHead:
        """Return up to where headquarters signed for this ledger; seq 0 for nowhere."""

    def ledger_copy(self) -> LedgerCopy:
        """Return the own ledger with all that proves it."""

    def deliveries(self) -> Sequence[tuple[Delivery, bytes]]:
        """Return mail for this officer not yet opened: (delivery, opened content).

        Mail that does not open with this officer's key is left out and stays.
        """

    @property
    def evidence(self) -> EvidenceStore:
        """The containers of this volume."""

    @property
    def finder(self) -> Finder:
        """Search over the reports of this volume."""

    @property
    def signer(self) -> Signer:
        """The officer's signing key; signs acts and documents."""

    @property
    def officer(self) -> Officer:
        """Whose volume this is."""

    @property
    def roster(self) -> Sequence[Officer]:
        """All members, as headquarters last signed."""

    @property
    def device(self) -> DeviceId:
        """This laptop."""

    @property
    def training(self) -> bool:
        """True when this laptop belongs to a training headquarters."""

    def next_number(self, day: str) -> int:
        """Return the next report number of a day on this laptop, from 1.

        Args:
            day: "261020". A number is never given twice, whoever asks: a gap must
                always mean a missing report.
        """

    @property
    def root_der(self) -> bytes:
        """The agency's root certificate, pinned at enrolment."""

    @property
    def laptop(self) -> LaptopSide:
        """What is shared on this laptop."""

    def sealed_copy(self, content: bytes, *, copy_id: str, at: str) -> bytes:
        """Return content as only this officer and headquarters can open it. Any thread.

        Needs no disk: for the moment when that fails.

        Args:
            content: Of the copy.
            copy_id: New.
            at: UTC text.
        """

    def close(self) -> None:
        """Close the volume; the keys die with the process."""


class Press(Protocol):
    """Makes, signs, reads and checks PDF documents; `packet.press` is the real one."""

    def report_document(self, version: ReportVersion, *, form: bytes, draft: bool) -> bytes:
        """Return the unsigned report document.

        Args:
            version: What is drawn.
            form: TOML of the report's own form version.
            draft: True prints DRAFT and leaves out the signature fields.
        """

    def packet(self, contents: PacketContents, *, form: bytes) -> tuple[bytes, bytes]:
        """Return (unsigned main document, unsigned confidential annex)."""

    def exhibit(self, evidence_id: str, data: bytes) -> Exhibit:
        """Return a file prepared for print by the isolated decoder; never raises on content."""

    def certify(self, pdf: bytes, *, signer: Signer, officer: Officer, at: datetime) -> bytes:
        """Return the document with its first signature (certification, DocMDP P=2)."""

    def approve(self, pdf: bytes, *, signer: Signer, officer: Officer, at: datetime) -> bytes:
        """Return the document with its second signature, which locks it."""

    def verify(self, pdf: bytes, *, root_der: bytes) -> Verdict:
        """Judge a document strictly; never raises on content."""

    def holds(self, pdf: bytes, version: ReportVersion) -> bool:
        """Return whether the record inside a report document is this report; never raises."""

    def is_certified(self, pdf: bytes, *, root_der: bytes) -> bool:
        """Return whether the first signature alone is genuine and nothing was added."""

    def pages(self, pdf: bytes, *, dpi: int) -> Iterator[tuple[int, int, bytes]]:
        """Yield (width, height, RGB bytes) of each page in turn, signatures drawn."""


class FormShelf(Protocol):
    """Form definitions and catalogues by version; old versions stay."""

    def newest(self) -> bytes:
        """Return the TOML of the newest form version."""

    def form(self, version: str) -> bytes:
        """Return the TOML of a version.

        Raises:
            FormError: If this laptop does not have it.
        """

    def alerts(self) -> bytes:
        """Return the TOML of the alert rules in force."""

    def words(self) -> bytes:
        """Return the TOML of the word lists in force."""

    def catalogue(self) -> bytes:
        """Return the TOML of the offence catalogue in force."""
