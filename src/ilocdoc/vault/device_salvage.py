"""Makes a new device volume of what is left of a damaged one, so that members can sign in.

The damaged file is kept beside it. Entries of members that the spool lost come back from
their own volumes at their next unlock; the laptop's own entries exist only here.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from ilocdoc.disk import sync_file, sync_folder
from ilocdoc.record.errors import DamagedError
from ilocdoc.vault.backups import backups_in
from ilocdoc.vault.database import WAL_SUFFIX, Database, FolderLock
from ilocdoc.vault.device_volume import bring_forward, store_of
from ilocdoc.vault.files import disk_errors, make_folder
from ilocdoc.vault.row_rescue import Rescue, copy_readable
from ilocdoc.vault.salvage import take_over

_NOT_FROM_COPIES = frozenset({"attempt", "seal_key", "lock_note"})
"""What was taken away on purpose since the copy was made must not come back."""

_NUMBERS_SKIPPED = 100
"""Report numbers given since the last copy are not known: none is given twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSalvaged:
    """The outcome, for a person."""

    damaged: str
    """Name of the damaged file, which stays."""
    rows: int
    from_copies: int
    gaps: tuple[str, ...]
    """Streams of which entries are lost here."""

    def lines(self) -> tuple[str, ...]:
        """Return the report in plain sentences."""
        lost = [f"  entries of the stream {each}" for each in self.gaps]
        return (
            (
                f"The store of this laptop was salvaged: {self.rows} rows were read, "
                f"{self.from_copies} were taken from its copies."
            ),
            *(["Missing until each member signs in again:", *lost] if lost else []),
            f"The damaged store is kept as {self.damaged}. Take the laptop to the device desk.",
        )


def salvage_device(folder: Path) -> DeviceSalvaged:
    """Make the new volume and put it in the place of the damaged one; needs no passphrase.

    Raises:
        InUseError: If another ilocdoc has this folder open.
        DamagedError: If nothing that matters can be read, or the key is missing.
        DiskFullError: If there is no room; the damaged volume is in place then.
    """
    lock = FolderLock(folder)
    aside, new = folder / "salvage.tmp", folder / "device.db.tmp"
    try:
        path, key = store_of(folder)
        kept = _kept(path)
        shutil.rmtree(aside, ignore_errors=True)
        make_folder(aside)
        for suffix in ("", WAL_SUFFIX, "-shm"):
            new.with_name(new.name + suffix).unlink(missing_ok=True)
        salvaged = _fill(folder, kept, aside / "damaged.db", Database(new, key), key)
        with disk_errors():
            # A log of the old file would be taken for one of the new; `kept` has its own.
            path.with_name(path.name + WAL_SUFFIX).unlink(missing_ok=True)
            path.with_name(path.name + "-shm").unlink(missing_ok=True)
            sync_file(new)
            new.replace(path)
            sync_folder(folder)
        return salvaged
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        lock.release()


def _kept(path: Path) -> Path:
    folder = path.parent
    number = 1 + len(list(folder.glob("damaged-device-*.db")))
    kept = folder / f"damaged-device-{number}.db"
    copy_readable(path, kept)
    with disk_errors():
        for each in folder.glob(kept.name + "*"):
            sync_file(each)
        sync_folder(folder)
    return kept


def _fill(folder: Path, kept: Path, scratch: Path, new: Database, key: bytes) -> DeviceSalvaged:
    try:
        bring_forward(new)
        copy_readable(kept, scratch)
        with new.transaction():
            rows = take_over(Rescue(scratch, key), new, leave=frozenset())
            numbers = new.all("SELECT day FROM number")
            copied = sum(
                take_over(Rescue(each, key), new, leave=_NOT_FROM_COPIES)
                for each in reversed(backups_in(folder))
            )
            for (day,) in new.all("SELECT day FROM number"):
                if (day,) not in numbers:
                    new.run(
                        "UPDATE number SET last = last + ? WHERE day = ?", (_NUMBERS_SKIPPED, day)
                    )
            gaps = _cut_at_gaps(new)
        if not new.all("SELECT 1 FROM setting WHERE name = 'enrolment'"):
            raise DamagedError("Nothing of this laptop's store could be read.")
        new.check()
    finally:
        new.close()
    return DeviceSalvaged(damaged=kept.name, rows=rows, from_copies=copied, gaps=gaps)


def _cut_at_gaps(new: Database) -> tuple[str, ...]:
    """Take away what comes after a gap: members' volumes fill the spool again from there."""
    cut = []
    for (stream,) in new.all("SELECT DISTINCT stream FROM spool ORDER BY stream"):
        found = new.all("SELECT seq FROM spool WHERE stream = ? ORDER BY seq", (stream,))
        whole = next((at for at, (seq,) in enumerate(found) if seq != at + 1), len(found))
        if whole < len(found):
            new.run("DELETE FROM spool WHERE stream = ? AND seq > ?", (stream, whole))
            cut.append(stream)
    return tuple(cut)
