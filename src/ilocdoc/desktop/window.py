"""The window: sign-in, then the desk; keys; lock."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Slot
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget

from ilocdoc.casework.shift import Shift
from ilocdoc.desktop.background import Background, Lane
from ilocdoc.desktop.commands import Commands
from ilocdoc.desktop.crash_sheet import CrashSheet
from ilocdoc.desktop.desk import Desk
from ilocdoc.desktop.idle import Idle
from ilocdoc.desktop.keys import KEYS, Command
from ilocdoc.desktop.ports import Laptop, Relaunch
from ilocdoc.desktop.session import LOOK, PLACE, Session, keep_text, sign_in
from ilocdoc.desktop.sign_in_page import SignInPage
from ilocdoc.desktop.theme import Look
from ilocdoc.desktop.writing import field_with_keys, where_was
from ilocdoc.record.errors import IlocdocError, VaultError
from ilocdoc.record.people import Officer

SMALLEST = (960, 600)
"""Set so that contents can never push the window past the screen."""


class MainWindow(QMainWindow):
    """One window for one laptop folder."""

    def __init__(self, *, look: Look, relaunch: Relaunch, start_new: bool) -> None:
        super().__init__()
        self.setWindowTitle("ilocdoc")
        self.setMinimumSize(*SMALLEST)
        self.look, self._relaunch, self._starts_new = look, relaunch, start_new
        self._laptop: Laptop | None = None
        self._background: Background | None = None
        self._session: Session | None = None
        self.desk: Desk | None = None
        self._commands: Commands | None = None
        self._crash = CrashSheet(look, self)
        self.sign_in_page = SignInPage(look)
        self.sign_in_page.signed_in.connect(self.sign_in)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.sign_in_page)
        self.setCentralWidget(self._stack)
        self.idle = Idle()
        self.idle.expired.connect(self.lock)
        look.changed.connect(self._on_look)
        for key in KEYS:
            for keys in key.keys:
                shortcut = QShortcut(QKeySequence(keys), self)
                shortcut.activated.connect(self._presser(key.command, key.number))

    def begin(self, background: Background, open_laptop: Callable[[], Laptop]) -> None:
        """Open the laptop's folder on the vault lane and show who can sign in."""
        self._background = background
        background.run(
            Lane.VAULT,
            lambda: _opened(open_laptop),
            then=lambda opened: self._show_officers(*opened),
            owner=self,
        )

    def _show_officers(self, laptop: Laptop, officers: Sequence[Officer]) -> None:
        self._laptop = laptop
        self.sign_in_page.show_officers(
            officers, device=laptop.device, is_training=laptop.is_training
        )

    @Slot(str, str)
    def sign_in(self, star: str, passphrase: str) -> None:
        """Open an officer's volume."""
        assert self._background is not None
        assert self._laptop is not None
        laptop = self._laptop
        self._background.run(
            Lane.VAULT,
            lambda: sign_in(laptop, star, passphrase),
            then=self._enter,
            failed=self.sign_in_page.show_refusal,
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
            locks_in_s=lambda: self.idle.left_s,
        )
        desk.lock_wanted.connect(self.lock)
        self.desk = desk
        self._commands = Commands(desk, look=self.look)
        self._stack.addWidget(desk)
        self._stack.setCurrentWidget(desk)
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self.idle)
        self.idle.start()
        desk.go("go:reports")
        desk.reports.list.setFocus()
        desk.exchanging.refresh()
        desk.exchanging.start()
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
            self.desk.writing.return_to(was)

    def show_error(self, error: IlocdocError) -> None:
        """Show what the world did wrong; the one place."""
        if self.desk is not None:
            self.desk.notices.show_error(error)
        else:
            self.sign_in_page.show_refusal(error)

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
            self.lock()
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

    @Slot()
    def lock(self) -> None:
        """Hide at once, keep the draft and where it was, end the process that held keys."""
        if self.desk is None or self._session is None:
            return
        # Before it hides: a hidden window has no keys.
        field = field_with_keys(self.desk.writing)
        self.hide()
        self.idle.start()
        self.desk.exchanging.stop()
        self.desk.writing.settle(lambda: self._end(field))

    def _end(self, field: str) -> None:
        assert self.desk is not None
        assert self._session is not None
        assert self._background is not None
        shift, where = self._session.shift, self.desk.writing.where(field)
        place = where.text() if where else ""

        def close(shift: Shift = shift) -> None:
            keep_text(shift, PLACE, place)
            shift.vault.close()

        self._background.run(
            Lane.VAULT, close, then=lambda _done: self._relaunch(), failed=self._not_locked
        )

    def _not_locked(self, error: IlocdocError) -> None:
        self.show()
        self.show_error(error)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close without asking; what is typed is kept first."""
        if self.desk is None or self.desk.writing.report is None:
            event.accept()
            return
        autosave = self.desk.writing.report.autosave
        if autosave.is_settled:
            event.accept()
            return
        event.ignore()
        autosave.when_settled(self._close_again)

    def _close_again(self) -> None:
        self.close()


def _opened(open_laptop: Callable[[], Laptop]) -> tuple[Laptop, Sequence[Officer]]:
    laptop = open_laptop()
    return laptop, laptop.officers()
