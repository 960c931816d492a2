"""Files of a report: dropped or added, watched on their way in, kept, looked at."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPixmap
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ilocdoc.casework.drafting import keep_evidence
from ilocdoc.casework.shift import Shift
from ilocdoc.casework.viewing import note_viewed, open_file, same_as
from ilocdoc.desktop.background import Background, Lane
from ilocdoc.desktop.controls import IconButton, IconLabel, card, card_page, empty, text_label
from ilocdoc.desktop.evidence_rows import THUMB_PX, AllIncoming, IncomingRow, ItemRow
from ilocdoc.desktop.open_report import OpenReport
from ilocdoc.desktop.picture_view import PictureView
from ilocdoc.desktop.taking_in import UNDER_WAY, Incoming, TakingIn
from ilocdoc.desktop.theme import Look
from ilocdoc.record.errors import IlocdocError
from ilocdoc.record.report import EvidenceItem


class EvidencePage(QWidget):
    """Drop zone, files on their way, files that are kept. The originals are never altered."""

    def __init__(
        self,
        report: OpenReport,
        *,
        shift: Shift,
        background: Background,
        look: Look,
        taking_in: TakingIn,
    ) -> None:
        super().__init__()
        self.setObjectName("evidence_page")
        self._report, self._shift = report, shift
        self._background, self._look = background, look
        self._taking_in = taking_in
        self.setAcceptDrops(True)
        self._shown: tuple[EvidenceItem, ...] | None = None
        self._items: dict[str, ItemRow] = {}
        self._thumbs: dict[str, QPixmap] = {}
        self._incoming: dict[Incoming, IncomingRow] = {}
        self._column = self._make_card()
        self._all = AllIncoming(taking_in, look=look)
        self._safe = self._make_safe()
        self._rows, self._kept = QVBoxLayout(), QVBoxLayout()
        self._column.addWidget(self._all)
        self._column.addWidget(self._safe)
        for layout in (self._rows, self._kept):
            layout.setSpacing(look.px(8))
            self._column.addLayout(layout)
        self._column.addStretch()
        taking_in.changed.connect(self.show_incoming)
        taking_in.progressed.connect(self._show_progress)
        report.draft_changed.connect(self.show_items)
        self.show_incoming()
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
                "Photographs, recordings, documents. Each is hashed and encrypted in one pass, "
                "then read back and compared. The original is not changed.",
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

    def _make_safe(self) -> QFrame:
        box = QFrame()
        box.setObjectName("safe_to_remove")
        box.setProperty("kind", "note")
        row = QHBoxLayout(box)
        row.addWidget(IconLabel(look=self._look, icon="circle-check", colour="ontint", size=24))
        self._safe_words = text_label("", "body")
        row.addWidget(self._safe_words, 1)
        return box

    @property
    def is_busy(self) -> bool:
        """True while a file of this report is under way."""
        return any(each.step in UNDER_WAY for each in self._files())

    def _files(self) -> list[Incoming]:
        return self._taking_in.of(self._report.report_id)

    @property
    def names_under_way(self) -> list[str]:
        """Names of the files that are on their way in."""
        return [each.path.name for each in self._files() if each.step in UNDER_WAY]

    @Slot()
    def choose_files(self) -> None:
        """Ask which files to add."""
        names, _filter = QFileDialog.getOpenFileNames(self, "Add files")
        self.add_paths([Path(each) for each in names])

    def add_paths(self, paths: Sequence[Path]) -> None:
        """Take files in, one after the other, each with a bar of its own."""
        self._taking_in.add(self._report.report_id, paths)

    @Slot()
    def show_incoming(self) -> None:
        """Show the files of this report that are on their way in."""
        files = self._files()
        for gone in self._incoming.keys() - set(files):
            row = self._incoming.pop(gone)
            row.hide()
            row.deleteLater()
        for each in files:
            if each not in self._incoming:
                self._incoming[each] = IncomingRow(each, self._taking_in, look=self._look)
                self._rows.addWidget(self._incoming[each])
        self._show_progress()

    @Slot()
    def _show_progress(self) -> None:
        for row in self._incoming.values():
            row.show_state()
        files = self._files()
        self._all.show_files(files)
        kept = self._taking_in.kept_count.get(self._report.report_id, 0)
        # Said only when no file of this report may still need its original.
        self._safe.setVisible(bool(kept) and not files)
        count = "1 file is" if kept == 1 else f"{kept} files are"
        self._safe_words.setText(
            f"{count} sealed, read back and compared. It is safe to remove the card."
        )

    @Slot()
    def show_items(self) -> None:
        """Show the files that are kept."""
        items = self._report.draft.evidence
        if items == self._shown:
            return
        self._shown = items
        empty(self._kept)
        self._items = {}
        for item in items:
            row = ItemRow(item, look=self._look, twin=same_as(items, item))
            row.captioned.connect(self._on_captioned)
            row.wanted.connect(self._on_wanted)
            self._items[item.id] = row
            self._kept.addWidget(row)
        self._ask_for_thumbs(items)

    def _ask_for_thumbs(self, items: Sequence[EvidenceItem]) -> None:
        for item in items:
            if item.id in self._thumbs:
                self._items[item.id].show_thumb(self._thumbs[item.id])
            elif self._items[item.id].may_be_shown:
                self._with_picture(item, self._thumb_shower(item.id))

    def _thumb_shower(self, evidence_id: str) -> Callable[[QPixmap], None]:
        def show(picture: QPixmap) -> None:
            side = self._look.px(THUMB_PX) * 2
            small = QPixmap()
            if not picture.isNull():
                small = picture.scaled(
                    QSize(side, side),
                    Qt.AspectRatioMode.KeepAspectRatio,
                    Qt.TransformationMode.SmoothTransformation,
                )
            self._thumbs[evidence_id] = small
            if evidence_id in self._items:
                self._items[evidence_id].show_thumb(small)

        return show

    def _with_picture(self, item: EvidenceItem, show: Callable[[QPixmap], None]) -> None:
        """Get the key on the vault lane, the picture on the open lane, then show it."""
        shift = self._shift

        def missing(_error: IlocdocError) -> None:
            if item.id in self._items:
                self._items[item.id].show_missing()

        def decoded(jpeg: bytes) -> None:
            picture = QPixmap()
            if jpeg:
                picture.loadFromData(jpeg, "JPEG")
            show(picture)

        self._background.run(
            Lane.VAULT,
            lambda: open_file(shift, item.id),
            then=lambda opened: self._background.run(
                Lane.OPEN,
                lambda: opened.picture().jpeg,
                then=decoded,
                failed=missing,
                owner=self,
            ),
            failed=missing,
            owner=self,
        )

    @Slot(str)
    def _on_wanted(self, evidence_id: str) -> None:
        item = next(each for each in self._report.draft.evidence if each.id == evidence_id)
        shift, report_id = self._shift, self._report.report_id

        def show(picture: QPixmap) -> None:
            if not picture.isNull():
                # Told in the ledger before it is seen.
                self._background.run(
                    Lane.VAULT,
                    lambda: note_viewed(shift, report_id, item),
                    then=lambda _done: self._show_large(picture, item),
                    owner=self,
                )

        self._with_picture(item, show)

    def _show_large(self, picture: QPixmap, item: EvidenceItem) -> None:
        PictureView(picture, item, look=self._look, parent=self).open()

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
