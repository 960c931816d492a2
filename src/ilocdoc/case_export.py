"""The hallway of `ilocdoc export case`: a whole case as a folder that checks itself."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ilocdoc.casework.custody import export_file
from ilocdoc.casework.disclosing import cases_of, copy_case, find_case
from ilocdoc.casework.giving_out import export_ledger
from ilocdoc.casework.shift import Shift
from ilocdoc.disk import digests_in, make_folder, sync_folder, write_file
from ilocdoc.laptop import OpenLaptop, SystemClock
from ilocdoc.record.file_names import safe_name
from ilocdoc.record.ids import OfficerId
from ilocdoc.shelf import resource
from ilocdoc.vault.ledger_export import require_new, write_export
from ilocdoc.wire.case_copy import ORIGINALS, SUMS, sums_of
from ilocdoc.wire.entries import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedCase:
    """What was written."""

    files: int
    originals: int
    not_held: tuple[str, ...]
    """Names of files of evidence that this member has no key to."""


def export_case(
    data: Path,
    *,
    officer: str,
    passphrase: str,
    number: str,
    out: Path,
    purpose: str,
    with_originals: bool = True,
) -> ExportedCase:
    """Write a whole case to a new folder.

    Args:
        data: The laptop's folder.
        officer: Star of whoever copies.
        passphrase: Theirs.
        number: Local number of the report.
        out: A folder that is not there yet.
        purpose: In the member's words; kept in the ledger.
        with_originals: False leaves out the files of evidence.

    Raises:
        RefusedError: If `out` exists, or there is no such report with a signed version.
        UnlockError: If the star or the passphrase is wrong.
        OSError: If the disk refuses.
    """
    require_new(out)
    laptop = OpenLaptop(data, clock=SystemClock())
    unfinished = out.with_name(f"{out.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        shift = laptop.unlock(OfficerId(officer), passphrase)
        cases = cases_of(shift, find_case(shift, number))
        make_folder(unfinished)
        told = _write(shift, cases, unfinished, purpose=purpose, with_originals=with_originals)
        unfinished.rename(out)
        sync_folder(out.parent)
        return told
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
        laptop.close()


def _write(
    shift: Shift, cases: Sequence[Case], folder: Path, *, purpose: str, with_originals: bool
) -> ExportedCase:
    originals: dict[str, str] = {}
    not_held: list[str] = []
    if with_originals:
        originals, not_held = _copy_originals(shift, cases, folder / ORIGINALS, purpose=purpose)
    files = copy_case(shift, cases, originals=originals, purpose=purpose)
    files["README.txt"] = resource("case", "README.txt").read_bytes()
    for name, content in files.items():
        make_folder((folder / name).parent)
        write_file(folder / name, content)
    copied = export_ledger(shift, with_bodies=False)
    write_export(copied, folder / "ledger", at=shift.now_text(), with_bodies=False)
    digests = digests_in(folder)
    _write_sums(folder, digests)
    return ExportedCase(files=len(digests), originals=len(originals), not_held=tuple(not_held))


def _copy_originals(
    shift: Shift, cases: Sequence[Case], folder: Path, *, purpose: str
) -> tuple[dict[str, str], list[str]]:
    copied: dict[str, str] = {}
    not_held: list[str] = []
    make_folder(folder)
    for case in cases:
        for item in case.versions[-1].draft.evidence:
            if not shift.vault.evidence.holds(item.id):
                not_held.append(item.name)
                continue
            name = safe_name(item.name, evidence_id=item.id)
            export_file(shift, case.report_id, item.id, folder / name, purpose=purpose)
            copied[name] = item.sha256
    _write_sums(folder, copied)
    return copied, not_held


def _write_sums(folder: Path, digests: Mapping[str, str]) -> None:
    write_file(folder / SUMS, sums_of(digests))
