"""Checks the forward-secure seal of ledgers: what no key on a laptop can re-make.

The first key of a stream came in the entry that opened it, sealed to the ingest key; every
later key follows from it. An entry that does not fit was not written when it says.
"""

from dataclasses import dataclass

from ilocdoc.hq.store import Connection
from ilocdoc.record.errors import WireError
from ilocdoc.record.forward_seal import (
    SEAL_KEY_BYTES,
    SealedLink,
    first_bad_seal,
    next_seal_key,
    seal_key_at,
    seal_of,
)
from ilocdoc.record.ids import Sha256
from ilocdoc.record.ledger import EntryKind
from ilocdoc.wire.canonical import from_canonical
from ilocdoc.wire.envelope import envelope_from_bytes
from ilocdoc.wire.sealing import SUITE_ID, OpeningKey, seal_purpose

_STREAMS_KEPT = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstKey:
    """Where the seal of a stream begins."""

    seq: int
    key: bytes


def first_key(connection: Connection, stream: str, *, ingest: OpeningKey) -> FirstKey | None:
    """Return the first seal key of a stream; None while its first entry is not here.

    Only the first entry that opened the stream counts.

    Raises:
        WireError: If the key does not open.
    """
    row = connection.execute(
        "SELECT seq, body FROM act WHERE stream_id = %s AND kind = %s ORDER BY seq LIMIT 1",
        (stream, EntryKind.STREAM_OPENED.value),
    ).fetchone()
    if row is None:
        return None
    said = from_canonical(envelope_from_bytes(row[1]).payload_bytes())
    seal = said.get("seal")
    if not isinstance(seal, dict) or seal.get("suite") != SUITE_ID:
        raise WireError("A stream was opened without a seal that this version knows.")
    key = ingest.open(str(seal.get("stanza")), purpose=seal_purpose(stream))
    if len(key) != SEAL_KEY_BYTES:
        raise WireError("The first seal key of a stream has another length than keys have.")
    return FirstKey(seq=int(row[0]), key=key)


def seal_check(connection: Connection, stream: str, *, ingest: OpeningKey) -> str:
    """Return the first entry of a stream that does not fit its seal, in words, or nothing."""
    try:
        first = first_key(connection, stream, ingest=ingest)
    except WireError as error:
        return error.headline
    if first is None:
        return ""
    rows = connection.execute(
        "SELECT seq, hash, seal FROM entry WHERE stream_id = %s AND seq >= %s ORDER BY seq",
        (stream, first.seq),
    ).fetchall()
    links = (SealedLink(seq=seq, hash=Sha256(digest), seal=seal) for seq, digest, seal in rows)
    return first_bad_seal(first.key, links)


class SealWatch:
    """Checks seals one entry at a time, as they are interpreted. Belongs to one thread."""

    def __init__(self, ingest: OpeningKey) -> None:
        self._ingest = ingest
        self._first: dict[str, FirstKey] = {}
        self._newest: dict[str, FirstKey] = {}

    def fault(self, connection: Connection, stream: str, seq: int) -> str:
        """Return why people must look at an entry, or the empty string."""
        try:
            first = self._first_key(connection, stream)
        except WireError as error:
            return error.headline
        if first is None or seq < first.seq:
            return ""
        row = connection.execute(
            "SELECT hash, seal FROM entry WHERE stream_id = %s AND seq = %s", (stream, seq)
        ).fetchone()
        assert row is not None, "only entries that are kept are interpreted"
        if seal_of(self._key_at(stream, seq, first), Sha256(row[0])) != row[1]:
            return "The entry does not fit its seal: it was not written when it says."
        return ""

    def _first_key(self, connection: Connection, stream: str) -> FirstKey | None:
        if stream not in self._first:
            found = first_key(connection, stream, ingest=self._ingest)
            if found is None:
                return None
            if len(self._first) >= _STREAMS_KEPT:
                self._first.clear()
                self._newest.clear()
            self._first[stream] = found
        return self._first[stream]

    def _key_at(self, stream: str, seq: int, first: FirstKey) -> bytes:
        start = self._newest.get(stream, first)
        if start.seq > seq:
            start = first
        key = seal_key_at(start.key, seq - start.seq)
        self._newest[stream] = FirstKey(seq=seq + 1, key=next_seal_key(key))
        return key
