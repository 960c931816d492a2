"""SQLCipher, opened one way: raw key, WAL, every commit on the disk before it is told.

The only module that imports sqlcipher3. Its errors are translated here, once.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import disk_usage
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from ilocdoc.record.errors import (
    DamagedError,
    DiskFullError,
    InUseError,
    NewerVaultError,
    VaultError,
)
from ilocdoc.vault.files import disk_errors

OLDEST_SQLITE = (3, 51, 3)
"""Earlier ones can corrupt a WAL that two connections reset (sqlite.org/wal.html)."""

LEAST_FREE_BYTES = 64 * 1024
"""A database in WAL mode needs this much beside it only to be opened."""

_SETTINGS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "temp_store=MEMORY",
    "secure_delete=ON",
    "recursive_triggers=ON",
    "mmap_size=0",
    "journal_size_limit=8388608",
    "busy_timeout=5000",
)


class Database:
    """One encrypted file with one connection, used by one thread at a time."""

    def __init__(self, path: Path, key: bytes) -> None:
        """Open or make the file.

        Raises:
            DamagedError: If the key is not this file's key: whoever opens a file was let in
                by its key before, so the file is not what was written.
            DiskFullError: If there is no room for the files beside it.
            VaultError: If it cannot be opened.
        """
        assert sqlcipher.sqlite_version_info >= OLDEST_SQLITE, sqlcipher.sqlite_version
        with _translated():
            self._connection = sqlcipher.connect(
                str(path), isolation_level=None, check_same_thread=False
            )
            # Otherwise a wrong key prints to standard error.
            self._connection.execute("PRAGMA cipher_log_level = NONE")
            self._connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        try:
            with _translated():
                self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
                for setting in _SETTINGS:
                    self._connection.execute(f"PRAGMA {setting}").fetchall()
        except VaultError as error:
            self._connection.close()
            raise _why_not_opened(error, path) from error
        path.chmod(0o600)

    def migrate(self, steps: Sequence[str], *, application_id: int) -> None:
        """Bring the schema forward; each step and its number in one transaction.

        Raises:
            NewerVaultError: If a newer program wrote the file; it is not touched.
        """
        known = int(self.one("PRAGMA user_version")[0])
        if known > len(steps):
            raise NewerVaultError
        for number, step in enumerate(steps[known:], start=known + 1):
            with self.transaction():
                for statement in filter(str.strip, step.split(";;")):
                    self.run(statement)
                self.run(f"PRAGMA application_id = {application_id}")
                self.run(f"PRAGMA user_version = {number}")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Begin, then commit at the end of the block or roll back on any exception.

        Raises:
            DiskFullError: If there is no room; nothing of the block is kept.
        """
        self.run("BEGIN IMMEDIATE")
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            with _translated():
                self._connection.execute("ROLLBACK")

    def run(self, statement: str, values: Sequence[object] = ()) -> None:
        """Run a statement that returns nothing."""
        with _translated():
            self._connection.execute(statement, tuple(values))

    def one(self, statement: str, values: Sequence[object] = ()) -> tuple[Any, ...]:
        """Return the one row of a query.

        Raises:
            LookupError: If there is none.
        """
        rows = self.all(statement, values)
        if not rows:
            raise LookupError(statement)
        return rows[0]

    def all(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        with _translated():
            rows: list[tuple[Any, ...]] = self._connection.execute(
                statement, tuple(values)
            ).fetchall()
        return rows

    def check(self) -> None:
        """Checkpoint, then check every page.

        The checkpoint comes first: the integrity check reads the main file only and would
        raise a false alarm after a power cut.

        Raises:
            DamagedError: If a page is not what was written.
        """
        self.all("PRAGMA wal_checkpoint(TRUNCATE)")
        faults = self.all("PRAGMA cipher_integrity_check")
        quick = self.all("PRAGMA quick_check")
        if faults or quick != [("ok",)]:
            raise DamagedError

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _why_not_opened(error: VaultError, path: Path) -> VaultError:
    """SQLite calls a full disk an input/output error while it opens a file."""
    if isinstance(error, DamagedError) or disk_usage(path.parent).free > LEAST_FREE_BYTES:
        return error
    return DiskFullError()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlcipher.OperationalError as error:
        text = str(error)
        if "full" in text:
            raise DiskFullError from error
        raise VaultError from error
    except sqlcipher.IntegrityError as error:
        # Append-only triggers and keys guard against our own bugs, so this is one.
        raise AssertionError(str(error)) from error
    except sqlcipher.DatabaseError as error:
        raise DamagedError from error


class FolderLock:
    """Keeps a second ilocdoc out of a folder; the system frees it when the process dies."""

    def __init__(self, folder: Path) -> None:
        """Take the lock.

        Raises:
            InUseError: If another process holds it.
            VaultError: If the disk refuses.
        """
        with disk_errors():
            self._handle = os.open(folder / "in-use.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._handle)
            raise InUseError from error

    def release(self) -> None:
        """Let the folder go."""
        os.close(self._handle)
