"""Reads what can be read of a damaged database, row by row where it has to be.

A page that is not what was written makes every query that touches it fail, and the
connection with it: so ranges of rows are halved around each fault, on a new connection
each time, until only the rows on the damaged pages are left out.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ilocdoc.record.errors import VaultError
from ilocdoc.vault.database import WAL_SUFFIX, Database
from ilocdoc.vault.files import disk_errors

Row = tuple[Any, ...]
_BLOCK_BYTES = 1024 * 1024
_SECTOR_BYTES = 4096


def copy_readable(source: Path, target: Path) -> int:
    """Copy a database and its log; sectors that the disk does not give become zeros.

    The original is only read: it stays as it was found.

    Returns:
        How many sectors could not be read.

    Raises:
        DiskFullError: If there is no room for the copy.
    """
    lost = 0
    for suffix in ("", WAL_SUFFIX):
        read, write = source.with_name(source.name + suffix), target.with_name(target.name + suffix)
        if read.exists():
            with disk_errors(), read.open("rb") as old, write.open("xb") as new:
                write.chmod(0o600)
                for block, is_given in _blocks(old.fileno(), read.stat().st_size):
                    new.write(block)
                    lost += not is_given
    return lost


def _blocks(handle: int, size: int) -> Iterator[tuple[bytes, bool]]:
    for start in range(0, size, _BLOCK_BYTES):
        end = min(start + _BLOCK_BYTES, size)
        try:
            yield os.pread(handle, end - start, start), True
        except OSError:
            for place in range(start, end, _SECTOR_BYTES):
                length = min(_SECTOR_BYTES, end - place)
                try:
                    yield os.pread(handle, length, place), True
                except OSError:
                    yield bytes(length), False


class Rescue:
    """A damaged database, read on as many connections as it takes."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path, self._key = path, key
        self._database: Database | None = None
        self.reopened = 0
        """How often a fault made a new connection necessary."""

    def close(self) -> None:
        """Let the file go."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def columns(self, table: str) -> Sequence[str]:
        """Return the columns of a table, none where it or the whole file cannot be read."""
        found = self._asked("SELECT name FROM pragma_table_info(?)", (table,))
        return [name for (name,) in found or ()]

    def version(self) -> int:
        """Return the schema's number; 0 where it cannot be read."""
        found = self._asked("PRAGMA user_version")
        return int(found[0][0]) if found else 0

    def rows(self, table: str, columns: Sequence[str], *, most: int) -> Iterator[Row]:
        """Yield every row that can be read, in the order of row ids.

        Args:
            table: Of the schema.
            columns: Which to read.
            most: The highest row id to look for where the table does not tell its own.
        """
        bounds = f"SELECT min(rowid), max(rowid) FROM {table}"  # noqa: S608 - a name of the schema
        found = self._asked(bounds)
        low, high = found[0] if found else (1, most)
        if low is not None:
            listed = ", ".join(columns)
            what = f"SELECT {listed} FROM {table} WHERE rowid BETWEEN ? AND ?"  # noqa: S608 - as above
            yield from self._between(what, low, high)

    def _between(self, what: str, low: int, high: int) -> Iterator[Row]:
        found = self._asked(f"{what} ORDER BY rowid", (low, high))
        if found is not None:
            yield from found
        elif low < high:
            middle = (low + high) // 2
            yield from self._between(what, low, middle)
            yield from self._between(what, middle + 1, high)

    def _asked(self, query: str, values: Sequence[object] = ()) -> list[Row] | None:
        """Return the rows of a query, or None when a fault is in its way."""
        try:
            if self._database is None:
                self._database = Database(self._path, self._key)
            return self._database.all(query, values)
        except VaultError:
            # One fault spoils every later answer of the same connection.
            self.close()
            self.reopened += 1
            return None
