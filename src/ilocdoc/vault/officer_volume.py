"""An officer's volume: drafts, sealed reports, ledger, documents, keys to evidence.

One encrypted database per officer, so one member's key opens nothing of another's.
"""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag

from ilocdoc.record.errors import DamagedError, InputError, RefusedError
from ilocdoc.record.ids import StreamId
from ilocdoc.vault.backups import Backups
from ilocdoc.vault.database import Database
from ilocdoc.vault.files import is_there, make_folder
from ilocdoc.vault.keys import (
    new_private_key,
    private_from_bytes,
    private_to_bytes,
    signer_for,
    unwrap_secret,
    wrap_secret,
)
from ilocdoc.vault.passphrase_slots import (
    Contribute,
    fresh_keys,
    make_passphrase_slot,
    nothing,
    open_slots,
)
from ilocdoc.vault.passphrases import require_good
from ilocdoc.vault.seal_chain import SEAL_TABLE
from ilocdoc.vault.search_index import SCHEMA as SEARCH_SCHEMA
from ilocdoc.vault.slots import (
    SLOTS_FILE,
    Opened,
    Slot,
    SlotFile,
    derive,
    read_slots,
    write_slots,
)
from ilocdoc.wire.envelope import SoftwareKey, spki_of, stream_id_of
from ilocdoc.wire.messages import OpenStream
from ilocdoc.wire.sealing import OpeningKey
from ilocdoc.wire.stretching import KdfCost

APPLICATION_ID = 0x494C4402
SIGNING = "signing"
"""Name of the one secret that only the officer's own slot opens."""
REVISION = "slots_revision"
_APPEND_ONLY = "".join(
    f"""
    CREATE TRIGGER {table}_is_not_changed BEFORE UPDATE ON {table}
        BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;;
    CREATE TRIGGER {table}_is_not_deleted BEFORE DELETE ON {table}
        BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;;
    """
    for table in ("entry", "version", "decision", "document", "witness")
)
_SCHEMA = (
    """
    CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;;
    CREATE TABLE secret (name TEXT PRIMARY KEY, wrapped BLOB NOT NULL) STRICT;;
    CREATE TABLE report (
        report_id TEXT PRIMARY KEY, local_number TEXT NOT NULL, state TEXT NOT NULL,
        version INTEGER NOT NULL, title TEXT NOT NULL, started_at TEXT NOT NULL,
        author TEXT NOT NULL, author_name TEXT NOT NULL) STRICT;;
    CREATE TABLE draft (report_id TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT;;
    CREATE TABLE draft_ring (
        report_id TEXT NOT NULL, revision INTEGER NOT NULL, body BLOB NOT NULL,
        PRIMARY KEY (report_id, revision)) STRICT;;
    CREATE TABLE version (
        report_id TEXT NOT NULL, version INTEGER NOT NULL, body BLOB NOT NULL,
        PRIMARY KEY (report_id, version)) STRICT;;
    CREATE TABLE decision (
        number INTEGER PRIMARY KEY AUTOINCREMENT, report_id TEXT NOT NULL,
        act BLOB NOT NULL, UNIQUE (report_id, act)) STRICT;;
    CREATE TABLE document (
        number INTEGER PRIMARY KEY AUTOINCREMENT, sha256 TEXT NOT NULL UNIQUE,
        report_id TEXT NOT NULL, kind TEXT NOT NULL, version INTEGER NOT NULL,
        at TEXT NOT NULL, pdf BLOB NOT NULL) STRICT;;
    CREATE TABLE entry (
        seq INTEGER PRIMARY KEY, hash TEXT NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL,
        ids TEXT NOT NULL, report_id TEXT NOT NULL, header BLOB NOT NULL, act BLOB NOT NULL,
        salt BLOB NOT NULL, parcel BLOB NOT NULL, session BLOB NOT NULL) STRICT;;
    CREATE INDEX entry_of_report ON entry (report_id, seq);;
    CREATE TRIGGER entry_has_no_gap BEFORE INSERT ON entry
        WHEN NEW.seq <> 1 + coalesce((SELECT max(seq) FROM entry), 0)
        BEGIN SELECT RAISE(ABORT, 'a gap in the ledger'); END;;
    CREATE TABLE evidence (
        id TEXT PRIMARY KEY, item BLOB NOT NULL, wrapped BLOB NOT NULL,
        queued INTEGER NOT NULL) STRICT;;
    CREATE TABLE witness (
        stream TEXT NOT NULL, seq INTEGER NOT NULL, report_id TEXT NOT NULL,
        body BLOB NOT NULL, PRIMARY KEY (stream, seq)) STRICT;;
    CREATE TABLE letter (id TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT;;
    CREATE TABLE opened (id TEXT PRIMARY KEY) STRICT
    """,
    _APPEND_ONLY,
    SEAL_TABLE,
    """
    CREATE TABLE intake (
        id TEXT PRIMARY KEY, report_id TEXT NOT NULL, path BLOB NOT NULL,
        size_bytes INTEGER NOT NULL, modified_ns INTEGER NOT NULL, begun_at TEXT NOT NULL,
        wrapped BLOB NOT NULL) STRICT
    """,
    SEARCH_SCHEMA,
    """
    CREATE TABLE remembered (
        stream TEXT PRIMARY KEY, seq INTEGER NOT NULL, hash TEXT NOT NULL) STRICT
    """,
    """
    CREATE TABLE tombstone (evidence TEXT PRIMARY KEY, order_reference TEXT NOT NULL) STRICT
    """,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerKeys:
    """The secret half of an officer, in memory while unlocked."""

    signer: SoftwareKey
    stream: SoftwareKey
    stream_id: StreamId
    opening: OpeningKey
    evidence_key: bytes
    """Wraps each file's random key."""


class OfficerVolume:
    """The open volume of one officer; belongs to one thread."""

    def __init__(self, folder: Path, *, slots: SlotFile, opened: Opened) -> None:
        """Open the database of a volume whose keys are known.

        Args:
            folder: Of this officer.
            slots: As read.
            opened: What one of the slots gave.

        Raises:
            DamagedError: If the slot file is older than the volume saw.
            VaultError: If the volume cannot be used.
        """
        self.folder, self.slots, self.opened = folder, slots, opened
        self.database = Database(folder / slots.database, derive(opened.volume_key, "db"))
        try:
            self.database.migrate(
                _SCHEMA, application_id=APPLICATION_ID, before=Backups(self.database).make
            )
            self._require_newest(slots)
        except BaseException:
            self.database.close()
            raise

    def _require_newest(self, slots: SlotFile) -> None:
        if slots.revision < self.seen_revision:
            raise DamagedError(
                "An older file that guards this officer's reports was put back.",
                "Nothing was opened or deleted. Take the laptop to the device desk.",
            )

    @property
    def seen_revision(self) -> int:
        """The newest revision of the slot file that this volume knows of."""
        return int(self.setting(REVISION) or 0)

    def note_revision(self, revision: int) -> None:
        """Remember that the slot file has this revision; an older one opens nothing then."""
        self.keep_setting(REVISION, str(revision))

    def take_slots(self, slots: Iterable[Slot], *, opened: Opened) -> None:
        """Write the file with other slots.

        Call it last in a transaction of this volume: what the volume remembers of the file is
        committed right after. `ways_in.change_slots` does.

        Args:
            slots: All of them.
            opened: The keys, with what wraps them in the officer's own slot.
        """
        revision = max(self.slots.revision, self.seen_revision) + 1
        self.note_revision(revision)
        changed = msgspec.structs.replace(self.slots, slots=tuple(slots), revision=revision)
        self.put_slots(changed, opened=opened)

    def put_slots(self, slots: SlotFile, *, opened: Opened) -> None:
        """Write this slot file as it is."""
        self.slots = write_slots(self.folder / SLOTS_FILE, slots, volume_key=opened.volume_key)
        self.opened = opened

    def close(self) -> None:
        """Close the database. The keys die with the process, not here."""
        self.database.close()

    def secret(self, name: str) -> bytes:
        """Return a secret of this volume.

        Raises:
            RefusedError: If enrolment never finished.
        """
        rows = self.database.all("SELECT wrapped FROM secret WHERE name = ?", (name,))
        if not rows:
            raise RefusedError("This officer's enrolment did not finish.", "Enrol again.")
        return unwrap_secret(self._wrapping_key(name), rows[0][0], purpose=name)

    def keep_secret(self, name: str, secret: bytes) -> None:
        """Keep a secret, wrapped under the volume key; the signing key under the personal."""
        wrapped = wrap_secret(self._wrapping_key(name), secret, purpose=name)
        self.database.run("INSERT OR REPLACE INTO secret VALUES (?, ?)", (name, wrapped))

    def _wrapping_key(self, name: str) -> bytes:
        if name != SIGNING:
            return self.opened.volume_key
        if not self.opened.personal_key:
            raise RefusedError("Only this officer's own passphrase opens the signing key.")
        return self.opened.personal_key

    def keep_setting(self, name: str, value: str) -> None:
        """Keep a small text."""
        self.database.run("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, value))

    def setting(self, name: str) -> str:
        """Return a kept text, or the empty string."""
        rows = self.database.all("SELECT value FROM setting WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else ""

    def renew_signing_key(self) -> None:
        """Make a signing key under the personal key; it has no certificate yet."""
        self.keep_secret(SIGNING, private_to_bytes(new_private_key()))
        self.keep_setting("certificate", "")

    def _signing_key(self) -> bytes:
        try:
            return self.secret(SIGNING)
        except InvalidTag:
            # A power cut ended a new enrolment after its slot was written and before its key.
            with self.database.transaction():
                self.renew_signing_key()
            return self.secret(SIGNING)

    def keys(self) -> OfficerKeys:
        """Return the officer's keys with the certificate from enrolment, if there is one."""
        stream_key = private_from_bytes(self.secret("stream"))
        return OfficerKeys(
            signer=signer_for(
                private_from_bytes(self._signing_key()),
                certificate_pem=self.setting("certificate"),
                chain_pem=self.setting("chain"),
            ),
            stream=SoftwareKey(stream_key),
            stream_id=stream_id_of(stream_key.public_key()),
            opening=OpeningKey.from_bytes(self.secret("opening")),
            evidence_key=derive(self.opened.volume_key, "evidence"),
        )

    def stream(self, officer: str) -> OpenStream:
        """Return how this volume's stream is announced to headquarters."""
        public = private_from_bytes(self.secret("stream")).public_key()
        return OpenStream(
            stream=stream_id_of(public),
            public_key=base64.b64encode(spki_of(public)).decode(),
            owner=officer,
            # Of a ledger that could not go on after a salvage.
            previous=self.setting("previous_stream"),
        )


def open_officer_volume(
    folder: Path,
    *,
    officer: str,
    passphrase: str,
    is_known: bool = False,
    contribute: Contribute = nothing,
) -> OfficerVolume:
    """Open a volume as its officer does.

    Args:
        folder: Of this officer.
        officer: Star.
        passphrase: As it was typed.
        is_known: True when this officer signed in before, so that there are reports.
        contribute: Gives the bytes of a second factor.

    Raises:
        UnlockError: If the passphrase is wrong.
        FactorError: If the second factor does not contribute.
        DamagedError: If the volume of a known officer is missing.
        VaultError: If the volume cannot be used.
    """
    slots = read_slots(folder / SLOTS_FILE)
    if is_known and not is_there(folder / slots.database):
        raise DamagedError("The reports of this officer are missing on this laptop.")
    opened = open_slots(slots, officer=officer, passphrase=passphrase, contribute=contribute)
    return OfficerVolume(folder, slots=slots, opened=opened)


def make_officer_volume(
    folder: Path,
    *,
    officer: str,
    passphrase: str,
    made_at: str = "",
    cost: KdfCost | None = None,
    is_known: bool = False,
) -> OfficerVolume:
    """Make a volume with fresh keys; an unfinished enrolment is continued.

    Args:
        folder: Of this officer.
        officer: Star.
        passphrase: New, or the one of the unfinished enrolment.
        made_at: Now, UTC text.
        cost: Of one guess.
        is_known: True when this officer signed in before: what is missing is not made anew.

    Raises:
        DamagedError: If part of a known officer's volume is missing.
        InputError: If the passphrase does not meet the policy.
        RefusedError: If this officer already finished enrolment here.
    """
    make_folder(folder)
    if not is_known and not (folder / SLOTS_FILE).exists():
        require_good(passphrase, about=(officer,))
        keys = fresh_keys()
        slot, keys = make_passphrase_slot(
            keys, officer=officer, passphrase=passphrase, made_at=made_at, cost=cost
        )
        slots = SlotFile(volume=officer, generation=1, database="vault-1.db", slots=(slot,))
        write_slots(folder / SLOTS_FILE, slots, volume_key=keys.volume_key)
    volume = open_officer_volume(folder, officer=officer, passphrase=passphrase, is_known=is_known)
    if volume.setting("certificate"):
        volume.close()
        raise RefusedError("This officer is already enrolled on this laptop.", "Sign in.")
    if not volume.database.all("SELECT 1 FROM secret"):
        with volume.database.transaction():
            volume.keep_secret(SIGNING, private_to_bytes(new_private_key()))
            volume.keep_secret("stream", private_to_bytes(new_private_key()))
            volume.keep_secret("opening", OpeningKey.generate().to_bytes())
    return volume


def folder_of(data: Path, officer: str) -> Path:
    """Return where an officer's volume lies.

    Raises:
        InputError: If this is no star number.
    """
    if not (officer.isascii() and officer.isdecimal()):
        raise InputError("A star number has digits only.")
    return data / "officers" / officer


def officers_in(data: Path) -> Sequence[str]:
    """Return the star numbers that have a volume here, in order."""
    return sorted(each.parent.name for each in data.glob(f"officers/*/{SLOTS_FILE}"))
