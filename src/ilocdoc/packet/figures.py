"""What is not text in a story: pictures and places to sign."""

from collections.abc import Sequence

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import KeepTogether, Spacer

from ilocdoc.packet import styles
from ilocdoc.packet.flowables import Grid, Photograph, Prose, SignatureBox
from ilocdoc.packet.safe_markup import SafeMarkup, esc
from ilocdoc.packet.story import Story
from ilocdoc.packet.typefaces import SANS_BOLD

PICTURE_HEIGHT = 255.0
"""Points; two pictures with their captions fit on a page."""


def add_picture(
    story: Story,
    jpeg: bytes,
    pixels: tuple[int, int],
    *,
    alt: str,
    under: Sequence[tuple[SafeMarkup, ParagraphStyle]],
) -> None:
    """Add a prepared picture with lines under it, kept together.

    Args:
        story: Grows.
        jpeg: As the isolated decoder wrote it.
        pixels: Its width and height.
        alt: The collector's own words for it.
        under: Lines below the picture.
    """
    figure = story.root.add("Figure", alt=alt)
    captions = [Prose(text, style, element=story.root.add("P")) for text, style in under]
    within = (styles.TEXT_WIDTH, PICTURE_HEIGHT)
    photograph = Photograph(jpeg, pixels, within=within, element=figure)
    photograph.hAlign = "LEFT"
    above = story.take_headings()
    story.add(KeepTogether([*above, photograph, *captions, Spacer(1, 8)]))


def add_signatures(story: Story, boxes: Sequence[tuple[str, str, bool]]) -> None:
    """Add one or two places to sign, side by side.

    Args:
        story: Grows.
        boxes: (field name, label, whether this signature locks the document).
    """
    columns = []
    for name, label, locks in boxes:
        caption = Prose(esc(label, base=SANS_BOLD), styles.CELL_BOLD, element=story.root.add("P"))
        form = story.root.add("Form")
        line = esc("Wet signature, if printed: ______________________________")
        wet = Prose(line, styles.SMALL, element=story.root.add("P"))
        box = SignatureBox(name, label, element=form, locks=locks)
        columns.append([caption, Spacer(1, 2), box, Spacer(1, 10), wet])
    widths = [styles.TEXT_WIDTH / 2] * len(columns)
    side = Grid([columns], colWidths=widths, hAlign="LEFT")
    side.setStyle(styles.BARE)
    story.add(KeepTogether([side]))
