"""Text of people becomes markup here, and nowhere else.

reportlab's paragraphs read markup: a name holding `<img src=…>` would place a local file
in the document. Every value therefore passes `esc`, and flowables take `SafeMarkup`, a
type that a plain `str` is not. What is shown is a rendering; the record itself is
`report.json`, where text stands untouched.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from xml.sax.saxutils import escape

from ilocdoc.packet.shaping import runs_from_right
from ilocdoc.packet.typefaces import ARABIC, DEVANAGARI, HEBREW, SANS, THAI, face, face_for

PARAGRAPH_LIMIT = 5000
"""Characters of one paragraph; reportlab's time grows with the square of it."""

_DROPPED = re.compile("[\u00ad\u200b\u2060\ufe00-\ufe0f\ufeff]")
_JOINERS = "\u200c\u200d"
_JOINED = {
    ARABIC: "[\u0600-\u08ff\ufb50-\ufdff\ufe70-\ufefc]",
    HEBREW: "[\u0590-\u05ff\ufb1d-\ufb4f]",
    DEVANAGARI: "[\u0900-\u097f\u1cd0-\u1cff\ua8e0-\ua8ff]",
    THAI: "[\u0e00-\u0e7f]",
}
"""Letters of the scripts that are shaped, by face."""
_NEUTRAL = r"[\d\s.,:;!?()\[\]\"'/%+*=&@#\u2010-\u201f\u2026\u00ab\u00bb-]"
_ENDS = r"[.!?:;,\u2026)\]\"'\u201d\u00bb]*"
_RTL = f"(?:{_JOINED[ARABIC]}|{_JOINED[HEBREW]})"
_FIRST_LETTER = re.compile(r"[^\W\d_]")
_JOINER_KEPT = re.compile(
    f"(?<={_JOINED[ARABIC][:-1]}{_JOINED[DEVANAGARI][1:]})[{_JOINERS}]"
    f"(?={_JOINED[ARABIC][:-1]}{_JOINED[DEVANAGARI][1:]}|$)"
)
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
    # Registers the face, too.
    known = face(base)
    if normal.isascii() and normal.isprintable() and known:
        # Most texts; every base face has these letters.
        return SafeMarkup(xml=escape(normal), spoken="", plain=normal)
    visible = "".join(_visible(each, base) for each in _without_stray_joiners(normal))
    lines = [_faced(line, base) for line in visible.split("\n")]
    spoken = visible if runs_from_right(visible) else ""
    return SafeMarkup(xml="<br/>".join(lines), spoken=spoken, plain=visible)


def _without_stray_joiners(text: str) -> str:
    """Keep a zero-width joiner only where a script is written with it."""
    if not any(each in text for each in _JOINERS):
        return text
    kept = {found.start() for found in _JOINER_KEPT.finditer(text)}
    return "".join(each for place, each in enumerate(text) if each not in _JOINERS or place in kept)


def _visible(character: str, base: str) -> str:
    if character in "\n " or character in _JOINERS:
        return character
    if character in "\t\u00a0":
        return " "
    if unicodedata.category(character) in _INVISIBLE or not face_for(character, base=base):
        return f"[U+{ord(character):04X}]"
    return character


def _faced(line: str, base: str) -> str:
    """Return a line with each part in the face that draws it."""
    parts = []
    for name, run in _runs(line, base):
        text = escape(run)
        parts.append(text if name == base else f'<font name="{name}">{text}</font>')
    return "".join(parts)


def _runs(line: str, base: str) -> Iterator[tuple[str, str]]:
    """Yield (face, text). A run of a shaped script is one, its spaces and signs with it."""
    at = 0
    for found in _shaped_runs(line):
        yield from _plain_runs(line[at : found.start()], base)
        name = next(each for each, letters in _JOINED.items() if re.match(letters, found[0]))
        if all(ord(each) in face(name) for each in found[0]):
            yield name, found[0]
        else:
            yield from _plain_runs(found[0], base)
        at = found.end()
    yield from _plain_runs(line[at:], base)


def _shaped_runs(line: str) -> Iterator[re.Match[str]]:
    first = _FIRST_LETTER.search(line)
    runs_left = first is not None and re.match(_RTL, first[0]) is not None
    return _RUNS[runs_left].finditer(line)


def _run_pattern(*, ends: str) -> re.Pattern[str]:
    """Return what a shaped run is.

    Signs and numbers between letters that run from the right are drawn in their order.
    """
    right = (
        f"{letters}(?:(?:{letters}|{_NEUTRAL}|[{_JOINERS}])*{letters})?{ends}"
        for letters in (_JOINED[ARABIC], _JOINED[HEBREW])
    )
    left = (f"{letters}(?:{letters}|[{_JOINERS}])*" for letters in (_JOINED[DEVANAGARI],))
    return re.compile("|".join((*right, *left, f"{_JOINED[THAI]}+")))


_RUNS = {False: _run_pattern(ends=""), True: _run_pattern(ends=_ENDS)}
"""By whether the line's first letter runs from the right; then its last sign does, too."""


def _plain_runs(text: str, base: str) -> Iterator[tuple[str, str]]:
    for name, run in groupby(text, key=lambda each: face_for(each, base=base) or base):
        yield name, "".join(run)


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
