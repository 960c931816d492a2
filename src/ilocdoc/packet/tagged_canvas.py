"""A canvas that notes, beside each piece of content, what it is in the document.

reportlab draws; what was drawn as which element is written down here and becomes the
structure tree, links, fields and outline in `archive`. Elements are made in story order;
content is bound to them when it is drawn, which may be on several pages.
"""

from dataclasses import dataclass, field
from typing import Any

from reportlab.pdfbase.pdfmetrics import getFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject

from ilocdoc.packet.shaping import ShapedFont, shaped_code


@dataclass(slots=True, eq=False)
class Element:
    """A node of the structure tree; identity counts, not content."""

    tag: str
    """Standard structure type: P, H1, TD …"""
    alt: str = ""
    """Words for a picture."""
    actual: str = ""
    """Text in reading order, where drawing order differs."""
    attributes: tuple[tuple[str, str, Any], ...] = ()
    """(owner, name, value), for example ("Table", "Scope", "Column")."""
    kids: list["Element"] = field(default_factory=list)
    """In reading order."""
    marks: list[tuple[int, int]] = field(default_factory=list)
    """(page from 0, marked content id), in drawing order."""

    def add(self, tag: str, **more: Any) -> "Element":
        """Return a new last child."""
        child = Element(tag, **more)
        self.kids.append(child)
        return child


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldPlace:
    """Where a signature field stands."""

    name: str
    label: str
    page: int
    rect: tuple[float, float, float, float]
    element: Element
    locks: bool
    """True for the field whose signature closes the document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPlace:
    """A link inside the document."""

    page: int
    rect: tuple[float, float, float, float]
    target: str
    words: str
    element: Element


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmark:
    """A heading in the outline."""

    name: str
    """Target of links; unique."""
    level: int
    """0 for the first level."""
    title: str
    page: int
    top: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A prepared JPEG that `archive` puts into the page."""

    page: int
    name: str
    jpeg: bytes
    width: int
    height: int


@dataclass(slots=True)
class Notes:
    """All that was noted while drawing."""

    root: Element
    pages: list[list[Element]] = field(default_factory=list)
    """For each page, elements by marked content id."""
    fields: list[FieldPlace] = field(default_factory=list)
    links: list[LinkPlace] = field(default_factory=list)
    bookmarks: list[Bookmark] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)


class _Text(PDFTextObject):  # type: ignore[misc]  # reportlab ships no types
    """Text whose lines do not run together when they are read out."""

    def _textOut(self, text: str, TStar: int = 0) -> None:  # noqa: N802, N803 - reportlab's names
        super()._textOut(text + " " if TStar else text, TStar)

    def _formatText(self, text: str) -> str:  # noqa: N802 - reportlab's name
        """Return the operators of a text; shaped where its face asks for it."""
        font = getFont(self._fontname)
        words = text.strip(" ")
        if not isinstance(font, ShapedFont) or not words:
            return str(super()._formatText(text))
        before, after = text[: text.index(words)], text[text.index(words) + len(words) :]
        code = [super()._formatText(before)] if before else []
        code.append(
            shaped_code(
                font, words, canvas=self._canvas, size=self._fontsize, leading=self._leading
            )
        )
        # What comes next names its part of the font again.
        self._curSubset = -1
        if after:
            code.append(super()._formatText(after))
        return " ".join(code)


class TaggedCanvas(Canvas):  # type: ignore[misc]  # reportlab ships no types
    """A canvas with marked content and notes."""

    def __init__(self, filename: Any, *, notes: Notes, **more: Any) -> None:
        self.notes = notes
        self._depth = 0
        self._elements: list[Element] = []
        self._late_forms: dict[str, str] = {}
        super().__init__(filename, **more)

    def _make_preamble(self) -> None:
        # The default names Helvetica, which is then in every page and never embedded.
        self._preamble = "1 0 0 1 0 0 cm"

    def tag(self, element: Element | None) -> None:
        """Begin content of an element, or an artifact for None; inner calls join."""
        self._depth += 1
        if self._depth > 1:
            return
        if element is None:
            self._code.append("/Artifact BMC")
            return
        marked = len(self._elements)
        self._elements.append(element)
        element.marks.append((self.page_index, marked))
        self._code.append(f"/{element.tag} <</MCID {marked}>> BDC")

    def end_tag(self) -> None:
        """End what `tag` began."""
        self._depth -= 1
        if not self._depth:
            self._code.append("EMC")

    def draws_first(self, flowable: Any) -> bool:
        """Tell whether a flowable is drawn for the first time; again means a repeated head.

        The flowable itself is marked: the id of one that was freed is given to another.
        """
        first = getattr(flowable, "drawn_on", None) is not self.notes
        flowable.drawn_on = self.notes
        return first

    @property
    def page_index(self) -> int:
        """The current page, from 0."""
        return int(self._pageNumber) - 1

    def rect_on_page(self, width: float, height: float) -> tuple[float, float, float, float]:
        """Return a box at the current origin in page coordinates."""
        left, bottom = self.absolutePosition(0, 0)
        return (left, bottom, left + width, bottom + height)

    def beginText(self, x: float = 0, y: float = 0, direction: Any = None) -> Any:  # noqa: N802 - its name
        """Return a text object whose lines end with a space."""
        return _Text(self, x, y, direction=direction)

    def place_late(self, name: str, font: tuple[str, float]) -> None:
        """Draw, at the origin, a text that is known only at the end (`tell`)."""
        self._late_forms.setdefault(name, "")
        self._late_fonts = {**getattr(self, "_late_fonts", {}), name: font}
        self.doForm(name)

    def tell(self, name: str, text: str) -> None:
        """Say what a late text is, if it was placed."""
        if name in self._late_forms:
            self._late_forms[name] = text

    def place_picture(self, jpeg: bytes, pixels: tuple[int, int], box: tuple[float, float]) -> None:
        """Draw a prepared JPEG at the origin; its bytes join the page in `archive`."""
        name = f"Exhibit{len(self.notes.pictures)}"
        self._code.append(f"q {box[0]:.3f} 0 0 {box[1]:.3f} 0 0 cm /{name} Do Q")
        width, height = pixels
        picture = Picture(page=self.page_index, name=name, jpeg=jpeg, width=width, height=height)
        self.notes.pictures.append(picture)

    def showPage(self) -> None:  # noqa: N802 - reportlab's name
        """End the page and keep its elements."""
        assert self._depth == 0, "marked content runs over a page end"
        super().showPage()
        self.notes.pages.append(self._elements)
        self._elements = []

    def save(self) -> None:
        """Draw what is known only now and finish."""
        self.tell("page-count", str(len(self.notes.pages)))
        for bookmark in self.notes.bookmarks:
            self.tell(f"page-of-{bookmark.name}", str(bookmark.page + 1))
        for name, text in self._late_forms.items():
            face, size = self._late_fonts[name]
            self.beginForm(name, -60, -4, 60, 12)
            self.setFont(face, size)
            if name == "page-count":
                self.drawString(0, 0, text)
            else:
                self.drawRightString(0, 0, text)
            self.endForm()
        super().save()
