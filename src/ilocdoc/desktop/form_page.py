"""A draft while it is written: outline, one section at a time, timeline and duties."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ilocdoc.casework.shift import Shift
from ilocdoc.desktop.background import Background
from ilocdoc.desktop.check_page import CheckPage
from ilocdoc.desktop.choice_editors import Offer
from ilocdoc.desktop.controls import card, scrolling, text_label
from ilocdoc.desktop.duties_pane import DutiesPane
from ilocdoc.desktop.editors import Surroundings
from ilocdoc.desktop.evidence_page import EvidencePage
from ilocdoc.desktop.form_bars import FormFooter, FormHeader
from ilocdoc.desktop.open_report import OpenReport, label_of
from ilocdoc.desktop.outline import Outline
from ilocdoc.desktop.places import row_title
from ilocdoc.desktop.prompts import EmsCall, PromptList
from ilocdoc.desktop.repeat_editor import NewRow
from ilocdoc.desktop.section_page import SectionPage
from ilocdoc.desktop.stamps import Stamper
from ilocdoc.desktop.taking_in import TakingIn
from ilocdoc.desktop.tasks_pane import TasksPane
from ilocdoc.desktop.theme import Look
from ilocdoc.desktop.timeline_pane import TimelinePane
from ilocdoc.record.answers import answered
from ilocdoc.record.form import Section, in_language
from ilocdoc.record.people import Officer
from ilocdoc.record.report import PromptRecord
from ilocdoc.record.times import CHICAGO, read_utc

FILES, CHECK = "files", "check"
"""The two steps that no section of the form is."""
OUTLINE_PX, OUTLINE_WIDE_PX = 232, 250
SIDE_PX, SIDE_WIDE_PX = 316, 340
FOLD_OUTLINE_AT, FOLD_SIDE_AT, WIDE_AT = 1200, 1040, 1500
"""Window widths divided by the text scale, below (or from) which panes fold (or widen)."""


def surroundings(
    report: OpenReport, *, look: Look, now: Callable[[], datetime], is_big: bool = False
) -> Surroundings:
    """Return what the editors of a report need."""

    def linked(targets: tuple[str, ...]) -> list[Offer]:
        return [
            Offer(
                name=str(row["id"]),
                label=row_title(in_language(report.form.field(target).row_label, "en"), n, row),
            )
            for target in targets
            for n, row in enumerate(report.rows(target))
        ]

    day = read_utc(report.draft.created_at).astimezone(CHICAGO).date()
    return Surroundings(form=report.form, look=look, now=now, day=day, linked=linked, is_big=is_big)


class FormPage(QWidget):
    """One report. Sections are made when they are first opened."""

    read_and_sign = Signal()
    """The author wants to read the document and sign it."""
    preview = Signal()
    """The author wants to see the document as it is now."""

    def __init__(
        self,
        report: OpenReport,
        *,
        shift: Shift,
        officer: Officer,
        background: Background,
        look: Look,
        stamper: Stamper,
        new_row: NewRow,
        taking_in: TakingIn,
    ) -> None:
        super().__init__()
        self.report, self._officer, self._taking_in = report, officer, taking_in
        self._look, self._stamper, self._new_row = look, stamper, new_row
        self._shift, self._background = shift, background
        self._around = surroundings(report, look=look, now=shift.clock.now)
        labels = [(each.name, in_language(each.label, "en")) for each in report.form.sections]
        self.steps = [*labels, (FILES, "Files"), (CHECK, "Check and sign")]
        self._pages: dict[str, QWidget] = {}
        self.current = self.steps[0][0]
        self.outline = Outline(self.steps, look=look)
        self.outline.chosen.connect(self.go)
        self._stack = QStackedWidget()
        self._prompts = PromptList(report, look=look)
        self._header, self._footer = FormHeader(report, look=look), FormFooter(look)
        self.side = self._make_side()
        self._header.outline_wanted.connect(lambda: self._show_only(self.outline))
        self._header.side_wanted.connect(lambda: self._show_only(self.side))
        self._header.preview_wanted.connect(self.preview)
        self._footer.stepped.connect(self.step)
        self._folds_outline = self._folds_side = False
        self.center = self._make_center()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.outline)
        row.addWidget(self.center, 1)
        row.addWidget(self.side)
        report.judged.connect(self.show_standing)
        report.draft_changed.connect(self.show_standing)
        self.go(self.current)

    def _make_center(self) -> QWidget:
        look = self._look
        center = QWidget()
        column = QVBoxLayout(center)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._header)
        above = QWidget()
        notes = QVBoxLayout(above)
        notes.setContentsMargins(look.px(24), look.px(12), look.px(24), 0)
        notes.setSpacing(look.px(8))
        clock = self._shift.clock
        notes.addWidget(EmsCall(self.report, stamper=self._stamper, look=look, clock=clock))
        if self.report.questions:
            notes.addWidget(self._questions())
        notes.addWidget(self._prompts)
        column.addWidget(above)
        column.addWidget(self._stack, 1)
        column.addWidget(self._footer)
        return center

    def _questions(self) -> QFrame:
        frame, column = card("warn")
        frame.setObjectName("questions")
        column.addWidget(text_label("The reviewer asks", "heading"))
        for question in self.report.questions:
            column.addWidget(text_label(question))
        column.addWidget(text_label("Answer in the report and sign it again.", "hint"))
        return frame

    def _make_side(self) -> QFrame:
        look = self._look
        side = QFrame()
        side.setProperty("kind", "side")
        outer = QVBoxLayout(side)
        outer.setContentsMargins(0, 0, 0, 0)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(look.px(12), look.px(14), look.px(12), look.px(14))
        column.setSpacing(look.px(16))
        column.addWidget(TimelinePane(self.report, stamper=self._stamper, look=look))
        column.addWidget(DutiesPane(self.report, look=look))
        tasks = TasksPane(
            self.report, look=look, clock=self._shift.clock, roles=self._officer.roles
        )
        tasks.wanted.connect(self.visit)
        column.addWidget(tasks)
        column.addStretch()
        outer.addWidget(scrolling(content, name="side"))
        return side

    def arrange(self, units: float) -> None:
        """Fold or widen panes for a window's width divided by the text scale."""
        look = self._look
        is_wide = units >= WIDE_AT
        self.outline.setFixedWidth(look.px(OUTLINE_WIDE_PX if is_wide else OUTLINE_PX))
        self.side.setMinimumWidth(look.px(SIDE_WIDE_PX if is_wide else SIDE_PX))
        self.side.setMaximumWidth(self.side.minimumWidth())
        self._folds_outline, self._folds_side = units < FOLD_OUTLINE_AT, units < FOLD_SIDE_AT
        self._show_only(None)

    def _show_only(self, pane: QWidget | None) -> None:
        """Show a folded pane in place of the page, or the page again."""
        self.outline.setVisible(pane is self.outline or not self._folds_outline)
        self.side.setVisible(pane is self.side or not self._folds_side)
        self.center.setVisible(pane is None)
        self._header.outline_button.setVisible(self._folds_outline)
        self._header.side_button.setVisible(self._folds_side)

    def focus_page(self) -> None:
        """Put the keys on the first question of the section."""
        page = self._pages[self.current]
        if isinstance(page, SectionPage):
            page.focus_first()

    def fold(self) -> None:
        """Show the page again, if a folded pane lies in its place."""
        self._show_only(None)

    def page(self, name: str) -> QWidget:
        """Return a page that was opened."""
        return self._pages[name]

    @property
    def is_ready(self) -> bool:
        """True when nothing stands before the signature."""
        page = self._pages.get(CHECK)
        return isinstance(page, CheckPage) and page.is_ready

    def _visible_steps(self) -> list[str]:
        return [name for name, _label in self.steps if not self.outline.steps[name].isHidden()]

    @Slot(str)
    def go(self, name: str) -> None:
        """Show a section; it is made when it is first shown."""
        self.report.autosave.flush()
        if name not in self._pages:
            self._pages[name] = self._make_page(name)
            self._stack.addWidget(self._pages[name])
        self.current = name
        self._stack.setCurrentWidget(self._pages[name])
        self.outline.show_chosen(name)
        page = self._pages[name]
        if isinstance(page, CheckPage):
            page.show_state()
        self.show_standing()

    def _make_page(self, name: str) -> QWidget:
        if name == FILES:
            return EvidencePage(
                self.report,
                shift=self._shift,
                background=self._background,
                look=self._look,
                taking_in=self._taking_in,
            )
        if name == CHECK:
            page = CheckPage(self.report, look=self._look)
            page.wanted.connect(self.visit)
            page.ready.connect(self.read_and_sign)
            return page
        section = next(each for each in self.report.form.sections if each.name == name)
        return SectionPage(section, report=self.report, around=self._around, new_row=self._new_row)

    @Slot(str, str)
    def visit(self, section: str, path: str) -> None:
        """Go to a question."""
        self.go(section)
        page = self._pages[section]
        if isinstance(page, SectionPage):
            page.visit(path)

    def step(self, by: int) -> None:
        """Go to the next or the previous section."""
        names = self._visible_steps()
        place = names.index(self.current) + by
        if 0 <= place < len(names):
            self.go(names[place])

    @Slot()
    def show_standing(self) -> None:
        """Show how each section stands, and what this one still needs."""
        for section in self.report.form.sections:
            is_asked = any(each.name in self.report.findings.asked for each in section.fields)
            step = self.outline.steps[section.name]
            step.setVisible(is_asked)
            step.show_standing(*_standing(self.report, section))
        has_files = bool(self.report.draft.evidence)
        files = ("circle-check", "ok", "files added") if has_files else ("circle", "text2", "")
        self.outline.steps[FILES].show_standing(*files)
        found = self.report.findings.in_section(self.current)
        names = self._visible_steps()
        place = names.index(self.current) if self.current in names else 0
        label = dict(self.steps)[self.current]
        self._header.show_section(place + 1, len(names), label)
        after = names[place + 1] if place + 1 < len(names) else ""
        self._footer.show_place(
            needed=[label_of(self.report, each.path, each.label) for each in found],
            next_label=dict(self.steps).get(after, ""),
            is_first=place == 0,
        )
        here = tuple(
            each for each in self.report.prompts if _section_of(self.report, each) == self.current
        )
        self._prompts.show_prompts(here)


def _standing(report: OpenReport, section: Section) -> tuple[str, str, str]:
    """Return icon, colour and words for how a section stands."""
    findings = report.findings
    if any(each.section == section.name for each in findings.failures):
        return "circle-alert", "warn", "something does not fit"
    if any(each.section == section.name for each in findings.missing):
        return "circle", "text2", "answers needed"
    if any(answered(report.answers, each.name) for each in section.fields):
        return "circle-check", "ok", "nothing missing"
    return "circle", "text2", ""


def _section_of(report: OpenReport, prompt: PromptRecord) -> str:
    """Return the section where a prompt is answered; empty when its rule is gone."""
    rule = report.rules.rule(prompt.rule)
    return rule.section if rule else ""
