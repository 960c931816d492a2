"""Files of a report: dropped or added, sealed on the open lane, kept on the vault lane."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from ilocdoc.casework.drafting import keep_evidence
from ilocdoc.casework.evidence import begin_file, forget_file, keep_file, seal_file
from ilocdoc.casework.shift import Shift
from ilocdoc.desktop.background import Background, Lane
from ilocdoc.desktop.controls import IconButton, IconLabel, card, card_page, empty, text_label
from ilocdoc.desktop.document_view import short_digest
from ilocdoc.desktop.editor import Line
from ilocdoc.desktop.open_report import OpenReport, sentence
from ilocdoc.desktop.theme import Look
from ilocdoc.desktop.words import size_words
from ilocdoc.record.errors import IlocdocError
from ilocdoc.record.intake import Progress, Wish
from ilocdoc.record.report import EvidenceItem
from ilocdoc.wire.entries import Intake, SealedFile

POLL_MS = 100
_PARTS = 1000
"""Steps of the progress bar."""
_MEDIA_ICONS = {"image": "image", "video": "film", "audio": "film"}


@dataclass(slots=True, kw_only=True)
class Import:
    """One file on its way in; a worker counts, the window looks."""

    path: Path
    done_bytes: int = 0
    size_bytes: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)

    def watch(self, progress: Progress) -> Wish:
        """Take note of progress; returns whether to go on. Any thread."""
        self.done_bytes, self.size_bytes = progress.done_bytes, progress.size_bytes
        return Wish.CANCEL if self.stopped.is_set() else Wish.GO_ON


class ImportRow(QFrame):
    """One file on its way in, with a bar and a way to stop it."""

    def __init__(self, incoming: Import, *, look: Look) -> None:
        super().__init__()
        self.setProperty("kind", "row")
        self.incoming = incoming
        column = QVBoxLayout(self)
        row = QHBoxLayout()
        self._words = text_label(f"{incoming.path.name}: reading and sealing", "label")
        row.addWidget(self._words, 1)
        self._stop = IconButton("Cancel", look=look, icon="x")
        self._stop.setObjectName(f"cancel:{incoming.path.name}")
        self._stop.setAccessibleName(f"Cancel {incoming.path.name}")
        self._stop.clicked.connect(self._on_stop)
        row.addWidget(self._stop)
        column.addLayout(row)
        self._bar = QProgressBar()
        self._bar.setRange(0, _PARTS)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(f"Progress of {incoming.path.name}")
        column.addWidget(self._bar)

    def show_progress(self) -> None:
        """Show how far the worker is."""
        size = self.incoming.size_bytes
        self._bar.setValue(_PARTS * self.incoming.done_bytes // size if size else 0)

    def show_failure(self, words: str) -> None:
        """Tell why the file was not taken in; the row stays until it is closed."""
        self._words.setText(f"{self.incoming.path.name}: {words}")
        self._bar.hide()
        self._stop.setText("Close")

    @Slot()
    def _on_stop(self) -> None:
        self.incoming.stopped.set()
        if self._bar.isHidden():
            self.deleteLater()


class ItemRow(QFrame):
    """One file that is kept: name, size, digest, and the author's words for it."""

    captioned = Signal(str, str)
    """Id and caption."""

    def __init__(self, item: EvidenceItem, *, look: Look) -> None:
        super().__init__()
        self.setProperty("kind", "row")
        self._item = item
        column = QVBoxLayout(self)
        row = QHBoxLayout()
        icon = _MEDIA_ICONS.get(item.media_type.split("/")[0], "file-lock")
        row.addWidget(IconLabel(look=look, icon=icon, colour="accent", size=22))
        words = QVBoxLayout()
        words.addWidget(text_label(item.name, "label"))
        digest = f"{size_words(item.size_bytes)} · SHA-256 {short_digest(item.sha256)}"
        words.addWidget(text_label(digest, "hint"))
        row.addLayout(words, 1)
        sealed = text_label("Sealed and read back", "hint", wrap=False)
        sealed.setProperty("tone", "ok")
        row.addWidget(sealed)
        column.addLayout(row)
        self._caption = Line()
        self._caption.setText(item.caption)
        self._caption.setPlaceholderText("What does it show?")
        self._caption.setObjectName(f"caption:{item.name}")
        self._caption.setAccessibleName(f"What {item.name} shows")
        self._caption.editingFinished.connect(self._on_finished)
        column.addWidget(self._caption)

    @Slot()
    def _on_finished(self) -> None:
        if self._caption.text() != self._item.caption:
            self.captioned.emit(self._item.id, self._caption.text())


class EvidencePage(QWidget):
    """Drop zone, files on their way, files that are kept. The originals are never altered."""

    def __init__(
        self, report: OpenReport, *, shift: Shift, background: Background, look: Look
    ) -> None:
        super().__init__()
        self.setObjectName("evidence_page")
        self._report, self._shift = report, shift
        self._background, self._look = background, look
        self.setAcceptDrops(True)
        self._shown: tuple[EvidenceItem, ...] | None = None
        self._column = self._make_card()
        self._incoming: list[ImportRow] = []
        self._rows = QVBoxLayout()
        self._rows.setSpacing(look.px(8))
        self._column.addLayout(self._rows)
        self._kept = QVBoxLayout()
        self._kept.setSpacing(look.px(8))
        self._column.addLayout(self._kept)
        self._column.addStretch()
        self._poll = QTimer(self, interval=POLL_MS)
        self._poll.timeout.connect(self._show_progress)
        report.draft_changed.connect(self.show_items)
        self.show_items()

    def _make_card(self) -> QVBoxLayout:
        look = self._look
        area, column = card_page(look, name="scroll:files")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        column.addWidget(text_label("Files", "section"))
        column.addWidget(
            text_label(
                "Photographs, recordings, documents. Each is hashed and encrypted in one pass and "
                "read back. The original is not changed.",
                "hint",
            )
        )
        zone, inside = card("inner")
        inside.setContentsMargins(look.px(20), look.px(20), look.px(20), look.px(20))
        words = text_label("Drop files here, or", "hint")
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        add = IconButton("Add files", look=look, icon="paperclip", kind="primary", name="add_files")
        add.setToolTip("Ctrl+O")
        add.clicked.connect(self.choose_files)
        inside.addWidget(words)
        inside.addWidget(add, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(zone)
        return column

    @property
    def is_busy(self) -> bool:
        """True while a file is on its way in."""
        return bool(self._incoming)

    @property
    def names_under_way(self) -> list[str]:
        """Names of the files that are on their way in."""
        return [each.incoming.path.name for each in self._incoming]

    @Slot()
    def choose_files(self) -> None:
        """Ask which files to add."""
        names, _filter = QFileDialog.getOpenFileNames(self, "Add files")
        self.add_paths([Path(each) for each in names])

    def add_paths(self, paths: Sequence[Path]) -> None:
        """Take files in, each on the open lane, one bar per file."""
        for path in paths:
            self._start(Import(path=path))

    def _start(self, incoming: Import) -> None:
        row = ImportRow(incoming, look=self._look)
        self._incoming.append(row)
        self._rows.addWidget(row)
        self._poll.start()
        shift, report_id = self._shift, self._report.report_id

        def fail(error: IlocdocError) -> None:
            self._end(row)
            row.show_failure(sentence(error))

        def seal(intake: Intake) -> None:
            self._background.run(
                Lane.OPEN,
                lambda: seal_file(shift, intake, watch=incoming.watch),
                then=keep,
                failed=lambda error: give_up(intake, error),
                owner=self,
            )

        def give_up(intake: Intake, error: IlocdocError) -> None:
            self._background.run(
                Lane.VAULT,
                lambda: forget_file(shift, intake.evidence_id),
                then=lambda _done: fail(error),
                owner=self,
            )

        def keep(sealed: SealedFile) -> None:
            self._report.act(
                lambda shift: keep_file(shift, report_id, sealed), then=lambda _draft: end()
            )

        def end() -> None:
            self._end(row)
            row.deleteLater()

        self._background.run(
            Lane.VAULT,
            lambda: begin_file(shift, report_id, incoming.path),
            then=seal,
            failed=fail,
            owner=self,
        )

    def _end(self, row: ImportRow) -> None:
        self._incoming.remove(row)
        if not self._incoming:
            self._poll.stop()

    @Slot()
    def _show_progress(self) -> None:
        for row in self._incoming:
            row.show_progress()

    @Slot()
    def show_items(self) -> None:
        """Show the files that are kept."""
        items = self._report.draft.evidence
        if items == self._shown:
            return
        self._shown = items
        empty(self._kept)
        for item in items:
            row = ItemRow(item, look=self._look)
            row.captioned.connect(self._on_captioned)
            self._kept.addWidget(row)

    @Slot(str, str)
    def _on_captioned(self, evidence_id: str, caption: str) -> None:
        items = tuple(
            replace(each, caption=caption) if each.id == evidence_id else each
            for each in self._report.draft.evidence
        )
        report_id = self._report.report_id
        self._report.act(lambda shift: keep_evidence(shift, report_id, items))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files, nothing else."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the dropped files in."""
        urls = event.mimeData().urls()
        self.add_paths([Path(url.toLocalFile()) for url in urls if url.isLocalFile()])
        event.acceptProposedAction()
