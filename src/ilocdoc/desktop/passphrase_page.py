"""The signed-in officer's own way in: passphrase, card, and a new key's certificate."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ilocdoc.casework.shift import Shift
from ilocdoc.desktop.background import Background, Lane
from ilocdoc.desktop.controls import IconButton, card, card_page, set_role, text_label
from ilocdoc.desktop.editor import Line
from ilocdoc.desktop.new_passphrase import NewPassphrase
from ilocdoc.desktop.notices import Notices, announce
from ilocdoc.desktop.ports import Laptop
from ilocdoc.desktop.secret_line import SecretLine
from ilocdoc.desktop.theme import Look
from ilocdoc.record.errors import IlocdocError, RefusedError
from ilocdoc.record.own_key import OwnKey
from ilocdoc.record.times import CHICAGO

OWN_KEY = "go:own_key"
"""Name of the page; Help leads there."""
CHOOSE_ANEW = "Your passphrase is more than a year old. Help, then Passphrase and card, changes it."
NOT_CERTIFIED = "Your new signing key is not certified yet: submitting waits."
CERTIFY_ADVICE = "Help, then Passphrase and card, takes the code of the device desk."
OLD = "It is more than a year old. Choose a new one."
WAITS = (
    "A supervisor enrolled you again, so you have a new signing key. Until headquarters certifies "
    "it, drafts, evidence and times go on and nothing can be submitted. The device desk gives you "
    "a code after it made sure that it is you."
)
ASKED = "A card is asked for as well: passphrase, card and PIN together open your reports."
NOT_ASKED = (
    "With a card as well, a passphrase that somebody saw opens nothing. Put the card in, and type "
    "your passphrase in use above."
)
NO_READER = "This laptop has no card reader that ilocdoc can use."


class PassphrasePage(QWidget):
    """Each act asks for the passphrase in use; a wrong one counts like one at signing in."""

    def __init__(self, *, shift: Shift, laptop: Laptop, background: Background, look: Look) -> None:
        super().__init__()
        self._shift, self._laptop, self._background = shift, laptop, background
        self._look, self._own = look, laptop.own_keys(shift)
        area, column = card_page(look, name="own_passphrase")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        column.addWidget(text_label("Your passphrase", "title"))
        self._age = text_label("", "hint")
        column.addWidget(self._age)
        self._fault = text_label("", "fault")
        self._done = text_label("", "heading")
        for label in (self._fault, self._done):
            label.hide()
            column.addWidget(label)
        self._waits = self._make_waits()
        column.addWidget(self._waits)
        column.addWidget(text_label("Passphrase in use", "label"))
        self._old = SecretLine("own_old", "Passphrase in use")
        column.addWidget(self._old)
        self._pin_label = text_label("PIN of your card", "label")
        self._pin = SecretLine("own_pin", "PIN of your card")
        for each in (self._pin_label, self._pin):
            each.hide()
            column.addWidget(each)
        self._add_change(column)
        self._add_card(column)

    def _make_waits(self) -> QWidget:
        box, column = card("note")
        column.addWidget(text_label("Your new signing key is not certified yet", "section"))
        column.addWidget(text_label(WAITS))
        row = QHBoxLayout()
        self._code = Line()
        self._code.setObjectName("certify_code")
        self._code.setAccessibleName("Code from the device desk")
        self._code.setPlaceholderText("Code from the device desk")
        self._certify = IconButton(
            "Certify now", look=self._look, icon="badge-check", name="certify"
        )
        self._certify.clicked.connect(self._on_certify)
        self._code.returnPressed.connect(self._on_certify)
        row.addWidget(self._code, 1)
        row.addWidget(self._certify)
        column.addLayout(row)
        return box

    def _add_change(self, column: QVBoxLayout) -> None:
        self._new = NewPassphrase(self._look, name="own")
        self._new.suggestion_wanted.connect(self._suggest)
        self._new.on_enter(self._on_change)
        column.addWidget(self._new)
        self._change = IconButton(
            "Change passphrase", look=self._look, icon="check", kind="primary", name="own_change"
        )
        self._change.clicked.connect(self._on_change)
        column.addWidget(self._change)

    def _add_card(self, column: QVBoxLayout) -> None:
        column.addSpacing(self._look.px(12))
        column.addWidget(text_label("Card", "section"))
        self._card_words = text_label("")
        column.addWidget(self._card_words)
        self._new_pin = SecretLine("own_new_pin", "PIN of the card in the reader")
        self._new_pin_label = text_label("PIN of the card in the reader", "label")
        for each in (self._new_pin_label, self._new_pin):
            each.hide()
            column.addWidget(each)
        self._set_up = IconButton(
            "Set up the card in the reader", look=self._look, icon="shield", name="own_card"
        )
        self._set_up.clicked.connect(self._on_set_up)
        self._leave_out = IconButton(
            "Ask for the passphrase alone", look=self._look, icon="x", name="own_no_card"
        )
        self._leave_out.clicked.connect(self._on_leave_out)
        row = QHBoxLayout()
        row.addWidget(self._set_up)
        row.addWidget(self._leave_out)
        row.addStretch(1)
        column.addLayout(row)

    def showEvent(self, event: QShowEvent) -> None:
        """Ask how it stands."""
        super().showEvent(event)
        self._fault.hide()
        self._done.hide()
        self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Leave nothing typed behind."""
        super().hideEvent(event)
        for line in (self._old, self._pin, self._new_pin, self._code):
            line.clear()
        self._new.forget()

    def _refresh(self) -> None:
        self._background.run(Lane.VAULT, self._own.standing, then=self._show_standing, owner=self)

    def _show_standing(self, own: OwnKey) -> None:
        now = self._shift.clock.now()
        self._age.setText(age_words(own, now=now))
        set_role(self._age, "role", "warn" if own.is_old(now) else "hint")
        self._waits.setVisible(not own.is_certified)
        has_card = bool(own.card)
        can_set_up = own.can_set_up_card and not has_card
        self._pin_label.setVisible(has_card)
        self._pin.setVisible(has_card)
        self._new_pin_label.setVisible(can_set_up)
        self._new_pin.setVisible(can_set_up)
        self._set_up.setVisible(can_set_up)
        self._leave_out.setVisible(has_card)
        no_card = NOT_ASKED if own.can_set_up_card else NO_READER
        self._card_words.setText(ASKED if has_card else no_card)
        self._set_busy(is_busy=False)

    # --- acts -------------------------------------------------------------------------

    @Slot()
    def _suggest(self) -> None:
        self._background.run(
            Lane.VAULT,
            self._laptop.door.suggest,
            then=self._new.show_suggestion,
            owner=self,
        )

    @Slot()
    def _on_change(self) -> None:
        fault = self._new.fault() if self._old.text() else "Type the passphrase in use first."
        if fault:
            self._tell(fault)
            return
        old, pin, new = self._old.take(), self._pin.take(), self._new.take()
        self._act(lambda: self._own.change(old, new, pin=pin), "Your passphrase is changed.")

    @Slot()
    def _on_set_up(self) -> None:
        if not self._old.text() or not self._new_pin.text():
            self._tell("Type the passphrase in use, and the PIN of the card, first.")
            return
        old, pin = self._old.take(), self._new_pin.take()
        self._act(
            lambda: self._own.set_up_card(old, pin=pin),
            "From now on your card is asked for as well.",
        )

    @Slot()
    def _on_leave_out(self) -> None:
        if not self._old.text() or not self._pin.text():
            self._tell("Type the passphrase in use, and the PIN of your card, first.")
            return
        old, pin = self._old.take(), self._pin.take()
        self._act(
            lambda: self._own.leave_out_card(old, pin=pin),
            "From now on your passphrase alone is asked for.",
        )

    @Slot()
    def _on_certify(self) -> None:
        code = self._code.text().strip()
        if not code:
            self._tell("Type the code that the device desk gave you.")
            return
        self._code.clear()
        shift, laptop = self._shift, self._laptop
        self._act(
            lambda: laptop.certify(shift, code),
            "Headquarters certified your signing key. You can submit.",
            lane=Lane.OPEN,
        )

    def _act(self, work: Callable[[], None], words: str, *, lane: Lane = Lane.VAULT) -> None:
        self._fault.hide()
        self._done.hide()
        self._set_busy(is_busy=True)

        def done(_nothing: None) -> None:
            self._say_done(words)
            self._refresh()

        self._background.run(lane, work, then=done, failed=self._refused, owner=self)

    def _refused(self, error: IlocdocError) -> None:
        self._set_busy(is_busy=False)
        self._tell(f"{error.headline} {error.advice}")

    def _set_busy(self, *, is_busy: bool) -> None:
        for button in (self._change, self._set_up, self._leave_out, self._certify):
            button.setEnabled(not is_busy)

    def _say_done(self, words: str) -> None:
        self._done.setText(words)
        self._done.show()
        announce(self, words)

    def _tell(self, words: str) -> None:
        self._done.hide()
        self._fault.setText(words)
        self._fault.show()
        announce(self, words)


def remind(own: OwnKey, notices: Notices, *, now: datetime) -> None:
    """Tell a member, after signing in, what the own way in asks for."""
    if not own.is_certified:
        notices.show_error(RefusedError(NOT_CERTIFIED, CERTIFY_ADVICE))
    elif own.is_old(now):
        notices.show_done(CHOOSE_ANEW)


def age_words(own: OwnKey, *, now: datetime) -> str:
    """Return when the passphrase was chosen, and whether the yearly reminder is due."""
    if own.chosen_at is None:
        return "Chosen at an earlier time."
    day = own.chosen_at.astimezone(CHICAGO)
    words = f"Chosen on {day:%B} {day.day}, {day.year}."
    return f"{words} {OLD}" if own.is_old(now) else words
