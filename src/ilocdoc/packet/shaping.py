"""Faces whose letters join, stack or change places: Arabic, Hebrew, Devanagari, Thai.

Paragraphs are broken into lines in reading order; what of a line is in such a face is
shaped when it is drawn, from the right where the script runs so. Each glyph knows the
letters it stands for, so that copying and searching give the text as it was written: readers
turn what runs from the right around themselves. Where glyphs change places, the text stands
beside them (ActualText).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any
from weakref import WeakKeyDictionary

import uharfbuzz

from ilocdoc.packet.document_font import DocumentFont

GLYPH_CODES = 0xF0000
"""Codes of glyphs begin here: plane 15, private use; a document never shows them."""

_OTHER_USE = 0x10000
"""Added when a document uses a glyph for two texts, as the first yeh of two languages."""

_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_NUMBER = re.compile(r"(\d+(?:[.,:/]\d+)*)")
_THOUSAND = 1000

SILENT = "\u200b"
"""What a dot or a mark stands for that belongs to a letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glyph:
    """A placed glyph; measures in thousandths of the font's size."""

    number: int
    """In the font."""
    width: int
    """As the font says."""
    advance: int
    """As the script asks."""
    right: int
    up: int
    text: str
    """What it stands for; `SILENT` when another glyph of its cluster says it."""


class ShapedFont(DocumentFont):
    """A TrueType face that is shaped by HarfBuzz."""

    def __init__(self, name: str, path: str) -> None:
        super().__init__(name, path)
        # Two faces from one file need two names in the document.
        self.face.name = name.encode()
        blob = uharfbuzz.Blob.from_file_path(path)
        self._shaper = uharfbuzz.Font(uharfbuzz.Face(blob))
        self._words: WeakKeyDictionary[Any, dict[int, str]] = WeakKeyDictionary()
        self.shape = lru_cache(maxsize=1024)(self._shape)

    def stringWidth(self, text: str, size: float, encoding: str = "utf8") -> float:  # noqa: N802 - reportlab's name
        """Return the width of a text in points, as it will be drawn."""
        del encoding
        return float(sum(each.advance for each in self.shape(text)) * size / _THOUSAND)

    def words_of_glyphs(self, doc: Any) -> Mapping[int, str]:
        """Return what the glyphs of a document stand for."""
        return self._words.get(doc, {})

    def pieces(self, text: str, doc: Any) -> Iterator[tuple[int, bytes, Glyph]]:
        """Yield (subset, character in it, glyph) from left to right, for drawing."""
        for glyph in self.shape(text):
            for subset, character in self.splitString(chr(self._code(glyph, doc)), doc):
                yield subset, character, glyph

    def _shape(self, text: str) -> tuple[Glyph, ...]:
        """Return the glyphs of a text from left to right."""
        if not runs_from_right(text):
            return tuple(self._run(text, "ltr"))
        # Numbers run from the left inside a text that runs from the right.
        runs = [each for each in _NUMBER.split(text) if each]
        return tuple(
            glyph
            for run in reversed(runs)
            for glyph in self._run(run, "ltr" if _NUMBER.fullmatch(run) else "rtl")
        )

    def _run(self, text: str, direction: str) -> Iterator[Glyph]:
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.cluster_level = uharfbuzz.BufferClusterLevel.MONOTONE_CHARACTERS
        buffer.guess_segment_properties()
        buffer.direction = direction
        uharfbuzz.shape(self._shaper, buffer, {})
        starts = sorted({info.cluster for info in buffer.glyph_infos})
        ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
        placed = zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
        for start, glyphs in groupby(placed, key=lambda each: each[0].cluster):
            together = list(glyphs)
            widest = max(together, key=lambda each: each[1].x_advance)
            words = text[start : ends[start]]
            for each in together:
                yield self._placed(*each, text=words if each is widest else SILENT)

    def _placed(self, info: Any, place: Any, *, text: str) -> Glyph:
        return Glyph(
            number=info.codepoint,
            width=round(self.face.hmetrics[info.codepoint][0] * self._scale),
            advance=round(place.x_advance * self._scale),
            right=round(place.x_offset * self._scale),
            up=round(place.y_offset * self._scale),
            text=text,
        )

    @property
    def _scale(self) -> float:
        return _THOUSAND / float(self.face.unitsPerEm)

    def _code(self, glyph: Glyph, doc: Any) -> int:
        """Return the code that draws a glyph in a document; the same in any process."""
        if glyph.text == " ":
            return ord(" ")
        words = self._words.setdefault(doc, {})
        code = GLYPH_CODES + glyph.number
        if words.setdefault(code, glyph.text) != glyph.text:
            code += _OTHER_USE
            words.setdefault(code, glyph.text)
        self.face.charToGlyph[code] = glyph.number
        self.face.charWidths[code] = glyph.width
        return code


def runs_from_right(text: str) -> bool:
    """Tell whether a text holds letters of a script that runs from the right."""
    return _RTL.search(text) is not None


def shaped_code(font: ShapedFont, text: str, *, canvas: Any, size: float, leading: float) -> str:
    """Return the operators that draw a text inside a text object.

    Args:
        font: A registered face.
        text: In reading order, without space at its ends.
        canvas: Whose document holds the font.
        size: In points.
        leading: In points.
    """
    set_size = f"{size:g} Tf {leading:g} TL"
    pieces = list(font.pieces(text, canvas._doc))  # noqa: SLF001 - as reportlab's own text objects
    if not runs_from_right(text):
        return _with_words(text, _drawn(pieces, font, canvas, set_size=set_size, size=size))
    code = []
    # Readers turn the whole around; a dot says nothing beside its letter.
    for is_silent, group in groupby(pieces, key=lambda each: each[2].text == SILENT):
        drawn = _drawn(list(group), font, canvas, set_size=set_size, size=size)
        code.append(_with_words("", drawn) if is_silent else drawn)
    return " ".join(code)


def _with_words(text: str, drawn: str) -> str:
    words = ("\ufeff" + text).encode("utf-16-be").hex().upper()
    return f"/Span <</ActualText <{words}>>> BDC {drawn} EMC"


def _drawn(
    pieces: Sequence[tuple[int, bytes, Glyph]],
    font: ShapedFont,
    canvas: Any,
    *,
    set_size: str,
    size: float,
) -> str:
    code = []
    for (subset, up), group in groupby(pieces, key=lambda each: (each[0], each[2].up)):
        name = font.getSubsetInternalName(subset, canvas._doc)  # noqa: SLF001 - see above
        code.append(f"{name} {set_size}")
        if up:
            code.append(f"{up * size / _THOUSAND:.3f} Ts")
        code.append(f"[{' '.join(_moves(group, canvas))}] TJ")
        if up:
            code.append("0 Ts")
    return " ".join(code)


def _moves(group: Iterable[tuple[int, bytes, Glyph]], canvas: Any) -> Iterator[str]:
    """Yield strings and movements (to the left) of a TJ operator."""
    for _subset, character, glyph in group:
        if glyph.right:
            yield str(-glyph.right)
        yield f"({canvas._escape(character)})"  # noqa: SLF001 - see above
        back = glyph.width - glyph.advance + glyph.right
        if back:
            yield str(back)
