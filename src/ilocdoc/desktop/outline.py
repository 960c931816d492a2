"""The outline of a report: its sections with how each stands."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QSizePolicy, QVBoxLayout, QWidget

from ilocdoc.desktop.controls import IconButton, scrolling
from ilocdoc.desktop.theme import Look


class Step(IconButton):
    """One section in the outline."""

    def __init__(self, name: str, label: str, *, look: Look) -> None:
        self._colour = "text2"
        super().__init__(label, look=look, icon="circle", kind="step")
        self.setObjectName("check" if name == "check" else f"section:{name}")
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._label = label

    def show_standing(self, icon: str, colour: str, words: str) -> None:
        """Show how the section stands, as a picture and as words."""
        self._colour = colour
        self.setAccessibleName(f"{self._label}, {words}" if words else self._label)
        self.set_icon(icon)

    def tint(self) -> None:
        """Draw the icon in the colour of its standing."""
        self.show_icon_in(self._colour)


class Outline(QFrame):
    """All sections, one under another; arrows and Ctrl+PgDn go through them."""

    chosen = Signal(str)
    """Name of a section."""

    def __init__(self, steps: Sequence[tuple[str, str]], *, look: Look) -> None:
        """Make the outline.

        Args:
            steps: Name and label of each section, in order.
            look: For icons.
        """
        super().__init__()
        self.setProperty("kind", "outline")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, look.px(8), 0, look.px(8))
        column.setSpacing(0)
        self._group = QButtonGroup(self)
        self.steps: dict[str, Step] = {}
        for name, label in steps:
            step = Step(name, label, look=look)
            step.clicked.connect(self._chooser(name))
            self._group.addButton(step)
            self.steps[name] = step
            column.addWidget(step)
        column.addStretch()
        outer.addWidget(scrolling(content, name="outline"))

    def _chooser(self, name: str) -> Callable[[], None]:
        return lambda: self.chosen.emit(name)

    def show_chosen(self, name: str) -> None:
        """Mark where the person is."""
        self.steps[name].setChecked(True)
