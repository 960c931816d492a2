"""A vault in memory: all or nothing, a hash-chained ledger, mail between members."""

import copy
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec

from ilocdoc.record.documents import StoredDocument
from ilocdoc.record.errors import DiskFullError, RefusedError
from ilocdoc.record.ids import ZERO_HASH, DeviceId, ReportId, Sha256
from ilocdoc.record.ledger import ENTRY_TYPE, EntryHeader, body_digest, header_bytes
from ilocdoc.record.people import Officer
from ilocdoc.record.report import Draft, EvidenceItem, ReportVersion
from ilocdoc.record.rollback import Rollback
from ilocdoc.record.searching import SearchText
from ilocdoc.record.summary import ReportRow
from ilocdoc.wire.copies import seal_copy
from ilocdoc.wire.entries import Case, Entry, Intake, NewEntry
from ilocdoc.wire.envelope import (
    Envelope,
    Signer,
    SoftwareKey,
    envelope_bytes,
    seal_envelope,
    spki_of,
    stream_id_of,
)
from ilocdoc.wire.ledger_copy import CopiedEntry, LedgerCopy
from ilocdoc.wire.messages import OpenStream, StreamHead
from ilocdoc.wire.sealing import Delivery, opened_deliveries
from ilocdoc.wire.witness import Witness, witness_of, witnessed_entry
from tests.doubles.authority import Authority, Member
from tests.doubles.memory_evidence import MemoryEvidence
from tests.doubles.memory_finder import MemoryFinder
from tests.doubles.memory_side import MemorySide, Shared


@dataclass
class Post:
    """What lies between the members: every delivery ever posted."""

    letters: list[Delivery] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    shared: Shared = field(default_factory=Shared)


@dataclass
class Kept:
    """One report in memory."""

    state: str = ""
    title: str = ""
    draft: Draft | None = None
    last: Draft | None = None
    """The newest draft there ever was; a list still names a report that was given up."""
    versions: list[ReportVersion] = field(default_factory=list)
    decisions: list[Envelope] = field(default_factory=list)
    documents: list[StoredDocument] = field(default_factory=list)


class MemoryTransaction:
    """Writes to a copy; the vault takes the copy when the block ends."""

    def __init__(self, vault: "MemoryVault") -> None:
        self._vault = vault
        self.reports = copy.deepcopy(vault.reports)
        self.ledger = list(vault.ledger)
        self.received = list(vault.received)
        self.letters: list[Delivery] = []
        self.opened = set(vault.opened)
        self.settings = dict(vault.settings)
        self.keys = dict(vault.evidence.keys)
        self.intakes = dict(vault.evidence.intakes)
        self.changed = set(vault.finder.changed)
        self.texts = dict(vault.finder.texts)

    def _kept(self, report_id: ReportId) -> Kept:
        return self.reports.setdefault(report_id, Kept())

    def case(self, report_id: ReportId) -> Case | None:
        kept = self.reports.get(report_id)
        return _case(report_id, kept) if kept else None

    def put_draft(self, draft: Draft, *, title: str, state: str) -> None:
        self.changed.add(draft.report_id)
        self._kept(draft.report_id).last = draft
        kept = self._kept(draft.report_id)
        kept.draft, kept.title, kept.state = draft, title, state

    def drop_draft(self, report_id: ReportId) -> None:
        self.changed.add(report_id)
        self._kept(report_id).draft = None

    def put_version(self, version: ReportVersion, *, title: str, state: str) -> None:
        kept = self._kept(version.draft.report_id)
        if any(each.draft.version == version.draft.version for each in kept.versions):
            return
        self.changed.add(version.draft.report_id)
        kept.versions.append(version)
        kept.title, kept.state = title, state

    def put_state(self, report_id: ReportId, state: str) -> None:
        self._kept(report_id).state = state

    def put_decision(self, report_id: ReportId, act: Envelope) -> None:
        kept = self._kept(report_id)
        if act not in kept.decisions:
            kept.decisions.append(act)

    def put_document(self, document: StoredDocument) -> None:
        kept = self._kept(document.report_id)
        if document not in kept.documents:
            kept.documents.append(document)

    def put_evidence(self, item: EvidenceItem, key: bytes, *, mine: bool) -> None:
        self.keys.setdefault(item.id, key)

    def put_intake(self, intake: Intake) -> None:
        self.intakes[intake.evidence_id] = intake

    def drop_intake(self, evidence_id: str) -> None:
        self.intakes.pop(evidence_id, None)

    def append(self, entry: NewEntry) -> Entry:
        stream, salt = self._vault.stream, b"\0" * 32
        last = witnessed_entry(self.ledger[-1]).hash if self.ledger else ZERO_HASH
        header = EntryHeader(
            stream=stream_id_of(stream.public.key),
            seq=len(self.ledger) + 1,
            prev=last,
            kind=entry.kind,
            at=entry.at,
            ids=entry.ids,
            body=body_digest(salt, envelope_bytes(entry.act)),
        )
        sealed = seal_envelope(ENTRY_TYPE, header_bytes(header), signer=stream)
        key = spki_of(stream.public.key)
        self.ledger.append(witness_of(sealed, stream_key=key, salt=salt, act=entry.act))
        return witnessed_entry(self.ledger[-1])

    def witnesses(self, report_id: ReportId) -> Sequence[Witness]:
        return [
            each
            for each in (*self.ledger, *self.received)
            if witnessed_entry(each).ids.get("report") == report_id
        ]

    def put_witness(self, report_id: ReportId, witness: Witness) -> None:
        if witness not in (*self.ledger, *self.received):
            self.received.append(witness)

    def post(self, delivery: Delivery) -> None:
        self.letters.append(delivery)

    def put_search_text(self, report_id: ReportId, text: SearchText | None) -> None:
        self.changed.discard(report_id)
        self.texts.pop(report_id, None)
        if text is not None:
            self.texts[report_id] = text

    def mark_opened(self, delivery_id: str) -> None:
        self.opened.add(delivery_id)

    def keep_setting(self, name: str, value: str) -> None:
        self.settings[name] = value

    def setting(self, name: str) -> str:
        return self.settings.get(name, "")


def _case(report_id: ReportId, kept: Kept) -> Case:
    return Case(
        report_id=report_id,
        state=kept.state,
        draft=kept.draft,
        versions=tuple(kept.versions),
        decisions=tuple(kept.decisions),
        documents=tuple(kept.documents),
    )


class MemoryVault:
    """One member's vault; after `fill_up` there is room for so many commits."""

    def __init__(
        self, member: Member, *, authority: Authority, roster: Sequence[Officer], post: Post
    ) -> None:
        self._member, self._authority, self._post = member, authority, post
        self._roster = tuple(roster)
        self.reports: dict[ReportId, Kept] = {}
        self.stream = SoftwareKey(ec.generate_private_key(ec.SECP256R1()))
        self.ledger: list[Witness] = []
        self.received: list[Witness] = []
        self.opened: set[str] = set()
        self.settings: dict[str, str] = {}
        self.room: int | None = None
        self.evidence = MemoryEvidence(post.files, member.officer.id)
        self.finder = MemoryFinder(self._newest, self.rows)
        self.device = DeviceId("0A1B")
        self.training = True
        self.doubt: Rollback | None = None
        self.laptop = MemorySide(post.shared, lambda: self.opened)

    def take_roster(self, roster: Sequence[Officer]) -> None:
        self._roster = tuple(roster)

    def fill_up(self, *, after: int = 0) -> None:
        """Let so many more commits find room, and no further one."""
        self.room = after

    @contextmanager
    def transaction(self) -> Iterator[MemoryTransaction]:
        opened = MemoryTransaction(self)
        yield opened
        if self.room is not None:
            if not self.room:
                raise DiskFullError
            self.room -= 1
        self.reports, self.ledger = opened.reports, opened.ledger
        self.received = opened.received
        self.opened, self.settings = opened.opened, opened.settings
        self.evidence.keys, self.evidence.intakes = opened.keys, opened.intakes
        self.finder.changed, self.finder.texts = opened.changed, opened.texts
        self._post.letters.extend(opened.letters)
        self._post.shared.notes[:] = self.laptop.notes()

    def rows(self) -> Sequence[ReportRow]:
        return [self._row(report_id, kept) for report_id, kept in self.reports.items()]

    def _newest(self, report_id: ReportId) -> Draft | None:
        kept = self.reports[report_id]
        return kept.draft or (kept.versions[-1].draft if kept.versions else None)

    def _row(self, report_id: ReportId, kept: Kept) -> ReportRow:
        draft = kept.draft or (kept.versions[-1].draft if kept.versions else kept.last)
        assert draft is not None
        return ReportRow(
            report_id=report_id,
            local_number=draft.local_number,
            state=kept.state,
            version=draft.version,
            title=kept.title,
            started_at=draft.created_at,
            author=draft.author.id,
            author_name=draft.author.name,
            mine=draft.author.id == self.officer.id,
            confirmed=False,
        )

    def case(self, report_id: ReportId) -> Case:
        if report_id not in self.reports:
            raise RefusedError("This report is not on this laptop.")
        return _case(report_id, self.reports[report_id])

    def entries(self, report_id: ReportId | None = None) -> Sequence[Entry]:
        own = [witnessed_entry(each) for each in self.ledger]
        if report_id is None:
            return own
        both = [*own, *(witnessed_entry(each) for each in self.received)]
        found = [each for each in both if each.ids.get("report") == report_id]
        return sorted(found, key=lambda each: (each.at, each.stream, each.seq))

    def signed_for(self) -> StreamHead:
        return StreamHead(stream=stream_id_of(self.stream.public.key), seq=0, hash="")

    def ledger_copy(self) -> LedgerCopy:
        newest = witnessed_entry(self.ledger[-1])
        return LedgerCopy(
            stream=OpenStream(
                stream=newest.stream,
                public_key=self.ledger[-1].stream_key,
                owner=self.officer.id,
                previous="",
            ),
            device=self.device,
            head=StreamHead(stream=newest.stream, seq=newest.seq, hash=newest.hash),
            closing="",
            training=self.training,
            entries=[
                CopiedEntry(
                    header=each.envelope,
                    act=envelope_bytes(each.act),
                    salt=b"\0" * 32,
                    seal="",
                )
                for each in self.ledger
            ],
            receipts=(),
            certificates_pem="",
        )

    def deliveries(self) -> Sequence[tuple[Delivery, bytes]]:
        mine = (each for each in self._post.letters if each.to == self.officer.id)
        waiting = (each for each in mine if each.id not in self.opened)
        return opened_deliveries(waiting, key=self._member.opening)

    def sealed_copy(self, content: bytes, *, copy_id: str, at: str) -> bytes:
        keys = (self._member.opening.public,) * 2
        return seal_copy(content, copy_id=copy_id, author=self.officer.id, at=at, keys=keys)

    @property
    def signer(self) -> Signer:
        return self._member.signer

    @property
    def officer(self) -> Officer:
        return self._member.officer

    @property
    def roster(self) -> Sequence[Officer]:
        return self._roster

    @property
    def root_der(self) -> bytes:
        return self._authority.root_der

    def next_number(self, day: str) -> int:
        self._post.numbers[day] = self._post.numbers.get(day, 0) + 1
        return self._post.numbers[day]

    def close(self) -> None:
        self.fill_up()


def hash_of(data: bytes) -> Sha256:
    return Sha256(hashlib.sha256(data).hexdigest())
