"""Ledger bodies are opened, signatures checked, and views made; after they are kept.

Everything here can be done again: an entry that was interpreted before changes nothing, and
an entry that cannot be interpreted waits for people under "needs attention".
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Self

import msgspec
import psycopg

from ilocdoc.hq.authority import Keys
from ilocdoc.hq.enrolling import device_key
from ilocdoc.hq.looking_again import NOT_THEIR_KEY
from ilocdoc.hq.projection import project, take_version
from ilocdoc.hq.seals import SealWatch
from ilocdoc.hq.store import BusyError, Connection, Database
from ilocdoc.record.errors import WireError
from ilocdoc.record.ledger import (
    ACT_TYPE,
    EntryHeader,
    EntryKind,
    body_digest,
    header_from_bytes,
)
from ilocdoc.wire.acts import Said, said_in
from ilocdoc.wire.envelope import (
    Envelope,
    PublicKey,
    envelope_from_bytes,
    open_envelope,
    public_key_from_pem,
)
from ilocdoc.wire.sealing import SealedBody, SealedSession, open_body, session_key

logger = logging.getLogger(__name__)

BATCH = 20
_LOOK_AGAIN_S = 1.0
_SESSIONS_KEPT = 256
_SEALS = (EntryKind.REPORT_SUBMITTED, EntryKind.REPORT_SUPPLEMENTED)


class NeedsAttentionError(Exception):
    """An entry that people must look at; the text is the reason, without personal data."""


class Interpreter:
    """Opens what waits in the outbox. Several may run, here or on other machines."""

    def __init__(self, database: Database, keys: Keys, *, clock: Callable[[], datetime]) -> None:
        self._database, self._keys, self._clock = database, keys, clock
        self._session_keys: dict[str, bytes] = {}
        self._seals = SealWatch(keys.ingest)

    def drain(self) -> int:
        """Interpret until nothing waits; return how many entries that were.

        Raises:
            BusyError: If the database does not answer.
        """
        total = 0
        while done := self._database.change(self._batch):
            total += done
        return total

    def _batch(self, connection: Connection) -> int:
        # The row lock is the lease: it ends with this transaction, however that ends.
        waiting = connection.execute(
            "SELECT stream_id, seq FROM outbox ORDER BY due_at, stream_id, seq LIMIT %s "
            "FOR UPDATE SKIP LOCKED",
            (BATCH,),
        ).fetchall()
        for stream, seq in waiting:
            self._one(connection, stream, seq)
            connection.execute(
                "DELETE FROM outbox WHERE stream_id = %s AND seq = %s", (stream, seq)
            )
        return len(waiting)

    def _one(self, connection: Connection, stream: str, seq: int) -> None:
        try:
            with connection.transaction():
                self._interpret(connection, stream, seq)
        except NeedsAttentionError as fault:
            note_attention(connection, stream, seq, str(fault), now=self._clock())
        except (WireError, ValueError, msgspec.DecodeError) as error:
            logger.info("an entry cannot be read: %s seq=%d", type(error).__name__, seq)
            note_attention(connection, stream, seq, "The body cannot be read.", now=self._clock())
        except psycopg.DataError:
            note_attention(
                connection, stream, seq, "The body holds what cannot be kept.", now=self._clock()
            )

    def _interpret(self, connection: Connection, stream: str, seq: int) -> None:
        row = connection.execute(
            "SELECT envelope, box FROM entry WHERE stream_id = %s AND seq = %s", (stream, seq)
        ).fetchone()
        assert row is not None, "an entry and its place in the outbox are written together"
        header = header_from_bytes(envelope_from_bytes(row[0]).payload_bytes())
        body = self._body(connection, header, msgspec.json.decode(row[1], type=SealedBody))
        act = envelope_from_bytes(body)
        said = _read(act, header)
        open_envelope(act, ACT_TYPE, key=_signer(connection, header, said, act))
        connection.execute(
            "INSERT INTO act (stream_id, seq, kind, actor, report_id, at, body) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (stream_id, seq) DO NOTHING",
            (stream, seq, said.kind.value, said.by.id, said.report, said.at, body),
        )
        not_sealed = self._seals.fault(connection, stream, seq)
        if not_sealed:
            # What it says is taken in all the same: people decide what it means.
            note_attention(connection, stream, seq, not_sealed, now=self._clock())
        if said.kind in _SEALS:
            fault = take_version(
                connection,
                said.snapshot,
                author=said.by.id,
                report=said.report,
                document=said.document,
                place=(stream, seq),
            )
            if fault:
                raise NeedsAttentionError(fault)
        if said.report:
            for act_stream, act_seq, reason in project(connection, said.report):
                note_attention(connection, act_stream, act_seq, reason, now=self._clock())

    def _body(self, connection: Connection, header: EntryHeader, box: SealedBody) -> bytes:
        key = self._session_keys.get(box.session)
        if key is None:
            row = connection.execute(
                "SELECT suite, stanza FROM sealed_session WHERE stream_id = %s AND id = %s",
                (header.stream, box.session),
            ).fetchone()
            if row is None:
                raise NeedsAttentionError("The key of this body was not sent.")
            sealed = SealedSession(id=box.session, suite=row[0], stanza=row[1])
            key = session_key(sealed, ingest=self._keys.ingest)
            if len(self._session_keys) >= _SESSIONS_KEPT:
                self._session_keys.clear()
            self._session_keys[box.session] = key
        salt, body = open_body(box, key=key)
        if body_digest(salt, body) != header.body:
            raise NeedsAttentionError("The body is not the one that the header names.")
        return body


def _read(act: Envelope, header: EntryHeader) -> Said:
    """Return what an act says, if it says what its header says."""
    said = said_in(act)
    if (said.kind, said.at) != (header.kind, header.at):
        raise NeedsAttentionError("Header and act say different things.")
    if said.by.id != header.ids.get("actor") or said.report != header.ids.get("report", ""):
        raise NeedsAttentionError("Header and act name different people or reports.")
    return said


def _signer(connection: Connection, header: EntryHeader, said: Said, act: Envelope) -> PublicKey:
    """Return the key that must have signed an act: the laptop's or the member's."""
    row = connection.execute(
        "SELECT owner, device FROM stream WHERE stream_id = %s", (header.stream,)
    ).fetchone()
    assert row is not None, "entries belong to streams"
    owner, device = row
    if said.by.id != owner:
        raise NeedsAttentionError("The act is by another member than the stream's owner.")
    if owner == device:
        return device_key(connection, device)
    for signature in act.signatures:
        known = connection.execute(
            "SELECT certificate FROM enrolled WHERE officer = %s AND key_id = %s LIMIT 1",
            (owner, signature.keyid),
        ).fetchone()
        if known is not None:
            return public_key_from_pem(known[0])
    raise NeedsAttentionError(NOT_THEIR_KEY)


def note_attention(
    connection: Connection, stream: str, seq: int, reason: str, *, now: datetime
) -> None:
    """Put an entry before people; the first reason stays."""
    connection.execute(
        "INSERT INTO attention (stream_id, seq, reason, noticed_at) VALUES (%s, %s, %s, %s) "
        "ON CONFLICT (stream_id, seq) DO NOTHING",
        (stream, seq, reason, now),
    )


class Worker:
    """A thread that interprets when it is woken, and looks for itself every second."""

    def __init__(self, interpreter: Interpreter) -> None:
        self._interpreter = interpreter
        self._wanted, self._stopping = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="interpreter", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stopping.set()
        self._wanted.set()
        self._thread.join()

    def wake(self) -> None:
        """Say that something waits."""
        self._wanted.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wanted.wait(_LOOK_AGAIN_S)
            self._wanted.clear()
            try:
                self._interpreter.drain()
            except (BusyError, psycopg.Error) as error:
                # The entries wait in the outbox; a timer owns the next try.
                logger.warning("interpreting waits for the database: %s", type(error).__name__)
                self._stopping.wait(_LOOK_AGAIN_S)
