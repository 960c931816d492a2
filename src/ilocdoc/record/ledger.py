"""The ledger: an append-only, gap-free, hash-chained sequence of entries.

A header says *that* something happened, never what was said: no names, no text. Its
hash is SHA-256 of the DSSE pre-authentication encoding of the header's canonical JSON.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from ilocdoc.record.ids import ZERO_HASH, Sha256, StreamId

ENTRY_TYPE = "application/vnd.ilocdoc.entry.v1+json"
"""DSSE payload type of a header."""

SALT_BYTES = 32

ACT_TYPE = "application/vnd.ilocdoc.act.v1+json"
"""DSSE payload type of a body."""


class EntryKind(Enum):
    """Everything a ledger can say; `docs/formats.md` has the table with the bodies."""

    STREAM_OPENED = "stream.opened"
    DEVICE_ENROLLED = "device.enrolled"
    OFFICER_ENROLLED = "officer.enrolled"
    OFFICER_REKEYED = "officer.rekeyed"
    OFFICER_FACTOR_CHANGED = "officer.factor_changed"
    OFFICER_REVOKED = "officer.revoked"
    SESSION_UNLOCKED = "session.unlocked"
    SESSION_LOCKED = "session.locked"
    SESSION_FAILED = "session.failed"
    SESSION_LOCKED_OUT = "session.locked_out"
    SESSION_RELEASED = "session.released"
    SHIFT_ENDED = "shift.ended"
    DRAFT_CREATED = "draft.created"
    DRAFT_ABANDONED = "draft.abandoned"
    DRAFT_CARRIED = "draft.carried"
    NOTE_CLAIMED = "note.claimed"
    REPORT_SUBMITTED = "report.submitted"
    REPORT_SUPPLEMENTED = "report.supplemented"
    REPORT_OPENED = "report.opened"
    REPORT_RETURNED = "report.returned"
    REPORT_APPROVED = "report.approved"
    REPORT_CLOSED = "report.closed"
    EVIDENCE_IMPORTED = "evidence.imported"
    EVIDENCE_VERIFIED = "evidence.verified"
    EVIDENCE_REFUSED = "evidence.refused"
    EVIDENCE_VIEWED = "evidence.viewed"
    EVIDENCE_EXPORTED = "evidence.exported"
    CONTENT_DESTROYED = "content.destroyed"
    CUSTODY_STEP = "custody.step"
    DOCUMENT_CERTIFIED = "document.certified"
    DOCUMENT_APPROVED = "document.approved"
    PACKET_PREPARED = "packet.prepared"
    PACKET_ACCEPTED = "packet.accepted"
    PACKET_PRINTED = "packet.printed"
    PACKET_EXPORTED = "packet.exported"
    SYNC_RECEIPT = "sync.receipt"
    SYNC_REFUSED = "sync.refused"
    LEDGER_EXPORTED = "ledger.exported"
    ROLLBACK_SUSPECTED = "rollback.suspected"
    CLOCK_JUMPED = "clock.jumped"
    POLICY_CHANGED = "policy.changed"
    VOLUME_REKEYED = "volume.rekeyed"
    VOLUME_MIGRATED = "volume.migrated"
    VOLUME_RESTORED = "volume.restored"
    VOLUME_SALVAGED = "volume.salvaged"
    WIPE_ORDERED = "wipe.ordered"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryHeader:
    """What is chained and signed by the stream key."""

    stream: StreamId
    seq: int
    """1 for the first entry of a stream; no gaps."""
    prev: Sha256
    """Hash of the entry before; `ZERO_HASH` for the first."""
    kind: EntryKind
    at: str
    """UTC, for example "2026-10-20T16:50:00.000000Z", from the vault's clock."""
    ids: dict[str, str]
    """Identifiers only, for example {"report": …, "actor": …}; no names, no text."""
    body: Sha256
    """SHA-256 of 32 bytes of salt followed by the body bytes."""


def header_bytes(header: EntryHeader) -> bytes:
    """Return the canonical JSON (RFC 8785) of a header.

    Keys and values are strings and integers, so sorted keys, no spaces and UTF-8 are
    all that RFC 8785 asks for; `wire.canonical` and a test hold both to the same bytes.
    """
    value = {
        "v": 1,
        "stream": header.stream,
        "seq": header.seq,
        "prev": header.prev,
        "kind": header.kind.value,
        "at": header.at,
        "ids": dict(header.ids),
        "body": header.body,
    }
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def header_from_bytes(data: bytes) -> EntryHeader:
    """Return the header in canonical bytes.

    Raises:
        ValueError: If the bytes are not a header of version 1 in canonical form.
    """
    try:
        value = json.loads(data)
        if not isinstance(value, dict) or value.pop("v") != 1:
            raise ValueError("not a ledger header of version 1")
        header = EntryHeader(
            stream=StreamId(value["stream"]),
            seq=value["seq"],
            prev=Sha256(value["prev"]),
            kind=EntryKind(value["kind"]),
            at=value["at"],
            ids=value["ids"],
            body=Sha256(value["body"]),
        )
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
        raise ValueError("not a ledger header of version 1") from error
    if header_bytes(header) != data:
        raise ValueError("the header is not in canonical form")
    return header


def pre_authentication_encoding(payload_type: str, payload: bytes) -> bytes:
    """Return what DSSE signs (DSSE v1.0.2, section "Signature Definition")."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def entry_hash(payload: bytes) -> Sha256:
    """Return the hash of an entry from its header's canonical bytes."""
    return Sha256(hashlib.sha256(pre_authentication_encoding(ENTRY_TYPE, payload)).hexdigest())


def body_digest(salt: bytes, body: bytes) -> Sha256:
    """Return the salted digest of a body; `salt` has 32 bytes."""
    assert len(salt) == SALT_BYTES, len(salt)
    return Sha256(hashlib.sha256(salt + body).hexdigest())


def chain_faults(headers: Iterable[EntryHeader]) -> list[str]:
    """Return, in words, every place where a run of headers does not chain.

    An empty list means: one stream, counted from 1 without gaps, each `prev` the hash
    of the entry before. It does not say who signed.
    """
    faults: list[str] = []
    expected, prev, stream = 1, ZERO_HASH, ""
    for header in headers:
        stream = stream or header.stream
        if header.stream != stream:
            faults.append(f"entry {header.seq} belongs to another stream")
        if header.seq != expected:
            faults.append(f"entry {expected} is missing before entry {header.seq}")
        if header.prev != prev:
            faults.append(f"entry {header.seq} does not follow from the entry before it")
        expected, prev = header.seq + 1, entry_hash(header_bytes(header))
    return faults
