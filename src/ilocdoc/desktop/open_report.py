"""The one working copy of a draft: answers, what the form says of them, undo, autosave."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from ilocdoc.casework.drafting import (
    keep_answers,
    keep_stamp,
    open_draft,
    override_prompt,
    take_time,
)
from ilocdoc.casework.shift import Shift
from ilocdoc.desktop.autosave import Autosave
from ilocdoc.desktop.background import Background, Lane
from ilocdoc.desktop.places import Place, answer_at, place_of, with_answer
from ilocdoc.desktop.undo import UndoStack
from ilocdoc.record.alerts import AlertRules, compile_alerts, prompts_for, read_alert_rules
from ilocdoc.record.answers import rows_of
from ilocdoc.record.errors import IlocdocError
from ilocdoc.record.findings import Findings
from ilocdoc.record.form import FieldType, Form, Stage, in_language
from ilocdoc.record.form_check import check
from ilocdoc.record.form_reading import read_form
from ilocdoc.record.form_rules import compile_form
from ilocdoc.record.ids import ReportId
from ilocdoc.record.report import Draft, PromptRecord, Stamp
from ilocdoc.record.wording import WordLists, read_words

JUDGE_MS = 120
"""While someone types, rules are asked again after this pause; after a tap, at once."""

TYPED = {FieldType.TEXT, FieldType.INTEGER, FieldType.DATETIME, FieldType.DATE}
"""Kinds that are answered key by key; everything else is a tap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A draft and everything that is needed to judge it; made on the vault lane."""

    draft: Draft
    form: Form
    rules: AlertRules
    words: WordLists
    questions: tuple[str, ...] = ()
    """What the reviewer asked, when the report was returned."""


def opened_of(shift: Shift, draft: Draft, *, questions: tuple[str, ...] = ()) -> Opened:
    """Return a draft with its form and rules, compiled. Vault lane: it reads files."""
    form = read_form(shift.forms.form(draft.form.version))
    compile_form(form)
    rules = read_alert_rules(shift.forms.alerts())
    compile_alerts(rules, form)
    words = read_words(shift.forms.words())
    return Opened(draft=draft, form=form, rules=rules, words=words, questions=questions)


class OpenReport(QObject):
    """A draft while it is written. Pages show it and ask it to change; none keeps a copy."""

    answer_changed = Signal(object)
    """A `Place` whose answer is another one now, whoever changed it."""
    rows_changed = Signal(str)
    """A repeat that has other rows now."""
    judged = Signal()
    """Findings and prompts are those of the answers now."""
    draft_changed = Signal()
    """Stamps, files or prompts are other ones now."""
    refused = Signal(object)
    """An `IlocdocError` of something that was asked for and not kept."""

    def __init__(self, opened: Opened, *, shift: Shift, background: Background) -> None:
        super().__init__()
        self.form, self.questions = opened.form, opened.questions
        self.rules, self._words = opened.rules, opened.words
        self._draft, self._shift, self._background = opened.draft, shift, background
        self._answers: dict[str, Any] = dict(opened.draft.answers)
        self._noted: set[tuple[str, str]] = set()
        self._untaken: dict[str, Stamp] = {}
        self._repeats = frozenset(each.name for each in opened.form.repeats())
        self.undo_stack = UndoStack(self._apply)
        report_id = opened.draft.report_id
        self.autosave = Autosave(
            background, lambda answers: keep_answers(shift, report_id, answers), self
        )
        self.autosave.kept.connect(self.take_over)
        self._judge_soon = QTimer(self, singleShot=True, interval=JUDGE_MS)
        self._judge_soon.timeout.connect(self.judge)
        self.findings: Findings
        self.prompts: tuple[PromptRecord, ...]
        self._judge()

    @property
    def report_id(self) -> ReportId:
        """Of the draft."""
        return self._draft.report_id

    @property
    def answers(self) -> dict[str, Any]:
        """All answers now; never changed in place."""
        return self._answers

    @property
    def draft(self) -> Draft:
        """The draft with the answers of now."""
        return replace(self._draft, answers=self._answers)

    def answer(self, place: Place) -> Any:
        """Return the answer at a place, or None."""
        return answer_at(self._answers, place)

    def rows(self, repeat: str) -> list[dict[str, Any]]:
        """Return the rows of a repeat."""
        return rows_of(self._answers, repeat)

    def put(self, place: Place, answer: object) -> None:
        """Change an answer; it can be undone and is kept by itself."""
        before = self.answer(place)
        if before == answer or (before is None and answer in ("", [])):
            return
        self.undo_stack.push(place, before=before, after=answer, is_typed=self._is_typed(place))

    def put_rows(self, repeat: str, rows: list[dict[str, Any]]) -> None:
        """Change which rows a repeat has; it can be undone."""
        place = Place(field=repeat)
        before = self.answer(place)
        self.undo_stack.push(place, before=before, after=rows, is_typed=False)

    def _apply(self, place: Place, answer: Any) -> None:
        self._answers = with_answer(self._answers, place, answer)
        if not place.row and place.field in self._repeats:
            self.rows_changed.emit(place.field)
        else:
            self.answer_changed.emit(place)
        is_typed = self._is_typed(place)
        self.autosave.touch(self._answers, at_once=not is_typed)
        if is_typed:
            self._judge_soon.start()
        else:
            self.judge()

    def _is_typed(self, place: Place) -> bool:
        field = self.form.field(place.field)
        return (field.field(place.inner) if place.row else field).type in TYPED

    @Slot()
    def judge(self) -> None:
        """Ask form and rules about the answers of now."""
        self._judge_soon.stop()
        self._judge()
        self.judged.emit()

    def _judge(self) -> None:
        self.findings = check(self.form, self._answers, stage=Stage.SUBMIT)
        self.prompts = self.prompts_at(Stage.DRAFT)

    def prompts_at(self, stage: Stage) -> tuple[PromptRecord, ...]:
        """Return the prompts that are raised when a stage is attempted."""
        return prompts_for(self.rules, self.draft, form=self.form, words=self._words, stage=stage)

    @property
    def is_kept(self) -> bool:
        """True when the vault holds all answers of now."""
        return self.autosave.is_settled

    @property
    def untaken(self) -> tuple[Stamp, ...]:
        """Taps that the vault may not hold yet."""
        return tuple(self._untaken.values())

    def act(
        self,
        change: Callable[[Shift], Draft],
        *,
        then: Callable[[Draft], None] | None = None,
        refused: Callable[[], object] | None = None,
    ) -> None:
        """Change something besides answers, on the vault lane.

        Args:
            change: What to do there; returns the draft as it is kept.
            then: Gets it.
            refused: Called when it was not kept, before that is told.
        """
        shift = self._shift

        def done(draft: Draft) -> None:
            self.take_over(draft)
            if then is not None:
                then(draft)

        def fail(error: IlocdocError) -> None:
            if refused is not None:
                refused()
            self.refused.emit(error)

        self._background.run(
            Lane.VAULT,
            lambda: change(shift),
            then=done,
            failed=fail,
            owner=self,
        )

    def stamp(
        self, kind: str, *, note: str = "", then: Callable[[Draft], None] | None = None
    ) -> None:
        """Record one tap with its time: the time of the tap, however busy the vault is."""
        report_id, taken = self.report_id, take_time(self._shift, kind, note=note)
        self._untaken[taken.id] = taken

        def keep(shift: Shift) -> Draft:
            return keep_stamp(shift, report_id, taken)

        def kept(draft: Draft) -> None:
            self._untaken.pop(taken.id, None)
            if then is not None:
                then(draft)

        self.act(keep, then=kept, refused=lambda: self._untaken.pop(taken.id, None))

    def note_shown(self, prompts: tuple[PromptRecord, ...]) -> None:
        """Keep what the author was shown; the sealed report tells it, whatever comes of it."""
        known = {(each.rule, each.version) for each in self._draft.prompts} | self._noted
        for prompt in prompts:
            if (prompt.rule, prompt.version) not in known and prompt.state == "open":
                self._noted.add((prompt.rule, prompt.version))
                self.answer_prompt(prompt)

    def answer_prompt(self, prompt: PromptRecord) -> None:
        """Keep what the author answered to a prompt."""
        report_id = self.report_id
        self.act(lambda shift: override_prompt(shift, report_id, prompt))

    @Slot(object)
    def take_over(self, draft: Draft) -> None:
        """Take over what the vault holds; the answers here are never older than its own."""
        before = (self._draft.stamps, self._draft.evidence, self._draft.prompts)
        self._draft = draft
        if before != (draft.stamps, draft.evidence, draft.prompts):
            self.judge()
            self.draft_changed.emit()


def reopen(shift: Shift, report_id: ReportId, *, questions: tuple[str, ...] = ()) -> Opened:
    """Return a kept draft, opened. Vault lane.

    Raises:
        RefusedError: If it was sealed already.
    """
    return opened_of(shift, open_draft(shift, report_id), questions=questions)


def label_of(report: OpenReport, path: str, label: str) -> str:
    """Return a question's label, led by its row: "CPD member 1: Part in it"."""
    place = place_of(report.answers, path)
    if not place.row:
        return label
    number = [str(row["id"]) for row in report.rows(place.field)].index(place.row)
    name = in_language(report.form.field(place.field).row_label, "en")
    return f"{name} {number + 1}: {label}"


def sentence(error: IlocdocError) -> str:
    """Return what went wrong and what to do, in one line."""
    return f"{error.headline} {error.advice}".strip()
