"""Notes from the lock screen: anybody may write one, only the officers of this laptop read.

Each is sealed to every officer who signed in here before; the program that writes it
cannot open it again, nor can whoever takes the device volume's key.
"""

from collections.abc import Sequence
from contextlib import suppress

import msgspec

from ilocdoc.record.errors import RefusedError, WireError
from ilocdoc.record.lock_notes import (
    KINDS,
    MOST_LETTERS,
    MOST_NOTES,
    LockNote,
    note_from_bytes,
    note_to_bytes,
)
from ilocdoc.vault.device_volume import DeviceVolume
from ilocdoc.wire.sealing import (
    Delivery,
    OpeningKey,
    SealingKey,
    open_delivery,
    seal_delivery,
)

_KIND, _NOBODY = "lock note", "lock screen"


class LockNotes:
    """A view of the device volume."""

    def __init__(self, volume: DeviceVolume) -> None:
        self._volume, self._database = volume, volume.database

    def add_reader(self, officer: str, key: SealingKey) -> None:
        """Let an officer read what is written from now on."""
        known = self._database.all("SELECT key FROM note_reader WHERE officer = ?", (officer,))
        if known != [(key.encoded,)]:
            self._database.run(
                "INSERT OR REPLACE INTO note_reader VALUES (?, ?)", (officer, key.encoded)
            )

    def readers(self) -> Sequence[tuple[str, SealingKey]]:
        """Return who can read: officers of this laptop who are on the roster, by star."""
        members = {each.id for each in self._volume.roster()}
        rows = self._database.all("SELECT officer, key FROM note_reader ORDER BY officer")
        return [(officer, SealingKey(encoded=key)) for officer, key in rows if officer in members]

    def write(self, note: LockNote) -> None:
        """Keep a note; durable when this returns.

        Raises:
            RefusedError: If nobody could read it, there is no room for more, or it is no
                note of the lock screen.
            DiskFullError: If the disk is full.
        """
        if note.kind not in KINDS or len(note.text) > MOST_LETTERS:
            raise RefusedError(f"A note is a time and up to {MOST_LETTERS} letters.")
        readers = self.readers()
        if not readers:
            raise RefusedError(
                "No officer signed in on this laptop yet.", "Sign in to write something down."
            )
        (count,) = self._database.one("SELECT count(DISTINCT id) FROM lock_note")
        if count >= MOST_NOTES:
            raise RefusedError(
                "No more notes can be kept without signing in.",
                "Those that are kept wait for an officer of this laptop.",
            )
        with self._database.transaction():
            for officer, key in readers:
                self._database.run(
                    "INSERT INTO lock_note VALUES (?, ?, ?)",
                    (note.id, officer, _sealed(note, officer=officer, key=key)),
                )

    def read(self, officer: str, key: OpeningKey) -> Sequence[LockNote]:
        """Return the notes that an officer can open, oldest first."""
        rows = self._database.all(
            "SELECT sealed FROM lock_note WHERE officer = ? ORDER BY rowid", (officer,)
        )
        found = []
        for (sealed,) in rows:
            with suppress(WireError, ValueError):
                delivery = msgspec.json.decode(sealed, type=Delivery)
                found.append(note_from_bytes(open_delivery(delivery, key=key)))
        return found

    def drop(self, note_id: str) -> None:
        """Take a claimed note away from everybody."""
        self._database.run("DELETE FROM lock_note WHERE id = ?", (note_id,))

    def ids(self) -> Sequence[str]:
        """Return the ids of all notes."""
        return [row[0] for row in self._database.all("SELECT DISTINCT id FROM lock_note")]


def _sealed(note: LockNote, *, officer: str, key: SealingKey) -> bytes:
    delivery = seal_delivery(
        note_to_bytes(note),
        delivery_id=note.id,
        to=officer,
        sender=_NOBODY,
        kind=_KIND,
        # When it was written is part of what is sealed.
        at="",
        key=key,
    )
    return msgspec.json.encode(delivery)
