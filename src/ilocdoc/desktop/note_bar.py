"""Written without signing in: a time by one tap, or one line. Nothing can be read back here."""

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from ilocdoc.desktop.controls import FlowLayout, IconButton, text_label
from ilocdoc.desktop.editor import Line
from ilocdoc.desktop.notices import announce
from ilocdoc.desktop.theme import Look
from ilocdoc.desktop.words import STAMP_WORDS, clock_words
from ilocdoc.record.errors import IlocdocError
from ilocdoc.record.lock_notes import KINDS, MOST_LETTERS

OTHER = "other"
SAID_MS = 8000
HINT = (
    "Without signing in: record a time, or one line. It is sealed at once and cannot be read "
    "here; whoever signs in next can make it part of a report."
)


class NoteBar(QFrame):
    """A bar below signing in; empties itself at once."""

    written = Signal(str, str)
    """Kind and text."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("note_bar")
        self.setProperty("kind", "side")
        column = QVBoxLayout(self)
        column.setContentsMargins(look.px(24), look.px(12), look.px(24), look.px(14))
        column.setSpacing(look.px(8))
        self._words = text_label(HINT, "hint")
        column.addWidget(self._words)
        taps = FlowLayout(gap=look.px(8))
        for kind in KINDS:
            if kind != OTHER:
                button = IconButton(STAMP_WORDS[kind], look=look, icon="clock", name=f"note:{kind}")
                button.clicked.connect(self._tapper(kind))
                taps.addWidget(button)
        column.addLayout(taps)
        row = QHBoxLayout()
        self._line = Line()
        self._line.setObjectName("note_line")
        self._line.setAccessibleName("One line to keep without signing in")
        self._line.setPlaceholderText("Or one line: it leaves the screen when you keep it")
        self._line.setMaxLength(MOST_LETTERS)
        self._line.returnPressed.connect(self._keep_line)
        keep = IconButton("Keep", look=look, icon="lock", name="keep_note")
        keep.clicked.connect(self._keep_line)
        row.addWidget(self._line, 1)
        row.addWidget(keep)
        column.addLayout(row)
        self._soon = QTimer(self, singleShot=True, interval=SAID_MS)
        self._soon.timeout.connect(lambda: self._words.setText(HINT))

    def _tapper(self, kind: str) -> Callable[[], None]:
        return lambda: self.written.emit(kind, "")

    @Slot()
    def _keep_line(self) -> None:
        text = self._line.text().strip()
        if text:
            self._line.clear()
            self.written.emit(OTHER, text)

    def show_kept(self, kind: str, at: str) -> None:
        """Say that a note is kept: its time, never its words."""
        self._say(f"{STAMP_WORDS[kind]}, {clock_words(at)}: kept and sealed.")

    def show_refusal(self, error: IlocdocError) -> None:
        """Say why it is not kept."""
        self._say(f"Not kept. {error.headline} {error.advice}")

    def _say(self, words: str) -> None:
        self._words.setText(words)
        self._soon.start()
        announce(self, words)
