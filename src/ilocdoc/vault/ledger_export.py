"""Writes a copy of a ledger as a folder that checks itself, and judges such a folder."""

import hashlib
import runpy
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ilocdoc.disk import make_folder, sync_folder, write_file
from ilocdoc.record.documents import Verdict
from ilocdoc.record.errors import InputError, RefusedError
from ilocdoc.shelf import resource
from ilocdoc.wire.ledger_copy import LedgerCopy, ledger_files

CHECKER = "verify_ledger.py"
_SUMS = "SHA256SUMS"


def write_export(copy: LedgerCopy, out: Path, *, at: str, with_bodies: bool) -> None:
    """Write a ledger, what proves it, and the program that checks it; all or nothing.

    Args:
        copy: From the vault.
        out: A folder that is not there yet.
        at: UTC text: when.
        with_bodies: False leaves out what the entries say about people.

    Raises:
        RefusedError: If `out` exists.
        OSError: If the disk refuses.
    """
    require_new(out)
    files = ledger_files(copy, at=at, with_bodies=with_bodies)
    for name in (CHECKER, "README.txt"):
        files[name] = resource("ledger", name).read_bytes()
    sums = (f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    files[_SUMS] = "".join(sums).encode()
    unfinished = out.with_name(f"{out.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    make_folder(unfinished)
    for name, content in files.items():
        write_file(unfinished / name, content)
    unfinished.rename(out)
    sync_folder(out.parent)


def require_new(out: Path) -> None:
    """Refuse a folder that is there already.

    Raises:
        RefusedError: If it is.
    """
    if out.exists():
        raise RefusedError(f"{out} exists already.", "Name a new folder for each export.")


def judge_export(folder: Path, *, root_der: bytes) -> Verdict:
    """Judge an exported ledger with the very program that is exported with it.

    The product's own copy is run, never the one in the folder.

    Args:
        folder: As `write_export` made it.
        root_der: The agency's root certificate.

    Raises:
        InputError: If this is no folder of an export.
    """
    if not (folder / "about.json").is_file():
        raise InputError(f"The folder {folder.name} is no exported ledger.")
    examine: Callable[[str, str], Any] = runpy.run_path(str(resource("ledger", CHECKER)))["examine"]
    found = examine(str(folder), hashlib.sha256(root_der).hexdigest())
    first = (f"First bad entry: {found.first_bad}.",) if found.first_bad else ()
    sound = (f"{found.entries} entries follow from one another and are signed.", *found.notes)
    return Verdict(
        accepted=not found.faults,
        kind="ledger",
        reasons=(*first, *found.faults) if found.faults else sound,
        signers=tuple(found.signers),
    )
