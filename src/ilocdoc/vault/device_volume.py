"""The device volume: opens without a person; holds ids, ciphertext, spool and progress.

Its key lies in a file for the owner only. What must stay secret inside (ledger bodies,
mail, evidence) is sealed before it comes here, so sending needs no unlocked officer.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from ilocdoc.record.errors import DamagedError, RefusedError
from ilocdoc.record.ids import DeviceId
from ilocdoc.record.people import Officer
from ilocdoc.record.policy import Policy
from ilocdoc.vault.backups import Backups
from ilocdoc.vault.database import Database, FolderLock
from ilocdoc.vault.files import Suspicion, disk_errors, is_there, make_folder, replace_file
from ilocdoc.vault.keys import (
    new_private_key,
    private_from_bytes,
    private_to_bytes,
    signer_for,
    unwrap_secret,
    wrap_secret,
)
from ilocdoc.vault.reserve import Reserve
from ilocdoc.vault.seal_chain import SEAL_TABLE
from ilocdoc.vault.slots import derive
from ilocdoc.wire.envelope import Envelope, SoftwareKey, open_envelope, public_key_from_pem
from ilocdoc.wire.members import officer_from_member, policy_from_message
from ilocdoc.wire.messages import ROSTER_TYPE, EnrolAnswer, OpenStream, Roster
from ilocdoc.wire.stretching import KEY_BYTES

APPLICATION_ID = 0x494C4401
_DATABASE = "device.db"
_SCHEMA = (
    """
    CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;;
    CREATE TABLE secret (name TEXT PRIMARY KEY, wrapped BLOB NOT NULL) STRICT;;
    CREATE TABLE stream (
        stream TEXT PRIMARY KEY, public_key TEXT NOT NULL, owner TEXT NOT NULL,
        previous TEXT NOT NULL) STRICT;;
    CREATE TABLE session (id TEXT PRIMARY KEY, sealed BLOB NOT NULL) STRICT;;
    CREATE TABLE spool (
        stream TEXT NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL, session TEXT NOT NULL,
        parcel BLOB NOT NULL, PRIMARY KEY (stream, seq)) STRICT;;
    CREATE TABLE confirmed (
        stream TEXT PRIMARY KEY, seq INTEGER NOT NULL, hash TEXT NOT NULL, epoch TEXT NOT NULL,
        receipt BLOB NOT NULL) STRICT;;
    CREATE TABLE blob (
        sha256 TEXT PRIMARY KEY, path TEXT NOT NULL, size_bytes INTEGER NOT NULL,
        priority INTEGER NOT NULL, receipt BLOB) STRICT;;
    CREATE TABLE mail (
        id TEXT PRIMARY KEY, recipient TEXT NOT NULL, outgoing INTEGER NOT NULL,
        sent INTEGER NOT NULL, letter BLOB NOT NULL) STRICT;;
    CREATE TABLE feed (officer TEXT PRIMARY KEY, cursor INTEGER NOT NULL) STRICT;;
    CREATE TABLE number (day TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT;;
    CREATE TABLE attempt (officer TEXT NOT NULL, at_ms INTEGER NOT NULL) STRICT;;
    CREATE TRIGGER spool_is_append_only BEFORE UPDATE ON spool
        BEGIN SELECT RAISE(ABORT, 'the spool is append-only'); END
    """,
    SEAL_TABLE,
    """
    DROP TABLE attempt;;
    CREATE TABLE tries (officer TEXT PRIMARY KEY, record BLOB NOT NULL) STRICT
    """,
    """
    CREATE TABLE note_reader (officer TEXT PRIMARY KEY, key TEXT NOT NULL) STRICT;;
    CREATE TABLE lock_note (
        id TEXT NOT NULL, officer TEXT NOT NULL, sealed BLOB NOT NULL,
        PRIMARY KEY (id, officer)) STRICT
    """,
    """
    CREATE TABLE wipe_order (
        nonce TEXT PRIMARY KEY, state TEXT NOT NULL, envelope BLOB NOT NULL) STRICT
    """,
    """
    CREATE TABLE anchor (
        stream TEXT NOT NULL, anchor TEXT NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL,
        PRIMARY KEY (stream, anchor)) STRICT;;
    CREATE TABLE rollback (
        owner TEXT NOT NULL, anchor TEXT NOT NULL, expected_seq INTEGER NOT NULL,
        expected TEXT NOT NULL, found_seq INTEGER NOT NULL, found TEXT NOT NULL,
        released BLOB, PRIMARY KEY (owner, expected, found)) STRICT
    """,
    """
    CREATE TABLE tombstone (evidence TEXT PRIMARY KEY, signed TEXT NOT NULL) STRICT
    """,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """What headquarters told this laptop at enrolment."""

    answer: EnrolAnswer
    url: str
    root_pem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRoster:
    """The kept roster, its signature checked."""

    version: int
    members: tuple[Officer, ...]
    """In headquarters' order; unique."""
    policy: Policy
    """What headquarters decided about sessions, within what is allowed."""
    revoked: tuple[str, ...]
    """Stars of members, and ids of laptops, whose access ended."""
    escrow: Envelope | None
    """The plan of escrow as the agency's root signed it, unread."""


class DeviceVolume:
    """The open device volume. Safe to use from one thread at a time."""

    def __init__(self, folder: Path) -> None:
        """Open or make the volume.

        Raises:
            InUseError: If another ilocdoc has this folder open.
            DamagedError: If it is missing although officers have volumes beside it.
            VaultError: If it cannot be opened.
        """
        make_folder(folder)
        self.folder = folder
        # One folder of containers for all officers, each file sealed under a key of its own.
        self.evidence_folder = folder / "evidence"
        self._checked: SignedRoster | None = None
        self.reserve, self.suspicion = Reserve(folder), Suspicion(folder)
        self._lock = FolderLock(folder)
        try:
            self._key = _device_key(folder)
            self.database = Database(folder / _DATABASE, derive(self._key, "db"))
        except BaseException:
            self._lock.release()
            raise
        try:
            self.database.give_room = self.reserve.give_up
            self.database.tell_fault = self.suspicion.note
            bring_forward(self.database)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the volume and let the folder go."""
        self.database.close()
        self._lock.release()

    # --- settings and secrets ---------------------------------------------------------

    def keep(self, name: str, value: str) -> None:
        """Keep a small text."""
        self._checked = None
        self.database.run("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, value))

    def kept(self, name: str) -> str:
        """Return a kept text, or the empty string."""
        rows = self.database.all("SELECT value FROM setting WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else ""

    def derived(self, purpose: str) -> bytes:
        """Return a 32-byte key for a purpose: MACs and secrets of what lies beside."""
        return derive(self._key, purpose)

    def private_key(self) -> SoftwareKey:
        """Return the device key; made on first use. Has a certificate once enrolled."""
        rows = self.database.all("SELECT wrapped FROM secret WHERE name = 'device'")
        if rows:
            secret = unwrap_secret(self._key, rows[0][0], purpose="device")
        else:
            secret = private_to_bytes(new_private_key())
            wrapped = wrap_secret(self._key, secret, purpose="device")
            self.database.run("INSERT INTO secret VALUES ('device', ?)", (wrapped,))
        key = private_from_bytes(secret)
        if not self.is_enrolled:
            return SoftwareKey(key)
        answer = self.enrolment().answer
        return signer_for(key, certificate_pem=answer.certificate_pem, chain_pem=answer.chain_pem)

    def private_scalar(self) -> bytes:
        """Return the device key's scalar, for the certificate request."""
        self.private_key()
        row = self.database.one("SELECT wrapped FROM secret WHERE name = 'device'")
        return unwrap_secret(self._key, row[0], purpose="device")

    # --- enrolment --------------------------------------------------------------------

    @property
    def is_enrolled(self) -> bool:
        """True once headquarters knows this laptop."""
        return bool(self.kept("enrolment"))

    def keep_enrolment(self, enrolment: Enrolment) -> None:
        """Keep what headquarters told at enrolment, all of it or nothing."""
        with self.database.transaction():
            self.keep("url", enrolment.url)
            self.keep("root", enrolment.root_pem)
            self.keep("enrolment", msgspec.json.encode(enrolment.answer).decode())
            self.keep("roster", msgspec.json.encode(enrolment.answer.roster).decode())

    def enrolment(self) -> Enrolment:
        """Return what headquarters told at enrolment.

        Raises:
            RefusedError: If this laptop is not enrolled.
        """
        text = self.kept("enrolment")
        if not text:
            raise RefusedError(
                "This laptop is not enrolled.", "Run: ilocdoc enrol --hq URL --code CODE --data DIR"
            )
        answer = msgspec.json.decode(text, type=EnrolAnswer)
        return Enrolment(answer=answer, url=self.kept("url"), root_pem=self.kept("root"))

    @property
    def device(self) -> DeviceId:
        """This laptop's id."""
        return DeviceId(self.enrolment().answer.device)

    def keep_roster(self, envelope_json: bytes) -> None:
        """Keep a roster that was checked; `envelope_json` is the signed envelope."""
        self.keep("roster", envelope_json.decode())

    def roster(self) -> tuple[Officer, ...]:
        """Return the members as headquarters last signed them.

        Raises:
            WireError: If the kept roster does not verify.
        """
        return self.signed_roster().members

    @property
    def roster_version(self) -> int:
        """Version of the kept roster."""
        return self.signed_roster().version

    def signed_roster(self) -> "SignedRoster":
        """Return the roster as headquarters last signed it, read once.

        Raises:
            WireError: If the kept roster does not verify.
        """
        # Every change of a report asks who is on it; thousands of members are read once.
        if self._checked is None:
            answer = self.enrolment().answer
            envelope = msgspec.json.decode(self.kept("roster"), type=Envelope)
            key = public_key_from_pem(answer.hq_certificate_pem)
            payload = open_envelope(envelope, ROSTER_TYPE, key=key)
            roster = msgspec.json.decode(payload, type=Roster)
            self._checked = SignedRoster(
                version=roster.version,
                members=tuple(officer_from_member(each) for each in roster.members),
                policy=policy_from_message(roster.policy),
                revoked=roster.revoked,
                escrow=roster.escrow,
            )
        return self._checked

    # --- numbers, streams ------------------------------------------------------

    def next_number(self, day: str) -> int:
        """Return the next report number of a day; never the same twice."""
        with self.database.transaction():
            self.database.run(
                "INSERT INTO number VALUES (?, 1) ON CONFLICT (day) DO UPDATE SET last = last + 1",
                (day,),
            )
            return int(self.database.one("SELECT last FROM number WHERE day = ?", (day,))[0])

    def add_stream(self, stream: OpenStream) -> None:
        """Announce a stream that this laptop writes; idempotent."""
        self.database.run(
            "INSERT OR IGNORE INTO stream VALUES (?, ?, ?, ?)",
            (stream.stream, stream.public_key, stream.owner, stream.previous),
        )

    def streams(self) -> Sequence[OpenStream]:
        """Return every stream of this laptop."""
        rows = self.database.all(
            "SELECT stream, public_key, owner, previous FROM stream ORDER BY rowid"
        )
        return [
            OpenStream(stream=stream, public_key=key, owner=owner, previous=previous)
            for stream, key, owner, previous in rows
        ]


def known_members(volume: DeviceVolume) -> frozenset[str]:
    """Return whoever ever signed in on an enrolled laptop, by star."""
    return frozenset(each.owner for each in volume.streams() if each.owner != volume.device)


def store_of(folder: Path) -> tuple[Path, bytes]:
    """Return the file of a laptop's store, which is there, and the key of its database.

    Raises:
        DamagedError: If the key is missing or damaged.
    """
    return folder / _DATABASE, derive(_device_key(folder), "db")


def bring_forward(database: Database) -> None:
    """Give a device database today's schema.

    Raises:
        NewerVaultError: If a newer program wrote it.
    """
    database.migrate(_SCHEMA, application_id=APPLICATION_ID, before=Backups(database).make)


def _device_key(folder: Path) -> bytes:
    """Return the key, made with the first volume and never beside one that is there."""
    path, has_volume = folder / "device.key", is_there(folder / _DATABASE)
    if not has_volume and any(folder.glob("officers/*/slots.json")):
        raise DamagedError("The store of this laptop is missing; reports may not be sent yet.")
    if not path.exists():
        if has_volume:
            raise DamagedError("The key of this laptop's store is missing.")
        replace_file(path, os.urandom(KEY_BYTES))
    with disk_errors():
        key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise DamagedError
    return key
