"""What anybody sees: the use banner, signing in, and a line that can be written unread."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from ilocdoc.desktop.banner_page import BannerPage
from ilocdoc.desktop.note_bar import NoteBar
from ilocdoc.desktop.sign_in_page import SignInPage
from ilocdoc.desktop.theme import Look
from ilocdoc.desktop.way_back import WayBack
from ilocdoc.desktop.way_back_page import WayBackPage
from ilocdoc.record.errors import IlocdocError
from ilocdoc.record.people import Officer
from ilocdoc.record.policy import Policy
from ilocdoc.record.sessions import LockReason


class LockScreen(QWidget):
    """Nothing of any report can be read here."""

    acknowledged = Signal(str)
    """The banner that a person accepted."""

    def __init__(self, look: Look, *, locked_by: LockReason | None) -> None:
        super().__init__()
        self.banner_page = BannerPage(look, locked_by=locked_by)
        self.sign_in_page = SignInPage(look)
        self.note_bar = NoteBar(look)
        self.way_back_page = WayBackPage(look)
        self.way_back = WayBack(self.way_back_page)
        self._officers: Sequence[Officer] = ()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.banner_page)
        self._pages.addWidget(self.sign_in_page)
        self._pages.addWidget(self.way_back_page)
        self.sign_in_page.help_wanted.connect(self._on_help_wanted)
        self.way_back.opened.connect(lambda: self._pages.setCurrentWidget(self.way_back_page))
        self.way_back.done.connect(self._on_released)
        self.way_back_page.left.connect(self._back_to_signing_in)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._pages, 1)
        column.addWidget(self.note_bar)
        self.note_bar.hide()
        self.banner_page.acknowledged.connect(self._on_acknowledged)

    def show_laptop(
        self,
        officers: Sequence[Officer],
        *,
        device: str,
        is_training: bool,
        policy: Policy,
        takes_notes: bool,
        cards: frozenset[str],
    ) -> None:
        """Show whose laptop it is, once its folder is open."""
        self._officers = officers
        self.banner_page.show_banner(policy.banner, device=device, is_training=is_training)
        self.sign_in_page.show_officers(
            officers, device=device, is_training=is_training, cards=cards
        )
        self.note_bar.setVisible(takes_notes)

    @Slot(str)
    def _on_acknowledged(self, banner: str) -> None:
        self._pages.setCurrentWidget(self.sign_in_page)
        self.sign_in_page.focus_first()
        self.acknowledged.emit(banner)

    @Slot(str)
    def _on_help_wanted(self, star: str) -> None:
        for each in self._officers:
            if each.id == star:
                self.way_back.open(each)

    @Slot(str)
    def _on_released(self, words: str) -> None:
        self._back_to_signing_in()
        self.sign_in_page.show_released(words)

    @Slot()
    def _back_to_signing_in(self) -> None:
        self._pages.setCurrentWidget(self.sign_in_page)
        self.sign_in_page.focus_first()

    def show_error(self, error: IlocdocError) -> None:
        """Tell what the world did wrong, on the page in view."""
        if self._pages.currentWidget() is self.banner_page:
            self.banner_page.show_error(error)
        else:
            self.sign_in_page.show_refusal(error)
