"""Rows of a repeat as cards: add, fold, remove; a removal can be taken back."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ilocdoc.desktop.controls import IconButton, card, text_label
from ilocdoc.desktop.editor import Editor
from ilocdoc.desktop.editors import Surroundings
from ilocdoc.desktop.open_report import OpenReport
from ilocdoc.desktop.places import Place, row_title
from ilocdoc.desktop.question import Question
from ilocdoc.record.form import Field, FieldType, in_language

NewRow = Callable[[Field, bool], dict[str, Any]]
"""Makes a row of a repeat; told whether it is the first one."""
UNFOLDED = 2
"""Up to this many rows are open when a page is opened."""
UNDO_MS = 10_000


class RowCard(QFrame):
    """One row: its title, its questions once it was unfolded, and a way to remove it."""

    answered = Signal(object, object)
    removed = Signal(str)
    """Id of the row."""
    unfolded = Signal()

    def __init__(
        self, repeat: Field, row: Mapping[str, Any], *, number: int, around: Surroundings
    ) -> None:
        super().__init__()
        self.setProperty("kind", "row")
        self._repeat, self._around, self._row = repeat, around, row
        self.row_id, self._number = str(row["id"]), number
        self.questions: dict[str, Question] = {}
        self._column = QVBoxLayout(self)
        self._body: QWidget | None = None
        header = QHBoxLayout()
        self._fold = IconButton("", look=around.look, icon="chevron-right", kind="link")
        self._fold.clicked.connect(self.toggle)
        self._remove = IconButton("Remove", look=around.look, icon="trash-2", kind="quiet")
        self._remove.clicked.connect(self._on_remove)
        header.addWidget(self._fold, 1)
        header.addWidget(self._remove)
        self._column.addLayout(header)
        self.show_title(row, number=number)

    @property
    def is_open(self) -> bool:
        """True while its questions are shown."""
        return self._body is not None and not self._body.isHidden()

    def show_title(self, row: Mapping[str, Any], *, number: int) -> None:
        """Show what the row is called now, and follow its number."""
        title = row_title(in_language(self._repeat.row_label, "en"), number, row)
        self._fold.setText(title)
        self._fold.setAccessibleName(title)
        self._remove.setAccessibleName(f"Remove {title}")
        self._fold.setObjectName(f"row:{self._repeat.name}[{number}]")
        self._remove.setObjectName(f"remove:{self._repeat.name}[{number}]")
        if number != self._number:
            self._number = number
            for name, question in self.questions.items():
                question.rename(self._path(name))

    def _path(self, name: str) -> str:
        return f"{self._repeat.name}[{self._number}].{name}"

    @Slot()
    def toggle(self) -> None:
        """Fold or unfold."""
        self.set_open(is_open=not self.is_open)

    def set_open(self, *, is_open: bool) -> None:
        """Fold or unfold; questions are made at the first unfolding."""
        if is_open and self._body is None:
            self._build()
        if self._body is not None:
            self._body.setVisible(is_open)
        self._fold.set_icon("chevron-down" if is_open else "chevron-right")
        if is_open:
            self.unfolded.emit()

    def _build(self) -> None:
        self._body = QWidget()
        column = QVBoxLayout(self._body)
        column.setContentsMargins(self._around.look.px(8), 0, self._around.look.px(8), 0)
        for field in self._repeat.fields:
            place = Place(field=self._repeat.name, row=self.row_id, inner=field.name)
            path = self._path(field.name)
            question = Question(field, place, path=path, around=self._around)
            question.answered.connect(self.answered)
            self.questions[field.name] = question
            column.addWidget(question)
        self._column.addWidget(self._body)
        self.show_row(self._row)

    def show_row(self, row: Mapping[str, Any]) -> None:
        """Show every answer of the row; a folded row shows them when it is unfolded."""
        self._row = row
        for name, question in self.questions.items():
            question.show_answer(row.get(name))

    def judge(self, asked: frozenset[str], faults: Mapping[str, str]) -> None:
        """Show only what is asked, with what does not fit."""
        for name, question in self.questions.items():
            path = self._path(name)
            question.setVisible(path in asked)
            question.show_fault(faults.get(path, ""))

    @Slot()
    def _on_remove(self) -> None:
        self.removed.emit(self.row_id)


class RepeatEditor(Editor):
    """All rows of one repeat. The report holds the rows; this shows them."""

    def __init__(
        self, repeat: Field, *, report: OpenReport, around: Surroundings, new_row: NewRow
    ) -> None:
        super().__init__(repeat.name, in_language(repeat.label, "en"))
        self._repeat, self._report, self._around = repeat, report, around
        self._new_row = new_row
        self.cards: dict[str, RowCard] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(around.look.px(10))
        self._removed: tuple[int, dict[str, Any]] | None = None
        self._undo_bar, self._undo_text = self._make_undo_bar()
        self._column.addWidget(self._undo_bar)
        name = in_language(repeat.row_label, "en")
        words = (
            f"Add {name[:1].lower()}{name[1:]}" if name[:2] != name[:2].upper() else f"Add {name}"
        )
        add = IconButton(words, look=around.look, icon="plus", name=f"add:{repeat.name}")
        add.clicked.connect(self.add)
        row = QHBoxLayout()
        row.addWidget(add)
        row.addStretch()
        self._column.addLayout(row)
        self._add = add
        self._forget = QTimer(self, singleShot=True, interval=UNDO_MS)
        self._forget.timeout.connect(self._undo_bar.hide)

    def _make_undo_bar(self) -> tuple[QFrame, Any]:
        bar, column = card("note")
        row = QHBoxLayout()
        text = text_label("", "body")
        undo = IconButton("Undo", look=self._around.look, icon="undo-2")
        undo.setObjectName(f"unremove:{self._repeat.name}")
        undo.clicked.connect(self._put_back)
        row.addWidget(text, 1)
        row.addWidget(undo)
        column.addLayout(row)
        bar.hide()
        return bar, text

    def focus_widget(self) -> QWidget:
        """Return the button that adds a row."""
        return self._add

    def show_answer(self, _answer: object) -> None:
        """Show the rows of the report as they now are."""
        rows = self._report.rows(self._repeat.name)
        ids = [str(row["id"]) for row in rows]
        for gone in [each for each in self.cards if each not in ids]:
            old = self.cards.pop(gone)
            self._column.removeWidget(old)
            old.deleteLater()
        is_first_show = not self.cards
        for number, row in enumerate(rows):
            shown = self.cards.get(ids[number])
            if shown is None:
                shown = self._new_card(row, number=number)
                shown.set_open(is_open=not is_first_show or len(rows) <= UNFOLDED)
            elif self._column.indexOf(shown) != number:
                self._column.removeWidget(shown)
                self._column.insertWidget(number, shown)
            shown.show_title(row, number=number)
            shown.show_row(row)
        self.judge()

    def _new_card(self, row: Mapping[str, Any], *, number: int) -> RowCard:
        made = RowCard(self._repeat, row, number=number, around=self._around)
        made.answered.connect(self._on_answered)
        made.removed.connect(self._on_removed)
        made.unfolded.connect(self.judge)
        self.cards[made.row_id] = made
        self._column.insertWidget(number, made)
        return made

    @Slot()
    def judge(self) -> None:
        """Show what is asked in each row, and refresh what names other rows."""
        findings = self._report.findings
        faults = {each.path: each.message for each in findings.failures}
        for number, row in enumerate(self._report.rows(self._repeat.name)):
            shown = self.cards.get(str(row["id"]))
            if shown is None:
                continue
            shown.show_title(row, number=number)
            shown.judge(findings.asked, faults)
            for name, question in shown.questions.items():
                if question.field.type in {FieldType.LINK, FieldType.LINKS}:
                    question.show_answer(row.get(name))

    def show_place(self, place: Place) -> None:
        """Show one answer again."""
        shown = self.cards.get(place.row)
        if shown is not None and place.inner in shown.questions:
            shown.questions[place.inner].show_answer(self._report.answer(place))

    def visit(self, place: Place) -> QWidget:
        """Unfold a row and go to a question of it; returns what is to be in view."""
        shown = self.cards.get(place.row)
        if shown is None:
            self._add.setFocus()
            return self._add
        if not shown.is_open:
            shown.set_open(is_open=True)
        question = shown.questions.get(place.inner)
        if question is None:
            return shown
        question.visit()
        return question

    @Slot()
    def add(self) -> None:
        """Add a row at the end, unfolded, and go to its first question."""
        rows = self._report.rows(self._repeat.name)
        row = self._new_row(self._repeat, not rows)
        self._report.put_rows(self._repeat.name, [*rows, row])
        shown = self.cards[str(row["id"])]
        shown.set_open(is_open=True)
        for question in shown.questions.values():
            focus = question.editor.focus_widget()
            if focus is not None:
                focus.setFocus()
                return

    @Slot(object, object)
    def _on_answered(self, place: Place, answer: object) -> None:
        self._report.put(place, answer)

    @Slot(str)
    def _on_removed(self, row_id: str) -> None:
        rows = self._report.rows(self._repeat.name)
        number = next(n for n, row in enumerate(rows) if row["id"] == row_id)
        self._removed = (number, rows[number])
        title = row_title(in_language(self._repeat.row_label, "en"), number, rows[number])
        self._report.put_rows(self._repeat.name, [row for row in rows if row["id"] != row_id])
        self._undo_text.setText(f"{title} was removed.")
        self._undo_bar.show()
        self._forget.start()

    @Slot()
    def _put_back(self) -> None:
        self._undo_bar.hide()
        if self._removed is None:
            return
        number, row = self._removed
        rows = self._report.rows(self._repeat.name)
        self._removed = None
        self._report.put_rows(self._repeat.name, [*rows[:number], row, *rows[number:]])
