"""A TrueType face that can be copied out of a document again, in any script."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from reportlab.pdfbase.ttfonts import TTFont

_CMAP_BLOCK = 100
"""Most entries of one `beginbfchar` block (PDF 32000-1, 9.10.3, by way of CMap rules)."""


class DocumentFont(TTFont):  # type: ignore[misc]  # reportlab ships no types
    """A TrueType face whose text can be copied out again, above U+FFFF too."""

    def addObjects(self, doc: Any) -> None:  # noqa: N802 - reportlab's name
        """Add the font, with character maps in UTF-16 as readers expect them."""
        subsets = list(self.state[doc].subsets) if doc in self.state else []
        words = self.words_of_glyphs(doc)
        super().addObjects(doc)
        for number, subset in enumerate(subsets):
            # reportlab writes code points above U+FFFF as five digits.
            name = "toUnicodeCMap:" + self._subset_name(number)
            doc.idToObject[name].content = unicode_map(subset, words)

    def words_of_glyphs(self, doc: Any) -> Mapping[int, str]:
        """Return what codes stand for that are no characters; none here."""
        del doc
        return {}

    def _subset_name(self, number: int) -> str:
        letters = "".join(chr(65 + (number // 26**place) % 26) for place in range(5, -1, -1))
        face = self.face
        name: bytes = letters.encode() + b"+" + face.name + face.subfontNameX
        return name.decode("latin-1")


def unicode_map(subset: Sequence[int], words: Mapping[int, str] = MappingProxyType({})) -> str:
    """Return the ToUnicode map of a subset: position to UTF-16BE in hex.

    Args:
        subset: Code at each position.
        words: What a code stands for that is no character.
    """
    rows = [
        f"<{position:02X}> <{words.get(code, chr(code)).encode('utf-16-be').hex().upper()}>"
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
