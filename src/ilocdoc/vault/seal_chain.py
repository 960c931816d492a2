"""Keeps the one living key of a stream's forward-secure seal (`record.forward_seal`)."""

import os
from collections.abc import Mapping
from typing import Any

from ilocdoc.record.errors import DamagedError
from ilocdoc.record.forward_seal import (
    SEAL_KEY_BYTES,
    closing_seal,
    next_seal_key,
    seal_key_at,
    seal_of,
)
from ilocdoc.record.ids import Sha256, StreamId
from ilocdoc.record.ledger import ACT_TYPE, EntryKind
from ilocdoc.vault.database import Database
from ilocdoc.wire.canonical import canonical_bytes
from ilocdoc.wire.entries import NewEntry
from ilocdoc.wire.envelope import Signer, seal_envelope
from ilocdoc.wire.messages import OpenStream
from ilocdoc.wire.sealing import SUITE_ID, SealingKey, seal_purpose

SEAL_TABLE = """
    CREATE TABLE seal_key (
        stream TEXT PRIMARY KEY, seq INTEGER NOT NULL, key BLOB NOT NULL) STRICT
    """
"""A step of the schema of every volume that writes a stream."""


class SealChain:
    """The seal of one stream. `begin` and `seal` need an open transaction.

    The key of an entry is overwritten in the transaction that adds the entry; the database
    zeroes what it frees (`secure_delete`). Older frames of its log and old backups may still
    hold an earlier key: `docs/ledger.md` says what that means.
    """

    def __init__(self, database: Database, stream: StreamId) -> None:
        self._database, self._stream = database, stream

    @property
    def has_begun(self) -> bool:
        """True once the stream has a key."""
        return self._row() is not None

    def begin(self, *, next_seq: int, ingest: SealingKey) -> Mapping[str, str]:
        """Make the first key; return it as only headquarters opens it.

        Args:
            next_seq: Of the entry that opens the stream; it is the first one sealed.
            ingest: Headquarters' key for ledger bodies.
        """
        first = os.urandom(SEAL_KEY_BYTES)
        self._database.run("INSERT INTO seal_key VALUES (?, ?, ?)", (self._stream, next_seq, first))
        stanza = ingest.seal(first, purpose=seal_purpose(self._stream))
        return {"suite": SUITE_ID, "stanza": stanza}

    def seal(self, seq: int, entry: Sha256) -> str:
        """Return the seal of the next entry and erase its key; empty before the stream opened.

        Raises:
            DamagedError: If the key that is kept is of another entry: some were cut off.
        """
        row = self._row()
        if row is None:
            return ""
        kept_seq, key = row
        if kept_seq != seq:
            raise DamagedError("The ledger on this laptop does not fit its seal.")
        self._database.run(
            "UPDATE seal_key SET seq = ?, key = ? WHERE stream = ?",
            (seq + 1, next_seal_key(key), self._stream),
        )
        return seal_of(key, entry)

    def advance(self, seq: int) -> None:
        """Make the living key that of a later entry; needs an open transaction.

        There is no way back, so this re-makes nothing that was.
        """
        row = self._row()
        if row is not None and row[0] < seq:
            self._database.run(
                "UPDATE seal_key SET seq = ?, key = ? WHERE stream = ?",
                (seq, seal_key_at(row[1], seq - row[0]), self._stream),
            )

    def closing(self, head: Sha256) -> str:
        """Return the seal of the end as it stands; empty before the stream opened."""
        row = self._row()
        return closing_seal(row[1], head) if row else ""

    def next_seq(self) -> int:
        """Return which entry the living key is for; 0 before the stream opened."""
        row = self._row()
        return row[0] if row else 0

    def _row(self) -> tuple[int, bytes] | None:
        rows = self._database.all("SELECT seq, key FROM seal_key WHERE stream = ?", (self._stream,))
        return (int(rows[0][0]), bytes(rows[0][1])) if rows else None


def stream_opened(
    stream: OpenStream, *, at: str, signer: Signer, seal: Mapping[str, str]
) -> NewEntry:
    """Return the entry that opens a stream.

    Args:
        stream: As it is announced to headquarters.
        at: UTC text.
        signer: Of the stream's owner.
        seal: From `SealChain.begin`.
    """
    kind = EntryKind.STREAM_OPENED
    said: dict[str, Any] = {
        "kind": kind.value,
        "at": at,
        "by": {"id": stream.owner},
        "public_key": stream.public_key,
        "owner": stream.owner,
        "previous": stream.previous,
        "seal": dict(seal),
    }
    act = seal_envelope(ACT_TYPE, canonical_bytes(said), signer=signer)
    return NewEntry(kind=kind, at=at, ids={"actor": stream.owner}, act=act)
