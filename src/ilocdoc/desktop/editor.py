"""What every editor of an answer has in common."""

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget


class Editor(QWidget):
    """Shows one answer and says when a person changed it.

    Names: the editor's controls are called `f:<path>` and a suffix, so that a person's
    steps can be repeated by a program.
    """

    edited = Signal(object)
    """The new answer; None when it is empty. Only for changes by a person."""
    left = Signal()
    """A person left the editor; an unfinished answer may be complained about now."""

    def __init__(self, path: str, label: str) -> None:
        super().__init__()
        self.label = label
        self._path = path
        self._named: list[tuple[QWidget, str]] = []

    def show_answer(self, answer: object) -> None:
        """Show an answer without saying that it changed."""
        raise NotImplementedError

    def focus_widget(self) -> QWidget | None:
        """Return what takes the keys first, or None when nothing does."""
        return self._named[0][0] if self._named else None

    def last_widget(self) -> QWidget | None:
        """Return what takes the keys last."""
        return self._named[-1][0] if self._named else None

    @property
    def fault(self) -> str:
        """What is unfinished, as one sentence; empty when nothing is."""
        return ""

    def name_widget(self, widget: QWidget, suffix: str = "", *, spoken: str = "") -> None:
        """Give a control its object name and what a screen reader says.

        Args:
            widget: The control.
            suffix: After `f:<path>`: "", "=yes", ".now".
            spoken: After the label: "Yes"; empty for the control itself.
        """
        self._named.append((widget, suffix))
        widget.setObjectName(f"f:{self._path}{suffix}")
        widget.setAccessibleName(f"{self.label}: {spoken}" if spoken else self.label)

    def forget_widgets(self, *widgets: QWidget) -> None:
        """Forget controls that are taken away."""
        self._named = [(each, suffix) for each, suffix in self._named if each not in widgets]

    def rename(self, path: str) -> None:
        """Follow a row that got another number."""
        self._path = path
        for widget, suffix in self._named:
            widget.setObjectName(f"f:{path}{suffix}")

    def watch_focus(self, *widgets: QWidget) -> None:
        """Tell when the keys leave these controls."""
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice that the keys left a control."""
        if event.type() == QEvent.Type.FocusOut:
            self.left.emit()
        return super().eventFilter(watched, event)


def _is_undo(event: QEvent) -> bool:
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    keys = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)
    return any(event.matches(each) for each in keys)


class Line(QLineEdit):
    """One line of text; undo belongs to the whole report, not to the line."""

    def event(self, event: QEvent) -> bool:
        """Leave the keys of undo and redo to the window."""
        if _is_undo(event):
            event.ignore()
            return False
        return super().event(event)


class Paragraphs(QPlainTextEdit):
    """Several lines of text; Tab leaves it."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)

    def event(self, event: QEvent) -> bool:
        """Leave the keys of undo and redo to the window."""
        if _is_undo(event):
            event.ignore()
            return False
        return super().event(event)
