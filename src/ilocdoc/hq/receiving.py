"""Ledgers arrive: hello says where they stand, append adds, have reconciles.

Store first, interpret later: whatever chains is kept exactly as it came. An entry whose
signature or header is bad is kept with its fault and shown to people, because refusing it
would block everything behind it for ever.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from ilocdoc.hq import roster
from ilocdoc.hq.authority import Keys
from ilocdoc.hq.enrolling import is_enrolled
from ilocdoc.hq.orders import orders_for
from ilocdoc.hq.problems import bad_request, fork, gap, not_yours, replayed, too_large, unknown
from ilocdoc.hq.sessions import new_session
from ilocdoc.hq.settings import epoch
from ilocdoc.hq.store import Connection
from ilocdoc.record.errors import WireError
from ilocdoc.record.ids import ZERO_HASH
from ilocdoc.record.ledger import ENTRY_TYPE, entry_hash, header_from_bytes
from ilocdoc.record.times import utc_text
from ilocdoc.wire.envelope import (
    Envelope,
    PublicKey,
    decode_base64,
    open_envelope,
    public_key_from_der,
    stream_id_of,
)
from ilocdoc.wire.messages import (
    MAX_BATCH_ENTRIES,
    Append,
    Have,
    HaveAnswer,
    Hello,
    HelloAnswer,
    OpenStream,
    Receipt,
    StreamHead,
)
from ilocdoc.wire.sealing import Parcel, SealedSession

NEXT_POLL_S = 60
MOST_HASHES = 5000
_NO_PREV = ""
"""Of an entry whose header cannot be read."""
_NONCE = re.compile(r"[0-9a-f]{32}")
_SEAL = re.compile(r"[0-9a-f]{64}")
_NONCES_KEPT = "2 days"
"""TLS keeps recordings out; this keeps a hello from a log from being said again."""


# --- hello ----------------------------------------------------------------------------


def greet(connection: Connection, keys: Keys, hello: Hello, *, now: datetime) -> HelloAnswer:
    """Answer a hello whose device signature was checked; open streams that are new.

    Raises:
        ProblemError: If the nonce was used before, or a stream is not what it claims.
    """
    if not _NONCE.fullmatch(hello.nonce):
        raise bad_request("A nonce has 32 hex digits.")
    _spend_nonce(connection, hello, now=now)
    for stream in hello.streams:
        _open_stream(connection, stream, device=hello.device, now=now)
    asked = dict.fromkeys(
        [each.stream for each in hello.streams] + [each.stream for each in hello.heads]
    )
    version = roster.roster_version(connection)
    newer = version > hello.roster_version
    return HelloAnswer(
        nonce=hello.nonce,
        now=utc_text(now),
        epoch=epoch(connection),
        heads=tuple(_head(connection, stream) for stream in asked),
        roster=roster.signed_roster(connection, keys) if newer else None,
        next_poll_s=NEXT_POLL_S,
        max_batch=MAX_BATCH_ENTRIES,
        session=new_session(keys.secret, device=hello.device, now=now),
        orders=orders_for(connection, hello.device, now=now),
    )


def _spend_nonce(connection: Connection, hello: Hello, *, now: datetime) -> None:
    added = connection.execute(
        "INSERT INTO hello_nonce (device, nonce, at) VALUES (%s, %s, %s) "
        "ON CONFLICT (device, nonce) DO NOTHING",
        (hello.device, hello.nonce, now),
    )
    if not added.rowcount:
        raise replayed()
    connection.execute(
        "DELETE FROM hello_nonce WHERE device = %s AND at < %s - %s::interval",
        (hello.device, now, _NONCES_KEPT),
    )


def _open_stream(connection: Connection, stream: OpenStream, *, device: str, now: datetime) -> None:
    key = public_key_from_der(decode_base64(stream.public_key))
    if stream_id_of(key.key) != stream.stream:
        raise bad_request("A stream is named by its own key.")
    if stream.owner != device and not is_enrolled(connection, device=device, officer=stream.owner):
        raise not_yours("A stream belongs to the laptop or to a member who is enrolled on it.")
    connection.execute(
        "INSERT INTO stream "
        "(stream_id, device, public_key, owner, previous, seq, hash, opened_at) "
        "VALUES (%s, %s, %s, %s, %s, 0, %s, %s) ON CONFLICT (stream_id) DO NOTHING",
        (
            stream.stream,
            device,
            stream.public_key,
            stream.owner,
            stream.previous,
            ZERO_HASH,
            now,
        ),
    )


def _head(connection: Connection, stream: str) -> StreamHead:
    row = connection.execute(
        "SELECT seq, hash FROM stream WHERE stream_id = %s", (stream,)
    ).fetchone()
    seq, digest = row or (0, ZERO_HASH)
    return StreamHead(stream=stream, seq=seq, hash=digest if seq else "")


# --- append ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An entry as it came, with its place in the chain."""

    seq: int
    prev: str
    hash: str
    envelope: bytes
    box: bytes
    session: str
    seal: str
    """Forward-secure; checked when the entry is interpreted."""
    fault: str
    """Why people must look at it; empty when header and signature are good."""


def append(
    connection: Connection,
    stream: str,
    sent: Append,
    *,
    device: str,
    now: datetime,
) -> Receipt:
    """Add entries to a stream; what is there already is not added again.

    The receipt may be sent once the transaction has committed.

    Raises:
        ProblemError: Gap or fork (with our head), or the stream is not this laptop's.
    """
    if len(sent.parcels) > MAX_BATCH_ENTRIES:
        raise too_large()
    row = connection.execute(
        "SELECT device, public_key, seq, hash FROM stream WHERE stream_id = %s FOR UPDATE",
        (stream,),
    ).fetchone()
    if row is None:
        raise unknown("This stream is not known. Say hello first.")
    owner, public, seq, digest = row
    if owner != device:
        raise not_yours("This stream belongs to another laptop.")
    key = public_key_from_der(decode_base64(public))
    head = StreamHead(stream=stream, seq=seq, hash=digest)
    new = _new_links(connection, sent.parcels, head=head, key=key)
    if new:
        head = StreamHead(stream=stream, seq=new[-1].seq, hash=new[-1].hash)
        _keep(connection, stream, new, sent.sessions, now=now)
    return Receipt(
        stream=stream,
        seq=head.seq,
        hash=head.hash if head.seq else "",
        epoch=epoch(connection),
        at=utc_text(now),
        kind="accepted",
    )


def _new_links(
    connection: Connection, parcels: tuple[Parcel, ...], *, head: StreamHead, key: PublicKey
) -> list[Link]:
    """Return the links after `head`.

    Raises:
        ProblemError: If one does not follow, or another entry has its place here.
    """
    new: list[Link] = []
    seq, digest = head.seq, head.hash
    for parcel in parcels:
        link = _link(connection, parcel, stream=head.stream, next_seq=seq + 1, key=key)
        if link.seq <= seq:
            if _hash_at(connection, head.stream, link.seq, new) != link.hash:
                raise fork(head)
            continue
        if link.seq > seq + 1:
            raise gap(head)
        if link.prev not in (digest, _NO_PREV):
            raise fork(head)
        new.append(link)
        seq, digest = link.seq, link.hash
    return new


def _hash_at(connection: Connection, stream: str, seq: int, new: list[Link]) -> str:
    for link in new:
        if link.seq == seq:
            return link.hash
    row = connection.execute(
        "SELECT hash FROM entry WHERE stream_id = %s AND seq = %s", (stream, seq)
    ).fetchone()
    return str(row[0]) if row else ""


def _link(
    connection: Connection, parcel: Parcel, *, stream: str, next_seq: int, key: PublicKey
) -> Link:
    try:
        envelope = msgspec.convert(parcel.envelope, type=Envelope)
        payload = envelope.payload_bytes()
    except (msgspec.ValidationError, WireError) as error:
        # Without the signed bytes there is no hash that the next entry could name.
        raise bad_request("An entry has no bytes that could be kept.") from error
    place, digest = _place(payload), entry_hash(payload)
    # What cannot be read does not say where it belongs: it keeps the place it has here, or
    # takes the next one.
    seq, prev, named = place or (_seq_of(connection, stream, digest) or next_seq, _NO_PREV, "")
    return Link(
        seq=seq,
        prev=prev,
        hash=digest,
        envelope=msgspec.json.encode(parcel.envelope),
        box=msgspec.json.encode(parcel.box),
        session=parcel.box.session,
        seal=parcel.seal if _SEAL.fullmatch(parcel.seal) else "",
        fault=_fault(envelope, payload, key=key, sound=named == stream),
    )


def _seq_of(connection: Connection, stream: str, digest: str) -> int:
    row = connection.execute(
        "SELECT seq FROM entry WHERE stream_id = %s AND hash = %s", (stream, digest)
    ).fetchone()
    return int(row[0]) if row else 0


def _place(payload: bytes) -> tuple[int, str, str] | None:
    """Return (seq, prev, stream) of a header, also of one this version cannot read."""
    try:
        value: Any = json.loads(payload)
        seq, prev, stream = value["seq"], value["prev"], value["stream"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    sound = isinstance(seq, int) and isinstance(prev, str) and isinstance(stream, str)
    return (seq, prev, stream) if sound and seq > 0 and len(prev) == len(ZERO_HASH) else None


def _fault(envelope: Envelope, payload: bytes, *, key: PublicKey, sound: bool) -> str:
    if not sound:
        return "The header cannot be read."
    try:
        open_envelope(envelope, ENTRY_TYPE, key=key)
    except WireError:
        return "The stream's signature does not verify."
    try:
        header_from_bytes(payload)
    except ValueError:
        return "The header is of a kind this version does not know."
    return ""


def _keep(
    connection: Connection,
    stream: str,
    links: list[Link],
    sessions: tuple[SealedSession, ...],
    *,
    now: datetime,
) -> None:
    connection.execute(
        "INSERT INTO entry "
        "(stream_id, seq, hash, envelope, box, session, seal, fault, received_at) "
        "SELECT %(stream)s, seq, hash, envelope, box, session, seal, fault, %(now)s FROM unnest("
        "%(seq)s::bigint[], %(hash)s::text[], %(envelope)s::bytea[], %(box)s::bytea[], "
        "%(session)s::text[], %(seal)s::text[], %(fault)s::text[]) "
        "AS link (seq, hash, envelope, box, session, seal, fault)",
        {
            "stream": stream,
            "now": now,
            **{
                name: [getattr(each, name) for each in links]
                for name in ("seq", "hash", "envelope", "box", "session", "seal", "fault")
            },
        },
    )
    for session in sessions:
        connection.execute(
            "INSERT INTO sealed_session (stream_id, id, suite, stanza) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (stream_id, id) DO NOTHING",
            (stream, session.id, session.suite, session.stanza),
        )
    _queue(connection, stream, links, now=now)
    connection.execute(
        "UPDATE stream SET seq = %s, hash = %s WHERE stream_id = %s",
        (links[-1].seq, links[-1].hash, stream),
    )


def _queue(connection: Connection, stream: str, links: list[Link], *, now: datetime) -> None:
    """Hand sound entries to the job that opens bodies, the others to people."""
    connection.execute(
        "INSERT INTO outbox (stream_id, seq, due_at) SELECT %s, seq, %s FROM "
        "unnest(%s::bigint[]) AS link (seq)",
        (stream, now, [each.seq for each in links if not each.fault]),
    )
    for each in links:
        if each.fault:
            connection.execute(
                "INSERT INTO attention (stream_id, seq, reason, noticed_at) "
                "VALUES (%s, %s, %s, %s)",
                (stream, each.seq, each.fault, now),
            )


# --- have -----------------------------------------------------------------------------


def have(connection: Connection, asked: Have) -> HaveAnswer:
    """Return which of these entries headquarters lacks, in the order asked.

    Raises:
        ProblemError: If more than `MOST_HASHES` are asked for at once.
    """
    if len(asked.hashes) > MOST_HASHES:
        raise too_large()
    rows = connection.execute(
        "SELECT hash FROM entry WHERE hash = ANY(%s)", (list(asked.hashes),)
    ).fetchall()
    known = {row[0] for row in rows}
    return HaveAnswer(
        missing=tuple(each for each in asked.hashes if each not in known),
        epoch=epoch(connection),
    )
