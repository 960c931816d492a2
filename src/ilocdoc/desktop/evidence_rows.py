"""Rows of the page about files: one on its way in, one that is kept, and all of them together."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout

from ilocdoc.desktop.controls import IconButton, set_role, text_label
from ilocdoc.desktop.document_view import short_digest
from ilocdoc.desktop.editor import Line
from ilocdoc.desktop.taking_in import STOPPED, UNDER_WAY, Incoming, Step, TakingIn
from ilocdoc.desktop.theme import Look
from ilocdoc.desktop.words import left_words, size_words
from ilocdoc.record.report import EvidenceItem

_PARTS = 1000
"""Steps of a progress bar."""
THUMB_PX = 64
_MEDIA_ICONS = {"image": "image", "video": "film", "audio": "film"}
_STEP_WORDS = {
    Step.WAITING: "Waits for its turn",
    Step.SEALING: "Reading and sealing",
    Step.CHECKING: "Checking: read back from the disk",
    Step.KEEPING: "Writing the custody entries",
    Step.PAUSED: "Paused",
    Step.UNFINISHED: "Not finished when the program stopped",
}


def _bar(name: str) -> QProgressBar:
    bar = QProgressBar()
    bar.setRange(0, _PARTS)
    bar.setTextVisible(False)
    bar.setAccessibleName(name)
    return bar


class IncomingRow(QFrame):
    """One file on its way in: what happens to it, a bar, and what can be done."""

    def __init__(self, incoming: Incoming, taking_in: TakingIn, *, look: Look) -> None:
        super().__init__()
        self.setProperty("kind", "row")
        self._incoming, self._taking_in = incoming, taking_in
        name = incoming.path.name
        column = QVBoxLayout(self)
        row = QHBoxLayout()
        words = QVBoxLayout()
        self._name = text_label(name, "label")
        self._state = text_label("", "hint")
        words.addWidget(self._name)
        words.addWidget(self._state)
        row.addLayout(words, 1)
        self._pause = IconButton("Pause", look=look, kind="quiet", name=f"pause:{name}")
        self._go_on = IconButton("Go on", look=look, icon="refresh-cw", name=f"go_on:{name}")
        self._cancel = IconButton("Cancel", look=look, icon="x", kind="quiet")
        self._cancel.setObjectName(f"cancel:{name}")
        for button in (self._pause, self._go_on, self._cancel):
            row.addWidget(button)
        column.addLayout(row)
        self._bar = _bar(f"Progress of {name}")
        column.addWidget(self._bar)
        self._pause.clicked.connect(self._on_pause)
        self._go_on.clicked.connect(self._on_go_on)
        self._cancel.clicked.connect(self._on_cancel)
        self.show_state()

    @Slot()
    def show_state(self) -> None:
        """Show how far the file is."""
        one, step = self._incoming, self._incoming.step
        size = size_words(one.size_bytes)
        if step is Step.FAILED:
            self._name.setText(f"{one.path.name}: {one.words}")
            self._state.setText("Not taken in. Keep the original.")
        elif step in {Step.SEALING, Step.CHECKING}:
            self._state.setText(f"{_STEP_WORDS[step]}: {size_words(one.done_bytes)} of {size}")
        else:
            self._state.setText(f"{_STEP_WORDS[step]} · {size}" if size else _STEP_WORDS[step])
        set_role(self._state, "tone", "danger" if step is Step.FAILED else "")
        self._bar.setVisible(step in UNDER_WAY)
        self._bar.setValue(_PARTS * one.passed_bytes // one.all_bytes if one.all_bytes else 0)
        self._pause.setVisible(step in UNDER_WAY and step is not Step.KEEPING)
        self._go_on.setVisible(step in STOPPED or step is Step.FAILED)
        self._name_buttons(step)

    def _name_buttons(self, step: Step) -> None:
        name = self._incoming.path.name
        self._go_on.setText("Try again" if step is Step.FAILED else "Go on")
        gives_up = {Step.FAILED: "Close", Step.UNFINISHED: "Give up"}
        self._cancel.setText(gives_up.get(step, "Cancel"))
        self._cancel.setEnabled(step is not Step.KEEPING)
        for button in (self._pause, self._go_on, self._cancel):
            button.setAccessibleName(f"{button.text()}: {name}")

    @Slot()
    def _on_pause(self) -> None:
        self._taking_in.pause([self._incoming])

    @Slot()
    def _on_go_on(self) -> None:
        self._taking_in.go_on([self._incoming])

    @Slot()
    def _on_cancel(self) -> None:
        self._taking_in.cancel([self._incoming])


class AllIncoming(QFrame):
    """All files of one report together: bytes, time left, and what can be done with all."""

    def __init__(self, taking_in: TakingIn, *, look: Look) -> None:
        super().__init__()
        self.setProperty("kind", "warn")
        self._taking_in, self._files = taking_in, list[Incoming]()
        column = QVBoxLayout(self)
        row = QHBoxLayout()
        words = QVBoxLayout()
        self._headline = text_label("", "heading")
        self._hint = text_label("", "hint")
        words.addWidget(self._headline)
        words.addWidget(self._hint)
        row.addLayout(words, 1)
        self._pause = IconButton("Pause all", look=look, name="pause_all")
        self._go_on = IconButton("Go on with all", look=look, icon="refresh-cw", name="go_on_all")
        self._cancel = IconButton("Cancel all", look=look, icon="x", name="cancel_all")
        for button in (self._pause, self._go_on, self._cancel):
            row.addWidget(button)
        column.addLayout(row)
        self._bar = _bar("Progress of all files")
        column.addWidget(self._bar)
        self._pause.clicked.connect(lambda: self._taking_in.pause(self._of(UNDER_WAY)))
        self._go_on.clicked.connect(lambda: self._taking_in.go_on(self._of(STOPPED)))
        self._cancel.clicked.connect(lambda: self._taking_in.cancel(self._files))

    def _of(self, steps: frozenset[Step]) -> list[Incoming]:
        return [each for each in self._files if each.step in steps]

    def show_files(self, files: Sequence[Incoming]) -> None:
        """Show how far these files are; hidden without any."""
        self._files = [each for each in files if each.step is not Step.FAILED]
        under_way, stopped = self._of(UNDER_WAY), self._of(STOPPED)
        self.setVisible(bool(self._files))
        if not self._files:
            return
        passed, everything, left_s = self._taking_in.standing(under_way or self._files)
        share = f"{size_words(passed // 2)} of {size_words(everything // 2)}"
        left = left_words(left_s)
        if under_way:
            self._headline.setText(f"Do not remove the card: {_files(len(under_way))} to go")
            self._hint.setText(f"{share} sealed and checked{', ' if left else ''}{left}.")
        else:
            self._headline.setText(_stopped_words(stopped))
            self._hint.setText(
                "Keep the card or cable in place, then choose Go on. What is sealed already is "
                "not done again."
            )
        self._bar.setVisible(bool(under_way))
        self._bar.setValue(_PARTS * passed // everything if everything else 0)
        # What is done with all of one file is done in its own row.
        is_many = len(self._files) > 1
        self._pause.setVisible(bool(under_way) and is_many)
        self._go_on.setVisible(bool(stopped) and not under_way and is_many)
        self._cancel.setVisible(is_many)
        self._cancel.setText("Give up all" if not under_way else "Cancel all")


def _files(count: int) -> str:
    return f"{count} {'file' if count == 1 else 'files'}"


def _stopped_words(stopped: Sequence[Incoming]) -> str:
    were = "was" if len(stopped) == 1 else "were"
    if any(each.step is Step.UNFINISHED for each in stopped):
        return f"{_files(len(stopped))} {were} not finished"
    return f"{_files(len(stopped))} paused"


class ItemRow(QFrame):
    """One file that is kept: picture, name, size, digest, and the author's words for it."""

    captioned = Signal(str, str)
    """Id and caption."""
    wanted = Signal(str)
    """Id of the file that is to be shown."""

    def __init__(self, item: EvidenceItem, *, look: Look, twin: EvidenceItem | None) -> None:
        super().__init__()
        self.setProperty("kind", "row")
        self._item, self._look = item, look
        column = QVBoxLayout(self)
        row = QHBoxLayout()
        row.setSpacing(look.px(12))
        self._thumb = self._make_thumb()
        row.addWidget(self._thumb)
        words = QVBoxLayout()
        words.addWidget(text_label(item.name, "label"))
        digest = f"{size_words(item.size_bytes)} · SHA-256 {short_digest(item.sha256)}"
        words.addWidget(text_label(digest, "hint"))
        if twin is not None:
            note = text_label(f"Same content as {twin.name}. Both are kept.", "hint")
            note.setProperty("tone", "warn")
            words.addWidget(note)
        row.addLayout(words, 1)
        self._state = text_label("Sealed and read back", "hint", wrap=False)
        self._state.setProperty("tone", "ok")
        row.addWidget(self._state)
        column.addLayout(row)
        self._caption = Line()
        self._caption.setText(item.caption)
        self._caption.setPlaceholderText("What does it show?")
        self._caption.setObjectName(f"caption:{item.name}")
        self._caption.setAccessibleName(f"What {item.name} shows")
        self._caption.editingFinished.connect(self._on_finished)
        column.addWidget(self._caption)

    def _make_thumb(self) -> QPushButton:
        icon = _MEDIA_ICONS.get(self._item.media_type.split("/")[0], "file-lock")
        button = QPushButton()
        button.setProperty("kind", "quiet")
        button.setObjectName(f"view:{self._item.name}")
        button.setAccessibleName(f"Look at {self._item.name}")
        side = self._look.px(THUMB_PX)
        button.setFixedSize(side, side)
        button.setIcon(self._look.icon(icon, "accent"))
        button.setIconSize(QSize(self._look.px(26), self._look.px(26)))
        button.setEnabled(self.may_be_shown)
        button.clicked.connect(lambda: self.wanted.emit(self._item.id))
        return button

    @property
    def may_be_shown(self) -> bool:
        """True for pictures; of everything else the program shows an icon and never more."""
        return self._item.media_type.startswith("image/")

    def show_thumb(self, picture: QPixmap) -> None:
        """Show the small picture; an empty one stands for a picture that cannot be shown."""
        if picture.isNull():
            self._thumb.setEnabled(False)
            self._thumb.setToolTip("This picture cannot be shown. It is sealed all the same.")
            return
        side = self._look.px(THUMB_PX - 8)
        self._thumb.setIcon(QIcon(picture))
        self._thumb.setIconSize(QSize(side, side))
        self._thumb.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_missing(self) -> None:
        """Tell that the container is not on this laptop any more."""
        self._state.setText("Missing on this laptop")
        self._state.setToolTip("Its record, digest and history remain. Call the device desk.")
        set_role(self._state, "tone", "danger")
        self._thumb.setEnabled(False)

    @Slot()
    def _on_finished(self) -> None:
        if self._caption.text() != self._item.caption:
            self.captioned.emit(self._item.id, self._caption.text())
