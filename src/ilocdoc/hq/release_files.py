"""The files of a public release: rows, change log, checksums, and putting them in place.

A release is written completely beside its place, then renamed into it; what readers see
is a link that is flipped last. Whenever a run is killed, the release before it stays
whole and shown.
"""

import csv
import hashlib
import io
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ilocdoc.disk import sync_folder
from ilocdoc.record.errors import RefusedError

COLUMNS = (
    "period_start",
    "period_type",
    "geography_type",
    "geography",
    "measure",
    "dimension",
    "category",
    "count",
    "suppressed",
    "data_as_of",
    "method_version",
)
CHANGE_COLUMNS = (*COLUMNS[:7], "old", "new", "reason", "old_data_as_of", *COLUMNS[9:])
SUMS = "SHA256SUMS"
RELEASES, LATEST, FRONT = "releases", "latest", "front"
_MAKING = ".making-"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

PublicRow = Mapping[str, str]
"""One row of the table; every value is text, `count` is empty when suppressed."""


def csv_bytes(rows: Iterable[PublicRow], *, columns: Sequence[str]) -> bytes:
    """Return RFC 4180 bytes (UTF-8, CRLF), safe to open in a spreadsheet program.

    A value that such a program would take for a formula gets an apostrophe in front.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_harmless(row[column]) for column in columns])
    return text.getvalue().encode()


def _harmless(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA_STARTS) else value


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a `data.csv` that `csv_bytes` wrote, in order."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def row_key(row: PublicRow) -> tuple[str, ...]:
    """Return what a row counts, whatever the count."""
    return tuple(row[column] for column in COLUMNS[:7])


def changes_between(old: Sequence[PublicRow], new: Sequence[PublicRow]) -> list[dict[str, str]]:
    """Return the change log: each count that differs, or stands in one release only.

    A quarter that was never released before is new, not changed, and is not listed.

    Args:
        old: Rows of the release before.
        new: Rows of this release.

    Returns:
        In order of the new rows, then rows that are no longer published.
    """
    before = {row_key(row): row for row in old}
    after = {row_key(row): row for row in new}
    periods = {row["period_start"] for row in old}
    keys = [key for key, row in after.items() if row["period_start"] in periods]
    keys += [key for key in before if key not in after]
    return [
        _change(key, before.get(key), after.get(key))
        for key in keys
        if _shown(before.get(key)) != _shown(after.get(key))
    ]


def _shown(row: PublicRow | None) -> str:
    if row is None:
        return "not_published"
    return "suppressed" if row["suppressed"] == "true" else row["count"]


def _change(key: tuple[str, ...], old: PublicRow | None, new: PublicRow | None) -> dict[str, str]:
    is_same_method = old and new and old["method_version"] == new["method_version"]
    row = new or old
    assert row is not None, key
    return {
        **dict(zip(COLUMNS[:7], key, strict=True)),
        "old": _shown(old),
        "new": _shown(new),
        "reason": "reports_added_or_corrected" if is_same_method else "published_set_changed",
        "old_data_as_of": old["data_as_of"] if old else "",
        "data_as_of": new["data_as_of"] if new else "",
        "method_version": row["method_version"],
    }


def sums_bytes(files: Mapping[str, bytes], *, note: str = "") -> bytes:
    """Return a `SHA256SUMS` for `sha256sum --check`; a note becomes a comment line."""
    lines = [f"# {note}"] if note else []
    lines += [f"{hashlib.sha256(files[name]).hexdigest()}  {name}" for name in sorted(files)]
    return ("\n".join(lines) + "\n").encode()


def release_faults(folder: Path) -> list[str]:
    """Return in words what is wrong with a release folder; empty when it is whole.

    Works for a folder below `releases/` and for the public folder itself, where the
    newest release is shown.
    """
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    except OSError:
        return [f"{SUMS} cannot be read"]
    faults, named = [], set()
    for line in lines:
        if line and not line.startswith("#"):
            digest, _, name = line.partition("  ")
            named.add(name)
            faults += _file_faults(folder / name, digest, name)
    if "data.csv" not in named:
        faults.append(f"{SUMS} does not name data.csv")
    return faults


def _file_faults(path: Path, digest: str, name: str) -> list[str]:
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return [f"{name} is missing"]
    return [] if found == digest else [f"{name} was changed"]


def put_release(
    out: Path, stamp: str, *, files: Mapping[str, bytes], front: Mapping[str, bytes]
) -> Path:
    """Write a release whole, then put it in its place, then show it.

    Args:
        out: The public folder.
        stamp: Name of the release.
        files: By name; they stay for ever.
        front: Files that differ in the public folder, because links start there.

    Returns:
        The folder of the release.

    Raises:
        RefusedError: If a release of this name is there already.
    """
    releases = out / RELEASES
    releases.mkdir(parents=True, exist_ok=True)
    for left in releases.glob(f"{_MAKING}*"):
        shutil.rmtree(left)
    target = releases / stamp
    if target.exists():
        raise RefusedError("A release of this moment exists.", "It was not changed.")
    making = releases / f"{_MAKING}{os.getpid()}"
    making.mkdir()
    for name, content in (*files.items(), *((f"{FRONT}/{n}", c) for n, c in front.items())):
        _write(making / name, content)
    sync_folder(making)
    making.rename(target)
    sync_folder(releases)
    show_release(out, stamp)
    return target


def release_folders(out: Path) -> list[Path]:
    """Return the folders of complete releases, oldest first."""
    return sorted(each for each in (out / RELEASES).glob("[0-9]*Z") if each.is_dir())


def show_release(out: Path, stamp: str, *, can_link: bool = True) -> None:
    """Show a release in the public folder.

    With links one rename switches all files at once. Without them (Windows without the
    right to link) files are replaced one by one, the checksums last, so that a run
    killed between two files is noticed and mended by the next.

    Args:
        out: The public folder.
        stamp: Name of a complete release.
        can_link: False to do without links, even where they are possible.
    """
    folder = out / RELEASES / stamp
    names = (each.name for each in folder.iterdir() if each.is_file())
    ordered = sorted(names, key=lambda name: (name == SUMS, name))
    sources = {
        name: Path(FRONT, name) if (folder / FRONT / name).exists() else Path(name)
        for name in ordered
    }
    if not (can_link and _can_link(out)):
        for name, source in sources.items():
            _replace(out / name, (folder / source).read_bytes())
        return
    _point(out / LATEST, Path(RELEASES, stamp))
    for name, source in sources.items():
        _point(out / name, LATEST / source)


def _can_link(out: Path) -> bool:
    probe = out / f".link-{os.getpid()}"
    try:
        probe.symlink_to(RELEASES)
    except OSError:
        return False
    probe.unlink()
    return True


def _point(link: Path, target: Path) -> None:
    if link.is_symlink() and link.readlink() == target:
        return
    aside = link.with_name(f".{link.name}.new")
    aside.unlink(missing_ok=True)
    aside.symlink_to(target)
    aside.replace(link)
    sync_folder(link.parent)


def _replace(path: Path, content: bytes) -> None:
    aside = path.with_name(f".{path.name}.new")
    _write(aside, content)
    aside.replace(path)
    sync_folder(path.parent)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
