"""For an officer who cannot sign in: release by radio, or by a supervisor; a new passphrase."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ilocdoc.desktop.controls import (
    ChoiceButton,
    IconButton,
    card,
    empty,
    scrolling,
    text_label,
)
from ilocdoc.desktop.editor import Line
from ilocdoc.desktop.new_passphrase import NewPassphrase
from ilocdoc.desktop.notices import announce
from ilocdoc.desktop.secret_line import SecretLine
from ilocdoc.desktop.tall import Tall
from ilocdoc.desktop.theme import Look
from ilocdoc.record.errors import IlocdocError
from ilocdoc.record.ids import OfficerId
from ilocdoc.record.lockout import Challenge
from ilocdoc.record.people import Officer

CARD_PX = 640
NOBODY = (
    "No supervisor of this unit has signed in on this laptop. Headquarters can open the reports "
    "with its own keys; nothing is lost."
)
AGAIN = (
    "The officer types a new passphrase below. The old signing key cannot be recovered, by "
    "anybody: drafts, evidence and times go on at once; submitting waits until headquarters "
    "certified a new key at the next contact."
)


_WORDS = (
    *("Adam", "Boy", "Charles", "David", "Edward", "Frank", "George", "Henry", "Ida", "John"),
    *("King", "Lincoln", "Mary", "Nora", "Ocean", "Paul", "Queen", "Robert", "Sam", "Tom"),
    *("Union", "Victor", "William", "X-ray", "Young", "Zebra"),
)
SPOKEN = {each[0]: each for each in _WORDS}
"""The phonetic alphabet of police radio in the United States (APCO Project 14)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """What can be done for one officer here."""

    officer: Officer
    challenge: Challenge | None
    """None while the officer may still try."""
    supervisors: Sequence[Officer]
    cards: frozenset[str]
    """Stars of supervisors whose card is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouching:
    """A supervisor's word: the star and the own secrets, as typed."""

    supervisor: OfficerId
    passphrase: str
    pin: str
    new_passphrase: str
    """Of the officer; empty for a release alone."""


class WayBackPage(QWidget):
    """One page of the lock screen."""

    code_given = Signal(str)
    vouched = Signal(object)
    """A `Vouching`."""
    suggestion_wanted = Signal()
    left = Signal()
    """Back to signing in."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("way_back")
        self._look, self._cards, self._supervisor = look, frozenset[str](), ""
        column = self._make_card()
        column.addWidget(text_label("Cannot sign in", "title"))
        self._who = text_label("", "meta")
        column.addWidget(self._who)
        self._fault = text_label("", "fault")
        self._fault.hide()
        column.addWidget(self._fault)
        self._by_radio = self._make_radio()
        column.addWidget(self._by_radio)
        column.addWidget(self._make_supervisor())
        back = IconButton("Back", look=look, icon="chevron-left", kind="quiet", name="way_back_out")
        back.clicked.connect(self._leave)
        row = QHBoxLayout()
        row.addWidget(back)
        row.addStretch(1)
        column.addLayout(row)

    def _make_card(self) -> QVBoxLayout:
        look, content = self._look, Tall()
        outer = QVBoxLayout(content)
        frame, column = card()
        frame.setFixedWidth(look.font_px(CARD_PX))
        column.setContentsMargins(look.px(32), look.px(24), look.px(32), look.px(20))
        column.setSpacing(look.px(10))
        # Not aligned in its column: that would ask for its height at another width.
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(frame)
        row.addStretch(1)
        outer.addLayout(row)
        outer.addStretch(1)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(scrolling(content, name="way_back_area"))
        return column

    # --- by radio ---------------------------------------------------------------------

    def _make_radio(self) -> QFrame:
        look = self._look
        frame, column = _plain_box()
        column.addWidget(text_label("Release by radio or phone", "section"))
        column.addWidget(
            text_label("Call headquarters and read these out, letter by letter:", "hint")
        )
        self._challenge = text_label("", "biglabel")
        self._challenge.setObjectName("challenge")
        self._challenge.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(self._challenge)
        self._spoken = text_label("", "hint")
        column.addWidget(self._spoken)
        column.addWidget(text_label("Code from headquarters", "label"))
        row = QHBoxLayout()
        self._code = Line()
        self._code.setObjectName("release_code")
        self._code.setAccessibleName("Code from headquarters, twelve letters and digits")
        self._code.setPlaceholderText("XXXX-XXXX-XXXX")
        self._code.returnPressed.connect(self._give_code)
        release = IconButton("Release", look=look, icon="lock-open", name="release_by_code")
        release.clicked.connect(self._give_code)
        row.addWidget(self._code, 1)
        row.addWidget(release)
        column.addLayout(row)
        column.addWidget(
            text_label("A code works once, for this officer, and opens no report.", "hint")
        )
        return frame

    @Slot()
    def _give_code(self) -> None:
        code = self._code.text().strip()
        if not code:
            self._tell("Type the code that headquarters read to you.")
            return
        self._code.clear()
        self._set_busy(is_busy=True)
        self.code_given.emit(code)

    # --- a supervisor -----------------------------------------------------------------

    def _make_supervisor(self) -> QFrame:
        look = self._look
        frame, column = _plain_box()
        column.addWidget(text_label("A supervisor of the unit is here", "section"))
        self._nobody = text_label(NOBODY, "hint")
        column.addWidget(self._nobody)
        self._with_supervisor = QWidget()
        inner = QVBoxLayout(self._with_supervisor)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(look.px(8))
        self._tiles, self._group = QVBoxLayout(), QButtonGroup(self)
        inner.addLayout(self._tiles)
        inner.addWidget(text_label("The supervisor's own passphrase", "label"))
        self._passphrase = SecretLine("vouch_passphrase", "The supervisor's own passphrase")
        inner.addWidget(self._passphrase)
        self._pin_label = text_label("PIN of the supervisor's card", "label")
        self._pin = SecretLine("vouch_pin", "PIN of the supervisor's card")
        inner.addWidget(self._pin_label)
        inner.addWidget(self._pin)
        inner.addLayout(self._make_what())
        self._new = NewPassphrase(look, name="vouch")
        self._new.suggestion_wanted.connect(self.suggestion_wanted)
        self._again_words = text_label(AGAIN, "hint")
        inner.addWidget(self._again_words)
        inner.addWidget(self._new)
        self._vouch = IconButton("Release", look=look, icon="users", kind="primary", name="vouch")
        self._vouch.clicked.connect(self._give_word)
        self._new.on_enter(self._give_word)
        inner.addWidget(self._vouch)
        column.addWidget(self._with_supervisor)
        return frame

    def _make_what(self) -> QHBoxLayout:
        row, self._what = QHBoxLayout(), QButtonGroup(self)
        self._release = ChoiceButton("Release only", name="vouch_release", edge="first")
        self._enrol = ChoiceButton("Passphrase forgotten", name="vouch_again", edge="last")
        for each in (self._release, self._enrol):
            self._what.addButton(each)
            each.toggled.connect(self._show_what)
            row.addWidget(each)
        row.setSpacing(0)
        row.addStretch(1)
        return row

    @Slot()
    def _show_what(self) -> None:
        is_again = self._enrol.isChecked()
        self._new.setVisible(is_again)
        self._again_words.setVisible(is_again)
        self._vouch.setText("Set the new passphrase" if is_again else "Release")

    def _choose(self, star: str) -> None:
        self._supervisor = star
        self._pin_label.setVisible(star in self._cards)
        self._pin.setVisible(star in self._cards)
        self._passphrase.setFocus()

    @Slot()
    def _give_word(self) -> None:
        is_again = self._enrol.isChecked()
        fault = self._new.fault() if is_again else ""
        if not self._supervisor or not self._passphrase.text():
            fault = "Choose the supervisor; the supervisor types the own passphrase."
        if fault:
            self._tell(fault)
            return
        self._set_busy(is_busy=True)
        self.vouched.emit(
            Vouching(
                supervisor=OfficerId(self._supervisor),
                passphrase=self._passphrase.take(),
                pin=self._pin.take(),
                new_passphrase=self._new.take() if is_again else "",
            )
        )

    # --- shown ------------------------------------------------------------------------

    def show_stuck(self, stuck: Stuck) -> None:
        """Show what can be done for an officer."""
        self._fault.hide()
        self._set_busy(is_busy=False)
        self._who.setText(f"{stuck.officer.printed_name}   ·   star {stuck.officer.star}")
        is_out, here = stuck.challenge is not None, bool(stuck.supervisors)
        self._by_radio.setVisible(is_out)
        if stuck.challenge is not None:
            asked = stuck.challenge
            self._spoken.setText(f"Spoken: {spoken(asked.text)}")
            self._challenge.setText(
                f"Laptop {asked.device}   ·   star {asked.officer}\nChallenge {asked.text}"
            )
        self._nobody.setVisible(not here)
        self._with_supervisor.setVisible(here)
        self._release.setVisible(is_out)
        self._enrol.setVisible(is_out)
        (self._release if is_out else self._enrol).setChecked(True)
        self._show_supervisors(stuck)
        self._show_what()

    def _show_supervisors(self, stuck: Stuck) -> None:
        empty(self._tiles)
        self._cards, self._supervisor = stuck.cards, ""
        for each in stuck.supervisors:
            tile = ChoiceButton(
                f"{each.printed_name}   ·   star {each.star}", name=f"supervisor:{each.id}"
            )
            tile.setProperty("kind", "officer")
            tile.clicked.connect(lambda _on=False, star=each.id: self._choose(star))
            self._group.addButton(tile)
            self._tiles.addWidget(tile)
        self._pin_label.hide()
        self._pin.hide()
        if len(stuck.supervisors) == 1:
            self._tiles.itemAt(0).widget().setChecked(True)  # type: ignore[union-attr]
            self._choose(stuck.supervisors[0].id)

    @Slot(str)
    def show_suggestion(self, words: str) -> None:
        """Show a made passphrase."""
        self._new.show_suggestion(words)

    def show_refusal(self, error: IlocdocError) -> None:
        """Tell why nothing came of it."""
        self._set_busy(is_busy=False)
        self._tell(f"{error.headline} {error.advice}")

    def forget(self) -> None:
        """Empty every line."""
        for line in (self._passphrase, self._pin, self._code):
            line.clear()
        self._new.forget()

    @Slot()
    def _leave(self) -> None:
        self.forget()
        self.left.emit()

    def _set_busy(self, *, is_busy: bool) -> None:
        self._by_radio.setEnabled(not is_busy)
        self._with_supervisor.setEnabled(not is_busy)

    def _tell(self, words: str) -> None:
        self._fault.setText(words)
        self._fault.show()
        announce(self, words)


def spoken(challenge: str) -> str:
    """Return a challenge in the words of police radio, for example "King 7 Queen Mary"."""
    groups = challenge.split("-")
    return ", ".join(" ".join(SPOKEN.get(each, each) for each in group) for group in groups)


def _plain_box() -> tuple[QFrame, QVBoxLayout]:
    frame = QFrame()
    column = QVBoxLayout(frame)
    column.setContentsMargins(0, 8, 0, 8)
    return frame, column
