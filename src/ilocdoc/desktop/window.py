"""The window: lock screen, then the desk; keys; lock."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Slot
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QStackedWidget

from ilocdoc.casework.shift import Shift
from ilocdoc.desktop.background import Background, Lane
from ilocdoc.desktop.commands import Commands
from ilocdoc.desktop.crash_sheet import CrashSheet
from ilocdoc.desktop.desk import Desk
from ilocdoc.desktop.guard import Guard
from ilocdoc.desktop.keys import KEYS, Command
from ilocdoc.desktop.lock_screen import LockScreen
from ilocdoc.desktop.locker import Locker
from ilocdoc.desktop.passphrase_page import remind
from ilocdoc.desktop.ports import Laptop, Relaunch
from ilocdoc.desktop.return_path import ReturnPath
from ilocdoc.desktop.session import LOOK, Session, keep_text, sign_in
from ilocdoc.desktop.theme import Look
from ilocdoc.desktop.whereabouts import text_of, where_was
from ilocdoc.record.errors import IlocdocError, VaultError
from ilocdoc.record.people import Officer
from ilocdoc.record.policy import Policy
from ilocdoc.record.sessions import LockReason, Parting
from ilocdoc.record.times import utc_text

SMALLEST = (960, 600)
"""Set so that contents can never push the window past the screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """A laptop's folder and what the lock screen shows of it."""

    laptop: Laptop
    officers: Sequence[Officer]
    policy: Policy
    takes_notes: bool
    cards: frozenset[str]
    """Stars of officers whose card is asked for."""


class MainWindow(QMainWindow):
    """One window for one laptop folder."""

    def __init__(
        self,
        *,
        look: Look,
        relaunch: Relaunch,
        start_new: bool,
        locked_by: LockReason | None = None,
    ) -> None:
        super().__init__()
        self.setWindowTitle("ilocdoc")
        self.setMinimumSize(*SMALLEST)
        self.look, self._relaunch, self._starts_new = look, relaunch, start_new
        self._laptop: Laptop | None = None
        self._background: Background | None = None
        self._session: Session | None = None
        self._locker: Locker | None = None
        self.desk: Desk | None = None
        self._commands: Commands | None = None
        self._policy = Policy()
        self._crash = CrashSheet(look, self)
        self.lock_screen = LockScreen(look, locked_by=locked_by)
        self.lock_screen.sign_in_page.signed_in.connect(self.sign_in)
        self.lock_screen.acknowledged.connect(self._on_acknowledged)
        self.lock_screen.note_bar.written.connect(self._on_note)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.lock_screen)
        self.setCentralWidget(self._stack)
        self.guard = Guard(self)
        self.guard.lock_wanted.connect(self.lock)
        look.changed.connect(self._on_look)
        for key in KEYS:
            for keys in key.keys:
                shortcut = QShortcut(QKeySequence(keys), self)
                shortcut.activated.connect(self._presser(key.command, key.number))

    def begin(self, background: Background, open_laptop: Callable[[], Laptop]) -> None:
        """Open the laptop's folder on the vault lane and show the lock screen."""
        self._background = background
        self._locker = Locker(background, relaunch=self._relaunch, parent=self)
        background.run(Lane.VAULT, lambda: _opened(open_laptop), then=self._show_laptop, owner=self)

    def _show_laptop(self, opened: _Opened) -> None:
        self._laptop, self._policy = opened.laptop, opened.policy
        self.lock_screen.show_laptop(
            opened.officers,
            device=opened.laptop.device,
            is_training=opened.laptop.is_training,
            policy=opened.policy,
            takes_notes=opened.takes_notes,
            cards=opened.cards,
        )
        assert self._background is not None
        self.lock_screen.way_back.begin(self._background, opened.laptop.door)

    @Slot(str)
    def _on_acknowledged(self, banner: str) -> None:
        assert self._background is not None
        assert self._laptop is not None
        laptop = self._laptop
        self._background.run(Lane.VAULT, lambda: laptop.acknowledge(banner), owner=self)

    @Slot(str, str)
    def _on_note(self, kind: str, text: str) -> None:
        assert self._background is not None
        assert self._laptop is not None
        laptop, bar = self._laptop, self.lock_screen.note_bar
        self._background.run(
            Lane.VAULT,
            lambda: laptop.write_note(kind, text),
            then=lambda at: bar.show_kept(kind, at),
            failed=bar.show_refusal,
            owner=self,
        )

    @Slot(str, str, str)
    def sign_in(self, star: str, passphrase: str, pin: str = "") -> None:
        """Open an officer's volume."""
        assert self._background is not None
        assert self._laptop is not None
        laptop = self._laptop
        self._background.run(
            Lane.VAULT,
            lambda: sign_in(laptop, star, passphrase, pin),
            then=self._enter,
            failed=self.lock_screen.sign_in_page.show_refusal,
            owner=self,
        )

    def _enter(self, session: Session) -> None:
        assert self._background is not None
        assert self._laptop is not None
        self._session = session
        self.look.set_look(theme=session.theme, scale=session.scale)
        desk = Desk(
            shift=session.shift,
            officer=session.officer,
            laptop=self._laptop,
            background=self._background,
            look=self.look,
            locks_in_s=lambda: self.guard.left_s,
        )
        desk.lock_wanted.connect(self.lock)
        desk.exchanging.policy_told.connect(self.guard.apply)
        self.desk = desk
        self._commands = Commands(desk, look=self.look)
        self._stack.addWidget(desk)
        self._stack.setCurrentWidget(desk)
        self.guard.begin(session.shift.clock, self._policy)
        desk.go("go:reports")
        desk.reports.list.setFocus()
        desk.claims.show_notes(session.notes)
        desk.exchanging.refresh()
        desk.exchanging.start()
        remind(session.own, desk.notices, now=session.shift.clock.now())
        self._return_to(session.place)
        self._look_after(self._laptop, session.shift)

    def _look_after(self, laptop: Laptop, shift: Shift) -> None:
        """Have the volumes checked and copied out of the way; only what is bad is shown."""
        assert self._background is not None
        background = self._background

        def tell(faults: Sequence[VaultError]) -> None:
            for each in faults:
                self.show_error(each)

        background.run(
            Lane.VAULT,
            lambda: laptop.upkeep(shift),
            then=lambda job: background.run(Lane.OPEN, job, then=tell, owner=self),
            owner=self,
        )

    def _return_to(self, place: str) -> None:
        assert self.desk is not None
        was = where_was(place)
        if self._starts_new:
            self._starts_new = False
            self.desk.writing.start()
        elif was is not None:
            ReturnPath(self.desk).lead_back(was)

    def show_error(self, error: IlocdocError) -> None:
        """Show what the world did wrong; the one place."""
        if self.desk is not None:
            self.desk.notices.show_error(error)
        else:
            self.lock_screen.show_error(error)

    def show_crash(self, error: BaseException) -> None:
        """Show what we did wrong."""
        self._crash.tell(error)

    def _presser(self, command: Command, number: int) -> Callable[[], None]:
        return lambda: self.press(command, number)

    def press(self, command: Command, number: int = 0) -> None:
        """Do what a key asks for."""
        if command is Command.THEME:
            self.look.next_theme()
        elif command in {Command.LARGER, Command.SMALLER, Command.USUAL_SIZE}:
            steps = {Command.LARGER: 1, Command.SMALLER: -1}
            self.look.step_scale(steps.get(command, 0))
        elif command is Command.LOCK:
            self.lock(LockReason.KEY)
        elif self._commands is not None:
            self._commands.press(command, number)

    @Slot()
    def _on_look(self) -> None:
        if self.desk is None or self._session is None or self._background is None:
            return
        self.desk.arrange()
        shift = self._session.shift
        kept = f"{self.look.theme} {self.look.scale}"
        self._background.run(Lane.VAULT, lambda: keep_text(shift, LOOK, kept), owner=self)

    @Slot(object)
    def lock(self, reason: LockReason = LockReason.KEY) -> None:
        """Hide at once, keep what is unkept, end the process that held keys; ask nothing."""
        if self._session is None or self._locker is None or self._locker.is_begun:
            return
        # Before it hides: a hidden window has no keys.
        parting = self._parting(reason)
        self.guard.end()
        self._locker.lock(self._session.shift, parting)

    def _parting(self, reason: LockReason) -> Parting:
        assert self.desk is not None
        assert self._session is not None
        self.desk.exchanging.stop()
        report = self.desk.writing.report
        if report is not None:
            report.autosave.pause()
        return Parting(
            at=utc_text(self._session.shift.clock.now()),
            reason=reason,
            place=text_of(ReturnPath(self.desk).where()),
            report_id="" if report is None else report.report_id,
            answers=None if report is None or report.is_kept else report.answers,
            stamps=() if report is None else report.untaken,
        )

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close without asking; what is typed is kept first."""
        if self._session is None or self._locker is None or self._locker.is_over:
            event.accept()
            return
        event.ignore()
        if self._locker.is_begun:
            return
        self.guard.end()
        self._stack.setEnabled(False)
        self._locker.leave(
            self._session.shift,
            self._parting(LockReason.CLOSED),
            then=self._close_again,
            failed=self._not_closed,
        )

    def _close_again(self) -> None:
        self.close()

    def _not_closed(self, error: IlocdocError) -> None:
        self.guard.go_on()
        self._stack.setEnabled(True)
        self.show_error(error)


def _opened(open_laptop: Callable[[], Laptop]) -> _Opened:
    laptop = open_laptop()
    officers = laptop.officers()
    return _Opened(
        laptop=laptop,
        officers=officers,
        cards=frozenset(each.id for each in officers if laptop.door.needs_card(each.id)),
        policy=laptop.policy(),
        takes_notes=laptop.takes_notes,
    )
