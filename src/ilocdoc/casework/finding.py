"""Finding reports by their words, on this laptop only.

What was typed is found: words that are not in the index yet are read into it first.
"""

from collections.abc import Sequence

from ilocdoc.casework.shift import Shift
from ilocdoc.record.errors import FormError
from ilocdoc.record.form import Form
from ilocdoc.record.form_reading import read_form
from ilocdoc.record.searching import Found, Search, search_text

MOST_FOUND = 50
"""Of one search; whoever finds more than that adds a word."""
MOST_AT_ONCE = 200
"""Reports that a search reads into the index before it answers, a tenth of a second's work;
after a restoration the rest follows in quiet moments."""


def find_reports(shift: Shift, search: Search, *, most: int = MOST_FOUND) -> Sequence[Found]:
    """Return reports that hold all that is looked for, the best first.

    Args:
        shift: Whose volume is searched: own reports and those received for review.
        search: From `record.searching.read_search`; an empty one finds nothing.
        most: How many at most.
    """
    refresh_index(shift, most=MOST_AT_ONCE)
    return shift.vault.finder.find(search, most=most) if not search.is_empty else []


def refresh_index(shift: Shift, *, most: int = MOST_AT_ONCE) -> bool:
    """Read words that changed into the index; returns whether more may wait."""
    waiting = shift.vault.finder.waiting(most=most)
    forms: dict[str, Form | None] = {}
    if not waiting:
        return False
    with shift.vault.transaction() as opened:
        for report_id, draft in waiting:
            if draft is None:
                opened.put_search_text(report_id, None)
                continue
            version = draft.form.version
            if version not in forms:
                forms[version] = _form(shift, version)
            opened.put_search_text(report_id, search_text(draft, forms[version]))
    return len(waiting) == most


def _form(shift: Shift, version: str) -> Form | None:
    try:
        return read_form(shift.forms.form(version))
    except FormError:
        return None
