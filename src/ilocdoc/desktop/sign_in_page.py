"""Signing in: who, the passphrase."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QVBoxLayout, QWidget

from ilocdoc.desktop.controls import ChoiceButton, IconButton, card, scrolling, text_label
from ilocdoc.desktop.notices import announce
from ilocdoc.desktop.secret_line import SecretLine
from ilocdoc.desktop.theme import Look
from ilocdoc.record.errors import IlocdocError, LockedOutError
from ilocdoc.record.people import Officer

CARD_PX = 520
PIN_PX = 150
MOST_IN_A_COLUMN = 3
"""More officers stand in two columns, so that signing in needs no scrolling."""


class SignInPage(QWidget):
    """Officers with a volume on this laptop, and one line for the passphrase."""

    signed_in = Signal(str, str, str)
    """Star, passphrase, and PIN of the card (empty where none is asked for)."""
    help_wanted = Signal(str)
    """Star of an officer who cannot sign in."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._star, self._cards = "", frozenset[str]()
        column = self._make_card(look)
        column.addWidget(text_label("ilocdoc", "title"))
        self._where = text_label("Opening …", "meta")
        column.addWidget(self._where)
        self._training = text_label("TRAINING: nothing here is a real report", "training")
        self._training.hide()
        column.addWidget(self._training)
        self._tiles = QGridLayout()
        self._group = QButtonGroup(self)
        column.addWidget(text_label("Who is signing in?", "label"))
        column.addLayout(self._tiles)
        column.addLayout(self._make_lines(look))
        self._fault = text_label("", "fault")
        self._fault.hide()
        column.addWidget(self._fault)
        self._button = IconButton("Sign in", look=look, icon="lock-open", kind="primary")
        self._button.setObjectName("sign_in")
        self._button.clicked.connect(self.sign_in)
        column.addWidget(self._button)
        stuck = IconButton("Cannot sign in?", look=look, kind="link", name="cannot_sign_in")
        stuck.clicked.connect(self._ask_for_help)
        column.addWidget(stuck, 0, Qt.AlignmentFlag.AlignLeft)

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

    def _make_lines(self, look: Look) -> QGridLayout:
        """Return passphrase and, beside it, the PIN of whoever has a card."""
        self._passphrase = SecretLine("passphrase", "Passphrase")
        self._pin = SecretLine("card_pin", "PIN of the card")
        self._pin_label = text_label("PIN of the card", "label")
        grid = QGridLayout()
        grid.setHorizontalSpacing(look.px(12))
        grid.setVerticalSpacing(look.px(6))
        grid.setColumnStretch(0, 1)
        grid.addWidget(text_label("Passphrase", "label"), 0, 0)
        grid.addWidget(self._passphrase, 1, 0)
        grid.addWidget(self._pin_label, 0, 1)
        grid.addWidget(self._pin, 1, 1)
        for each in (self._pin_label, self._pin):
            each.hide()
            each.setFixedWidth(look.font_px(PIN_PX))
        for line in (self._passphrase, self._pin):
            line.returnPressed.connect(self.sign_in)
        return grid

    def show_officers(
        self,
        officers: Sequence[Officer],
        *,
        device: str,
        is_training: bool,
        cards: frozenset[str] = frozenset(),
    ) -> None:
        """Show who can sign in on this laptop; `cards` are stars whose card is asked for."""
        self._cards = cards
        self._where.setText(f"Laptop {device}")
        self._training.setVisible(is_training)
        is_many = len(officers) > MOST_IN_A_COLUMN
        for number, officer in enumerate(officers):
            words = f"{officer.printed_name}   ·   star {officer.star}   ·   unit {officer.unit}"
            if is_many:
                words = f"{officer.printed_name}  ·  {officer.star}"
            tile = ChoiceButton(words, name=f"officer:{officer.id}")
            tile.setProperty("kind", "officer")
            tile.clicked.connect(lambda _on=False, star=officer.id: self._choose(star))
            self._group.addButton(tile)
            tile.setAccessibleName(f"{officer.printed_name}, star {officer.star}")
            if is_many:
                self._tiles.addWidget(tile, number // 2, number % 2)
            else:
                self._tiles.addWidget(tile, number, 0)
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
        for each in (self._pin_label, self._pin):
            each.setVisible(star in self._cards)
        self._passphrase.setFocus()

    @Slot()
    def _ask_for_help(self) -> None:
        if not self._star:
            self._tell("Choose who cannot sign in.")
            return
        self._passphrase.clear()
        self._pin.clear()
        self.help_wanted.emit(self._star)

    @Slot()
    def sign_in(self) -> None:
        """Try the passphrase; it leaves this page at once."""
        if not self._star or not self._passphrase.text():
            self._tell("Choose who is signing in and enter the passphrase.")
            return
        self._fault.hide()
        self._set_busy(is_busy=True)
        self.signed_in.emit(self._star, self._passphrase.take(), self._pin.take())

    def _set_busy(self, *, is_busy: bool) -> None:
        self._button.setEnabled(not is_busy)
        self._button.setText("Opening …" if is_busy else "Sign in")

    def show_refusal(self, error: IlocdocError) -> None:
        """Tell why the volume did not open; after a lock-out, what remains."""
        self._set_busy(is_busy=False)
        self._tell(f"{error.headline} {error.advice}")
        if isinstance(error, LockedOutError):
            self.help_wanted.emit(self._star)
        else:
            self._passphrase.setFocus()

    def show_released(self, words: str) -> None:
        """Say that the officer can try again."""
        self._tell(words)
        self._passphrase.setFocus()

    def _tell(self, words: str) -> None:
        self._fault.setText(words)
        self._fault.show()
        announce(self, words)
