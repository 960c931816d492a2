"""Content of a scroll area that is never squeezed."""

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget


class Tall(QWidget):
    """Is as high as its wrapped lines need.

    A scroll area asks for the least height, which knows nothing of lines that wrap; boxes in
    boxes are then pressed into one another.
    """

    def event(self, event: QEvent) -> bool:
        """Fit again when anything inside changed."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit again: another width wraps otherwise."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        layout = self.layout()
        if layout is not None:
            height = layout.totalHeightForWidth(self.width())
            self.setMinimumHeight(max(0, height))
