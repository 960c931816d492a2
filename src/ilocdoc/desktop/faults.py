"""Our own faults, from any thread: shown to the person; written down without anybody's words.

Standard error gets the type of a fault and the module and line where it arose, never its
message and never a local value: both can hold someone's name.
"""

import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    Qt,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
)


def fault_line(error: BaseException) -> str:
    """Return type, module and line of a fault: "ValueError in answers:41"."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{Path(frames[-1].filename).stem}:{frames[-1].lineno}" if frames else "unknown"
    return f"{type(error).__name__} in {where}"


def _write(line: str) -> None:
    if sys.stderr is not None:
        sys.stderr.write(f"ilocdoc: {line}\n")


class Faults(QObject):
    """Brings a fault of any thread to the window's own."""

    raised = Signal(object)

    def __init__(self, show: Callable[[BaseException], None]) -> None:
        super().__init__()
        self.raised.connect(show, Qt.ConnectionType.QueuedConnection)

    def take_over(self) -> None:
        """Take every way on which Python and Qt tell of faults."""
        sys.excepthook, threading.excepthook = self.from_hook, self.from_thread
        sys.unraisablehook = self.from_nowhere
        qInstallMessageHandler(from_qt)

    def give_back(self) -> None:
        """Let Python and Qt tell as they are used to."""
        sys.excepthook, threading.excepthook = sys.__excepthook__, threading.__excepthook__
        sys.unraisablehook = sys.__unraisablehook__
        qInstallMessageHandler(None)

    def from_hook(
        self, _kind: type[BaseException], error: BaseException, _trace: TracebackType | None
    ) -> None:
        """Take a fault of the window's thread."""
        _write(fault_line(error))
        self.raised.emit(error)

    def from_thread(self, args: threading.ExceptHookArgs) -> None:
        """Take a fault of another thread."""
        if args.exc_value is not None:
            _write(fault_line(args.exc_value))
            self.raised.emit(args.exc_value)

    def from_nowhere(self, args: "sys.UnraisableHookArgs") -> None:
        """Take a fault that nobody can catch, for example while something is thrown away."""
        if args.exc_value is not None:
            _write(fault_line(args.exc_value))


def from_qt(kind: QtMsgType, context: QMessageLogContext, _words: str) -> None:
    """Write down that Qt said something, and in which category; its words can quote a text."""
    if kind is not QtMsgType.QtDebugMsg and kind is not QtMsgType.QtInfoMsg:
        _write(f"Qt {kind.name.removeprefix('Qt').removesuffix('Msg')} in {context.category}")
