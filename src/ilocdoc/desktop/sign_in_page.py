"""Signing in: who, the passphrase."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QVBoxLayout, QWidget

from ilocdoc.desktop.controls import ChoiceButton, IconButton, card, scrolling, text_label
from ilocdoc.desktop.editor import Line
from ilocdoc.desktop.notices import announce
from ilocdoc.desktop.theme import Look
from ilocdoc.record.errors import IlocdocError, LockedOutError
from ilocdoc.record.people import Officer

CARD_PX = 520


class SignInPage(QWidget):
    """Officers with a volume on this laptop, and one line for the passphrase."""

    signed_in = Signal(str, str)
    """Star and passphrase."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._star = ""
        column = self._make_card(look)
        column.addWidget(text_label("ilocdoc", "title"))
        self._where = text_label("Opening …", "meta")
        column.addWidget(self._where)
        self._training = text_label("TRAINING: nothing here is a real report", "training")
        self._training.hide()
        column.addWidget(self._training)
        self._tiles = QVBoxLayout()
        self._group = QButtonGroup(self)
        column.addWidget(text_label("Who is signing in?", "label"))
        column.addLayout(self._tiles)
        column.addWidget(text_label("Passphrase", "label"))
        column.addWidget(self._make_line())
        self._fault = text_label("", "fault")
        self._fault.hide()
        column.addWidget(self._fault)
        self._button = IconButton("Sign in", look=look, icon="lock-open", kind="primary")
        self._button.setObjectName("sign_in")
        self._button.clicked.connect(self.sign_in)
        column.addWidget(self._button)

    def _make_card(self, look: Look) -> QVBoxLayout:
        content = QWidget()
        outer = QVBoxLayout(content)
        frame, column = card()
        frame.setFixedWidth(look.font_px(CARD_PX))
        column.setContentsMargins(look.px(32), look.px(28), look.px(32), look.px(28))
        column.setSpacing(look.px(10))
        outer.addStretch(1)
        outer.addWidget(frame, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(2)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(scrolling(content))
        return column

    def _make_line(self) -> Line:
        self._passphrase = Line()
        self._passphrase.setObjectName("passphrase")
        self._passphrase.setAccessibleName("Passphrase")
        self._passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self._passphrase.returnPressed.connect(self.sign_in)
        return self._passphrase

    def show_officers(self, officers: Sequence[Officer], *, device: str, is_training: bool) -> None:
        """Show who can sign in on this laptop."""
        self._where.setText(f"Laptop {device}")
        self._training.setVisible(is_training)
        for officer in officers:
            words = f"{officer.printed_name}   ·   star {officer.star}   ·   unit {officer.unit}"
            tile = ChoiceButton(words, name=f"officer:{officer.id}")
            tile.setProperty("kind", "officer")
            tile.clicked.connect(lambda _on=False, star=officer.id: self._choose(star))
            self._group.addButton(tile)
            self._tiles.addWidget(tile)
            if len(officers) == 1:
                tile.setChecked(True)
                self._choose(officer.id)
        if not officers:
            self._tiles.addWidget(
                text_label(
                    "No officer is enrolled on this laptop. Ask the device desk for a code.",
                    "hint",
                )
            )

    def focus_first(self) -> None:
        """Put the keys where signing in begins."""
        buttons = self._group.buttons()
        if self._star or not buttons:
            self._passphrase.setFocus()
        else:
            buttons[0].setFocus()

    def _choose(self, star: str) -> None:
        self._star = star
        self._passphrase.setFocus()

    @Slot()
    def sign_in(self) -> None:
        """Try the passphrase; it leaves this page at once."""
        passphrase = self._passphrase.text()
        if not self._star or not passphrase:
            self._tell("Choose who is signing in and enter the passphrase.")
            return
        self._passphrase.clear()
        self._fault.hide()
        self._set_busy(is_busy=True)
        self.signed_in.emit(self._star, passphrase)

    def _set_busy(self, *, is_busy: bool) -> None:
        self._button.setEnabled(not is_busy)
        self._button.setText("Opening …" if is_busy else "Sign in")

    def show_refusal(self, error: IlocdocError) -> None:
        """Tell why the volume did not open; a lock-out leaves the line closed."""
        self._set_busy(is_busy=False)
        self._tell(f"{error.headline} {error.advice}")
        if not isinstance(error, LockedOutError):
            self._passphrase.setFocus()

    def _tell(self, words: str) -> None:
        self._fault.setText(words)
        self._fault.show()
        announce(self, words)
