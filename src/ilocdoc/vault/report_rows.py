"""The report list of one volume: a view of reports and of what headquarters signed for."""

from collections.abc import Sequence

from ilocdoc.record.ids import OfficerId, ReportId
from ilocdoc.record.summary import ReportRow
from ilocdoc.vault.database import Database

_ROWS = """
    SELECT report_id, local_number, state, version, title, started_at, author, author_name,
        (SELECT max(seq) FROM entry WHERE entry.report_id = report.report_id)
    FROM report
"""


def report_rows(database: Database, *, me: OfficerId, confirmed: int) -> Sequence[ReportRow]:
    """Return every report of a volume, newest first.

    Args:
        database: Of the officer.
        me: Whose volume this is.
        confirmed: Last ledger entry that headquarters signed for.
    """
    found = database.all(f"{_ROWS} ORDER BY started_at DESC, local_number DESC")
    return [_row(each, me=me, confirmed=confirmed) for each in found]


def rows_of(
    database: Database, report_ids: Sequence[ReportId], *, me: OfficerId, confirmed: int
) -> Sequence[ReportRow]:
    """Return the rows of some reports, in no order."""
    holes = ", ".join("?" for _ in report_ids)
    found = database.all(f"{_ROWS} WHERE report_id IN ({holes})", report_ids)
    return [_row(each, me=me, confirmed=confirmed) for each in found]


def _row(
    found: tuple[str, str, str, int, str, str, str, str, int | None],
    *,
    me: OfficerId,
    confirmed: int,
) -> ReportRow:
    report_id, number, state, version, title, started_at, author, author_name, newest = found
    return ReportRow(
        report_id=ReportId(report_id),
        local_number=number,
        state=state,
        version=version,
        title=title,
        started_at=started_at,
        author=OfficerId(author),
        author_name=author_name,
        mine=author == me,
        confirmed=newest is not None and newest <= confirmed,
    )
