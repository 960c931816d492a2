"""Looks whether headquarters is sound, and says in plain sentences what is not."""

import stat
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509

from ilocdoc.hq.authority import Keys
from ilocdoc.hq.evidence import Objects, incomplete
from ilocdoc.hq.seals import seal_check
from ilocdoc.hq.store import SCHEMA, Connection, Database
from ilocdoc.record.errors import HeadquartersError
from ilocdoc.wire.sealing import OpeningKey

SOON = timedelta(days=30)
_CERTIFICATES = ("root.pem", "issuing.pem", "server.pem", "answers.pem")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a look at headquarters found."""

    faults: tuple[str, ...]
    """Something is wrong and must be mended; empty when all is well."""
    notes: tuple[str, ...]
    """Worth knowing; nothing is broken."""


def look(
    data: Path, database: Database, objects: Objects, *, keys: Keys, now: datetime
) -> Findings:
    """Look at keys, certificates, tables, ledgers, mail and evidence.

    Everything is read, nothing is changed. Reading all evidence back takes about a second
    for each GiB.
    """
    faults = _folder_faults(data) + _certificate_faults(data, now=now)
    notes = [_offline_note(data)] if (data / "keys" / "offline").exists() else []
    try:
        schema = database.schema()
    except HeadquartersError as error:
        return Findings(faults=(*faults, error.headline), notes=tuple(notes))
    if schema != SCHEMA:
        faults.append(f"The database is at step {schema or 'none'}; this program needs {SCHEMA}.")
        return Findings(faults=tuple(faults), notes=tuple(notes))
    faults += database.change(_ledger_faults) + database.change(_feed_faults)
    faults += database.change(lambda connection: _seal_faults(connection, keys.ingest))
    faults += [
        f"Evidence container {blob[:12]}… has a receipt, but a part is missing or damaged."
        for blob in incomplete(database, objects)
    ]
    notes += database.change(_figures)
    return Findings(faults=tuple(faults), notes=tuple(notes))


def _folder_faults(data: Path) -> list[str]:
    open_to_others = [
        str(each.relative_to(data))
        for each in (data / "keys", *sorted((data / "keys").rglob("*")))
        if each.stat().st_mode & _OTHERS
    ]
    if not open_to_others:
        return []
    return [f"Other users of this machine can reach {', '.join(open_to_others)}."]


def _certificate_faults(data: Path, *, now: datetime) -> list[str]:
    faults = []
    for name in _CERTIFICATES:
        certificate = x509.load_pem_x509_certificate((data / "keys" / name).read_bytes())
        ends = certificate.not_valid_after_utc
        if now + SOON >= ends:
            verb = "ended" if now >= ends else "ends"
            faults.append(f"The certificate {name} {verb} on {ends:%Y-%m-%d}: renew it.")
        elif now < certificate.not_valid_before_utc:
            faults.append(f"The certificate {name} is not valid yet: is the clock right?")
    return faults


def _offline_note(data: Path) -> str:
    return f"The root and evidence keys are still here: keep {data / 'keys' / 'offline'} elsewhere."


def _ledger_faults(connection: Connection) -> list[str]:
    rows = connection.execute(
        "SELECT s.stream_id, s.seq, count(e.seq), coalesce(max(e.seq), 0), "
        "coalesce(max(CASE WHEN e.seq = s.seq THEN e.hash END), '') = s.hash OR s.seq = 0 "
        "FROM stream AS s LEFT JOIN entry AS e ON e.stream_id = s.stream_id "
        "GROUP BY s.stream_id, s.seq, s.hash ORDER BY s.stream_id"
    ).fetchall()
    return [
        f"Stream {stream[:8]}… should hold {seq} entries without a gap, but holds {held}."
        for stream, seq, held, highest, sound in rows
        if not sound or held != seq or highest != seq
    ]


def _seal_faults(connection: Connection, ingest: OpeningKey) -> list[str]:
    streams = connection.execute("SELECT stream_id FROM stream ORDER BY stream_id").fetchall()
    return [
        f"Stream {stream[:8]}… was rewritten or cut: {fault}."
        for (stream,) in streams
        if (fault := seal_check(connection, stream, ingest=ingest))
    ]


def _feed_faults(connection: Connection) -> list[str]:
    rows = connection.execute(
        "SELECT h.recipient, h.last, count(d.position), coalesce(max(d.position), 0) "
        "FROM feed_head AS h LEFT JOIN delivery AS d ON d.recipient = h.recipient "
        "GROUP BY h.recipient, h.last ORDER BY h.recipient"
    ).fetchall()
    return [
        f"The mail of star {recipient} has a gap: {held} letters, the last is number {last}."
        for recipient, last, held, highest in rows
        if held != last or highest != last
    ]


def _figures(connection: Connection) -> list[str]:
    row = connection.execute(
        "SELECT (SELECT count(*) FROM device), (SELECT count(*) FROM member), "
        "(SELECT count(*) FROM entry), (SELECT count(*) FROM report WHERE newest > 0), "
        "(SELECT count(*) FROM blob WHERE completed_at IS NOT NULL), "
        "(SELECT count(*) FROM delivery), (SELECT count(*) FROM outbox), "
        "(SELECT count(*) FROM attention)"
    ).fetchone()
    assert row is not None, "counts are always answered"
    laptops, known, entries, reports, blobs, letters, waiting, attention = row
    held = (
        f"{laptops} laptops, {known} members, {entries} ledger entries, {reports} reports, "
        f"{blobs} evidence containers, {letters} letters."
    )
    notes = [held]
    if waiting:
        notes.append(f"{waiting} entries wait to be interpreted.")
    if attention:
        notes.append(f"{attention} entries need attention: `ilocdoc-hq attention` lists them.")
    return notes
