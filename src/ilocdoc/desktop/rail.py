"""The dark rail: where navigation is, and nothing else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QFrame, QLabel, QSizePolicy, QToolButton, QVBoxLayout

from ilocdoc.desktop.controls import set_role, text_label
from ilocdoc.desktop.theme import Look
from ilocdoc.record.people import Officer


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One way of the rail."""

    name: str
    """Object name."""
    label: str
    icon: str
    is_page: bool = True
    """False for an act, which is never "where I am"."""


NEW = Stop(name="new_report", label="New report", icon="plus", is_page=False)
REPORTS = Stop(name="go:reports", label="Reports", icon="clipboard-list")
REVIEW = Stop(name="go:review", label="Review", icon="clipboard-check")
REFER = Stop(name="go:refer", label="Refer", icon="file-check")
SYNC = Stop(name="go:sync", label="Sync", icon="refresh-cw")
END_SHIFT = Stop(name="go:shift", label="End shift", icon="log-out")
HELP = Stop(name="go:help", label="Help", icon="info")
LOCK = Stop(name="lock", label="Lock", icon="lock", is_page=False)

RAIL_PX, RAIL_WIDE_PX, RAIL_NARROW_PX = 92, 200, 68
STOP_PX, STOP_WIDE_PX = 74, 52
ICON_PX = 24


class RailButton(QToolButton):
    """One way; its icon follows the theme and whether one is there."""

    def __init__(self, stop: Stop, *, look: Look) -> None:
        super().__init__()
        self.stop, self._look = stop, look
        self.setObjectName(stop.name)
        self.setText(stop.label)
        self.setAccessibleName(stop.label)
        self.setToolTip(stop.label)
        self.setCheckable(stop.is_page)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if stop is NEW:
            self.setProperty("kind", "new")
        look.changed.connect(self.tint)
        self.toggled.connect(self.tint)
        self.tint()

    @Slot()
    def tint(self) -> None:
        """Draw the icon."""
        colour = "navon" if self.isChecked() else "navtext"
        if self.stop is NEW:
            colour = "onprimary"
        gap = 10 if self.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonTextBesideIcon else 0
        self.setIcon(self._look.icon(self.stop.icon, colour, size=ICON_PX, gap=gap))
        self.setIconSize(QSize(self._look.px(ICON_PX + gap), self._look.px(ICON_PX)))

    def spread(self, *, is_wide: bool, is_narrow: bool) -> None:
        """Put the words beside the icon, under it, or only into the tool tip."""
        style = Qt.ToolButtonStyle.ToolButtonTextUnderIcon
        if is_wide:
            style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        if is_narrow:
            style = Qt.ToolButtonStyle.ToolButtonIconOnly
        self.setToolButtonStyle(style)
        set_role(self, "spread", is_wide)
        self.tint()
        self.setFixedHeight(self._look.px(STOP_WIDE_PX if is_wide else STOP_PX))

    def show_badge(self, words: str) -> None:
        """Say that something waits here; empty words say nothing."""
        self.setText(f"{self.stop.label} •" if words else self.stop.label)
        self.setAccessibleName(f"{self.stop.label}, {words}" if words else self.stop.label)
        self.setToolTip(self.accessibleName())


class Rail(QFrame):
    """All ways that this member has."""

    chosen = Signal(str)
    """Object name of a way."""

    def __init__(self, stops: Sequence[Stop], *, look: Look, officer: Officer) -> None:
        super().__init__()
        self.setObjectName("rail")
        self._look = look
        column = QVBoxLayout(self)
        column.setContentsMargins(look.px(8), look.px(12), look.px(8), look.px(12))
        column.setSpacing(look.px(6))
        self._brand = QLabel("ilocdoc")
        self._brand.setObjectName("brand")
        column.addWidget(self._brand)
        self._group = QButtonGroup(self)
        self.buttons: dict[str, RailButton] = {}
        for stop in stops:
            if stop is HELP:
                column.addStretch()
            button = RailButton(stop, look=look)
            button.clicked.connect(self._chooser(stop.name))
            if stop.is_page:
                self._group.addButton(button)
            self.buttons[stop.name] = button
            column.addWidget(button)
        self._who = text_label(f"{officer.printed_name}\nStar {officer.star}", "meta")
        column.addWidget(self._who)

    def _chooser(self, name: str) -> Callable[[], None]:
        return lambda: self.chosen.emit(name)

    def show_chosen(self, name: str) -> None:
        """Mark where the member is; an unknown name marks nothing."""
        button = self.buttons.get(name)
        self._group.setExclusive(False)
        for each in self.buttons.values():
            each.setChecked(each is button and each.isCheckable())
        self._group.setExclusive(True)

    def arrange(self, *, is_wide: bool, is_narrow: bool) -> None:
        """Open into a labelled list, or fold to icons."""
        width = RAIL_WIDE_PX if is_wide else RAIL_PX
        self.setFixedWidth(self._look.px(RAIL_NARROW_PX if is_narrow else width))
        self._brand.setVisible(is_wide)
        self._who.setVisible(is_wide)
        for button in self.buttons.values():
            button.spread(is_wide=is_wide, is_narrow=is_narrow)
