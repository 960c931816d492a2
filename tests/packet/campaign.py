"""Seeded changes of a document, and which of them a judge takes."""

import random
from collections.abc import Callable, Iterable, Iterator

from tests.packet import attacks

Judge = Callable[[bytes], bool]


def accepted_changes(judge: Judge, altered: Iterable[bytes]) -> list[int]:
    """Places in the order given of those that were taken; whatever is raised is not caught."""
    return [number for number, each in enumerate(altered) if judge(each)]


def random_changes(pdf: bytes, *, seed: int, count: int, signatures: int) -> Iterator[bytes]:
    """Seeded: single bytes, denser in the signatures; lengths; tails; blocks moved or doubled."""
    chance = random.Random(seed)
    kinds = (_byte, _byte, _byte_of_signature, _byte_of_signature, _cut, _tail, _block)
    for _ in range(count):
        yield chance.choice(kinds)(pdf, chance, signatures)


def _byte(pdf: bytes, chance: random.Random, _signatures: int) -> bytes:
    return attacks.flipped(pdf, chance.randrange(len(pdf)), bit=1 << chance.randrange(8))


def _byte_of_signature(pdf: bytes, chance: random.Random, signatures: int) -> bytes:
    start, end = attacks.gap(pdf, chance.randrange(signatures))
    return attacks.flipped(pdf, chance.randrange(start, end), bit=1 << chance.randrange(8))


def _cut(pdf: bytes, chance: random.Random, _signatures: int) -> bytes:
    return pdf[: chance.randrange(len(pdf))]


def _tail(pdf: bytes, chance: random.Random, _signatures: int) -> bytes:
    tails = (b"\n", b"\r\n", b" ", b"\0", b"%%EOF\n", b"startxref\n0\n%%EOF\n", pdf[-600:])
    return pdf + chance.choice(tails) * chance.randrange(1, 4)


def _block(pdf: bytes, chance: random.Random, _signatures: int) -> bytes:
    start = chance.randrange(len(pdf) - 64)
    block = pdf[start : start + chance.randrange(1, 64)]
    place = chance.randrange(len(pdf))
    return pdf[:place] + block + pdf[place + chance.choice((0, len(block))) :]
