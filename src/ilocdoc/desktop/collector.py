"""Takes unused objects apart on the window's thread, and nowhere else.

Python's own collector runs on whichever thread happens to allocate. On a worker it would
destroy widgets and timers there, which Qt does not survive.
"""

import gc

from PySide6.QtCore import QObject, QTimer, Slot

EVERY_MS = 1000


class Collector(QObject):
    """Replaces the automatic collection for as long as it lives."""

    def __init__(self) -> None:
        super().__init__()
        gc.disable()
        self._thresholds = gc.get_threshold()
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.collect_if_due)
        self._timer.start()

    @Slot()
    def collect_if_due(self) -> None:
        """Collect the oldest generation that is due; most often there is none."""
        counts = gc.get_count()
        for generation in (2, 1, 0):
            if counts[generation] > self._thresholds[generation]:
                gc.collect(generation)
                return

    def stop(self) -> None:
        """Collect once more, then leave it to Python again."""
        self._timer.stop()
        gc.collect()
        gc.enable()
