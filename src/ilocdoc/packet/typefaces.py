"""The fonts of documents: which faces there are, and which of them has a character.

Files lie under `resources/fonts`, each beside its licence. A face is read from disk when
the first document needs it; the large ones (Chinese, Korean) only when a name does.
"""

import re
from functools import lru_cache
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from ilocdoc.shelf import resource

SERIF = "SourceSerif4-Regular"
SERIF_BOLD = "SourceSerif4-SemiBold"
SERIF_ITALIC = "SourceSerif4-Italic"
SANS = "SourceSans3-Regular"
SANS_BOLD = "SourceSans3-SemiBold"
MONO = "SourceCodePro-Regular"

FALLBACKS: tuple[tuple[str, str], ...] = (
    ("NotoSans-Regular", r"[\u0000-\u24ff\u2c60-\u2c7f\ua640-\uab6f\ufb00-\ufb06]"),
    ("NotoSansHebrew-Regular", r"[\u0590-\u05ff\ufb1d-\ufb4f]"),
    ("NotoSansArabic-Regular", r"[\u0600-\u08ff\ufb50-\ufdff\ufe70-\ufeff]"),
    ("NotoSansThai-Regular", r"[\u0e00-\u0e7f]"),
    ("NotoSansEthiopic-Regular", r"[\u1200-\u139f\u2d80-\u2ddf\uab00-\uab2f]"),
    ("NotoEmoji-Regular", r"[\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"),
    ("NotoSansKR-Regular", r"[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff]"),
    ("NotoSansSC-Regular", r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"),
)
"""Face and the characters it is asked for, so that a large file is not read in vain."""

_CMAP_BLOCK = 100
"""Most entries of one `beginbfchar` block (PDF 32000-1, 9.10.3, by way of CMap rules)."""


class DocumentFont(TTFont):  # type: ignore[misc]  # reportlab ships no types
    """A TrueType face whose text can be copied out again, above U+FFFF too."""

    def addObjects(self, doc: Any) -> None:  # noqa: N802 - reportlab's name
        """Add the font, with character maps in UTF-16 as readers expect them."""
        subsets = list(self.state[doc].subsets) if doc in self.state else []
        super().addObjects(doc)
        for number, subset in enumerate(subsets):
            # reportlab writes code points above U+FFFF as five digits.
            name = "toUnicodeCMap:" + self._subset_name(number)
            doc.idToObject[name].content = unicode_map(subset)

    def _subset_name(self, number: int) -> str:
        letters = "".join(chr(65 + (number // 26**place) % 26) for place in range(5, -1, -1))
        face = self.face
        name: bytes = letters.encode() + b"+" + face.name + face.subfontNameX
        return name.decode("latin-1")


def unicode_map(subset: list[int]) -> str:
    """Return the ToUnicode map of a subset: position to UTF-16BE in hex."""
    rows = [
        f"<{position:02X}> <{chr(code).encode('utf-16-be').hex().upper()}>"
        for position, code in enumerate(subset)
        if code not in {0, 0xFEFF}
    ]
    blocks = [rows[at : at + _CMAP_BLOCK] for at in range(0, len(rows), _CMAP_BLOCK)]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            "/CMapName /Adobe-Identity-UCS def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            "<00> <FF>",
            "endcodespacerange",
            *("\n".join([f"{len(block)} beginbfchar", *block, "endbfchar"]) for block in blocks),
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
        ]
    )


@lru_cache(maxsize=64)
def face(name: str) -> frozenset[int]:
    """Register a face and return the code points it has a glyph for.

    Args:
        name: File name without ending, also the name in styles.
    """
    font = DocumentFont(name, str(resource("fonts", f"{name}.ttf")))
    pdfmetrics.registerFont(font)
    return frozenset(font.face.charToGlyph)


@lru_cache(maxsize=1)
def prepare() -> None:
    """Register the faces that every document uses."""
    for name in (SERIF, SERIF_BOLD, SERIF_ITALIC, SANS, SANS_BOLD, MONO):
        face(name)


@lru_cache(maxsize=8192)
def face_for(character: str, *, base: str) -> str:
    """Return the face to draw a character with, or the empty string if none has it.

    Args:
        character: One code point.
        base: Face of the surrounding text; preferred.
    """
    code = ord(character)
    if code in face(base):
        return base
    for name, range_ in FALLBACKS:
        if re.match(range_, character) and code in face(name):
            return name
    return ""
