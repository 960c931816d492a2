"""The pieces that documents are made of; each knows its element in the structure tree."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import segno
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, Paragraph, Table

from ilocdoc.packet.safe_markup import SafeMarkup
from ilocdoc.packet.styles import TEXT_HEIGHT
from ilocdoc.packet.tagged_canvas import Bookmark, Element, FieldPlace, LinkPlace
from ilocdoc.packet.typefaces import SANS

HAIRLINE = 0.4
"""Points."""

SMALLEST_PIECE = 30
"""Points of a table row that is split between two pages."""


_MARKED = re.compile("[<&]")


@lru_cache(maxsize=64)
def _fragment(style: ParagraphStyle) -> Any:
    """Return a piece of text as the parser would make it in a style."""
    return Paragraph("x", style).frags[0]


class Prose(Paragraph):  # type: ignore[misc]  # reportlab ships no types
    """A paragraph of safe markup; its halves on two pages stay one element."""

    _broken_at = -1.0
    """The width in points for which the lines were broken."""

    def __init__(
        self,
        text: SafeMarkup | None,
        style: ParagraphStyle,
        *,
        element: Element | None = None,
        **more: Any,
    ) -> None:
        # None comes from reportlab's own split, with fragments that were parsed before.
        assert text is None or isinstance(text, SafeMarkup), "a plain str is not safe markup"
        self.element = element
        if element is not None and text is not None and text.spoken:
            element.actual = text.spoken
        if text is not None and text.xml and not _MARKED.search(text.xml):
            # Most texts hold no markup; the parser would take longer than the drawing.
            more["frags"] = [_fragment(style).clone(text=text.xml)]
        super().__init__(None if text is None else text.xml, style, **more)

    def wrap(self, availWidth: float, availHeight: float) -> tuple[float, float]:  # noqa: N803 - reportlab's
        """Break into lines once for a width; tables ask three times."""
        if self._broken_at != availWidth or not hasattr(self, "blPara"):
            super().wrap(availWidth, availHeight)
            self._broken_at = availWidth
        return self.width, self.height

    def split(self, availWidth: float, availHeight: float) -> list[Any]:  # noqa: N803 - reportlab's
        """Split as paragraphs do; both parts belong to the element."""
        parts: list[Any] = super().split(availWidth, availHeight)
        for part in parts:
            part.element = self.element
            self._hand_on(part)
        return parts

    def _hand_on(self, part: Any) -> None:
        """Give a part what else it needs; for subclasses."""

    def drawOn(self, canvas: Any, x: float, y: float, _sW: float = 0) -> None:  # noqa: N802, N803 - reportlab's
        """Draw inside the element's marked content."""
        first = canvas.draws_first(self)
        canvas.tag(self.element if first else None)
        try:
            super().drawOn(canvas, x, y, _sW)
        finally:
            canvas.end_tag()


class Heading(Prose):
    """A heading that stands in the outline."""

    def __init__(
        self,
        text: SafeMarkup | None,
        style: ParagraphStyle,
        *,
        element: Element | None = None,
        name: str = "",
        level: int = 0,
        **more: Any,
    ) -> None:
        self.bookmark = (name, level, text.plain if text else "")
        super().__init__(text, style, element=element, **more)

    def _hand_on(self, part: Any) -> None:
        part.bookmark = self.bookmark

    def drawOn(self, canvas: Any, x: float, y: float, _sW: float = 0) -> None:  # noqa: N802, N803 - reportlab's
        """Draw and note where it stands."""
        name, level, title = self.bookmark
        top = canvas.absolutePosition(x, y + self.height)[1]
        canvas.notes.bookmarks.append(
            Bookmark(name=name, level=level, title=title, page=canvas.page_index, top=top)
        )
        super().drawOn(canvas, x, y, _sW)


class ContentsLine(Prose):
    """A line of the contents: title, dots, page, linked."""

    def __init__(
        self,
        text: SafeMarkup,
        style: ParagraphStyle,
        *,
        element: Element,
        target: str,
    ) -> None:
        self.target = target
        self.words = text.plain
        self.link = element
        super().__init__(text, style, element=element)

    def draw(self) -> None:
        """Draw the title, then dots as an artifact and the page number."""
        super().draw()
        canvas = self.canv
        canvas.notes.links.append(
            LinkPlace(
                page=canvas.page_index,
                rect=canvas.rect_on_page(self.width, self.height),
                target=self.target,
                words=self.words,
                element=self.link,
            )
        )
        used = canvas.stringWidth(self.words, SANS, self.style.fontSize) + 6
        y = self.height - self.style.leading + 2
        canvas.saveState()
        canvas.setDash(0.6, 2.4)
        canvas.setLineWidth(0.6)
        canvas.line(min(used, self.width - 24), y, self.width - 20, y)
        canvas.restoreState()
        canvas.saveState()
        canvas.translate(self.width, y)
        canvas.place_late(f"page-of-{self.target}", (SANS, self.style.fontSize))
        canvas.restoreState()


class Grid(Table):  # type: ignore[misc]  # reportlab ships no types
    """A table whose cells tag themselves; rules and fills are artifacts."""

    def __init__(self, rows: Sequence[Sequence[Any]], **more: Any) -> None:
        super().__init__(rows, **more)

    def split(self, availWidth: float, availHeight: float) -> list[Any]:  # noqa: N803 - reportlab's
        """Split between rows; inside a row only if no page is tall enough for it."""
        parts: list[Any] = super().split(availWidth, availHeight)
        if parts or not self._rowHeights:
            return parts
        head = sum(self._rowHeights[: self.repeatRows + 1])
        if head <= TEXT_HEIGHT:
            return []
        self.splitInRow = SMALLEST_PIECE
        inside: list[Any] = self._splitRows(availHeight, doInRowSplit=1)
        for part in inside:
            part.splitInRow = 0
        return inside

    def parts(self) -> tuple[list[list[Any]], list[float], bool]:
        """Return the rows of cells, the widths of columns, and whether a head row is first."""
        return self._cellvalues, list(self._argW), bool(self.repeatRows)

    def _drawBkgrnd(self) -> None:  # noqa: N802 - reportlab's name
        self.canv.tag(None)
        super()._drawBkgrnd()
        self.canv.end_tag()

    def _drawLines(self) -> None:  # noqa: N802 - reportlab's name
        self.canv.tag(None)
        super()._drawLines()
        self.canv.end_tag()


class Photograph(Flowable):  # type: ignore[misc]  # reportlab ships no types
    """A prepared picture with a hairline frame, at most a given size."""

    def __init__(
        self,
        jpeg: bytes,
        pixels: tuple[int, int],
        *,
        within: tuple[float, float],
        element: Element,
    ) -> None:
        super().__init__()
        scale = min(within[0] / pixels[0], within[1] / pixels[1])
        self.width, self.height = pixels[0] * scale, pixels[1] * scale
        self.spaceBefore, self.spaceAfter = 2, 3
        self._jpeg, self._pixels, self._element = jpeg, pixels, element

    def fitted(self, width: float) -> "Photograph":
        """Return the picture at most this wide; itself when it is."""
        if self.width <= width:
            return self
        box = (width, self.height)
        return Photograph(self._jpeg, self._pixels, within=box, element=self._element)

    def draw(self) -> None:
        """Draw picture and frame."""
        canvas = self.canv
        left, bottom, right, top = canvas.rect_on_page(self.width, self.height)
        self._element.attributes = (("Layout", "BBox", (left, bottom, right, top)),)
        canvas.tag(self._element)
        canvas.place_picture(self._jpeg, self._pixels, (self.width, self.height))
        canvas.end_tag()
        canvas.tag(None)
        canvas.setLineWidth(HAIRLINE)
        canvas.rect(0, 0, self.width, self.height)
        canvas.end_tag()


class Code(Flowable):  # type: ignore[misc]  # reportlab ships no types
    """A QR code drawn as one path."""

    def __init__(self, text: str, *, size: float, element: Element) -> None:
        super().__init__()
        self.width = self.height = size
        self._modules = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
        self._element = element

    def draw(self) -> None:
        """Draw the dark modules."""
        self._element.attributes = (
            ("Layout", "BBox", self.canv.rect_on_page(self.width, self.height)),
        )
        self.canv.tag(self._element)
        draw_modules(self.canv, self._modules, size=self.width)
        self.canv.end_tag()


def draw_modules(canvas: Any, modules: Sequence[bytes], *, size: float) -> None:
    """Fill the dark modules of a QR code in a square at the origin, as one path."""
    side = size / len(modules)
    path = canvas.beginPath()
    for row, line in enumerate(modules):
        for column, dark in enumerate(line):
            if dark:
                path.rect(column * side, size - (row + 1) * side, side, side)
    canvas.drawPath(path, stroke=0, fill=1)


SIGNATURE_BOX = (235.0, 84.0)
"""Width and height in points."""


class SignatureBox(Flowable):  # type: ignore[misc]  # reportlab ships no types
    """A framed place for an electronic signature."""

    def __init__(self, name: str, label: str, *, element: Element, locks: bool) -> None:
        super().__init__()
        self.width, self.height = SIGNATURE_BOX
        self.name, self.element = name, element
        self._label, self._locks = label, locks

    def draw(self) -> None:
        """Draw the frame and note the field."""
        canvas = self.canv
        canvas.notes.fields.append(
            FieldPlace(
                name=self.name,
                label=self._label,
                page=canvas.page_index,
                rect=canvas.rect_on_page(self.width, self.height),
                element=self.element,
                locks=self._locks,
            )
        )
        canvas.tag(None)
        canvas.setLineWidth(0.7)
        canvas.rect(0, 0, self.width, self.height)
        canvas.end_tag()
