"""Editors of chosen answers. All choices are in view; nothing opens over the page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ilocdoc.desktop.controls import (
    BigChoice,
    ChoiceButton,
    FlowLayout,
    IconButton,
    card,
    text_label,
)
from ilocdoc.desktop.editor import Editor, Line
from ilocdoc.desktop.field_editors import value_of
from ilocdoc.desktop.theme import Look

FEW = 12
"""Up to this many choices are all in view; longer lists open below the question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One choice as it is offered."""

    name: str
    label: str


Offers = Callable[[], Sequence[Offer]]


class _Radios(QWidget):
    """Exclusive choice buttons, side by side or wrapping."""

    def __init__(self, editor: Editor, chosen: Callable[[str | None], None]) -> None:
        super().__init__()
        self._editor, self._chosen = editor, chosen
        self._group = QButtonGroup(self)
        self.buttons: dict[str, ChoiceButton] = {}

    def fill(self, offers: Sequence[Offer], *, joined: bool, big: Look | None = None) -> None:
        """Show choices in place of the earlier ones."""
        for button in self.buttons.values():
            self._group.removeButton(button)
            self._editor.forget_widgets(button)
            button.deleteLater()
        self.buttons = {}
        layout = self.layout() or self._new_layout(joined=joined)
        for number, offer in enumerate(offers):
            edge = _edge(number, len(offers)) if joined else "alone"
            button = (
                BigChoice(offer.label, name="", edge=edge, look=big)
                if big
                else ChoiceButton(offer.label, name="", edge=edge)
            )
            self._editor.name_widget(button, f"={offer.name}", spoken=offer.label)
            self._editor.watch_focus(button)
            button.on_cleared = self._clear
            button.clicked.connect(self._clicker(offer.name))
            self._group.addButton(button)
            self.buttons[offer.name] = button
            layout.addWidget(button)
        if joined and not big and isinstance(layout, QHBoxLayout):
            layout.addStretch()

    def _new_layout(self, *, joined: bool) -> QHBoxLayout | FlowLayout:
        if not joined:
            flow = FlowLayout()
            self.setLayout(flow)
            return flow
        row = QHBoxLayout(self)
        row.setSpacing(0)
        row.setContentsMargins(0, 0, 0, 0)
        return row

    def _clicker(self, name: str) -> Callable[[], None]:
        def click() -> None:
            if self.buttons[name].isChecked():
                self._chosen(name)

        return click

    def _clear(self) -> None:
        self.show_chosen(None)
        self._chosen(None)

    def show_chosen(self, name: object) -> None:
        """Show which is chosen; None for none."""
        self._group.setExclusive(False)
        for key, button in self.buttons.items():
            button.setChecked(key == name)
        self._group.setExclusive(True)

    def set_visible_choices(self, words: str) -> list[str]:
        """Show the choices whose label holds the words; returns their names."""
        wanted = words.casefold().strip()
        found = []
        for name, button in self.buttons.items():
            is_wanted = wanted in button.text().casefold()
            button.setVisible(is_wanted)
            if is_wanted:
                found.append(name)
        self.updateGeometry()
        return found


def _edge(number: int, count: int) -> str:
    if count == 1:
        return "alone"
    if number == 0:
        return "first"
    return "last" if number == count - 1 else "middle"


class OneOfFewEditor(Editor):
    """One of a few choices, all in view: arrows move, a second tap takes it back."""

    def __init__(
        self,
        label: str,
        offers: Sequence[Offer],
        *,
        path: str,
        joined: bool,
        big: Look | None = None,
    ) -> None:
        """Make the editor.

        Args:
            label: Of the question.
            offers: The choices, in order.
            path: For names.
            joined: True for one joined row, else they wrap.
            big: The look, when the answers are to be large; else None.
        """
        super().__init__(path, label)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._radios = _Radios(self, self.edited.emit)
        self._radios.fill(offers, joined=joined, big=big)
        column.addWidget(self._radios)

    def show_answer(self, answer: object) -> None:
        """Show the chosen one."""
        self._radios.show_chosen(value_of(answer))


class OneOfManyEditor(Editor):
    """One of many choices: a button with the chosen one opens a searchable list below it."""

    def __init__(self, label: str, offers: Sequence[Offer], *, path: str, look: Look) -> None:
        super().__init__(path, label)
        self._offers, self._look = offers, look
        self._labels = {each.name: each.label for each in offers}
        self._answer: object = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._value = IconButton("Choose", look=look, icon="chevron-down", kind="value")
        self._value.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._value.clicked.connect(self.toggle)
        self._column.addWidget(self._value, 0, Qt.AlignmentFlag.AlignLeft)
        self.name_widget(self._value)
        self._sheet: QFrame | None = None
        self._search: Line | None = None
        self._radios: _Radios | None = None

    def show_answer(self, answer: object) -> None:
        """Show the chosen one's words."""
        self._answer = value_of(answer)
        words = self._labels.get(str(self._answer), "") if self._answer else ""
        self._value.setText(words or "Choose")
        self._value.setAccessibleName(f"{self.label}: {words or 'choose'}")
        if self._radios is not None:
            self._radios.show_chosen(self._answer)

    @Slot()
    def toggle(self) -> None:
        """Open or close the list."""
        is_opening = self._sheet is None or self._sheet.isHidden()
        if self._sheet is None:
            self._build()
        assert self._sheet is not None
        assert self._search is not None
        self._sheet.setVisible(is_opening)
        self._value.set_icon("chevron-up" if is_opening else "chevron-down")
        if is_opening:
            self._search.clear()
            self._search.setFocus()
        else:
            self._value.setFocus()

    def _build(self) -> None:
        self._sheet, column = card("inner")
        self._search = Line()
        self._search.setPlaceholderText("Type to find")
        self.name_widget(self._search, ".find", spoken="find")
        self._search.installEventFilter(self)
        self._radios = _Radios(self, self._on_chosen)
        self._radios.fill(self._offers, joined=False)
        self._radios.show_chosen(self._answer)
        self._search.textEdited.connect(self._radios.set_visible_choices)
        column.addWidget(self._search)
        column.addWidget(self._radios)
        self._sheet.hide()
        self._column.addWidget(self._sheet)

    def _on_chosen(self, name: str | None) -> None:
        self.show_answer(name)
        self.edited.emit(name)
        if self._sheet is not None and not self._sheet.isHidden():
            self.toggle()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let Enter take the first that was found, and Escape close the list."""
        if watched is self._search and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
                event.accept()
                return True
            is_press = event.type() == QEvent.Type.KeyPress
            if is_press and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                assert self._radios is not None
                assert self._search is not None
                found = self._radios.set_visible_choices(self._search.text())
                if found:
                    self._on_chosen(found[0])
                return True
            if is_press and event.key() == Qt.Key.Key_Escape:
                self.toggle()
                return True
        return super().eventFilter(watched, event)


class SeveralEditor(Editor):
    """Several choices as chips: check boxes by role, buttons by look."""

    def __init__(self, label: str, offers: Sequence[Offer], *, path: str) -> None:
        super().__init__(path, label)
        self._flow = FlowLayout()
        self.setLayout(self._flow)
        self._chips: dict[str, QPushButton] = {}
        self.fill(offers)

    def fill(self, offers: Sequence[Offer]) -> None:
        """Offer these choices in place of the earlier ones."""
        for chip in self._chips.values():
            self.forget_widgets(chip)
            self._flow.removeWidget(chip)
            chip.deleteLater()
        self._chips = {}
        for offer in offers:
            chip = QPushButton(offer.label)
            chip.setCheckable(True)
            chip.setProperty("kind", "chip")
            chip.setCursor(Qt.CursorShape.PointingHandCursor)
            chip.clicked.connect(self._on_clicked)
            self.name_widget(chip, f"={offer.name}", spoken=offer.label)
            self.watch_focus(chip)
            self._chips[offer.name] = chip
            self._flow.addWidget(chip)
        self.updateGeometry()

    def show_answer(self, answer: object) -> None:
        """Show the chosen ones."""
        value = value_of(answer)
        chosen = value if isinstance(value, list) else []
        for name, chip in self._chips.items():
            chip.setChecked(name in chosen)

    @Slot()
    def _on_clicked(self) -> None:
        chosen = [name for name, chip in self._chips.items() if chip.isChecked()]
        self.edited.emit(chosen or None)


class LinkEditor(Editor):
    """One row of the report's own people, members, agents …; offered as they now are."""

    def __init__(self, label: str, offers: Offers, *, path: str) -> None:
        super().__init__(path, label)
        self._offers = offers
        self._shown: tuple[Offer, ...] | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._nobody = text_label(
            "Nobody is listed yet. Add the person on an earlier page.", "hint"
        )
        self._radios = _Radios(self, self.edited.emit)
        column.addWidget(self._nobody)
        column.addWidget(self._radios)

    def show_answer(self, answer: object) -> None:
        """Show the linked row; offers are asked for again."""
        offers = tuple(self._offers())
        if offers != self._shown:
            self._shown = offers
            self._radios.fill(offers, joined=False)
        self._nobody.setVisible(not offers)
        self._radios.setVisible(bool(offers))
        self._radios.show_chosen(value_of(answer))


class LinksEditor(SeveralEditor):
    """Several rows of the report."""

    def __init__(self, label: str, offers: Offers, *, path: str) -> None:
        super().__init__(label, (), path=path)
        self._offers = offers
        self._shown: tuple[Offer, ...] = ()

    def show_answer(self, answer: object) -> None:
        """Show the linked rows; offers are asked for again."""
        offers = tuple(self._offers())
        if offers != self._shown:
            self._shown = offers
            self.fill(offers)
        super().show_answer(answer)
