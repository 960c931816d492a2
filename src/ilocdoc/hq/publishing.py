"""Publishing: who may release which quarter when, and what then stands in the files."""

import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ilocdoc.hq.counting import count
from ilocdoc.hq.incidents import Report, incidents_in
from ilocdoc.hq.method import Method, read_method
from ilocdoc.hq.public_record import Edition, PastRelease, pages
from ilocdoc.hq.release_files import (
    CHANGE_COLUMNS,
    COLUMNS,
    RELEASES,
    SUMS,
    PublicRow,
    changes_between,
    csv_bytes,
    put_release,
    read_rows,
    release_faults,
    release_folders,
    row_key,
    show_release,
    sums_bytes,
)
from ilocdoc.hq.release_rules import (
    quarter_start,
    require_closed,
    require_fit,
    require_releasers,
)
from ilocdoc.record.catalogue import read_catalogue
from ilocdoc.record.disclosure import Cell, Table, exposed_cells, suppress
from ilocdoc.record.errors import RefusedError
from ilocdoc.record.people import Officer, Role
from ilocdoc.record.times import read_utc, utc_text
from ilocdoc.shelf import form_file, resource

logger = logging.getLogger(__name__)

TRAINING = "TRAINING"
"""Stands in every file of a training record."""
_RELEASE_FILE = "release.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One immutable edition of the public record."""

    folder: Path
    """Below `releases/`."""
    stamp: str
    """UTC, as in 20270201T150000Z; also the folder's name."""
    period: str
    """The quarter that was counted, as in 2026-Q4."""
    rows: int
    """Of the quarter."""
    suppressed: int
    """Of them hidden."""
    changes: int
    """Counts that differ from the release before."""
    is_new: bool
    """False when the same data of the same moment had been released already."""
    training: bool


def publish(
    reports: Iterable[Report],
    *,
    period: str,
    as_of: datetime,
    released_by: tuple[Officer, Officer],
    training: bool,
    out: Path,
) -> Release:
    """Count a quarter, hide what must be hidden, and put a new release beside the old.

    Quarters that were released before stay in the files as they were. Running again with
    the same moment and the same data changes nothing.

    Args:
        reports: A `report.json` of each approved version, with `approved_at` (UTC text)
            and, where a report was returned before, `earlier_versions` (a list of
            `report.json`). Reports of other quarters may be among them: supplements need
            their originals.
        period: The quarter, as in 2026-Q4.
        as_of: The moment of the data; names the release.
        released_by: A data analyst and legal counsel, in any order.
        training: Marks every file; an open quarter may then be published.
        out: The public folder; made if it is not there.

    Raises:
        InputError: If the period is not one.
        RefusedError: If it is too early, the people may not release, a report is not
            approved or not of this mode, or the folder holds another mode or a newer
            release.
    """
    method = _method()
    offered = list(reports)
    require_releasers(released_by)
    require_fit(offered, training=training)
    if not training:
        require_closed(period, as_of=as_of, policy=method.policy)
        lag = as_of - timedelta(days=method.policy.lag_days)
        offered = [each for each in offered if read_utc(each["approved_at"]) <= lag]
    before = _mended(out)
    draft = _Draft(
        period=period,
        as_of=as_of,
        training=training,
        method=method,
        before=before,
        old_rows=tuple(read_rows(before.folder / "data.csv")) if before else (),
    )
    draft.require_follows()
    table = count(
        incidents_in(offered, period=period), method=method, families=families_of_provisions()
    )
    return _release(draft, table, out=out)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Past:
    """A release that stands in the folder already, as its `release.json` tells."""

    folder: Path
    stamp: str
    period: str
    as_of: datetime
    training: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """What is known of a release before its table is counted."""

    period: str
    as_of: datetime
    training: bool
    method: Method
    before: _Past | None
    old_rows: tuple[PublicRow, ...]

    @property
    def stamp(self) -> str:
        return f"{self.as_of.astimezone(UTC):%Y%m%dT%H%M%SZ}"

    @property
    def as_of_text(self) -> str:
        return f"{self.as_of.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

    @property
    def version(self) -> str:
        return f"{self.method.version} {TRAINING}" if self.training else self.method.version

    def require_follows(self) -> None:
        if self.before is None:
            return
        if self.before.training != self.training:
            raise RefusedError(
                "This folder holds a public record of another mode.",
                "Training and real records never share a folder. Nothing was changed.",
            )
        if self.stamp < self.before.stamp:
            raise RefusedError("A newer release is there already.", "Nothing was changed.")


def _release(draft: _Draft, table: Table, *, out: Path) -> Release:
    start = quarter_start(draft.period).isoformat()
    same_quarter = [row for row in draft.old_rows if row["period_start"] == start]
    hidden = _hidden(table, same_quarter, threshold=draft.method.policy.threshold)
    rows = _public_rows(table, hidden, draft=draft)
    others = [row for row in draft.old_rows if row["period_start"] != start]
    every = sorted([*others, *rows], key=lambda row: row["period_start"])
    changes = changes_between(draft.old_rows, every)
    release = Release(
        folder=out / RELEASES / draft.stamp,
        stamp=draft.stamp,
        period=draft.period,
        rows=len(rows),
        suppressed=len(hidden),
        changes=len(changes),
        is_new=draft.before is None or draft.stamp != draft.before.stamp,
        training=draft.training,
    )
    if release.is_new:
        _write(release, draft, rows, every=every, changes=changes, out=out)
    elif changes or draft.before is None or draft.before.period != draft.period:
        raise RefusedError("Another release of this very moment exists.", "It was not changed.")
    return release


def _write(
    release: Release,
    draft: _Draft,
    rows: Sequence[PublicRow],
    *,
    every: Sequence[PublicRow],
    changes: Sequence[PublicRow],
    out: Path,
) -> None:
    edition = Edition(
        period=draft.period,
        as_of=draft.as_of,
        training=draft.training,
        method=draft.method,
        changes=len(changes) if draft.before else None,
        earlier=tuple(
            PastRelease(stamp=past.stamp, period=past.period, as_of=past.as_of)
            for past in reversed(_past_releases(out))
        ),
    )
    files = {
        "data.csv": csv_bytes(every, columns=COLUMNS),
        "data.json": _json_bytes(every, draft=draft),
        "changes.csv": _changes_bytes(changes, training=draft.training),
        _RELEASE_FILE: _release_json(release, draft),
    }
    kept = files | pages(rows, edition=edition)
    front = pages(rows, edition=edition, releases_at=f"{RELEASES}/")
    note = TRAINING if draft.training else ""
    put_release(
        out,
        release.stamp,
        files={**kept, SUMS: sums_bytes(kept, note=note)},
        front={**front, SUMS: sums_bytes(files | front, note=note)},
    )
    logger.info("public record released: stamp=%s rows=%d", release.stamp, release.rows)


def _hidden(table: Table, old: Sequence[PublicRow], *, threshold: int) -> frozenset[Cell]:
    before = {Cell(*row_key(row)[2:]) for row in old if row["suppressed"] == "true"}
    hidden = suppress(table, threshold=threshold, keep_hidden=before)
    exposed = exposed_cells(table, hidden, threshold=threshold)
    assert not exposed, f"counts that can be worked out: {len(exposed)}"
    return hidden


def _public_rows(table: Table, hidden: frozenset[Cell], *, draft: _Draft) -> list[PublicRow]:
    start = quarter_start(draft.period).isoformat()
    return [
        {
            "period_start": start,
            "period_type": "quarter",
            **cell._asdict(),
            "count": "" if cell in hidden else str(number),
            "suppressed": "true" if cell in hidden else "false",
            "data_as_of": draft.as_of_text,
            "method_version": draft.version,
        }
        for cell, number in table.counts.items()
        if cell not in table.never_shown
    ]


def _json_bytes(rows: Sequence[PublicRow], *, draft: _Draft) -> bytes:
    value = {
        "title": "Federal enforcement incidents documented by the Chicago Police Department",
        "notice": "Documented by CPD as apparent; not findings. A suppressed count is not zero.",
        "training": draft.training,
        "data_as_of": draft.as_of_text,
        "method_version": draft.version,
        "suppression_threshold": draft.method.policy.threshold,
        "columns": COLUMNS,
        "rows": [
            {
                **row,
                "count": int(row["count"]) if row["count"] else None,
                "suppressed": row["suppressed"] == "true",
            }
            for row in rows
        ],
    }
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"


def _changes_bytes(changes: Sequence[PublicRow], *, training: bool) -> bytes:
    # A log without changes has no row to carry the mark, so its heading does.
    marks = (TRAINING,) if training else ()
    marked = [{**each, TRAINING: TRAINING} for each in changes]
    return csv_bytes(marked, columns=(*CHANGE_COLUMNS, *marks))


def _release_json(release: Release, draft: _Draft) -> bytes:
    value = {
        "stamp": release.stamp,
        "period": release.period,
        "data_as_of": utc_text(draft.as_of),
        "training": release.training,
        "method_version": draft.version,
        "rows": release.rows,
        "suppressed": release.suppressed,
        "changes": release.changes,
        "released_by": [Role.DATA_ANALYST.value, Role.LEGAL.value],
    }
    return json.dumps(value, indent=1).encode() + b"\n"


def _past_releases(out: Path) -> list[_Past]:
    found = []
    for folder in release_folders(out):
        value = json.loads((folder / _RELEASE_FILE).read_bytes())
        found.append(
            _Past(
                folder=folder,
                stamp=value["stamp"],
                period=value["period"],
                as_of=read_utc(value["data_as_of"]),
                training=value["training"],
            )
        )
    return found


def _mended(out: Path) -> _Past | None:
    """Return the newest release after making sure that it is the one shown."""
    past = _past_releases(out)
    if not past:
        return None
    newest = past[-1]
    if faults := release_faults(newest.folder):
        raise RefusedError(
            "The newest release is not whole.", f"Restore it from a copy: {faults[0]}."
        )
    show_release(out, newest.stamp)
    return newest


def _method() -> Method:
    return read_method(resource("hq", "public", "method.toml").read_text(encoding="utf-8"))


def families_of_provisions() -> dict[str, str]:
    """Return the family by key of a provision, of all released catalogues."""
    catalogues = (
        read_catalogue(path.read_bytes(), file=path.name)
        for path in sorted(form_file("catalogue").glob("*.toml"))
    )
    return {row.key: row.family for catalogue in catalogues for row in catalogue.rows}
