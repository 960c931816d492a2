"""A line for a secret: nothing typed can be read from it, not even how long it is."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QStyle, QStyleOptionFrame

from ilocdoc.desktop.editor import Line

DOTS = "••••••••"
"""Stand for any length, so that typing is seen to arrive."""
INSET_PX = 4


class SecretLine(Line):
    """Passphrases and PINs. Pasting is welcome; copying out is not possible."""

    def __init__(self, name: str, spoken: str) -> None:
        """Make an empty line.

        Args:
            name: Object name.
            spoken: What a screen reader says.
        """
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setEchoMode(QLineEdit.EchoMode.NoEcho)
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
        )
        self.textChanged.connect(self.update)

    def take(self) -> str:
        """Return what was typed and empty the line."""
        text = self.text()
        self.clear()
        return text

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line, and the same dots whatever was typed."""
        super().paintEvent(event)
        if not self.text():
            return
        painter = QPainter(self)
        painter.setPen(self.palette().text().color())
        painter.drawText(self._inside(), Qt.AlignmentFlag.AlignVCenter, DOTS)
        painter.end()

    def _inside(self) -> QRect:
        frame = QStyleOptionFrame()
        self.initStyleOption(frame)
        inside = self.style().subElementRect(QStyle.SubElement.SE_LineEditContents, frame, self)
        return inside.adjusted(INSET_PX, 0, 0, 0)
