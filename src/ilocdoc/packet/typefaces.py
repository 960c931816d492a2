"""The fonts of documents: which faces there are, and which of them has a character.

Files lie under `resources/fonts`, each beside its licence. A face is read from disk when
the first document needs it; the large ones (Chinese, Korean) only when a name does.
"""

import re
from functools import lru_cache

from reportlab.pdfbase import pdfmetrics

from ilocdoc.packet.document_font import DocumentFont
from ilocdoc.packet.shaping import ShapedFont
from ilocdoc.shelf import resource

SERIF = "SourceSerif4-Regular"
SERIF_BOLD = "SourceSerif4-SemiBold"
SERIF_ITALIC = "SourceSerif4-Italic"
SANS = "SourceSans3-Regular"
SANS_BOLD = "SourceSans3-SemiBold"
MONO = "SourceCodePro-Regular"

DEVANAGARI = "NotoSans-Devanagari"
HEBREW = "NotoSansHebrew-Regular"
ARABIC = "NotoSansArabic-Regular"
THAI = "NotoSansThai-Regular"

SHAPED = {
    DEVANAGARI: "NotoSans-Regular",
    HEBREW: HEBREW,
    ARABIC: ARABIC,
    THAI: THAI,
}
"""Faces whose letters join, stack or change places, and the files they lie in."""

FALLBACKS: tuple[tuple[str, str], ...] = (
    (DEVANAGARI, r"[\u0900-\u097f\u1cd0-\u1cff\ua8e0-\ua8ff]"),
    ("NotoSans-Regular", r"[\u0000-\u24ff\u2c60-\u2c7f\ua640-\uab6f\ufb00-\ufb06]"),
    (HEBREW, r"[\u0590-\u05ff\ufb1d-\ufb4f]"),
    (ARABIC, r"[\u0600-\u08ff\ufb50-\ufdff\ufe70-\ufeff]"),
    (THAI, r"[\u0e00-\u0e7f]"),
    ("NotoSansEthiopic-Regular", r"[\u1200-\u139f\u2d80-\u2ddf\uab00-\uab2f]"),
    ("NotoEmoji-Regular", r"[\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"),
    ("NotoSansKR-Regular", r"[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff]"),
    ("NotoSansSC-Regular", r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"),
)
"""Face and the characters it is asked for, so that a large file is not read in vain."""


@lru_cache(maxsize=64)
def face(name: str) -> frozenset[int]:
    """Register a face and return the code points it has a glyph for.

    Args:
        name: Also the name in styles.
    """
    path = str(resource("fonts", f"{SHAPED.get(name, name)}.ttf"))
    font = ShapedFont(name, path) if name in SHAPED else DocumentFont(name, path)
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
