"""Taps that record a time, and the answers that the same tap already gives."""

from collections.abc import Callable
from datetime import timedelta

from PySide6.QtCore import QObject

from ilocdoc.casework.drafting import strike_stamp
from ilocdoc.desktop.notices import Notices
from ilocdoc.desktop.open_report import OpenReport
from ilocdoc.desktop.places import Place
from ilocdoc.desktop.repeat_editor import NewRow
from ilocdoc.desktop.words import STAMP_WORDS, clock_words
from ilocdoc.record.report import Draft, Stamp
from ilocdoc.record.times import Precision, read_utc, time_answer

CARE = "medical"
"""The form's repeat of medical care, when it has one."""
CARE_FIELDS = {"ems_called": "requested_at", "ems_here": "ems_arrived_at"}
"""Which question of a row a tap answers."""
TAKEN_BACK = "Taken back at once."
EMS_REMINDER = timedelta(minutes=10)


class Stamper(QObject):
    """Records taps of one report and offers to take each back."""

    def __init__(self, report: OpenReport, *, notices: Notices, new_row: NewRow) -> None:
        super().__init__()
        self._report, self._notices, self._new_row = report, notices, new_row

    def tap(self, kind: str) -> None:
        """Record the time of a kind of tap."""
        self._report.stamp(kind, then=self._on_stamped)

    def _on_stamped(self, draft: Draft) -> None:
        newest = draft.stamps[-1]
        has_answered = self._answer(newest)
        words = f"{STAMP_WORDS[newest.kind]}: {clock_words(newest.wall)} is recorded."
        self._notices.show_done(words, undo=self._undo_of(newest, has_answered=has_answered))

    def _undo_of(self, newest: Stamp, *, has_answered: bool) -> Callable[[], None]:
        before = self._report.undo_stack.index

        def take_back() -> None:
            strike(self._report, newest.id, reason=TAKEN_BACK)
            if has_answered and self._report.undo_stack.index == before:
                self._report.undo_stack.undo()

        return take_back

    def _answer(self, newest: Stamp) -> bool:
        """Answer the care question with the same time; False when it is answered already."""
        question = CARE_FIELDS.get(newest.kind)
        repeat = next((each for each in self._report.form.repeats() if each.name == CARE), None)
        if question is None or repeat is None:
            return False
        at = time_answer(read_utc(newest.wall), typed="now", precision=Precision.EXACT)
        rows = self._report.rows(CARE)
        open_row = next((row for row in rows if question not in row), None)
        if open_row is not None:
            place = Place(field=CARE, row=str(open_row["id"]), inner=question)
            self._report.put(place, at)
        elif not rows:
            row = {**self._new_row(repeat, True), question: at}  # noqa: FBT003 - the first row
            self._report.put_rows(CARE, [row])
        else:
            return False
        return True


def strike(report: OpenReport, stamp_id: str, *, reason: str) -> None:
    """Strike a time through; it stays readable."""
    report_id = report.report_id
    report.act(lambda shift: strike_stamp(shift, report_id, stamp_id, reason=reason))


def live(report: OpenReport, kind: str) -> list[Stamp]:
    """Return the stamps of a kind that were not struck through."""
    return [each for each in report.draft.stamps if each.kind == kind and not each.struck]
