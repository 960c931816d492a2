"""The keys of the program; one table for the window, the help page and the tests."""

from dataclasses import dataclass
from enum import Enum


class Command(Enum):
    """What a key asks for."""

    NEW = "new"
    STAMP_EMS_CALLED = "stamp ems_called"
    STAMP_EMS_HERE = "stamp ems_here"
    STAMP_SUPERVISOR = "stamp supervisor_told"
    NEXT_SECTION = "next section"
    PREVIOUS_SECTION = "previous section"
    SECTION = "section"
    SUBMIT = "submit"
    SEARCH = "search"
    PREVIEW = "preview"
    SAVE = "save"
    HELP = "help"
    NEXT_PANE = "next pane"
    PREVIOUS_PANE = "previous pane"
    THEME = "theme"
    ADD_AGENT = "add agent"
    ADD_FILES = "add files"
    LOCK = "lock"
    UNDO = "undo"
    REDO = "redo"
    LARGER = "larger"
    SMALLER = "smaller"
    USUAL_SIZE = "usual size"
    CLOSE = "close"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One line of the table."""

    command: Command
    keys: tuple[str, ...]
    words: str
    number: int = 0
    """Which section, for SECTION; from 1."""


def _key(command: Command, keys: str, words: str) -> Key:
    return Key(command=command, keys=tuple(keys.split(" | ")), words=words)


KEYS = (
    _key(Command.NEW, "Ctrl+N", "New report, quick capture"),
    _key(Command.STAMP_EMS_CALLED, "F2", "EMS called: record the time"),
    _key(Command.STAMP_EMS_HERE, "F3", "EMS here: record the time"),
    _key(Command.STAMP_SUPERVISOR, "F4", "Supervisor told: record the time"),
    _key(Command.NEXT_SECTION, "Ctrl+PgDown | Ctrl+Return", "Next section"),
    _key(Command.PREVIOUS_SECTION, "Ctrl+PgUp", "Previous section"),
    *(
        Key(command=Command.SECTION, keys=(f"Alt+{n}",), words=f"Section {n}", number=n)
        for n in range(1, 10)
    ),
    _key(Command.SUBMIT, "Ctrl+Shift+Return", "Check, then read and sign"),
    _key(Command.SEARCH, "Ctrl+F", "Search reports; / in the list"),
    _key(Command.PREVIEW, "Ctrl+P", "Preview the document"),
    _key(Command.SAVE, "Ctrl+S", "Save now and say so"),
    _key(Command.ADD_AGENT, "F9", "Add a federal agent"),
    _key(Command.ADD_FILES, "Ctrl+O", "Add files"),
    _key(Command.UNDO, "Ctrl+Z", "Undo"),
    _key(Command.REDO, "Ctrl+Y | Ctrl+Shift+Z", "Redo"),
    _key(Command.NEXT_PANE, "F6", "Next pane; also leaves a text"),
    _key(Command.PREVIOUS_PANE, "Shift+F6", "Previous pane"),
    _key(Command.THEME, "F8", "Day, night, red"),
    _key(Command.LARGER, "Ctrl++ | Ctrl+=", "Larger text"),
    _key(Command.SMALLER, "Ctrl+-", "Smaller text"),
    _key(Command.USUAL_SIZE, "Ctrl+0", "Usual text size"),
    _key(Command.LOCK, "Ctrl+L", "Lock"),
    _key(Command.HELP, "F1", "Help"),
    _key(Command.CLOSE, "Esc", "Close what lies on top; nothing is discarded"),
)
"""In the order of the help page."""
