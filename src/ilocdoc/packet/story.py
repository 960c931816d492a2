"""The words in which a document is written: title, part, heading, prose, list.

A `Story` keeps the flowables and the structure tree in step; `tables` and `figures` add
to it. What shows text takes `SafeMarkup`, or takes `str` and sends it through `esc`.
"""

from collections.abc import Sequence
from typing import Any

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import CondPageBreak, PageBreak, Spacer

from ilocdoc.packet import styles
from ilocdoc.packet.flowables import ContentsLine, Grid, Heading, Prose
from ilocdoc.packet.safe_markup import SafeMarkup, esc, in_face, paragraphs
from ilocdoc.packet.tagged_canvas import Element
from ilocdoc.packet.typefaces import SANS_BOLD, SERIF

_INTRODUCING = (styles.NOTE, styles.QUESTION)
"""Paragraphs that stand above something, as headings do."""

_SHORT_TEXT = 400
"""Characters up to which a text is kept with its heading."""


class Story:
    """A document as it grows."""

    def __init__(self) -> None:
        self.root = Element("Document")
        self.flowables: list[Any] = []
        self._headings = 0
        self.newest = ""
        """Name of the heading written last."""
        self._numbered = 0
        self._in_section = False
        self.contents: list[tuple[str, str]] = []
        """(target, title) of each part."""

    def add(self, *flowables: Any) -> None:
        """Add flowables that know their elements."""
        self.flowables.extend(flowables)

    def heading(
        self, title: str, *, level: int, style: ParagraphStyle, parent: Element | None = None
    ) -> str:
        """Add a heading of level 1 to 4; returns its name for links."""
        self._headings += 1
        name = self.newest = f"h{self._headings}"
        element = (parent or self.root).add(f"H{level}")
        text = esc(title, base=style.fontName)
        self.add(Heading(text, style, element=element, name=name, level=max(0, level - 2)))
        return name

    def title(self, title: str, subtitle: str = "") -> None:
        """Add the document's title."""
        self.heading(title, level=1, style=styles.TITLE)
        if subtitle:
            self.paragraph(esc(subtitle), style=styles.SUBTITLE)

    def part(self, title: str, *, listed: bool = True) -> None:
        """Begin a part; it stands in the contents."""
        self.add(CondPageBreak(130))
        name = self.heading(title, level=2, style=styles.PART)
        self._in_section = False
        if listed:
            self.contents.append((name, title))

    def section(self, title: str) -> None:
        """Begin a section of a part."""
        self._keep_free_after_text(100)
        self.heading(title, level=3, style=styles.SECTION)
        self._in_section = True

    def card(self, title: str) -> None:
        """Begin the card of one row, for example of one person."""
        self._keep_free_after_text(84)
        self.heading(title, level=4 if self._in_section else 3, style=styles.CARD)

    def _keep_free_after_text(self, points: float) -> None:
        """Keep room for a heading, unless it follows a heading: those stay together."""
        if not isinstance(self.flowables[-1:][0] if self.flowables else None, Heading):
            self.add(CondPageBreak(points))

    def take_headings(self) -> list[Any]:
        """Take back the headings just written, to keep them with a picture."""
        taken: list[Any] = []
        while self.flowables and isinstance(self.flowables[-1], Heading):
            taken.insert(0, self.flowables.pop())
        return taken

    def loosen(self, points: float = 120) -> None:
        """Let the headings just written stand over something that may be split.

        A heading is kept with what follows; a long table would be pushed to the next
        page whole. With this, head and first rows stay and the rest flows on.

        Args:
            points: Room that headings and first rows need on the page.
        """
        place = len(self.flowables)
        while place and isinstance(self.flowables[place - 1], Prose):
            flowable = self.flowables[place - 1]
            if not isinstance(flowable, Heading) and flowable.style not in _INTRODUCING:
                break
            flowable.keepWithNext = 0
            place -= 1
        self.flowables.insert(place, CondPageBreak(points))

    def paragraph(self, text: SafeMarkup, *, style: ParagraphStyle = styles.BODY) -> None:
        """Add one paragraph."""
        self.add(Prose(text, style, element=self.root.add("P")))

    def text(self, text: str, *, style: ParagraphStyle = styles.BODY) -> None:
        """Add a person's or our own text, in as many paragraphs as it has."""
        if len(text) > _SHORT_TEXT:
            self.loosen()
        for each in paragraphs(text):
            self.paragraph(esc(each, base=style.fontName), style=style)

    def numbered(self, text: str) -> int:
        """Add a paragraph that begins with the next number, and return the number."""
        self._numbered += 1
        if len(text) > _SHORT_TEXT:
            self.loosen()
        mark = in_face(esc(f"{self._numbered}. ", base=SERIF), SANS_BOLD)
        for each in paragraphs(text):
            self.paragraph(mark + esc(each, base=SERIF))
            mark = SafeMarkup(xml="", spoken="", plain="")
        return self._numbered

    def bullets(self, lines: Sequence[str]) -> None:
        """Add a list."""
        items = self.root.add("L")
        for line in lines:
            item = items.add("LI")
            body = item.add("LBody")
            style = styles.BULLET
            text = esc("\u2013 ", base=style.fontName) + esc(line, base=style.fontName)
            self.add(Prose(text, style, element=body))
        self.space(3)

    def instructions(self, lines: Sequence[str]) -> None:
        """Add lines of words and, where they are indented, of commands."""
        for line in lines:
            style = styles.COMMAND if line.startswith("  ") else styles.STEP
            if line.strip():
                self.paragraph(esc(line.strip(), base=style.fontName), style=style)

    def contents_list(self, at: int) -> None:
        """Put the list of parts at a place that was kept with `mark`."""
        lines: list[Any] = []
        toc = Element("TOC")
        for target, title in self.contents:
            item = toc.add("TOCI")
            link = item.add("Link")
            lines.append(ContentsLine(esc(title), styles.CONTENTS, element=link, target=target))
        half = (len(lines) + 1) // 2
        side = Grid(
            [[lines[:half], lines[half:]]],
            colWidths=[styles.TEXT_WIDTH / 2] * 2,
            hAlign="LEFT",
            style=styles.COLUMNS,
        )
        self.flowables[at:at] = [side, Spacer(1, 6)]
        self.root.kids.insert(self._mark_kid, toc)

    def mark(self) -> int:
        """Remember this place for `contents_list`."""
        self._mark_kid = len(self.root.kids)
        return len(self.flowables)

    def space(self, points: float) -> None:
        """Add white space."""
        self.add(Spacer(1, points))

    def keep_free(self, points: float) -> None:
        """Begin a page unless this one still has room."""
        self.add(CondPageBreak(points))

    def new_page(self) -> None:
        """Begin a page."""
        self.add(PageBreak())
