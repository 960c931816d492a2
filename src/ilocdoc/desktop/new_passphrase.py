"""Choosing a passphrase: two lines, and one that the program makes."""

from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ilocdoc.desktop.controls import IconButton, text_label
from ilocdoc.desktop.secret_line import SecretLine
from ilocdoc.desktop.theme import Look

RULES = (
    "At least 15 characters, best several unrelated words. Spaces and any signs are welcome; "
    "nothing else is asked for. You may paste."
)
LEARN = "Learn it before you go on: it is not shown again. Never keep it with the laptop."


class NewPassphrase(QWidget):
    """Asks twice; nothing is checked here but that both are the same."""

    suggestion_wanted = Signal()

    def __init__(self, look: Look, *, name: str) -> None:
        """Make the lines.

        Args:
            look: Of the window.
            name: Begins the object names.
        """
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(8))
        column.addWidget(text_label("New passphrase", "label"))
        self._first = SecretLine(f"{name}_new", "New passphrase")
        column.addWidget(self._first)
        column.addWidget(text_label("Once more", "label"))
        self._again = SecretLine(f"{name}_again", "New passphrase once more")
        column.addWidget(self._again)
        column.addWidget(text_label(RULES, "hint"))
        row = QHBoxLayout()
        make = IconButton(
            "Make one for me", look=look, icon="zap", kind="quiet", name=f"{name}_make"
        )
        make.clicked.connect(self.suggestion_wanted)
        row.addWidget(make)
        row.addStretch(1)
        column.addLayout(row)
        self._made = text_label("", "section")
        self._made.setObjectName(f"{name}_made")
        self._learn = text_label(LEARN, "warn")
        for each in (self._made, self._learn):
            each.hide()
            column.addWidget(each)

    def on_enter(self, go_on: Callable[[], None]) -> None:
        """Do this when Enter is pressed in the last line."""
        self._again.returnPressed.connect(go_on)

    @Slot(str)
    def show_suggestion(self, words: str) -> None:
        """Show a made passphrase and put it into both lines."""
        self._made.setText(words)
        self._first.setText(words)
        self._again.setText(words)
        self._made.show()
        self._learn.show()

    def fault(self) -> str:
        """Return what is missing, as one sentence; empty when nothing is."""
        if not self._first.text():
            return "Type the new passphrase, or have one made."
        if self._first.text() != self._again.text():
            return "The two new passphrases are not the same. Type them again."
        return ""

    def take(self) -> str:
        """Return the new passphrase and empty everything."""
        words = self._first.text()
        self.forget()
        return words

    def forget(self) -> None:
        """Empty everything."""
        self._first.clear()
        self._again.clear()
        self._made.clear()
        self._made.hide()
        self._learn.hide()
