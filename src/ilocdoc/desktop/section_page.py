"""One section of the form: a scrolling card of its questions and remarks."""

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ilocdoc.desktop.controls import card, card_page, text_label
from ilocdoc.desktop.editors import Surroundings
from ilocdoc.desktop.open_report import OpenReport
from ilocdoc.desktop.places import Place, place_of
from ilocdoc.desktop.question import Question
from ilocdoc.desktop.repeat_editor import NewRow, RepeatEditor
from ilocdoc.record.form import Field, FieldType, Section, in_language


class SectionPage(QWidget):
    """Draws a section from its definition and follows the report."""

    def __init__(
        self, section: Section, *, report: OpenReport, around: Surroundings, new_row: NewRow
    ) -> None:
        super().__init__()
        self.section = section
        self._report, self._around, self._new_row = report, around, new_row
        self._questions: dict[str, Question] = {}
        self._repeats: dict[str, RepeatEditor] = {}
        self._remarks: list[QFrame] = []
        self._area, self._column = card_page(around.look, name=f"scroll:{section.name}")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._area)
        self._column.addWidget(text_label(in_language(section.label, "en"), "section"))
        hint = in_language(section.hint, "en")
        if hint:
            self._column.addWidget(text_label(hint, "hint"))
        self._column.addSpacing(around.look.px(6))
        for field in section.fields:
            self._add(field)
        self._column.addStretch()
        report.answer_changed.connect(self._on_answer_changed)
        report.rows_changed.connect(self._on_rows_changed)
        report.judged.connect(self._on_judged)
        self.judge()

    def _add(self, field: Field) -> None:
        place = Place(field=field.name)
        if field.type is FieldType.REPEAT:
            editor = RepeatEditor(
                field, report=self._report, around=self._around, new_row=self._new_row
            )
            self._repeats[field.name] = editor
            question = Question(field, place, path=field.name, around=self._around, editor=editor)
        else:
            question = Question(field, place, path=field.name, around=self._around)
        question.answered.connect(self._report.put)
        question.show_answer(self._report.answer(place))
        self._questions[field.name] = question
        self._column.addWidget(question)

    @Slot(object)
    def _on_answer_changed(self, place: Place) -> None:
        if place.row and place.field in self._repeats:
            self._repeats[place.field].show_place(place)
        elif place.field in self._questions:
            self._questions[place.field].show_answer(self._report.answer(place))

    @Slot(str)
    def _on_rows_changed(self, repeat: str) -> None:
        if repeat in self._repeats:
            self._questions[repeat].show_answer(self._report.answer(Place(field=repeat)))

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what was judged while another page was shown."""
        super().showEvent(event)
        self.judge()

    @Slot()
    def _on_judged(self) -> None:
        if self.isVisible():
            self.judge()

    def judge(self) -> None:
        """Show what is asked, what does not fit and what a reviewer is told."""
        findings = self._report.findings
        faults = {each.path: each.message for each in findings.failures}
        for name, question in self._questions.items():
            question.setVisible(name in findings.asked)
            question.show_fault(faults.get(name, ""))
            if question.field.type in {FieldType.LINK, FieldType.LINKS}:
                question.show_answer(self._report.answer(question.place))
        for repeat in self._repeats.values():
            repeat.judge()
        self._show_remarks()

    def _show_remarks(self) -> None:
        texts = [
            each.text for each in self._report.findings.notices if each.section == self.section.name
        ]
        if texts == [each.property("text") for each in self._remarks]:
            return
        for old in self._remarks:
            self._column.removeWidget(old)
            old.deleteLater()
        self._remarks = []
        for text in texts:
            frame, column = card("note")
            frame.setProperty("text", text)
            column.addWidget(text_label(text))
            self._column.insertWidget(self._column.count() - 1, frame)
            self._remarks.append(frame)

    def visit(self, path: str) -> None:
        """Go to a question, or to the first one when the path is empty."""
        place = place_of(self._report.answers, path)
        question = self._questions.get(place.field)
        if question is None:
            return
        target: QWidget = question
        if place.row:
            target = self._repeats[place.field].visit(place)
        else:
            question.visit()
        # The layout must know its new height before the scroll area can go there.
        QTimer.singleShot(0, self, lambda: self._area.ensureWidgetVisible(target, 0, 80))

    def focus_first(self) -> None:
        """Put the keys on the first question that is asked."""
        for name, question in self._questions.items():
            focus = question.editor.focus_widget()
            if name in self._report.findings.asked and focus is not None:
                focus.setFocus()
                return

    def add_row(self, repeat: str) -> None:
        """Add a row and go to it."""
        editor = self._repeats.get(repeat)
        if editor is not None:
            editor.add()
            last = list(editor.cards.values())[-1]
            QTimer.singleShot(0, self, lambda: self._area.ensureWidgetVisible(last, 0, 80))
