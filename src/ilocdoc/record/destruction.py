"""Destruction by order of a court: who may order it, and what stays of it."""

from dataclasses import dataclass

from ilocdoc.record.ids import OfficerId, ReportId
from ilocdoc.record.people import Role

MAY_ORDER = frozenset({Role.RECORDS_OFFICER, Role.LEGAL, Role.WATCH_LIEUTENANT})
"""Who signs first: whoever has the order in hand."""
MAY_SECOND = MAY_ORDER | {Role.SUPERVISOR}
"""Who signs second and carries it out; never the same person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """What stays of a destroyed item: that it was, by whose hand, on which order."""

    report_id: ReportId
    evidence_id: str
    sha256: str
    """Of what was destroyed, as it was taken in."""
    order: str
    """Reference of the order, for example "2026 CR 0099001"."""
    first: OfficerId
    second: OfficerId
