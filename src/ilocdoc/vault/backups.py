"""Copies of a volume's database beside it: `backup-<n>.db`, the newest two are kept.

A copy counts only after it was opened again and every page of it was checked. It is an old
state under the same key: it is for salvage, never put back over the database by hand.
"""

import os
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ilocdoc.disk import sync_file, sync_folder
from ilocdoc.vault.database import WAL_SUFFIX, Database
from ilocdoc.vault.files import disk_errors

KEPT = 2
EVERY = timedelta(hours=24)
_NAME = re.compile(r"backup-(\d+)\.db")


class Backups:
    """The copies of one database."""

    def __init__(self, database: Database) -> None:
        """Name the database; its connection is used by `make`, on the thread that calls it."""
        self._database, self._folder = database, database.path.parent

    def paths(self) -> list[Path]:
        """Return the copies, oldest first."""
        return backups_in(self._folder)

    def is_due(self, now: datetime) -> bool:
        """Tell whether the newest copy is a day old, or from a clock that was ahead."""
        newest = self.paths()[-1:]
        made = [datetime.fromtimestamp(each.stat().st_mtime, UTC) for each in newest]
        return not any(timedelta() <= now - at < EVERY for at in made)

    def make(self, at: datetime | None = None) -> Path:
        """Copy, open the copy, check it, make it durable, and let the oldest ones go.

        Args:
            at: When this is; the system's clock otherwise.

        Raises:
            DiskFullError: If there is no room; nothing is left of the copy.
            DamagedError: If the copy is not sound.
        """
        self._sweep()
        numbers = [_number(each) for each in self.paths()]
        path = self._folder / f"backup-{max(numbers, default=0) + 1}.db"
        part = path.with_suffix(".db.tmp")
        try:
            self._copy(part)
            with disk_errors():
                if at is not None:
                    os.utime(part, (at.timestamp(), at.timestamp()))
                sync_file(part)
                part.rename(path)
                sync_folder(self._folder)
        except BaseException:
            self._sweep()
            raise
        with disk_errors():
            for old in self.paths()[:-KEPT]:
                old.unlink()
        return path

    def _copy(self, part: Path) -> None:
        self._database.copy_to(part)
        copy = self._database.another(part)
        try:
            copy.check()
            # A copy must not hold the key of a seal that is used up: yesterday stays written.
            if copy.all("SELECT 1 FROM sqlite_master WHERE name = 'seal_key'"):
                copy.run("DELETE FROM seal_key")
        finally:
            copy.close()

    def _sweep(self) -> None:
        for left in self._folder.glob("backup-*.db.tmp*"):
            with suppress(OSError):
                left.unlink()

    def forget(self) -> None:
        """Delete every copy: after a rotation of keys they are of no use, or too much."""
        with disk_errors():
            for each in self.paths():
                each.unlink()
                each.with_name(each.name + WAL_SUFFIX).unlink(missing_ok=True)
            sync_folder(self._folder)


def backups_in(folder: Path) -> list[Path]:
    """Return the copies in a volume's folder, oldest first."""
    found = [each for each in folder.glob("backup-*.db") if _NAME.fullmatch(each.name)]
    return sorted(found, key=_number)


def _number(path: Path) -> int:
    match = _NAME.fullmatch(path.name)
    assert match is not None, path.name
    return int(match[1])
