"""Verify a file: any document of the program, from anywhere, judged and told in words."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QUrl, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from ilocdoc.desktop.background import Background, Lane, Progress
from ilocdoc.desktop.controls import IconButton, card, card_page, empty, set_role, text_label
from ilocdoc.desktop.ports import Laptop
from ilocdoc.desktop.theme import Look
from ilocdoc.record.documents import Verdict
from ilocdoc.record.errors import IlocdocError
from ilocdoc.record.verdicts import signer_lines, verdict_lines

VERIFY = "go:verify"
"""The way to this page; Help and a dropped file lead there."""
HOW = (
    "Drop a report document, a packet or an annex on the window, or choose one. It is read by a "
    "process of its own that holds no keys; nothing is sent anywhere."
)
ACCEPTED = "Accepted: genuine, complete and unchanged"
NOT_ACCEPTED = "Not accepted"
_KINDS = {
    "report": "Report document",
    "packet": "Referral packet",
    "annex": "Confidential annex",
    "unknown": "Not a document of this program",
}


class VerifyPage(QWidget):
    """One file at a time: what is being looked at, then what came of it."""

    begun = Signal()
    """A file is being judged: the page wants to be seen."""

    def __init__(self, *, laptop: Laptop, background: Background, look: Look) -> None:
        super().__init__()
        self._laptop, self._background, self._look = laptop, background, look
        self._number = 0
        self._text = ""
        self._progress = Progress(self._on_step, self)
        area, column = card_page(look, name="verify")
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(area)
        column.addWidget(text_label("Verify a file", "title"))
        column.addWidget(text_label(HOW, "hint"))
        self._choose = IconButton(
            "Choose a file", look=look, icon="folder-open", kind="primary", name="verify_choose"
        )
        self._choose.clicked.connect(self.choose)
        self._copy = IconButton(
            "Copy as text", look=look, icon="clipboard-list", name="verify_copy"
        )
        self._copy.clicked.connect(self._copy_text)
        row = QHBoxLayout()
        row.addWidget(self._choose)
        row.addWidget(self._copy)
        row.addStretch(1)
        column.addLayout(row)
        self._file = text_label("", "heading")
        self._file.setObjectName("verify_file_name")
        self._step = text_label("", "hint")
        self._step.setObjectName("verify_step")
        column.addWidget(self._file)
        column.addWidget(self._step)
        self._result = QVBoxLayout()
        self._result.setSpacing(look.px(8))
        column.addLayout(self._result)
        self._show_nothing()

    @Slot()
    def choose(self) -> None:
        """Ask for a file and judge it."""
        name, _kind = QFileDialog.getOpenFileName(self, "Verify a file", "", "PDF (*.pdf)")
        if name:
            self.judge(Path(name))

    @Slot(Path)
    def judge(self, path: Path) -> None:
        """Have a file judged; an earlier one that is still being judged is forgotten."""
        self._number += 1
        number, laptop, tell = self._number, self._laptop, self._progress.tell
        self._show_nothing()
        self._file.setText(path.name)
        self._file.show()
        self._show_step("Reading the file")
        self.begun.emit()
        self._background.run(
            Lane.OPEN,
            lambda: laptop.judge(path, say=lambda words: tell((number, words))),
            then=lambda verdict: self._if_newest(number, lambda: self._show(path.name, verdict)),
            failed=lambda error: self._if_newest(number, lambda: self._show_error(error)),
            owner=self,
        )

    def _if_newest(self, number: int, show: Callable[[], None]) -> None:
        if number == self._number:
            show()

    def _show_nothing(self) -> None:
        empty(self._result)
        self._text = ""
        for each in (self._file, self._step, self._copy):
            each.hide()

    def _on_step(self, told: tuple[int, str]) -> None:
        number, words = told
        self._if_newest(number, lambda: self._show_step(words))

    def _show_step(self, words: str) -> None:
        self._step.setText(f"{words} …")
        self._step.show()

    def _show_error(self, error: IlocdocError) -> None:
        self._step.hide()
        self._result.addWidget(text_label(f"{error.headline} {error.advice}", "fault"))

    def _show(self, name: str, verdict: Verdict) -> None:
        self._step.hide()
        words = ACCEPTED if verdict.accepted else NOT_ACCEPTED
        kind = _KINDS.get(verdict.kind, verdict.kind)
        banner, inside = card()
        set_role(banner, "kind", "note" if verdict.accepted else "fault")
        headline = text_label(words, "section")
        headline.setObjectName("verify_verdict")
        inside.addWidget(headline)
        inside.addWidget(text_label(kind))
        self._result.addWidget(banner)
        for title, lines in _sections(verdict):
            self._result.addWidget(_block(title, lines, look=self._look))
        self._text = "\n".join([name, f"{words}. {kind}.", *verdict_lines(verdict)])
        self._copy.show()
        headline.setFocus()

    @Slot()
    def _copy_text(self) -> None:
        QApplication.clipboard().setText(self._text)


def _sections(verdict: Verdict) -> list[tuple[str, Sequence[str]]]:
    """Return titles and lines; empty ones are left out."""
    inside = [
        f"{name}: {'accepted' if inner.accepted else inner.reasons[0]}; {inner.pages.value}"
        for name, inner in verdict.documents
    ]
    found: list[tuple[str, Sequence[str]]] = [
        ("What was checked" if verdict.accepted else "Why", verdict.reasons),
        ("Signatures", signer_lines(verdict)),
        ("Pages", [_sentence(verdict.pages.value)]),
        ("Documents inside", inside),
        ("Not checked", [_sentence(each) for each in verdict.not_checked]),
    ]
    return [(title, lines) for title, lines in found if lines]


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _block(title: str, lines: Sequence[str], *, look: Look) -> QFrame:
    frame = QFrame()
    column = QVBoxLayout(frame)
    column.setContentsMargins(0, look.px(6), 0, 0)
    column.setSpacing(look.px(3))
    column.addWidget(text_label(title, "heading"))
    for line in lines:
        column.addWidget(_line(line))
    return frame


def _line(words: str) -> QLabel:
    label = text_label(f"·  {words}")
    label.setAccessibleName(words)
    return label


class DropTarget(QWidget):
    """A widget on which a file can be dropped wherever nothing else takes it."""

    dropped = Signal(Path)

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take one local file; everything else goes its way."""
        if _one_file(event.mimeData().urls()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Pass the file on."""
        path = _one_file(event.mimeData().urls())
        if path is not None:
            event.acceptProposedAction()
            self.dropped.emit(path)


def _one_file(urls: Sequence[QUrl]) -> Path | None:
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    return Path(urls[0].toLocalFile())
