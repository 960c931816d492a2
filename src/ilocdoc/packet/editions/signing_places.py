"""Who signed the original, in words, where the original has its places to sign."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reportlab.platypus import KeepTogether

from ilocdoc.packet.flowables import Grid, Prose, SignatureBox
from ilocdoc.packet.safe_markup import esc
from ilocdoc.packet.styles import CELL, SMALL

SignedWords = Mapping[str, Sequence[str]]
"""By the name of a signature field: the lines that stand in its place."""


def without_places_to_sign(flowables: Sequence[Any], *, signed: SignedWords) -> list[Any]:
    """Return flowables of a story that was not drawn, with words in place of fields."""
    return [each for flowable in flowables for each in _written_out(flowable, signed)]


def _instead_of(box: SignatureBox, signed: SignedWords) -> Iterator[Prose]:
    box.element.tag = "P"
    for line in signed.get(box.name, ("Not signed.",)):
        yield Prose(esc(line), CELL, element=box.element)


def inside(flowable: Any) -> list[Any]:
    """Return what stands inside a flowable that holds others, in order; else nothing."""
    if isinstance(flowable, KeepTogether):
        return list(flowable._content)  # noqa: SLF001 - reportlab has no other way in
    if isinstance(flowable, Grid):
        cells = (cell for row in flowable.parts()[0] for cell in row)
        return [each for cell in cells for each in (cell if isinstance(cell, list) else [cell])]
    return []


def _has_place(flowable: Any) -> bool:
    return isinstance(flowable, SignatureBox) or any(map(_has_place, inside(flowable)))


def _written_out(flowable: Any, signed: SignedWords) -> Iterator[Any]:
    if not _has_place(flowable):
        yield flowable
    elif isinstance(flowable, SignatureBox):
        yield from _instead_of(flowable, signed)
    else:
        for each in inside(flowable):
            # A line for a pen has no use on a copy.
            if not (isinstance(each, Prose) and each.style is SMALL):
                yield from _written_out(each, signed)
