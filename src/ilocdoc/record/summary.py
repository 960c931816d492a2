"""One line about a report, for lists."""

from dataclasses import dataclass

from ilocdoc.record.answers import has_value
from ilocdoc.record.ids import OfficerId, ReportId
from ilocdoc.record.report import Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """One line of the report list; made by the vault from drafts, versions and decisions."""

    report_id: ReportId
    local_number: str
    state: str
    """A value of `record.lifecycle.State`."""
    version: int
    title: str
    """Place in words, or the local number."""
    started_at: str
    author: OfficerId
    author_name: str
    mine: bool
    """True when this volume's officer is the author."""
    confirmed: bool
    """True only from headquarters' signed receipt for every entry of this report."""


def title_of(draft: Draft) -> str:
    """Return the place of a report in words, or its local number.

    A title stands in lists on a screen that others may see, so it names no person.
    """
    place = draft.answers.get("place")
    return place.strip() if isinstance(place, str) and has_value(place) else draft.local_number
