"""Colours can be told apart, and sizes can be pressed, in every theme."""

import re

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QPlainTextEdit, QWidget

from ilocdoc.desktop.theme import BOX_SHARE, THEMES, colours_of, fill, style_sheet
from tests.desktop.conftest import Driver
from tests.desktop.test_first_day import Start, complete_draft, open_first, submitted
from tests.doubles.memory_laptop import MemoryLaptop

TEXT, EDGE = 4.5, 3.0
"""WCAG 2.2: 1.4.3 and 1.4.11."""
PAIRS = (
    *((text, ground, TEXT) for text in ("text", "text2") for ground in ("surface", "bg", "raised")),
    ("onprimary", "primary", TEXT),
    ("ondanger", "dangerfill", TEXT),
    ("ontint", "tint", TEXT),
    ("text", "tint", TEXT),
    ("text2", "tint", TEXT),
    ("text", "warntint", TEXT),
    ("text2", "warntint", TEXT),
    ("warn", "warntint", TEXT),
    *((tone, "surface", TEXT) for tone in ("ok", "warn", "danger", "accent")),
    *((tone, "raised", TEXT) for tone in ("ok", "warn", "danger", "accent")),
    *((tone, "tint", TEXT) for tone in ("ok", "warn", "accent")),
    ("navtext", "nav", TEXT),
    ("navon", "navsel", TEXT),
    ("input", "surface", EDGE),
    ("input", "raised", EDGE),
    ("focus", "surface", EDGE),
    ("focus", "raised", EDGE),
    ("primary", "surface", EDGE),
    ("warnline", "surface", EDGE),
    ("flag", "navsel", EDGE),
)
LEAST_PX = 44


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_contrast_of_black_on_white_is_known() -> None:
    assert round(contrast("#000000", "#FFFFFF"), 1) == 21.0
    assert contrast("#777777", "#888888") < EDGE


@pytest.mark.parametrize("theme", THEMES)
def test_words_and_edges_stand_out_from_their_ground(theme: str) -> None:
    colours = colours_of(theme)
    faint = [
        (front, ground, round(contrast(getattr(colours, front), getattr(colours, ground)), 2))
        for front, ground, least in PAIRS
        if contrast(getattr(colours, front), getattr(colours, ground)) < least
    ]
    assert faint == []


@pytest.mark.parametrize("theme", THEMES)
def test_a_style_sheet_has_no_hole_left_and_only_colours_of_its_theme(theme: str) -> None:
    sheet = style_sheet(theme, 1.5)
    assert "$" not in sheet
    used = set(re.findall(r"#[0-9A-Fa-f]{6}\b", sheet))
    colours = colours_of(theme)
    assert used <= {getattr(colours, name) for name in colours.__slots__}


def test_letters_grow_by_the_scale_and_boxes_by_their_share() -> None:
    filled = fill("a { x: $f10; y: $b10; }", colours_of("day"), 2.0)
    assert filled == f"a {{ x: 20px; y: {round(10 * (1 + BOX_SHARE))}px; }}"


def test_an_unknown_hole_is_refused() -> None:
    with pytest.raises(KeyError):
        fill("a { color: $colour; }", colours_of("day"), 1.0)


def small_or_nameless(root: QWidget) -> list[str]:
    """What can be pressed or typed in, and is too small or has no name."""
    found = []
    for widget in root.findChildren(QWidget):
        is_target = isinstance(widget, QAbstractButton | QLineEdit | QPlainTextEdit)
        if not is_target or not widget.isVisible():
            continue
        if not widget.accessibleName():
            found.append(f"{widget.objectName() or type(widget).__name__} has no name")
        if widget.height() < LEAST_PX or widget.width() < LEAST_PX:
            size = f"{widget.width()} x {widget.height()}"
            found.append(f"{widget.objectName() or widget.accessibleName()} is {size}")
    return found


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("theme", THEMES)
def test_everything_that_can_be_used_is_named_and_44_pixels(
    start: Start, laptop: MemoryLaptop, theme: str, scale: float
) -> None:
    complete_draft(laptop)
    driver = start(laptop, theme=theme)
    driver.look.set_look(theme=theme, scale=scale)
    assert small_or_nameless(driver.window) == []
    driver.sign_in()
    driver.look.set_look(theme=theme, scale=scale)
    QApplication.processEvents()
    assert small_or_nameless(driver.window) == []
    open_first(driver, "report_list")
    form = driver.window.desk.writing.form
    # Sizes do not follow the theme: every page in one, some in the others.
    for name, _label in form.steps if theme == "day" else form.steps[:2]:
        form.go(name)
        driver.settle()
        assert small_or_nameless(driver.window) == [], name
    driver.tap("new_report")
    assert small_or_nameless(driver.window) == []


def test_the_pages_of_sergeant_and_help_are_named_and_44_pixels(
    start: Start, laptop: MemoryLaptop
) -> None:
    submitted(laptop)
    driver = start(laptop).sign_in("99010")
    for way in ("go:review", "go:refer", "go:sync", "go:help"):
        driver.tap(way)
        assert small_or_nameless(driver.window) == [], way


def test_nothing_pushes_the_window_past_its_least_size(driver: Driver) -> None:
    driver.tap("new_report")
    driver.tap("open_full")
    driver.window.resize(960, 600)
    QApplication.processEvents()
    assert (driver.window.width(), driver.window.height()) == (960, 600)
    driver.look.set_look(theme="day", scale=2.0)
    QApplication.processEvents()
    assert (driver.window.width(), driver.window.height()) == (960, 600)
