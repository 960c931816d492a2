"""Help, offline: the keys, what the program records about its user, text size and theme."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from ilocdoc.desktop.controls import FlowLayout, IconButton, card_page, text_label
from ilocdoc.desktop.keys import KEYS, Command
from ilocdoc.desktop.passphrase_page import OWN_KEY
from ilocdoc.desktop.theme import THEMES, Look
from ilocdoc.desktop.verify_page import VERIFY

RECORDED = (
    "Signing in and out, and failed tries, with time and name.",
    "Every act you sign: report, supplement, return, approval, packet.",
    "Each file you add, with its digest and who held it.",
    "Each check the program showed in a report, and the reason if you set it aside.",
    "Each time you tap. A struck time stays readable.",
)
USED = (
    "These records are part of the case and may be disclosed in court. The program does not count, "
    "time or score what a member does."
)


class HelpPage(QWidget):
    """One page, always at the same place; it leads to pages without a way of their own."""

    def __init__(self, look: Look, *, go: Callable[[str], None]) -> None:
        super().__init__()
        area, column = card_page(look, name="help")
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(area)
        column.addWidget(text_label("Colors and text size", "section"))
        column.addWidget(_look_buttons(look))
        column.addSpacing(look.px(12))
        column.addWidget(text_label("Files from elsewhere", "section"))
        verify = IconButton("Verify a file", look=look, icon="file-check", name="verify_file")
        verify.clicked.connect(lambda: go(VERIFY))
        row = QHBoxLayout()
        row.addWidget(verify)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(text_label("A PDF can also be dropped anywhere on the window.", "hint"))
        column.addSpacing(look.px(12))
        column.addWidget(text_label("Your passphrase", "section"))
        own = IconButton(
            "Passphrase and card", look=look, icon="lock", name="own_passphrase_wanted"
        )
        own.clicked.connect(lambda: go(OWN_KEY))
        column.addWidget(own, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(look.px(12))
        column.addWidget(text_label("Keys", "section"))
        column.addLayout(_keys_table(look))
        column.addSpacing(look.px(12))
        column.addWidget(text_label("What is recorded about you", "section"))
        for line in RECORDED:
            column.addWidget(text_label(f"·  {line}"))
        column.addWidget(text_label(USED, "hint"))


def _look_buttons(look: Look) -> QWidget:
    box = QWidget()
    flow = FlowLayout()
    box.setLayout(flow)
    icons = {"day": "sun", "night": "moon", "red": "eye"}
    for theme in THEMES:
        button = IconButton(theme.capitalize(), look=look, icon=icons[theme])
        button.setObjectName(f"theme:{theme}")
        button.clicked.connect(
            lambda _on=False, theme=theme: look.set_look(theme=theme, scale=look.scale)
        )
        flow.addWidget(button)
    for name, step, icon in (("Larger text", 1, "zoom-in"), ("Smaller text", -1, "zoom-out")):
        button = IconButton(name, look=look, icon=icon)
        button.setObjectName("larger" if step > 0 else "smaller")
        button.clicked.connect(lambda _on=False, step=step: look.step_scale(step))
        flow.addWidget(button)
    return box


def _keys_table(look: Look) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(look.px(24))
    grid.setColumnStretch(1, 1)
    rows = [
        (" or ".join(key.keys).replace("Return", "Enter"), key.words)
        for key in KEYS
        if key.command is not Command.SECTION
    ]
    rows += [("Alt+1 … Alt+9", "Section by its number"), ("Ctrl+;", "Time now, in a time field")]
    for number, (keys, words) in enumerate(rows):
        grid.addWidget(text_label(keys, "time", wrap=False), number, 0)
        grid.addWidget(text_label(words), number, 1)
    return grid
