"""One question on a page: label, hint, editor, the ways to leave it without a value, fault."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ilocdoc.desktop.controls import (
    ChoiceButton,
    FlowLayout,
    IconButton,
    set_role,
    text_label,
)
from ilocdoc.desktop.editor import Editor, Line
from ilocdoc.desktop.editors import Surroundings, editor_for
from ilocdoc.desktop.places import Place
from ilocdoc.record.answers import ABSENCE_WORDS, Absence, absence_of, absent
from ilocdoc.record.form import Field, FieldType, in_language

NO_ANSWER = "Cannot answer"
_WITHOUT_ABSENCE = {FieldType.NOTE, FieldType.ACKNOWLEDGE}


class AbsenceSheet(QFrame):
    """The ways to leave a question without a value, and why."""

    chosen = Signal(object)
    """The absence as an answer, or None when it was taken back."""

    def __init__(self, field: Field, path: str) -> None:
        super().__init__()
        self.setProperty("kind", "inner")
        label = in_language(field.label, "en")
        column = QVBoxLayout(self)
        flow_box = QWidget()
        flow = FlowLayout()
        flow_box.setLayout(flow)
        column.addWidget(flow_box)
        self._group = QButtonGroup(self)
        self._buttons: dict[Absence, ChoiceButton] = {}
        for absence in field.absences:
            words = ABSENCE_WORDS[absence].capitalize()
            button = ChoiceButton(words, name=f"f:{path}?={absence.value}")
            button.setAccessibleName(f"{label}: {words}")
            button.on_cleared = self._clear
            button.clicked.connect(self._tell)
            self._group.addButton(button)
            self._buttons[absence] = button
            flow.addWidget(button)
        self._reason = Line()
        needed = field.absence_reason
        self._reason.setPlaceholderText("Why, in a few words" if needed else "Why, if it matters")
        self._reason.setObjectName(f"f:{path}?reason")
        self._reason.setAccessibleName(f"{label}: why there is no answer")
        self._reason.textEdited.connect(self._tell)
        column.addWidget(self._reason)

    def rename(self, path: str) -> None:
        """Follow a row that got another number."""
        for absence, button in self._buttons.items():
            button.setObjectName(f"f:{path}?={absence.value}")
        self._reason.setObjectName(f"f:{path}?reason")

    def show_answer(self, answer: object) -> None:
        """Show which absence an answer is."""
        chosen = absence_of(answer)
        self._group.setExclusive(False)
        for absence, button in self._buttons.items():
            button.setChecked(absence is chosen)
        self._group.setExclusive(True)
        reason = str(answer.get("reason", "")) if isinstance(answer, dict) and chosen else ""
        # Trailing blanks are not part of the answer; someone may be typing the next word.
        if reason != self._reason.text().strip():
            self._reason.setText(reason)

    @Slot()
    def _tell(self) -> None:
        for absence, button in self._buttons.items():
            if button.isChecked():
                self.chosen.emit(absent(absence, reason=self._reason.text()))

    def _clear(self) -> None:
        self.show_answer(None)
        self.chosen.emit(None)


class Question(QWidget):
    """A question at a place of the draft."""

    answered = Signal(object, object)
    """`Place` and answer, changed by a person."""

    def __init__(
        self,
        field: Field,
        place: Place,
        *,
        path: str,
        around: Surroundings,
        editor: Editor | None = None,
    ) -> None:
        """Make a question without an answer.

        Args:
            field: What is asked.
            place: Where its answer stands.
            path: For names.
            around: What its editor needs.
            editor: Its own one for the rows of a repeat, else that of the field's kind.
        """
        super().__init__()
        self.field, self.place = field, place
        self._path = path
        self._look = around.look
        self._is_visited = False
        self._fault_now = ""
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, around.look.px(12))
        self._column.setSpacing(around.look.px(6))
        self.editor = editor or editor_for(field, path=path, around=around)
        self._absence: IconButton | None = None
        self._sheet: AbsenceSheet | None = None
        self._add_label()
        self._add_editor()
        self._fault = text_label("", "fault")
        self._fault.hide()
        self._column.addWidget(self._fault)
        self.editor.edited.connect(self._on_edited)
        self.editor.left.connect(self._on_left)

    def _add_label(self) -> None:
        self._label_row = QHBoxLayout()
        words = QVBoxLayout()
        words.setSpacing(1)
        label = text_label(in_language(self.field.label, "en"), "label")
        words.addWidget(label)
        hint = in_language(self.field.hint, "en")
        if hint:
            words.addWidget(text_label(hint, "hint"))
        focus = self.editor.focus_widget()
        if focus is not None:
            label.setBuddy(focus)
            focus.setAccessibleDescription(hint)
        self._label_row.addLayout(words, 1)
        self._column.addLayout(self._label_row)

    def _add_editor(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(self._look.px(8))
        row.addWidget(self.editor, 1)
        self._column.addLayout(row)
        if not self.field.absences or self.field.type in _WITHOUT_ABSENCE:
            return
        # Beside a low editor; above a high one, so that it keeps its width.
        is_high = self.field.type is FieldType.REPEAT or self.field.appearance == "multiline"
        self._absence = IconButton(NO_ANSWER, look=self._look, kind="quiet")
        self._absence.setObjectName(f"f:{self._path}?")
        self._absence.setAccessibleName(f"{self.editor.label}: no answer, and why")
        self._absence.clicked.connect(self._toggle_sheet)
        side = self._label_row if is_high else row
        side.addWidget(self._absence, 0, Qt.AlignmentFlag.AlignTop)
        last = self.editor.last_widget()
        if last is not None:
            QWidget.setTabOrder(last, self._absence)

    def rename(self, path: str) -> None:
        """Follow a row that got another number."""
        self._path = path
        self.editor.rename(path)
        if self._absence is not None:
            self._absence.setObjectName(f"f:{path}?")
        if self._sheet is not None:
            self._sheet.rename(path)

    def show_answer(self, answer: object) -> None:
        """Show an answer or an absence."""
        self.editor.show_answer(answer)
        kind = absence_of(answer)
        if self._absence is not None:
            self._absence.setText(ABSENCE_WORDS[kind].capitalize() if kind else NO_ANSWER)
            set_role(self._absence, "kind", "chip" if kind else "quiet")
        if self._sheet is not None:
            self._sheet.show_answer(answer)
        self.editor.setVisible(kind is None)

    def show_fault(self, fault: str) -> None:
        """Remember what does not fit; it is shown once the question was left."""
        self._fault_now = fault
        self._show_fault()

    def visit(self) -> None:
        """Go here from a list of what is missing: faults are shown from now on."""
        self._is_visited = True
        self._show_fault()
        focus = self.editor.focus_widget()
        if focus is not None:
            focus.setFocus()

    def _show_fault(self) -> None:
        fault = self.editor.fault or self._fault_now
        is_told = bool(fault) and self._is_visited
        self._fault.setText(fault)
        self._fault.setVisible(is_told)
        focus = self.editor.focus_widget()
        if focus is not None:
            set_role(focus, "fault", "true" if is_told else "false")

    @Slot()
    def _toggle_sheet(self) -> None:
        if self._sheet is None:
            self._sheet = AbsenceSheet(self.field, self._path)
            self._sheet.chosen.connect(self._on_absent)
            self._column.insertWidget(self._column.count() - 1, self._sheet)
            self._sheet.hide()
        self._sheet.setVisible(self._sheet.isHidden())

    @Slot(object)
    def _on_absent(self, answer: object) -> None:
        self.answered.emit(self.place, answer)

    @Slot(object)
    def _on_edited(self, answer: object) -> None:
        self.answered.emit(self.place, answer)

    @Slot()
    def _on_left(self) -> None:
        self._is_visited = True
        self._show_fault()
