"""Approved reports become incidents: an original with its supplements and corrections."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ilocdoc.record.answers import merge, rows_of
from ilocdoc.record.report import ReportKind
from ilocdoc.record.times import quarter, read_time, read_utc

Report = Mapping[str, Any]
"""A `report.json` with `approved_at`, and `earlier_versions` where there were any."""
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """What one original report and its supplements say, together."""

    answers: Mapping[str, Any]
    """The original's, with later reports' answers over them."""
    is_ems_stamped: bool
    """True when a member recorded the time of an EMS call with one tap."""
    removed: tuple[Row, ...] | None
    """Entries of apparent violations that stood in an earlier version and not in the
    approved one; None when the earlier versions are not at hand."""


def incidents_in(reports: Iterable[Report], *, period: str) -> list[Incident]:
    """Return the incidents of a quarter, in order of their reports' ids.

    The quarter is that of the beginning; if that is not known, of the report to police;
    else of the writing. A supplement or correction belongs to the incident of the
    original it leads to, whatever its own time; one that leads to no approved original
    is not counted.

    Args:
        reports: Approved; of several versions of one report the highest counts.
        period: For example 2026-Q4.
    """
    newest: dict[str, Report] = {}
    for report in reports:
        known = newest.get(report["report_id"])
        if known is None or known["version"] < report["version"]:
            newest[report["report_id"]] = report
    families: dict[str, list[Report]] = {}
    for report in sorted(
        newest.values(), key=lambda each: (each["approved_at"], each["report_id"])
    ):
        families.setdefault(_original_of(report, newest), []).append(report)
    found = []
    for root, family in sorted(families.items()):
        if root in newest:
            original = newest[root]
            incident = _incident([original, *(each for each in family if each is not original)])
            if _quarter_of(incident, original) == period:
                found.append(incident)
    return found


def _original_of(report: Report, known: Mapping[str, Report]) -> str:
    """Return the id of the original that a report leads to; empty if to none."""
    passed: set[str] = set()
    while report["kind"] != ReportKind.ORIGINAL.value:
        parent = report["parent"]
        if parent in passed or parent not in known:
            return ""
        passed.add(parent)
        report = known[parent]
    return str(report["report_id"])


def _incident(family: Sequence[Report]) -> Incident:
    answers: Mapping[str, Any] = {}
    removed: list[Row] | None = []
    for report in family:
        answers = merge(answers, report["answers"])
        taken_out = _removed_from(report)
        removed = None if removed is None or taken_out is None else removed + taken_out
    return Incident(
        answers=answers,
        is_ems_stamped=any(
            stamp["kind"] == "ems_called" and not stamp["struck"]
            for report in family
            for stamp in report["stamps"]
        ),
        removed=None if removed is None else tuple(removed),
    )


def _removed_from(report: Report) -> list[Row] | None:
    """Return entries of earlier versions that the approved version no longer has."""
    earlier = report.get("earlier_versions", [])
    if len(earlier) < report["version"] - 1:
        return None
    kept = {row.get("id") for row in rows_of(report["answers"], "apparent_violations")}
    gone: dict[Any, Row] = {}
    for version in sorted(earlier, key=lambda each: int(each["version"])):
        for row in rows_of(version["answers"], "apparent_violations"):
            if row.get("id") not in kept:
                gone[row.get("id")] = row
    return list(gone.values())


def _quarter_of(incident: Incident, original: Report) -> str:
    for name in ("occurred_from", "reported_at"):
        if moment := read_time(incident.answers.get(name)):
            return quarter(moment)
    return quarter(read_utc(original["created_at"]))
