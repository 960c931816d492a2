"""Search in memory: every report read from beginning to end."""

import re
from collections.abc import Callable, Sequence

from ilocdoc.record.ids import ReportId
from ilocdoc.record.report import Draft
from ilocdoc.record.searching import Found, Piece, Search, SearchText, folded, patterns_fit
from ilocdoc.record.summary import ReportRow

PARTS = ("narrative", "places", "people", "marks", "heading", "also", "private")
SHOWN = PARTS[:5]


def holds(text: str, term: str) -> bool:
    words, wanted = re.findall(r"\w+", folded(text)), re.findall(r"\w+", folded(term))
    *whole, last = wanted
    is_prefix = sum(each.isalnum() for each in term) > 1
    for start in range(len(words) - len(whole)):
        end = words[start + len(whole)]
        fits = end.startswith(last) if is_prefix else end == last
        if fits and words[start : start + len(whole)] == whole:
            return True
    return False


class MemoryFinder:
    """Fits `casework.ports.Finder`."""

    def __init__(
        self,
        newest: Callable[[ReportId], Draft | None],
        rows: Callable[[], Sequence[ReportRow]],
    ) -> None:
        self._newest, self._rows = newest, rows
        self.changed: set[ReportId] = set()
        self.texts: dict[ReportId, SearchText] = {}

    def waiting(self, *, most: int) -> Sequence[tuple[ReportId, Draft | None]]:
        return [(each, self._newest(each)) for each in sorted(self.changed)[:most]]

    def find(self, search: Search, *, most: int) -> Sequence[Found]:
        found = (self._found(row, search) for row in self._rows())
        return [each for each in found if each is not None][:most]

    def _found(self, row: ReportRow, search: Search) -> Found | None:
        text = self.texts.get(row.report_id)
        if text is None or not _passes(row, text, search):
            return None
        part = _part(text, search)
        if part == "marks" and not any(holds(text.marks, word) for word in search.words):
            return Found(row=row, pieces=(Piece(text=text.marks, is_hit=True),), place=part)
        pieces = (Piece(text=str(getattr(text, part)), is_hit=True),) if part in SHOWN else ()
        return Found(row=row, pieces=pieces, place=part) if part else None


def _part(text: SearchText, search: Search) -> str:
    """Where the hit is; empty when there is none."""
    if search.reading and _fits(search.reading, text):
        return "marks"
    everything = {part: str(getattr(text, part)) for part in PARTS}
    if not all(any(holds(each, word) for each in everything.values()) for word in search.words):
        return ""
    if not all(_fits(each, text) for each in search.patterns):
        return ""
    hit = (part for part in PARTS if any(holds(everything[part], w) for w in search.words))
    return next(hit, "marks")


def _fits(pattern: str, text: SearchText) -> bool:
    return any(patterns_fit(pattern, each) for each in text.patterns)


def _passes(row: ReportRow, text: SearchText, search: Search) -> bool:
    return all(
        (
            not search.states or row.state in search.states,
            row.started_at >= search.from_utc,
            not search.until_utc or row.started_at < search.until_utc,
            search.author in {"", row.author},
            search.unit in {"", text.unit},
        )
    )
