"""A new key for a volume: a new generation of its database, and one rename that flips over.

::

    vault-<n+1>.db   copy of all pages under the new key (backup API), rows rewrapped,
                     the event written, checked, closed, fsync
    slots.json       new, naming generation n+1: written beside, fsync, ONE rename, fsync
    vault-<n>.db     deleted, with its log

Before the rename the old generation is whole and in force, after it the new one is; what
the other side left is swept at the next unlock. Evidence files are not touched: only the
40-byte keys in the rows are wrapped anew. After it an old slot file opens nothing.
"""

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ilocdoc.disk import sync_file, sync_folder
from ilocdoc.record.errors import VaultError
from ilocdoc.vault.backups import Backups
from ilocdoc.vault.database import Database
from ilocdoc.vault.files import disk_errors
from ilocdoc.vault.keys import unwrap_secret, wrap_secret
from ilocdoc.vault.officer_volume import REVISION, SIGNING, OfficerVolume
from ilocdoc.vault.slots import (
    SLOTS_FILE,
    Opened,
    Slot,
    SlotFile,
    derive,
    read_slots,
    write_slots,
)
from ilocdoc.wire.stretching import KEY_BYTES

logger = logging.getLogger(__name__)

_BESIDE = ("", "-wal", "-shm", "-journal")
"""Files of one database."""


ROTATED_FROM = "rotated_from"
"""Setting: which database file this one replaced, so that a sweep knows what to delete."""
FILE_KEYS = {
    "evidence": (
        "SELECT id, wrapped FROM evidence",
        "UPDATE evidence SET wrapped = ? WHERE id = ?",
    ),
    "intake": ("SELECT id, wrapped FROM intake", "UPDATE intake SET wrapped = ? WHERE id = ?"),
}
"""Tables whose rows hold a file's key, wrapped. A test holds them equal to the schema's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """What a rotation needs to know of the new generation."""

    opened: Opened
    """The new volume key, with the personal key that will be in force."""
    generation: int
    """Of the new key."""
    slots: tuple[Slot, ...]
    """All ways into it. Whoever is not among them is out for good."""


def new_volume_key() -> bytes:
    """Return a fresh volume key."""
    return os.urandom(KEY_BYTES)


def rotate(
    volume: OfficerVolume, renewed: Renewed, *, write: Callable[[Database], None]
) -> OfficerVolume:
    """Return the volume under its new key; the old object is closed.

    On any error nothing changed and `volume` stays open, except after the flip itself:
    then the volume is closed, and the next unlock finds whichever generation is in force.

    Args:
        volume: Open, in no transaction.
        renewed: Its `opened.personal_key` may be new too; then `write` puts a signing key
            in place, because the old one cannot be carried over.
        write: Adds what the new generation must hold besides, in the same transaction as
            the rewrapped rows: the event of the ledger.

    Raises:
        DiskFullError: If there is no room for a second copy; nothing changed.
        VaultError: If the disk refuses.
    """
    folder, old = volume.folder, volume.slots
    assert renewed.generation == old.generation + 1, renewed.generation
    new = SlotFile(
        volume=old.volume,
        generation=renewed.generation,
        revision=max(old.revision, volume.seen_revision) + 1,
        database=f"vault-{renewed.generation}.db",
        slots=renewed.slots,
    )
    target = folder / new.database
    _delete(target)
    try:
        _make_copy(volume, target, new, renewed.opened, write=write)
    except BaseException:
        _delete(target)
        raise
    _flip(volume, new, renewed.opened)
    fresh = OfficerVolume(folder, slots=read_slots(folder / SLOTS_FILE), opened=renewed.opened)
    try:
        _give_up(fresh.database, folder / old.database)
    except VaultError:
        logger.warning("an old generation could not be deleted yet; the next unlock tries again")
    return fresh


def _give_up(database: Database, old: Path) -> None:
    """Delete what opens with the old key, the database last: it is what a sweep goes by."""
    backups = Backups(database)
    backups.forget()
    _delete(old)
    backups.make()


def _make_copy(
    volume: OfficerVolume,
    target: Path,
    slots: SlotFile,
    opened: Opened,
    *,
    write: Callable[[Database], None],
) -> None:
    copy = Database(target, derive(opened.volume_key, "db"))
    try:
        volume.database.copy_into(copy)
        with copy.transaction():
            _rewrap(copy, volume.opened, opened)
            write(copy)
            noted = ((REVISION, str(slots.revision)), (ROTATED_FROM, volume.slots.database))
            for each in noted:
                copy.run("INSERT OR REPLACE INTO setting VALUES (?, ?)", each)
        # Every page is read back under the new key before the old one is given up.
        copy.check()
    finally:
        copy.close()
    with disk_errors():
        sync_file(target)
        sync_folder(target.parent)


def _rewrap(copy: Database, old: Opened, new: Opened) -> None:
    """Wrap every key in the rows anew. What the personal key wraps stays while it stays."""
    for name, wrapped in copy.all("SELECT name, wrapped FROM secret"):
        if name == SIGNING:
            if new.personal_key != old.personal_key:
                copy.run("DELETE FROM secret WHERE name = ?", (name,))
            continue
        secret = unwrap_secret(old.volume_key, wrapped, purpose=name)
        again = wrap_secret(new.volume_key, secret, purpose=name)
        copy.run("UPDATE secret SET wrapped = ? WHERE name = ?", (again, name))
    before, after = derive(old.volume_key, "evidence"), derive(new.volume_key, "evidence")
    for select, update in FILE_KEYS.values():
        for evidence_id, wrapped in copy.all(select):
            key = unwrap_secret(before, wrapped, purpose=evidence_id)
            copy.run(update, (wrap_secret(after, key, purpose=evidence_id), evidence_id))


def _flip(volume: OfficerVolume, new: SlotFile, opened: Opened) -> None:
    path = volume.folder / SLOTS_FILE
    try:
        write_slots(path, new, volume_key=opened.volume_key)
    except VaultError as error:
        if read_slots(path).generation == volume.slots.generation:
            _delete(volume.folder / new.database)
            raise
        # The rename happened and only its fsync failed: neither generation may be deleted,
        # because a power cut decides which of them is in force.
        volume.close()
        raise VaultError(
            "The disk of this laptop refused while a key was changed.",
            "Nothing was lost. Close ilocdoc and sign in again.",
        ) from error
    volume.close()


def sweep(volume: OfficerVolume) -> Sequence[str]:
    """Delete what an interrupted rotation left; returns the names of the databases.

    Only for a volume that just opened with the newest slot file known: then the generation
    it was made from, and any later one, is the losing side of a flip. A damaged database
    that a salvage left beside it is neither, and stays.

    Raises:
        VaultError: If the disk refuses.
    """
    folder, slots = volume.folder, volume.slots
    before = volume.setting(ROTATED_FROM)
    with disk_errors():
        left = sorted(
            {each.name.partition(".db")[0] + ".db" for each in folder.glob("vault-*.db*")}
        )
        losing = [each for each in left if each == before or _generation(each) > slots.generation]
        if losing:
            # The slot file that was just read may not be durable yet.
            sync_folder(folder)
    for each in losing:
        if each == before:
            # The copies of before are deleted ahead of it, so they may still be there.
            Backups(volume.database).forget()
        _delete(folder / each)
    return losing


def _generation(name: str) -> int:
    digits = name.removeprefix("vault-").partition(".")[0]
    return int(digits) if digits.isdecimal() else 0


def _delete(database: Path) -> None:
    with disk_errors():
        for suffix in _BESIDE:
            database.with_name(database.name + suffix).unlink(missing_ok=True)
        sync_folder(database.parent)
