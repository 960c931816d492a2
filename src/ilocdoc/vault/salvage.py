"""Makes a new volume out of what can be read of a damaged one and of its copies.

The damaged files are kept as they were found. What is missing is told by the ledger: by its
entries in the volume, and for those that are lost too, by their headers in the spool.
"""

import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from ilocdoc.record.errors import NewerVaultError
from ilocdoc.record.ledger import EntryHeader, header_from_bytes
from ilocdoc.record.report import draft_from_json
from ilocdoc.vault.backups import backups_in
from ilocdoc.vault.database import WAL_SUFFIX, Database
from ilocdoc.vault.device_volume import DeviceVolume
from ilocdoc.vault.files import disk_errors, make_folder
from ilocdoc.vault.keys import new_private_key, private_from_bytes, private_to_bytes
from ilocdoc.vault.officer_volume import OfficerVolume
from ilocdoc.vault.row_rescue import Rescue, Row, copy_readable
from ilocdoc.vault.salvage_report import Salvaged, missing_after
from ilocdoc.vault.search_index import make_anew
from ilocdoc.vault.slots import SLOTS_FILE, Opened, SlotFile, derive, write_slots
from ilocdoc.wire.envelope import Envelope, envelope_from_bytes, spki_of, stream_id_of
from ilocdoc.wire.sealing import Parcel
from ilocdoc.wire.witness import witness_of

_NOT_FROM_COPIES = frozenset({"letter", "intake", "draft_ring", "seal_key"})
"""What was taken away on purpose since the copy was made must not come back."""

_MARGIN = 4096
"""How far to look for rows of a table whose own count cannot be read."""

# Entries lie here until it is known whether any is missing: the ledger takes no gaps.
_FOUND = "found_entry"


# The search index is a view of the reports: it is made anew, not salvaged.
_TABLES = """
    SELECT name FROM pragma_table_list
    WHERE schema = 'main' AND type = 'table' AND NOT wr
    AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'search%'
"""


@dataclass(slots=True)
class _Count:
    read: int = 0
    copied: int = 0
    reopened: int = 0


def salvage_volume(
    folder: Path, *, slots: SlotFile, opened: Opened, device: DeviceVolume
) -> Salvaged:
    """Make a new volume beside the damaged one and let the slot file name it.

    Args:
        folder: Of the officer.
        slots: As read.
        opened: What one of the slots gave.
        device: Holds the spool with the headers of all entries.

    Raises:
        NewerVaultError: If a newer program wrote the volume.
        DiskFullError: If there is no room; the slot file names the damaged volume then.
    """
    generation = slots.generation + 1
    named = msgspec.structs.replace(
        slots, generation=generation, database=f"vault-{generation}.db", revision=slots.revision + 1
    )
    for suffix in ("", WAL_SUFFIX, "-shm"):
        # Of a salvage that was cut off: no slot file ever named it.
        (folder / (named.database + suffix)).unlink(missing_ok=True)
    volume = OfficerVolume(folder, slots=named, opened=opened)
    database = volume.database
    try:
        heads = _headers(device, slots.volume)
        with database.transaction():
            count = _gather(folder / slots.database, derive(opened.volume_key, "db"), database)
            missing = tuple(missing_after(database, heads))
            is_whole = _settle_ledger(volume, heads)
            make_anew(database)
            volume.note_revision(named.revision)
        database.check()
    finally:
        volume.close()
    write_slots(folder / SLOTS_FILE, named, volume_key=opened.volume_key)
    return Salvaged(
        officer=slots.volume,
        damaged=slots.database,
        database=named.database,
        rows=count.read,
        from_copies=count.copied,
        reopened=count.reopened,
        missing=missing,
        keeps_stream=is_whole,
    )


def _gather(damaged: Path, key: bytes, new: Database) -> _Count:
    """Take over all that can be read: of the damaged volume, then of its copies, newest first."""
    count, aside = _Count(), damaged.with_name("salvage.tmp")
    new.run("CREATE TABLE found_entry AS SELECT * FROM entry LIMIT 0")
    new.run("CREATE UNIQUE INDEX found_entry_once ON found_entry (seq)")
    shutil.rmtree(aside, ignore_errors=True)
    make_folder(aside)
    try:
        with disk_errors():
            copy_readable(damaged, aside / "damaged.db")
        source = Rescue(aside / "damaged.db", key)
        count.read = take_over(source, new, leave=frozenset())
        count.reopened = source.reopened
        for copy in reversed(backups_in(damaged.parent)):
            count.copied += take_over(Rescue(copy, key), new, leave=_NOT_FROM_COPIES)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return count


def take_over(source: Rescue, new: Database, *, leave: frozenset[str]) -> int:
    """Write every readable row that the new volume lacks; returns how many.

    Args:
        source: Damaged, or a copy; closed afterwards.
        new: In an open transaction.
        leave: Tables that are not taken from a copy; empty for the damaged volume itself.

    Raises:
        NewerVaultError: If a newer program wrote the source.
    """
    if source.version() > int(new.one("PRAGMA user_version")[0]):
        raise NewerVaultError
    taken = 0
    for (table,) in new.all(_TABLES):
        into = _FOUND if table == "entry" else table
        known = new.all("SELECT name FROM pragma_table_info(?)", (table,))
        columns = [each for each in source.columns(table) if (each,) in known]
        if columns and table not in {*leave, _FOUND}:
            rows = source.rows(table, columns, most=_MARGIN)
            if leave and table == "draft":
                rows = (each for each in rows if not _is_sealed(new, each))
            taken += _insert(new, into, columns, rows)
    source.close()
    return taken


def _insert(new: Database, table: str, columns: Sequence[str], rows: Iterable[Row]) -> int:
    places = ", ".join("?" for _ in columns)
    put = f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608 - names of the schema
    (before,) = new.one("SELECT total_changes()")
    for row in rows:
        new.run(put, row)
    (after,) = new.one("SELECT total_changes()")
    return int(after - before)


def _is_sealed(new: Database, draft: Row) -> bool:
    """Tell whether a draft of a copy was sealed since: then it is no draft any more."""
    report_id, body = draft[0], draft_from_json(json.loads(draft[1]))
    newest = new.one("SELECT max(version) FROM version WHERE report_id = ?", (report_id,))
    return newest[0] is not None and newest[0] >= body.version


def _headers(device: DeviceVolume, officer: str) -> dict[int, EntryHeader]:
    """Return the headers of an officer's newest stream, as the spool has them, by number."""
    streams = [each.stream for each in device.streams() if each.owner == officer]
    headers = {}
    for (data,) in device.database.all(
        "SELECT parcel FROM spool WHERE stream = ? ORDER BY seq", (streams or [""])[-1:]
    ):
        parcel = msgspec.json.decode(data, type=Parcel)
        envelope = msgspec.convert(parcel.envelope, type=Envelope)
        header = header_from_bytes(envelope.payload_bytes())
        headers[header.seq] = header
    return headers


def _settle_ledger(volume: OfficerVolume, heads: dict[int, EntryHeader]) -> bool:
    """Let the ledger go on when nothing of it is missing; returns whether it does.

    With a gap, going on would sign other entries under numbers that headquarters may have
    already: what was found becomes witnesses of the old stream, and a new one begins.
    """
    database = volume.database
    count, head = database.one("SELECT count(*), coalesce(max(seq), 0) FROM found_entry")
    living = database.all("SELECT seq FROM seal_key")
    has_key = bool(database.all("SELECT 1 FROM secret WHERE name = 'stream'"))
    is_whole = has_key and count == head >= max(heads, default=0) and living in ([], [(head + 1,)])
    if is_whole:
        database.run("INSERT INTO entry SELECT * FROM found_entry ORDER BY seq")
    else:
        if has_key:
            _leave_stream(volume)
        database.run("DELETE FROM seal_key")
        volume.keep_secret("stream", private_to_bytes(new_private_key()))
    database.run("DROP TABLE found_entry")
    return is_whole


def _leave_stream(volume: OfficerVolume) -> None:
    database = volume.database
    public = private_from_bytes(volume.secret("stream")).public_key()
    stream = stream_id_of(public)
    volume.keep_setting("previous_stream", stream)
    for (seq,) in database.all("SELECT seq FROM found_entry ORDER BY seq"):
        report_id, header, salt, act = database.one(
            "SELECT report_id, header, salt, act FROM found_entry WHERE seq = ?", (seq,)
        )
        witness = witness_of(
            envelope_from_bytes(header),
            stream_key=spki_of(public),
            salt=salt,
            act=envelope_from_bytes(act),
        )
        database.run(
            "INSERT OR IGNORE INTO witness VALUES (?, ?, ?, ?)",
            (stream, seq, report_id, msgspec.json.encode(witness)),
        )
