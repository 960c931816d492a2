"""Text of people becomes markup here, and nowhere else.

reportlab's paragraphs read markup: a name holding `<img src=…>` would place a local file
in the document. Every value therefore passes `esc`, and flowables take `SafeMarkup`, a
type that a plain `str` is not. What is shown is a rendering; the record itself is
`report.json`, where text stands untouched.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from xml.sax.saxutils import escape

import arabic_reshaper
from bidi.algorithm import get_display

from ilocdoc.packet.typefaces import SANS, face, face_for

PARAGRAPH_LIMIT = 5000
"""Characters of one paragraph; reportlab's time grows with the square of it."""

_WORD_LIMIT = 60
_DROPPED = re.compile("[\u00ad\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff]")
_RTL = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]"
_RTL_RUN = re.compile(f"{_RTL}+(?:[ \u00a0]+{_RTL}+)*")
_LONG_WORD = re.compile(rf"\S{{{_WORD_LIMIT}}}(?=\S)")
_INVISIBLE = frozenset(["Cc", "Cf", "Cs", "Co", "Cn"])


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeMarkup:
    """Markup that is known to hold nothing but text and faces."""

    xml: str
    """For reportlab's paragraph parser."""
    spoken: str
    """The same in reading order, for screen readers; empty when `xml` reads right."""
    plain: str
    """The same without markup, in reading order."""

    def __add__(self, other: "SafeMarkup") -> "SafeMarkup":
        """Return one after the other."""
        spoken = self.plain + other.plain if self.spoken or other.spoken else ""
        return SafeMarkup(xml=self.xml + other.xml, spoken=spoken, plain=self.plain + other.plain)


def esc(text: str, *, base: str = SANS) -> SafeMarkup:
    """Return text as markup: every character drawn, shown as [U+XXXX], or no character.

    Line breaks are kept. Zero-width characters and byte order marks are left out, other
    control, private and direction-changing characters are made visible.

    Args:
        text: Anything at all.
        base: Face of the paragraph; other faces are used where it lacks a character.
    """
    normal = _DROPPED.sub("", unicodedata.normalize("NFC", text)).replace("\r\n", "\n")
    visible = "".join(_visible(each, base) for each in normal)
    has_rtl = _RTL_RUN.search(visible) is not None
    shaped = _RTL_RUN.sub(lambda run: _displayed(run[0]), visible) if has_rtl else visible
    lines = [_faced(_LONG_WORD.sub(r"\g<0> ", line), base) for line in shaped.split("\n")]
    return SafeMarkup(xml="<br/>".join(lines), spoken=visible if has_rtl else "", plain=visible)


def _visible(character: str, base: str) -> str:
    if character in "\n ":
        return character
    if character in "\t\u00a0":
        return " "
    if unicodedata.category(character) in _INVISIBLE or not face_for(character, base=base):
        return f"[U+{ord(character):04X}]"
    return character


def _displayed(run: str) -> str:
    """Return a right-to-left run as it is drawn from the left, kept on one line."""
    arabic = "NotoSansArabic-Regular"
    joined = arabic_reshaper.reshape(run)
    if not all(ord(each) in face(arabic) for each in joined if "\u0600" <= each <= "\ufefc"):
        joined = run
    display = get_display(joined, base_dir="R")
    display = display if isinstance(display, str) else display.decode()
    return display.replace(" ", "\u00a0") if len(display) <= _WORD_LIMIT else display


def _faced(line: str, base: str) -> str:
    parts = []
    for name, run in groupby(line, key=lambda each: _face_of(each, base)):
        text = escape("".join(run))
        parts.append(text if name == base else f'<font name="{name}">{text}</font>')
    return "".join(parts)


def _face_of(character: str, base: str) -> str:
    return base if character == "\u00a0" else face_for(character, base=base) or base


def in_face(markup: SafeMarkup, name: str) -> SafeMarkup:
    """Return markup set in another face; for short texts of our own."""
    return SafeMarkup(
        xml=f'<font name="{name}">{markup.xml}</font>', spoken=markup.spoken, plain=markup.plain
    )


def joined(parts: Iterable[SafeMarkup], *, separator: str = ", ") -> SafeMarkup:
    """Return markups one after the other, with a separator of our own between them."""
    total = SafeMarkup(xml="", spoken="", plain="")
    between = SafeMarkup(xml=escape(separator).replace("\n", "<br/>"), spoken="", plain=separator)
    for number, part in enumerate(parts):
        total = total + between + part if number else part
    return total


def paragraphs(text: str) -> list[str]:
    """Cut text at line ends, and long lines between words; nothing is left out."""
    pieces = []
    for line in text.replace("\r\n", "\n").split("\n"):
        rest = line
        while len(rest) > PARAGRAPH_LIMIT:
            at = rest.rfind(" ", 0, PARAGRAPH_LIMIT) + 1 or PARAGRAPH_LIMIT
            pieces.append(rest[:at])
            rest = rest[at:]
        if rest.strip():
            pieces.append(rest)
    return pieces
