"""Sealed mail: kept once, handed out in order, to its recipient's laptops only."""

from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from ilocdoc.hq import feed as mail
from ilocdoc.wire.messages import Feed, Post, PostAnswer
from ilocdoc.wire.sealing import Delivery, open_delivery, seal_delivery
from tests.hq.desk import AT, Desk, Laptop, named


@pytest.fixture
def laptop(desk: Desk) -> Laptop:
    """A laptop of the officer and the sergeant."""
    laptop = desk.laptop("99001", "99010")
    laptop.hello()
    return laptop


def letter(laptop: Laptop, number: int, *, to: str = "99010", sender: str = "99001") -> Delivery:
    return seal_delivery(
        b"said in confidence",
        delivery_id=f"letter-{number}",
        to=to,
        sender=sender,
        kind="report",
        at=AT,
        key=laptop.openings.get(to, laptop.openings["99010"]).public,
    )


def send(laptop: Laptop, *letters: Delivery) -> tuple[str, ...]:
    response = laptop.post("/v1/deliveries", Post(deliveries=letters))
    return laptop.desk.read(response, PostAnswer).kept


def fetch(laptop: Laptop, star: str = "99010", after: int = 0) -> Feed:
    return laptop.desk.read(laptop.get("/v1/feed", officer=star, after=after), Feed)


def test_mail_reaches_its_recipient_unopened(laptop: Laptop) -> None:
    sent = letter(laptop, 1)
    assert send(laptop, sent) == ("letter-1",)
    (item,) = fetch(laptop).items
    assert (item.cursor, item.delivery) == (1, sent)
    key = laptop.openings["99010"]
    assert open_delivery(item.delivery, key=key) == b"said in confidence"


def test_cursors_count_from_one_without_gaps_for_each_recipient(laptop: Laptop) -> None:
    send(laptop, letter(laptop, 1), letter(laptop, 2, to="99001"))
    send(laptop, letter(laptop, 3), letter(laptop, 4, to="99001"))
    for star in ("99010", "99001"):
        assert [each.cursor for each in fetch(laptop, star).items] == [1, 2]


def test_mail_sent_twice_is_kept_once(laptop: Laptop) -> None:
    first, second = letter(laptop, 1), letter(laptop, 2)
    send(laptop, first)
    assert send(laptop, first, second) == ("letter-1", "letter-2")
    assert [each.cursor for each in fetch(laptop).items] == [1, 2]


def test_another_letter_under_a_known_id_is_not_said_to_be_kept(laptop: Laptop) -> None:
    first = letter(laptop, 1)
    send(laptop, first)
    assert send(laptop, letter(laptop, 1)) == ()
    assert fetch(laptop).items[0].delivery == first


def test_a_reader_continues_after_what_it_has(laptop: Laptop) -> None:
    send(laptop, *(letter(laptop, number) for number in range(5)))
    assert [each.cursor for each in fetch(laptop, after=3).items] == [4, 5]
    assert fetch(laptop, after=5).items == ()


def test_a_long_feed_comes_in_pages(laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "PAGE_ITEMS", 2)
    send(laptop, *(letter(laptop, number) for number in range(3)))
    assert [each.cursor for each in fetch(laptop).items] == [1, 2]
    assert [each.cursor for each in fetch(laptop, after=2).items] == [3]


def test_a_page_of_large_letters_ends_early(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "PAGE_BYTES", 1)
    send(laptop, letter(laptop, 1), letter(laptop, 2))
    assert [each.cursor for each in fetch(laptop).items] == [1]


def test_mail_is_fetched_only_where_its_recipient_is_enrolled(desk: Desk, laptop: Laptop) -> None:
    other = desk.laptop("99002")
    other.hello()
    response = other.get("/v1/feed", officer="99010", after=0)
    assert (response.status_code, named(response)) == (403, "forbidden")


def test_mail_is_sent_only_where_its_sender_is_enrolled(laptop: Laptop) -> None:
    response = laptop.post("/v1/deliveries", Post(deliveries=(letter(laptop, 1, sender="99002"),)))
    assert (response.status_code, named(response)) == (403, "forbidden")


@pytest.mark.parametrize("after", [-1, "x"])
def test_a_cursor_is_a_count(laptop: Laptop, after: int | str) -> None:
    assert named(laptop.get("/v1/feed", officer="99010", after=after)) == "request"


def test_senders_at_the_same_time_leave_no_gap(laptop: Laptop) -> None:
    letters = [
        (letter(laptop, 2 * n, to="99010"), letter(laptop, 2 * n + 1, to="99001"))
        for n in range(12)
    ]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda pair: send(laptop, *pair), letters))
    for star in ("99010", "99001"):
        assert [each.cursor for each in fetch(laptop, star).items] == list(range(1, 13))


def test_a_letter_of_another_shape_is_refused(laptop: Laptop) -> None:
    content = msgspec.json.encode({"deliveries": [{"id": "1"}]})
    response = laptop.desk.http.post("/v1/deliveries", content=content, headers=laptop.headers)
    assert named(response) == "request"
