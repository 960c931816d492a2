"""Adds entries to a ledger: chained, signed by the stream key, the body sealed for the line."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from ilocdoc.record.errors import DamagedError
from ilocdoc.record.ids import ZERO_HASH, ReportId, Sha256, StreamId
from ilocdoc.record.ledger import (
    ENTRY_TYPE,
    SALT_BYTES,
    EntryHeader,
    EntryKind,
    body_digest,
    chain_faults,
    entry_hash,
    header_bytes,
    header_from_bytes,
)
from ilocdoc.record.report import canonical_text
from ilocdoc.vault.database import Database
from ilocdoc.vault.seal_chain import SealChain
from ilocdoc.wire.canonical import from_canonical
from ilocdoc.wire.entries import Entry, NewEntry
from ilocdoc.wire.envelope import (
    Envelope,
    PublicKey,
    SoftwareKey,
    envelope_bytes,
    envelope_from_bytes,
    open_envelope,
    seal_envelope,
    spki_of,
)
from ilocdoc.wire.ledger_copy import CopiedEntry
from ilocdoc.wire.sealing import Parcel, SealedSession, Session
from ilocdoc.wire.witness import Witness, witness_of, witnessed_entry

_ENTRIES = "SELECT seq, hash, kind, at, ids FROM entry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forged:
    """A new entry with everything that has to be kept of it."""

    entry: Entry
    header: bytes
    """The signed envelope."""
    act: bytes
    """The body."""
    salt: bytes
    parcel: Parcel


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Where new entries of a stream come from."""

    stream_id: StreamId
    signer: SoftwareKey
    """The stream key; it signs headers and nothing else."""
    session: Session


def forge_entry(new: NewEntry, *, stream: Stream, seq: int, prev: Sha256) -> Forged:
    """Return the entry that follows `prev`, signed and sealed; nothing is kept yet."""
    act, salt = envelope_bytes(new.act), os.urandom(SALT_BYTES)
    header = EntryHeader(
        stream=stream.stream_id,
        seq=seq,
        prev=prev,
        kind=new.kind,
        at=new.at,
        ids=new.ids,
        body=body_digest(salt, act),
    )
    payload = header_bytes(header)
    envelope = seal_envelope(ENTRY_TYPE, payload, signer=stream.signer)
    return Forged(
        entry=Entry(
            stream=header.stream,
            seq=seq,
            hash=entry_hash(payload),
            kind=new.kind,
            at=new.at,
            ids=new.ids,
        ),
        header=envelope_bytes(envelope),
        act=act,
        salt=salt,
        parcel=Parcel(
            envelope=msgspec.to_builtins(envelope), box=stream.session.seal_body(salt, act)
        ),
    )


class Ledger:
    """The ledger of one officer's volume. Append needs an open transaction."""

    def __init__(self, database: Database, stream: Stream) -> None:
        self._database = database
        self._stream = stream
        self.seals = SealChain(database, stream.stream_id)

    @property
    def stream_id(self) -> StreamId:
        """Whose entries these are."""
        return self._stream.stream_id

    def head(self) -> tuple[int, Sha256]:
        """Return (seq, hash) of the newest entry; (0, zeros) when there is none."""
        rows = self._database.all("SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1")
        return (rows[0][0], Sha256(rows[0][1])) if rows else (0, ZERO_HASH)

    def hash_at(self, seq: int) -> str:
        """Return the hash of an entry, or the empty string."""
        rows = self._database.all("SELECT hash FROM entry WHERE seq = ?", (seq,))
        return str(rows[0][0]) if rows else ""

    def take_back(self, parcel: Parcel, session: SealedSession) -> Sha256:
        """Keep an entry that this volume lost, from its sealed copy; its body stays lost.

        Returns:
            The entry's hash.

        Raises:
            DamagedError: If it does not follow from the newest entry.
            WireError: If it is not signed by the stream key.
        """
        envelope = msgspec.convert(parcel.envelope, type=Envelope)
        payload = open_envelope(envelope, ENTRY_TYPE, key=self._stream.signer.public)
        header, (seq, prev) = header_from_bytes(payload), self.head()
        if (header.seq, header.prev) != (seq + 1, prev):
            raise DamagedError("The sealed copies do not continue the ledger on this laptop.")
        entry = Entry(
            stream=header.stream,
            seq=header.seq,
            hash=entry_hash(payload),
            kind=header.kind,
            at=header.at,
            ids=header.ids,
        )
        signed = envelope_bytes(envelope)
        self._keep(entry, header=signed, body=(b"", b""), parcel=parcel, session=session)
        return entry.hash

    def _keep(
        self,
        entry: Entry,
        *,
        header: bytes,
        body: tuple[bytes, bytes],
        parcel: Parcel,
        session: SealedSession,
    ) -> None:
        act, salt = body
        self._database.run(
            "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                entry.seq,
                entry.hash,
                entry.kind.value,
                entry.at,
                canonical_text(entry.ids).decode(),
                entry.ids.get("report", ""),
                header,
                act,
                salt,
                msgspec.json.encode(parcel),
                msgspec.json.encode(session),
            ),
        )

    def newest_at(self) -> str:
        """Return when the newest entry was written, or the empty string."""
        rows = self._database.all("SELECT at FROM entry ORDER BY seq DESC LIMIT 1")
        return str(rows[0][0]) if rows else ""

    def append(self, new: NewEntry) -> Entry:
        """Add an entry at the end."""
        seq, prev = self.head()
        forged = forge_entry(new, stream=self._stream, seq=seq + 1, prev=prev)
        entry = forged.entry
        parcel = msgspec.structs.replace(forged.parcel, seal=self.seals.seal(entry.seq, entry.hash))
        self._keep(
            entry,
            header=forged.header,
            body=(forged.act, forged.salt),
            parcel=parcel,
            session=self._stream.session.sealed,
        )
        return entry

    def holds(self, kind: EntryKind) -> bool:
        """Tell whether there is an entry of a kind."""
        return bool(self._database.all("SELECT 1 FROM entry WHERE kind = ? LIMIT 1", (kind.value,)))

    def entries(self, report_id: ReportId | None = None) -> Sequence[Entry]:
        """Return entries oldest first: of one report with received ones, or all own ones."""
        if report_id is None:
            rows = self._database.all(f"{_ENTRIES} ORDER BY seq")
            return [self._entry(row) for row in rows]
        rows = self._database.all(f"{_ENTRIES} WHERE report_id = ? ORDER BY seq", (report_id,))
        own = [self._entry(row) for row in rows]
        received = [witnessed_entry(each) for each in self._received(report_id)]
        return sorted([*own, *received], key=lambda each: (each.at, each.stream, each.seq))

    def copied(self) -> list[CopiedEntry]:
        """Return all entries with what proves them, oldest first."""
        rows = self._database.all("SELECT header, act, salt, parcel FROM entry ORDER BY seq")
        return [
            CopiedEntry(
                header=envelope_from_bytes(header),
                act=act,
                salt=salt,
                seal=msgspec.json.decode(parcel, type=Parcel).seal,
            )
            for header, act, salt, parcel in rows
        ]

    def witnesses(self, report_id: ReportId) -> list[Witness]:
        """Return the entries of a report with their proofs, own first, then received."""
        own = self._database.all(
            "SELECT header, salt, act FROM entry WHERE report_id = ? AND act <> X'' ORDER BY seq",
            (report_id,),
        )
        key = spki_of(self._stream.signer.public.key)
        return [
            *(
                witness_of(
                    envelope_from_bytes(header),
                    stream_key=key,
                    salt=salt,
                    act=envelope_from_bytes(act),
                )
                for header, salt, act in own
            ),
            *self._received(report_id),
        ]

    def put_witness(self, report_id: ReportId, witness: Witness) -> None:
        """Keep a checked entry of another stream; an own one is known already."""
        entry = witnessed_entry(witness)
        if entry.stream != self.stream_id:
            self._database.run(
                "INSERT OR IGNORE INTO witness VALUES (?, ?, ?, ?)",
                (entry.stream, entry.seq, report_id, msgspec.json.encode(witness)),
            )

    def _received(self, report_id: ReportId) -> list[Witness]:
        rows = self._database.all(
            "SELECT body FROM witness WHERE report_id = ? ORDER BY stream, seq", (report_id,)
        )
        return [msgspec.json.decode(body, type=Witness) for (body,) in rows]

    def _entry(self, row: tuple[int, str, str, str, str]) -> Entry:
        seq, digest, kind, at, ids = row
        return Entry(
            stream=self.stream_id,
            seq=seq,
            hash=Sha256(digest),
            kind=EntryKind(kind),
            at=at,
            ids=json.loads(ids),
        )

    def parcels_after(self, seq: int) -> list[tuple[Entry, Parcel, SealedSession]]:
        """Return what the spool still lacks, oldest first."""
        rows = self._database.all(
            "SELECT seq, hash, kind, at, ids, parcel, session FROM entry WHERE seq > ? "
            "ORDER BY seq",
            (seq,),
        )
        return [
            (
                self._entry(row[:5]),
                msgspec.json.decode(row[5], type=Parcel),
                msgspec.json.decode(row[6], type=SealedSession),
            )
            for row in rows
        ]

    def require_sound(self, key: PublicKey) -> None:
        """Check every link, every stream signature and every body.

        Args:
            key: The public half of the stream key.

        Raises:
            DamagedError: With the first fault in words.
            WireError: If a signature is not the stream key's.
        """
        headers, explained = [], explained_bodies(self._database)
        for header, act, salt in self._database.all(
            "SELECT header, act, salt FROM entry ORDER BY seq"
        ):
            payload = open_envelope(envelope_from_bytes(header), ENTRY_TYPE, key=key)
            read = header_from_bytes(payload)
            if not _body_fits(read, act, salt, explained=explained):
                raise DamagedError(f"The body of ledger entry {read.seq} was altered.")
            headers.append(read)
        faults = chain_faults(headers)
        if faults:
            raise DamagedError(f"The ledger on this laptop was altered: {faults[0]}.")


def require_tail_sound(database: Database, key: PublicKey, *, entries: int = 64) -> None:
    """Check links, stream signatures and bodies of the newest entries.

    Args:
        database: With the ledger.
        key: The public half of the stream key.
        entries: How many; what a power cut can touch is younger.

    Raises:
        DamagedError: With the first fault in words.
        WireError: If a signature is not the stream key's.
    """
    rows = database.all(
        "SELECT header, act, salt FROM entry ORDER BY seq DESC LIMIT ?", (entries + 1,)
    )
    before: EntryHeader | None = None
    explained = explained_bodies(database)
    for header, act, salt in reversed(rows):
        payload = open_envelope(envelope_from_bytes(header), ENTRY_TYPE, key=key)
        read = header_from_bytes(payload)
        follows = before is None or (before.seq + 1, entry_hash(header_bytes(before))) == (
            read.seq,
            read.prev,
        )
        if not follows or not _body_fits(read, act, salt, explained=explained):
            raise DamagedError(f"Ledger entry {read.seq} is not what was written.")
        before = read


_EXPLAINS = (EntryKind.CONTENT_DESTROYED, EntryKind.VOLUME_RESTORED)


def explained_bodies(database: Database) -> frozenset[str]:
    """Return hashes of entries whose bodies are gone and whose signed entries say why."""
    rows = database.all(
        "SELECT act FROM entry WHERE kind IN (?, ?) AND act <> X''",
        tuple(each.value for each in _EXPLAINS),
    )
    said = (from_canonical(envelope_from_bytes(act).payload_bytes()) for (act,) in rows)
    return frozenset(entry for each in said for entry in each.get("entries", []))


def _body_fits(read: EntryHeader, act: bytes, salt: bytes, *, explained: frozenset[str]) -> bool:
    if not act and not salt:
        return entry_hash(header_bytes(read)) in explained
    return len(salt) == SALT_BYTES and body_digest(salt, act) == read.body
