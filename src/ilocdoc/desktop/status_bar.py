"""The state that never leaves the screen: saved, sent, locked soon."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout

from ilocdoc.desktop.autosave import Autosave, Kept
from ilocdoc.desktop.controls import IconButton, IconLabel, set_role, text_label
from ilocdoc.desktop.theme import Look
from ilocdoc.desktop.words import Told, ago_words

TICK_MS = 1000


class StateLabel(QFrame):
    """An icon and words that say the same."""

    def __init__(self, look: Look, *, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.px(8))
        self.is_short = False
        self._icon = IconLabel(look=look)
        self._words = text_label("", "state", wrap=False)
        row.addWidget(self._icon)
        row.addWidget(self._words)

    @property
    def text(self) -> str:
        """What is shown."""
        return self._words.text()

    def show_state(self, told: Told) -> None:
        """Show a state."""
        colour = {"plain": "text2"}.get(told.tone, told.tone)
        self._icon.show_icon(told.icon, colour)
        self._words.setText(told.text.split(":")[0] if self.is_short else told.text)
        self._words.setAccessibleName(told.text)
        set_role(self._words, "tone", told.tone)


class StatusBar(QFrame):
    """Below everything."""

    retry = Signal()
    """Save again."""
    _is_narrow = False
    copy_wanted = Signal()
    """Save the draft on another drive: the laptop's own disk does not take it."""

    def __init__(self, look: Look, *, locks_in_s: Callable[[], int], is_training: bool) -> None:
        super().__init__()
        self.setObjectName("status_bar")
        self.setFixedHeight(look.px(52))
        self._locks_in_s = locks_in_s
        self._autosave: Autosave | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(look.px(18), 0, look.px(18), 0)
        row.setSpacing(look.px(20))
        self.saved = StateLabel(look, name="saved_state")
        self._retry = IconButton("Try again", look=look, icon="refresh-cw", name="save_again")
        self._retry.clicked.connect(self.retry)
        self._retry.hide()
        self._copy = IconButton("Sealed copy", look=look, icon="save", name="save_copy")
        self._copy.clicked.connect(self.copy_wanted)
        self._copy.hide()
        self.sync = StateLabel(look, name="sync_state")
        self._lock = StateLabel(look, name="lock_state")
        row.addWidget(self.saved)
        row.addWidget(self._retry)
        row.addWidget(self._copy)
        row.addWidget(self.sync)
        row.addStretch()
        if is_training:
            tag = text_label("TRAINING", "training", wrap=False)
            row.addWidget(tag, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._lock)
        timer = QTimer(self, interval=TICK_MS)
        timer.timeout.connect(self.tick)
        timer.start()
        self.tick()

    def follow(self, autosave: Autosave | None) -> None:
        """Show the saves of a report, or nothing to save."""
        if self._autosave is not None:
            self._autosave.changed.disconnect(self.tick)
        self._autosave = autosave
        if autosave is not None:
            autosave.changed.connect(self.tick)
        self.tick()

    def show_narrow(self, *, is_narrow: bool) -> None:
        """Leave out what may leave; save and sync never do."""
        self._is_narrow = is_narrow
        self.sync.is_short = is_narrow
        self.tick()

    @Slot()
    def tick(self) -> None:
        """Show the state of now."""
        self.saved.show_state(self._saved_words())
        is_failed = self._autosave is not None and self._autosave.state is Kept.FAILED
        self._retry.setVisible(is_failed)
        self._copy.setVisible(is_failed)
        # What is not saved comes first; the rest finds its room again with the next save.
        self.sync.setVisible(not is_failed)
        self._lock.setVisible(not is_failed and not self._is_narrow)
        minutes = -(-self._locks_in_s() // 60)
        self._lock.show_state(Told(text=f"Locks in {minutes} min", icon="lock", tone="plain"))

    def _saved_words(self) -> Told:
        autosave = self._autosave
        if autosave is None:
            return Told(text="Everything is saved on this laptop", icon="circle-check", tone="ok")
        if autosave.state is Kept.FAILED:
            told = f"{autosave.error.headline} Your text is still here."
            return Told(text=told, icon="triangle-alert", tone="danger")
        if autosave.state is Kept.SAVING:
            return Told(text="Saving …", icon="save", tone="plain")
        ago = ago_words(autosave.since.elapsed() / 1000)
        return Told(text=f"Saved on this laptop, {ago}", icon="circle-check", tone="ok")
