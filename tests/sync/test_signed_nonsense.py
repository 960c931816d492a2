"""Headquarters signs, and what it signed is not an answer to what was asked."""

import pytest

from ilocdoc.record.exchange import Line
from ilocdoc.sync.exchange import exchange
from tests.doubles.keys import software_key
from tests.doubles.patrol_laptop import PatrolLaptop
from tests.doubles.roads import AlteringRoad

QUILL, PELL = "99001", "99010"
ANOTHER = "f" * 64


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        ("/hello", {"nonce": "0" * 32}),
        ("/hello", {"heads": []}),
        ("/hello", {"epoch": 7}),
        ("/entries", {"stream": "f" * 32}),
        ("/entries", {"seq": 0}),
        ("/entries", {"epoch": "epoch-0"}),
        ("/deliveries", {"epoch": "epoch-0"}),
        ("/feed", {"officer": "99002"}),
        ("/feed", {"epoch": "epoch-0"}),
        ("/have", {"epoch": "epoch-0"}),
        ("/blobs", {"sha256": ANOTHER}),
        ("/blobs", {"missing": [99]}),
        ("/blobs", {"missing": [-1]}),
        ("/complete", {"sha256": ANOTHER}),
        ("/complete", {"size_bytes": 1}),
        ("/complete", {"epoch": "epoch-0"}),
    ],
)
def test_it_confirms_nothing(hq, path, changes):
    laptop = PatrolLaptop(AlteringRoad(hq, path, **changes), device="0A1B", officers=(QUILL, PELL))
    laptop.submit(QUILL)
    laptop.write(QUILL, PELL)
    laptop.attach(99)
    outcome = exchange(laptop.line(), laptop.side(), audit=True)
    assert outcome.line is Line.PORTAL
    laptop.road.path = "nowhere"
    assert exchange(laptop.line(), laptop.side()).waiting.is_nothing
    assert (len(hq.kept.hashes()), len(hq.kept.letters())) == (1, 1)


@pytest.mark.parametrize(
    "path", ["/hello", "/entries", "/deliveries", "/feed", "/have", "/blobs", "/complete"]
)
def test_an_answer_that_somebody_else_signed_confirms_nothing(hq, path):
    road = AlteringRoad(hq, path)
    road.signer = software_key()
    laptop = PatrolLaptop(road, device="0A1B", officers=(QUILL,))
    laptop.submit(QUILL)
    laptop.write(QUILL, PELL)
    laptop.attach(99)
    outcome = exchange(laptop.line(), laptop.side(), audit=True)
    assert outcome.line is Line.PORTAL
    assert "did not prove" in outcome.headline
    signed_for = {"/hello": (1, 1, 1), "/entries": (1, 1, 1), "/deliveries": (0, 1, 1)}
    left = outcome.waiting
    assert (left.entries, left.letters, left.files) == signed_for.get(path, (0, 0, 1))


def test_a_receipt_for_another_entry_sets_the_stream_aside(hq):
    road = AlteringRoad(hq, "/entries", hash=ANOTHER)
    laptop = PatrolLaptop(road, device="0A1B", officers=(QUILL,))
    laptop.submit(QUILL)
    outcome = exchange(laptop.line(), laptop.side())
    assert (outcome.line, outcome.waiting.entries) == (Line.REFUSED, 1)


def test_a_letter_that_headquarters_did_not_keep_waits_and_is_told(hq):
    laptop = PatrolLaptop(
        AlteringRoad(hq, "/deliveries", kept=[]), device="0A1B", officers=(QUILL,)
    )
    laptop.write(QUILL, PELL)
    outcome = exchange(laptop.line(), laptop.side())
    assert outcome.waiting.letters == 1
    assert "did not keep" in outcome.headline


def test_a_time_that_cannot_be_read_is_no_reason_to_stop(hq):
    laptop = PatrolLaptop(AlteringRoad(hq, "/hello", now="soon"), device="0A1B", officers=(QUILL,))
    assert exchange(laptop.line(), laptop.side()).headline == ""
