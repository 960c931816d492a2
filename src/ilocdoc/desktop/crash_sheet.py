"""What a person sees when the fault is ours: what is safe, and a report without their data."""

import platform
import traceback

import PySide6
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from ilocdoc.desktop.controls import IconButton, text_label
from ilocdoc.desktop.editor import Paragraphs
from ilocdoc.desktop.theme import Look

SAFE = (
    "Everything that said “Saved on this laptop” is kept. You can go on; if something looks wrong, "
    "lock the program and sign in again."
)


def crash_text(error: BaseException) -> str:
    """Return where a fault happened, without its message: that could hold someone's words."""
    lines = [f"{type(error).__name__} in ilocdoc"]
    lines += [
        f"  {frame.name} ({frame.filename.rsplit('/', 1)[-1]}:{frame.lineno})"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    lines.append(f"Python {platform.python_version()}, PySide {PySide6.__version__}")
    return "\n".join(lines)


class CrashSheet(QDialog):
    """Shows one fault; more faults are added to it, so that sheets never pile up."""

    def __init__(self, look: Look, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle("ilocdoc")
        self.setObjectName("crash_sheet")
        self.setMinimumWidth(look.px(560))
        column = QVBoxLayout(self)
        column.setContentsMargins(look.px(24), look.px(20), look.px(24), look.px(20))
        column.setSpacing(look.px(12))
        column.addWidget(text_label("The program made a mistake", "section"))
        column.addWidget(text_label(SAFE))
        self._text = Paragraphs()
        self._text.setReadOnly(True)
        self._text.setAccessibleName("Technical report")
        column.addWidget(self._text)
        row = QHBoxLayout()
        copy = IconButton("Copy report", look=look, icon="clipboard-list", name="copy_crash")
        copy.clicked.connect(lambda: QApplication.clipboard().setText(self._text.toPlainText()))
        close = IconButton("Go on", look=look, kind="primary", name="close_crash")
        close.clicked.connect(self.hide)
        row.addWidget(copy)
        row.addStretch()
        row.addWidget(close)
        column.addLayout(row)

    def tell(self, error: BaseException) -> None:
        """Add a fault and show the sheet."""
        self._text.setPlainText(f"{crash_text(error)}\n\n{self._text.toPlainText()}".strip())
        self.show()
