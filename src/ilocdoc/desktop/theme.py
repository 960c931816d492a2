"""The look: three sets of colours, one text scale, one style sheet filled from both."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QGuiApplication,
    QIcon,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from ilocdoc.shelf import resource

FONT = "Atkinson Hyperlegible Next"
SCALES = (1.0, 1.15, 1.3, 1.5, 1.75, 2.0)
"""Steps of the text size."""
BOX_SHARE = 0.4
"""Letters grow by the whole scale, boxes by this share of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """One set of colours; each is "#RRGGBB"."""

    bg: str
    """Behind cards."""
    surface: str
    """Cards, fields, bars."""
    raised: str
    """Side pane, hover."""
    nav: str
    navtext: str
    navsel: str
    navon: str
    """Words and icons of the chosen rail button."""
    text: str
    text2: str
    """Hints, meta, placeholder."""
    border: str
    """Card edges; decoration only."""
    input: str
    """Edges of anything that can be used."""
    focus: str
    primary: str
    onprimary: str
    tint: str
    """Selected row."""
    ontint: str
    ok: str
    warn: str
    warntint: str
    warnline: str
    danger: str
    """Error text."""
    dangerfill: str
    """The EMS button."""
    ondanger: str
    flag: str
    """Thin marker in the rail."""
    accent: str
    """Text and icons of what is chosen or can be followed."""
    paper: str
    """White of a document's page on this screen: a white page blinds in a dark car."""


THEMES = ("day", "night", "red")
"""In the order of F8."""


@lru_cache(maxsize=1)
def _all_colours() -> Mapping[str, Colours]:
    listed = tomllib.loads(resource("styles", "colours.toml").read_text(encoding="utf-8"))
    return {theme: Colours(**listed[theme]) for theme in THEMES}


def colours_of(theme: str) -> Colours:
    """Return the colours of a theme."""
    return _all_colours()[theme]


class Look(QObject):
    """Theme and text scale in force; widgets that paint or tint listen to `changed`."""

    changed = Signal()

    def __init__(self, *, theme: str = "day", scale: float = 1.0) -> None:
        super().__init__()
        self.theme, self.scale = theme, scale

    @property
    def colours(self) -> Colours:
        """The colours in force."""
        return colours_of(self.theme)

    def px(self, size: float) -> int:
        """Return a box's length in pixels at this scale."""
        return round(size * (1 + BOX_SHARE * (self.scale - 1)))

    def font_px(self, size: float) -> int:
        """Return a letter's height in pixels at this scale."""
        return round(size * self.scale)

    def font(self, size: float, *, weight: int = 400) -> QFont:
        """Return the shipped font for painting."""
        font = QFont(FONT)
        font.setPixelSize(self.font_px(size))
        font.setWeight(QFont.Weight(weight))
        return font

    def next_theme(self) -> None:
        """Go on to the next set of colours (F8)."""
        place = THEMES.index(self.theme) + 1
        self.set_look(theme=THEMES[place % len(THEMES)], scale=self.scale)

    def step_scale(self, step: int) -> None:
        """Make text larger (1), smaller (-1) or as it was (0)."""
        place = SCALES.index(self.scale) + step if step else 0
        self.set_look(theme=self.theme, scale=SCALES[max(0, min(place, len(SCALES) - 1))])

    def set_look(self, *, theme: str, scale: float) -> None:
        """Change theme and scale; what is not known is left as it is."""
        wanted = (
            theme if theme in THEMES else self.theme,
            scale if scale in SCALES else self.scale,
        )
        if wanted != (self.theme, self.scale):
            self.theme, self.scale = wanted
            self.apply()

    def apply(self) -> None:
        """Style the whole application."""
        application = QApplication.instance()
        assert isinstance(application, QApplication), application
        # From sheet to sheet, Qt hands every change down again for each container: 2.1 s for a
        # window of 2,280 widgets. By way of no sheet it takes 0.3 s; nothing is painted between.
        application.setStyleSheet("")
        application.setPalette(palette(self.colours))
        application.setFont(self.font(15.5))
        application.setStyleSheet(style_sheet(self.theme, self.scale))
        self.changed.emit()

    def icon(self, name: str, colour: str, *, size: float = 20, gap: float = 0) -> QIcon:
        """Return a shipped icon in one of the colours' names, sharp on this screen.

        Args:
            name: Of the file without its ending.
            colour: A field of `Colours`.
            size: Of the square, at 100 %.
            gap: Empty room to its right, at 100 %.
        """
        ratio = QGuiApplication.primaryScreen().devicePixelRatio()
        tint = getattr(self.colours, colour)
        return QIcon(icon_pixmap(name, tint, self.px(size), ratio, gap_px=self.px(gap)))


def palette(colours: Colours) -> QPalette:
    """Return the palette that unstyled parts of Qt draw with."""
    filled = QPalette()
    roles = QPalette.ColorRole
    for role, colour in (
        (roles.Window, colours.bg),
        (roles.WindowText, colours.text),
        (roles.Base, colours.surface),
        (roles.AlternateBase, colours.raised),
        (roles.Text, colours.text),
        (roles.PlaceholderText, colours.text2),
        (roles.Button, colours.surface),
        (roles.ButtonText, colours.text),
        (roles.Highlight, colours.primary),
        (roles.HighlightedText, colours.onprimary),
        (roles.ToolTipBase, colours.raised),
        (roles.ToolTipText, colours.text),
        (roles.Link, colours.accent),
    ):
        filled.setColor(role, QColor(colour))
    return filled


_HOLE = re.compile(r"\$(\w+)")
_LENGTH = re.compile(r"([fb])(\d+)(?:_(\d))?")


def fill(template: str, colours: Colours, scale: float) -> str:
    """Return a style sheet with its holes filled.

    `$text` is a colour; `$f16` is the height of letters of 16 px at 100 %; `$b48` is a
    box's length of 48 px; `$f12_5` is 12.5 px.

    Raises:
        KeyError: If a hole has another name.
    """

    def filling(found: re.Match[str]) -> str:
        name = found[1]
        if length := _LENGTH.fullmatch(name):
            size = float(f"{length[2]}.{length[3] or 0}")
            grown = size * (scale if length[1] == "f" else 1 + BOX_SHARE * (scale - 1))
            return f"{round(grown)}px"
        if name not in {each.name for each in fields(Colours)}:
            raise KeyError(name)
        return str(getattr(colours, name))

    return _HOLE.sub(filling, template)


@lru_cache(maxsize=32)
def style_sheet(theme: str, scale: float) -> str:
    """Return the filled style sheet of a theme at a scale."""
    template = resource("styles", "desktop.qss").read_text(encoding="utf-8")
    return fill(template, colours_of(theme), scale)


@lru_cache(maxsize=128)
def _svg(name: str) -> bytes:
    return resource("icons", f"{name}.svg").read_bytes()


@lru_cache(maxsize=1024)
def icon_pixmap(name: str, tint: str, size_px: int, ratio: float, *, gap_px: int = 0) -> QPixmap:
    """Return a shipped icon drawn in one colour.

    Args:
        name: Of the file without its ending.
        tint: "#RRGGBB".
        size_px: Of the square, in logical pixels.
        ratio: Physical pixels in a logical one.
        gap_px: Empty room to the right of the square, in logical pixels.
    """
    side = round(size_px * ratio)
    drawn = QPixmap(side + round(gap_px * ratio), side)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    svg = _svg(name).replace(b"currentColor", tint.encode())
    QSvgRenderer(svg).render(painter, QRectF(0, 0, side, side))
    painter.end()
    drawn.setDevicePixelRatio(ratio)
    return drawn


def load_fonts() -> None:
    """Make the shipped fonts known to Qt; call once after the application exists."""
    for path in sorted(resource("fonts").glob("AtkinsonHyperlegible*.ttf")):
        QFontDatabase.addApplicationFont(str(path))


def system_theme() -> str:
    """Return day or night as the system prefers."""
    scheme = QGuiApplication.styleHints().colorScheme()
    return "night" if scheme is Qt.ColorScheme.Dark else "day"
