"""Backups: keys, database and evidence in one folder, checked before they are used.

A restored headquarters has a new epoch, so that laptops offer again what came after the
backup; nothing that a laptop still holds is lost.
"""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from ilocdoc.disk import make_folder, sync_folder, write_file
from ilocdoc.hq.postgres_program import ENVIRONMENT, shipped_program
from ilocdoc.hq.roster import raise_version
from ilocdoc.hq.settings import keep_setting
from ilocdoc.hq.store import Connection
from ilocdoc.record.errors import HeadquartersError, InputError, RefusedError

SUMS = "SHA256SUMS"
_VERSIONS_OF_A_LIFE = 1_000_000
"""More changes of the roster than one life of a database sees."""
_DUMP = "database.dump"
_HANDLE = re.compile(r"/proc/self/fd/(\d+)")
_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
}


def back_up(data: Path, conninfo: str, *, objects: Path | None, out: Path) -> None:
    """Write a backup; it may be made while headquarters serves.

    Args:
        data: The data folder. Keys are copied, but for those in `offline/`.
        conninfo: Of the database.
        objects: Folder of the evidence parts; None when they lie in a bucket, which has
            its own backups.
        out: A folder that is not there yet.

    Raises:
        RefusedError: If `out` exists.
        HeadquartersError: If the database cannot be read or the disk is full.
    """
    if out.exists():
        raise RefusedError(f"{out} exists already.", "Choose a new folder for each backup.")
    unfinished = out.with_name(f"{out.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    make_folder(unfinished)
    try:
        _copy(data / "keys", unfinished / "keys", without="offline")
        # The database first: parts are never changed, so those it names are there after it.
        arguments = ["--format=custom", f"--file={unfinished / _DUMP}"]
        _run("pg_dump", conninfo, arguments)
        (unfinished / _DUMP).chmod(0o600)
        if objects is not None and objects.exists():
            _copy(objects, unfinished / "objects")
        sums = "".join(f"{digest}  {name}\n" for name, digest in _digests(unfinished))
        write_file(unfinished / SUMS, sums.encode())
    except OSError as error:
        raise HeadquartersError("The backup could not be written.", "Is the disk full?") from error
    unfinished.rename(out)
    sync_folder(out.parent)


def require_whole(source: Path) -> None:
    """Check a backup before anything of it is used.

    Raises:
        InputError: If a file is missing, altered or not of the backup.
    """
    try:
        lines = (source / SUMS).read_text().splitlines()
    except OSError as error:
        raise InputError("This folder is no finished backup.") from error
    wanted = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    if dict(_digests(source)) != wanted:
        raise InputError("The backup is damaged: its files are not those that were written.")


def restore_files(source: Path, data: Path) -> None:
    """Put the evidence and keys of a checked backup into a data folder; keys last.

    A folder without keys is no headquarters, so an interrupted restore does not pass for
    one.
    """
    if (source / "objects").exists():
        _copy(source / "objects", data / "objects")
    _copy(source / "keys", data / "keys.new")
    (data / "keys.new").rename(data / "keys")


def require_empty(data: Path) -> None:
    """Check that a data folder holds no headquarters.

    Raises:
        RefusedError: If it does.
    """
    if (data / "keys").exists() or (data / "postgres").exists():
        raise RefusedError(
            "This folder already holds a headquarters.",
            "Nothing was changed. Restore into a new folder.",
        )


def restore_database(source: Path, conninfo: str) -> None:
    """Put the tables of a backup into an empty database.

    Raises:
        HeadquartersError: If that fails; the database is then empty as before.
    """
    name = str(conninfo_to_dict(conninfo)["dbname"])
    arguments = ["--no-owner", "--single-transaction", "--exit-on-error", f"--dbname={name}"]
    _run("pg_restore", conninfo, [*arguments, str(source / _DUMP)])


def begin_epoch(connection: Connection) -> None:
    """Name a new life of the database, so that laptops reconcile with it.

    Laptops keep a roster until a newer one comes, so its number goes on above every one that
    was given out after the backup.
    """
    keep_setting(connection, "epoch", os.urandom(8).hex())
    raise_version(connection, by=_VERSIONS_OF_A_LIFE)


def _run(name: str, conninfo: str, arguments: list[str]) -> None:
    parts = conninfo_to_dict(conninfo)
    # In the environment, because the arguments of a process can be read by every user.
    where = {variable: str(parts[name]) for name, variable in _VARIABLES.items() if name in parts}
    # The socket's folder is reached through a handle that is open here.
    handle = _HANDLE.fullmatch(str(parts.get("host", "")))
    done = subprocess.run(  # noqa: S603 - paths of ours, no shell
        [str(shipped_program() / "bin" / name), *arguments],
        env={**ENVIRONMENT, **where},
        pass_fds=(int(handle.group(1)),) if handle else (),
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        raise HeadquartersError(
            f"{name} ended with code {done.returncode}.",
            "Is the disk full, or the database newer than this program's tools?",
        )


def _copy(source: Path, target: Path, *, without: str = "") -> None:
    for each in _files(source):
        name = each.relative_to(source)
        if name.parts[0] != without:
            make_folder((target / name).parent)
            shutil.copyfile(each, target / name)
            (target / name).chmod(0o600)


def _files(folder: Path) -> Iterator[Path]:
    return (each for each in sorted(folder.rglob("*")) if each.is_file())


def _digests(folder: Path) -> Iterator[tuple[str, str]]:
    for each in _files(folder):
        name = each.relative_to(folder).as_posix()
        if name != SUMS:
            with each.open("rb") as file:
                yield name, hashlib.file_digest(file, "sha256").hexdigest()
