"""Where a member was in the window when it locked, and going back there to the letter.

Kept in the member's own encrypted volume: it can hold what was half typed.
"""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from PySide6.QtCore import QTimer
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QScrollArea, QWidget

from ilocdoc.desktop.editor import Editor

QUICK = "quick"
_MOST_LETTERS = 200_000
"""Of one half-typed text; nobody types more into a field that is no answer yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhereWas:
    """One place in the window."""

    page: str
    """Name of the page in view."""
    report_id: str = ""
    """The report that was open for writing; empty when none was."""
    section: str = ""
    """Of the full form; `QUICK` for quick capture."""
    row_id: str = ""
    """The report that was read on the page in view; empty when none was."""
    field: str = ""
    """Name of the control that had the keys; empty when none with a name had."""
    anchor: int = 0
    caret: int = 0
    """Where the selection began and where the caret stood, in characters."""
    scrolls: Mapping[str, int] = dataclasses.field(default_factory=dict)
    """How far each named area was scrolled, in pixels."""
    texts: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """What stood in controls and is no answer yet, by control."""
    cut: tuple[str, ...] = ()
    """Names of files that were still on their way in."""


def text_of(was: WhereWas) -> str:
    """Return a place as a text to keep."""
    return json.dumps(asdict(was), ensure_ascii=False)


def where_was(text: str) -> WhereWas | None:
    """Return the kept place, or None when none was kept or it cannot be read."""
    try:
        value = json.loads(text)
        return WhereWas(**{**value, "cut": tuple(value["cut"])})
    except (ValueError, KeyError, TypeError):
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """What has the keys, and how the page around it stands."""

    field: str
    anchor: int
    caret: int
    scrolls: dict[str, int]
    texts: dict[str, str]


def hold_of(page: QWidget) -> Hold:
    """Return where the keys are on a page, before it is hidden: a hidden page has none."""
    keys_at = QApplication.focusWidget()
    if keys_at is not None and not page.isAncestorOf(keys_at):
        keys_at = None
    anchor, caret = _caret(keys_at)
    return Hold(
        field=keys_at.objectName() if keys_at is not None else "",
        anchor=anchor,
        caret=caret,
        scrolls={
            area.objectName(): area.verticalScrollBar().value()
            for area in page.findChildren(QScrollArea)
            if area.objectName() and area.isVisible()
        },
        texts=dict(_loose_texts(page, keys_at)),
    )


def _caret(widget: QWidget | None) -> tuple[int, int]:
    if isinstance(widget, QLineEdit):
        caret = widget.cursorPosition()
        if not widget.hasSelectedText():
            return caret, caret
        start = widget.selectionStart()
        return (widget.selectionEnd() if caret == start else start), caret
    if isinstance(widget, QPlainTextEdit):
        cursor = widget.textCursor()
        return cursor.anchor(), cursor.position()
    return 0, 0


def _loose_texts(page: QWidget, keys_at: QWidget | None) -> list[tuple[str, str]]:
    """Return texts that no answer holds: of the field with the keys, faulty, or no answers."""
    found = []
    controls: list[QLineEdit | QPlainTextEdit] = [
        *page.findChildren(QLineEdit),
        *page.findChildren(QPlainTextEdit),
    ]
    for widget in controls:
        text, name = _text(widget), widget.objectName()
        if not name or not text or widget.isReadOnly() or len(text) > _MOST_LETTERS:
            continue
        editor = _editor_of(widget)
        if widget is keys_at or editor is None or editor.fault:
            found.append((name, text))
    return found


def _text(widget: QLineEdit | QPlainTextEdit) -> str:
    return widget.text() if isinstance(widget, QLineEdit) else widget.toPlainText()


def _editor_of(widget: QWidget) -> Editor | None:
    above: QWidget | None = widget
    while above is not None and not isinstance(above, Editor):
        above = above.parentWidget()
    return above


def put_back(page: QWidget, was: WhereWas) -> None:
    """Put texts, keys, caret and scrolling back as they were; what is gone is left out."""
    for name, text in was.texts.items():
        _write(page.findChild(QWidget, name), text)
    target = page.findChild(QWidget, was.field) if was.field else None
    if target is not None:
        target.setFocus()
        _set_caret(target, was.anchor, was.caret)
    for name, value in was.scrolls.items():
        area = page.findChild(QScrollArea, name)
        if area is not None:
            _scroll(area, value)


def _write(widget: QWidget | None, text: str) -> None:
    if isinstance(widget, QLineEdit) and widget.text() != text:
        widget.setText(text)
        # As if it were typed: the editor says again what does not fit.
        widget.textEdited.emit(text)
    elif isinstance(widget, QPlainTextEdit) and widget.toPlainText() != text:
        widget.setPlainText(text)


def _set_caret(widget: QWidget, anchor: int, caret: int) -> None:
    if isinstance(widget, QLineEdit):
        widget.setCursorPosition(caret)
        if anchor != caret:
            widget.setSelection(anchor, caret - anchor)
    elif isinstance(widget, QPlainTextEdit):
        cursor, last = widget.textCursor(), len(widget.toPlainText())
        cursor.setPosition(min(anchor, last))
        cursor.setPosition(min(caret, last), QTextCursor.MoveMode.KeepAnchor)
        widget.setTextCursor(cursor)


def _scroll(area: QScrollArea, value: int) -> None:
    bar = area.verticalScrollBar()

    def reach() -> None:
        bar.setValue(value)

    # The page learns its height only when it is laid out, and again when it is restyled.
    QTimer.singleShot(0, area, reach)
    if bar.maximum() < value:
        connection = bar.rangeChanged.connect(reach)
        QTimer.singleShot(_LAID_OUT_MS, area, lambda: bar.rangeChanged.disconnect(connection))


_LAID_OUT_MS = 400
