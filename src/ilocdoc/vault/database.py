"""SQLCipher, opened one way: raw key, WAL, every commit on the disk before it is told.

The only module that imports sqlcipher3. Its errors are translated here, once. What is done
when the disk is full or fails is done here too, once for every caller:

* *full*: the reserve is given up and the block is performed again, unseen by whoever wrote it;
* *fault*: nothing is tried again on a connection that saw one. It is closed, the file is
  opened anew, checkpointed and checked, and the caller is told that nothing was saved.
"""

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from ilocdoc.record.errors import (
    DamagedError,
    DiskFaultError,
    DiskFullError,
    InUseError,
    NewerVaultError,
    VaultError,
)
from ilocdoc.vault.files import disk_errors, has_room, is_there

OLDEST_SQLITE = (3, 51, 3)
"""Earlier ones can corrupt a WAL that two connections reset (sqlite.org/wal.html)."""

WAL_SUFFIX = "-wal"

_SETTINGS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    # On macOS a plain fsync leaves the data in the cache of the drive; elsewhere no effect.
    "fullfsync=ON",
    "checkpoint_fullfsync=ON",
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
_LONG = 200
"""A value that is longer may lie partly on a page that holds nothing else."""

Step = tuple[str, tuple[object, ...]]


def _may_have_a_hole(value: object) -> bool:
    if isinstance(value, str):
        return len(value) > _LONG and "\0" in value
    return isinstance(value, bytes) and len(value) > _LONG and b"\0" in value


def _require_whole(connection: Any) -> None:
    """Ask for pages anew after a value with zeros in it was read.

    SQLCipher gives a bad page as zeros, and says so only with the next page it reads.
    Zeros in the tree are noticed; zeros in the middle of a long value are not.
    """
    connection.execute("PRAGMA shrink_memory").fetchall()
    connection.execute("SELECT count(*) FROM sqlite_master").fetchall()


def _nothing_to_give() -> bool:
    return False


def _nobody_to_tell() -> None:
    return None


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
        self.path, self._key = path, key
        # Whoever closes the last connection takes the log away, so a log that is there
        # when nobody has the file open was left by a stop that nobody chose.
        self.was_unclean = is_there(path.with_name(path.name + WAL_SUFFIX))
        self.give_room: Callable[[], bool] = _nothing_to_give
        """Gives up what is held in reserve; True when there is more room than before."""
        self.tell_fault: Callable[[], None] = _nobody_to_tell
        """Called once for each fault of the disk."""
        self.migrated_from = 0
        """The version that `migrate` found and left behind; 0 when it changed nothing old."""
        self._block: list[Step] | None = None
        self._connection: Any = None
        self._open()
        with disk_errors():
            path.chmod(0o600)

    def _open(self) -> None:
        with _translated(self.path.parent):
            connection = sqlcipher.connect(
                str(self.path), isolation_level=None, check_same_thread=False
            )
        try:
            with _translated(self.path.parent):
                # Otherwise a wrong key prints to standard error.
                connection.execute("PRAGMA cipher_log_level = NONE")
                connection.execute(f"PRAGMA key = \"x'{self._key.hex()}'\"")
                connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
                for setting in _SETTINGS:
                    connection.execute(f"PRAGMA {setting}").fetchall()
        except BaseException:
            connection.close()
            raise
        self._connection = connection

    def migrate(
        self, steps: Sequence[str], *, application_id: int, before: Callable[[], object]
    ) -> None:
        """Bring the schema forward, all steps in one transaction.

        Args:
            steps: Of every version from the first; never edited, only added to.
            application_id: Of the kind of volume.
            before: Called before a file that holds something is changed; keeps a copy.

        Raises:
            NewerVaultError: If a newer program wrote the file; it is not touched.
            DamagedError: If this is the file of another application.
            DiskFullError: If there is no room for the copy; the file is not touched.
        """
        known = int(self.one("PRAGMA user_version")[0])
        if known > len(steps):
            raise NewerVaultError
        if known and int(self.one("PRAGMA application_id")[0]) != application_id:
            raise DamagedError
        if self.was_unclean:
            # What was committed moves from the log into the file before anything else is done.
            self.all("PRAGMA wal_checkpoint(TRUNCATE)")
        if known == len(steps):
            return
        if known:
            before()
        self.migrated_from = known
        with self.transaction():
            for step in steps[known:]:
                for statement in filter(str.strip, step.split(";;")):
                    self.run(statement)
            self.run(f"PRAGMA application_id = {application_id}")
            self.run(f"PRAGMA user_version = {len(steps)}")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Begin, then commit at the end of the block or roll back on any exception.

        Raises:
            DiskFullError: If there is no room and no reserve; nothing of the block is kept.
            DiskFaultError: If the disk failed. The block may be found kept later, wholly:
                after a failed sync nobody can tell.
        """
        self.run("BEGIN IMMEDIATE")
        self._block = []
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            self._roll_back()
            raise
        finally:
            self._block = None

    @property
    def _is_in_transaction(self) -> bool:
        return self._connection is not None and bool(self._connection.in_transaction)

    def _roll_back(self) -> None:
        if self._is_in_transaction:
            # A disk that fails here too has nothing more to lose: the log was not committed.
            with suppress(VaultError), _translated(self.path.parent):
                self._connection.execute("ROLLBACK")

    def run(self, statement: str, values: Sequence[object] = ()) -> None:
        """Run a statement that returns nothing."""
        step = (statement, tuple(values))
        if self._block is not None and not self._is_in_transaction:
            # A fault ended the transaction; nothing of the block may be kept by itself.
            raise DiskFaultError
        try:
            self._perform(step)
        except DiskFullError:
            if not self.give_room():
                raise
            self._perform_again(step)
        if self._block is not None and self.give_room is not _nothing_to_give:
            self._block.append(step)

    def _perform_again(self, step: Step) -> None:
        # The folder is locked and one thread owns it, so the same block does the same thing.
        self._roll_back()
        if self._block is not None:
            for each in (("BEGIN IMMEDIATE", ()), *self._block):
                self._perform(each)
        self._perform(step)

    def _perform(self, step: Step) -> list[tuple[Any, ...]]:
        if self._connection is None:
            self._open()
        try:
            with _translated(self.path.parent):
                rows: list[tuple[Any, ...]] = self._connection.execute(*step).fetchall()
                if any(_may_have_a_hole(each) for row in rows for each in row):
                    _require_whole(self._connection)
        except DiskFaultError:
            self._start_over()
            raise
        except DamagedError:
            # One bad page spoils every later answer of the same connection.
            self._let_go()
            raise
        return rows

    def _start_over(self) -> None:
        """Trust nothing that a connection holds in memory once the disk failed under it."""
        self.tell_fault()
        self._let_go()
        try:
            self._open()
            self.check()
        except VaultError:
            # Whoever asks next opens the file again, and hears why it cannot be.
            self._let_go()

    def _let_go(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            with suppress(VaultError), _translated(self.path.parent):
                connection.close()

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
        return self._perform((statement, tuple(values)))

    def copy_into(self, other: "Database") -> None:
        """Copy every page into another database, which keeps its own key.

        Raises:
            DiskFullError: If there is no room.
            VaultError: If the disk refuses; `other` is of no use then.
        """
        with _translated(self.path.parent):
            self._connection.backup(other._connection)  # noqa: SLF001 - another of this class

    @property
    def changes(self) -> int:
        """How many rows this connection changed so far."""
        return int(self._connection.total_changes)

    def check(self) -> None:
        """Checkpoint, then check every page.

        The checkpoint comes first: the integrity check reads the main file only and would
        raise a false alarm after a power cut.

        Raises:
            DamagedError: If a page is not what was written.
        """
        with _translated(self.path.parent):
            run = self._connection.execute
            run("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            faults = run("PRAGMA cipher_integrity_check").fetchall()
            quick = run("PRAGMA quick_check").fetchall()
        if faults or quick != [("ok",)]:
            raise DamagedError

    def another(self, path: Path | None = None) -> "Database":
        """Open a second connection, for another thread, or another file under the same key."""
        return Database(path or self.path, self._key)

    def copy_to(self, path: Path) -> None:
        """Write all that is committed into a new file under the same key, in one read.

        Writers are not held up. Nothing is synced.

        Raises:
            DiskFullError: If there is no room; a part of the file may be left.
        """
        assert self._connection is not None
        with disk_errors():
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with _translated(path.parent):
            target = sqlcipher.connect(str(path), isolation_level=None)
            try:
                for setting in (f"key = \"x'{self._key.hex()}'\"", "synchronous=OFF"):
                    target.execute(f"PRAGMA {setting}")
                self._connection.backup(target)
            finally:
                target.close()

    def close(self) -> None:
        """Close the file; never fails, what was told as kept is on the disk already."""
        self._let_go()


_CODES: tuple[tuple[str, type[VaultError]], ...] = (
    ("SQLITE_FULL", DiskFullError),
    ("database or disk is full", DiskFullError),
    ("SQLITE_IOERR", DiskFaultError),
    ("disk I/O error", DiskFaultError),
    ("SQLITE_CANTOPEN", VaultError),
)


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    try:
        yield
    except sqlcipher.OperationalError as error:
        # Copying gives no code, only the text.
        told = getattr(error, "sqlite_errorname", str(error))
        raise _meant(told, folder) from error
    except sqlcipher.IntegrityError as error:
        # Append-only triggers and keys guard against our own bugs, so this is one.
        raise AssertionError(str(error)) from error
    except sqlcipher.DatabaseError as error:
        raise DamagedError from error


def _meant(name: str, folder: Path) -> VaultError:
    """A full disk is called an input/output error while a file is opened, a quota always."""
    for start, kind in _CODES:
        if name.startswith(start):
            return kind() if kind is DiskFullError or has_room(folder) else DiskFullError()
    return VaultError()


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
