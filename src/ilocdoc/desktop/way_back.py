"""Brings an officer who cannot sign in to what can be done, and does it on the vault lane."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from ilocdoc.desktop.background import Background, Lane
from ilocdoc.desktop.ports import Door
from ilocdoc.desktop.way_back_page import Stuck, Vouching, WayBackPage
from ilocdoc.record.errors import IlocdocError
from ilocdoc.record.people import Officer

RELEASED = "Released. Sign in with your own passphrase."
RENEWED = "Your new passphrase is set. Sign in with it."


class WayBack(QObject):
    """Stands between the page and the front door."""

    opened = Signal()
    """The page shows what can be done."""
    done = Signal(str)
    """One sentence: the officer can try again."""

    def __init__(self, page: WayBackPage) -> None:
        super().__init__()
        self._page = page
        self._background: Background | None = None
        self._door: Door | None = None
        self._officer: Officer | None = None
        page.code_given.connect(self._on_code)
        page.vouched.connect(self._on_vouched)
        page.suggestion_wanted.connect(self._suggest)

    def begin(self, background: Background, door: Door) -> None:
        """Use the front door of a laptop whose folder is open."""
        self._background, self._door = background, door

    def open(self, officer: Officer) -> None:
        """Ask what can be done for an officer, and show it."""
        self._officer = officer
        door = self._door
        assert door is not None

        def look() -> Stuck:
            supervisors = door.supervisors(officer.id)
            return Stuck(
                officer=officer,
                challenge=door.challenge(officer.id),
                supervisors=supervisors,
                cards=frozenset(each.id for each in supervisors if door.needs_card(each.id)),
            )

        self._run(look, then=self._show)

    def _show(self, stuck: Stuck) -> None:
        self._page.show_stuck(stuck)
        self.opened.emit()

    @Slot(str)
    def _on_code(self, code: str) -> None:
        door, officer = self._door, self._officer
        assert door is not None
        assert officer is not None
        self._run(
            lambda: door.release_by_code(officer.id, code),
            then=lambda _done: self._finish(RELEASED),
        )

    @Slot(object)
    def _on_vouched(self, word: Vouching) -> None:
        door, officer = self._door, self._officer
        assert door is not None
        assert officer is not None

        def act() -> None:
            who, passphrase, pin = word.supervisor, word.passphrase, word.pin
            if word.new_passphrase:
                door.enrol_again(
                    officer.id,
                    supervisor=who,
                    passphrase=passphrase,
                    pin=pin,
                    new_passphrase=word.new_passphrase,
                )
            else:
                door.release_by_supervisor(
                    officer.id, supervisor=who, passphrase=passphrase, pin=pin
                )

        words = RENEWED if word.new_passphrase else RELEASED
        self._run(act, then=lambda _done: self._finish(words))

    @Slot()
    def _suggest(self) -> None:
        door = self._door
        assert door is not None
        self._run(door.suggest, then=self._page.show_suggestion)

    def _finish(self, words: str) -> None:
        self._page.forget()
        self.done.emit(words)

    def _run(self, work: Callable[[], object], *, then: Callable[..., None]) -> None:
        assert self._background is not None
        self._background.run(Lane.VAULT, work, then=then, failed=self._refused, owner=self._page)

    def _refused(self, error: IlocdocError) -> None:
        self._page.show_refusal(error)
