"""Evidence: parts in any order, each checked; a receipt only for the whole."""

import hashlib
from pathlib import Path

import httpx
import pytest

from ilocdoc.hq import evidence
from ilocdoc.hq.evidence import Objects
from ilocdoc.wire.messages import PART_BYTES, BlobReceipt, OfferAnswer, OfferBlob
from tests.hq.desk import Desk, Laptop, content_digest, named

FILE = b"first part " * (PART_BYTES // 11) + b"x" * (PART_BYTES % 11) + b"the rest"


def parts_of(file: bytes) -> list[bytes]:
    return [file[at : at + PART_BYTES] for at in range(0, max(1, len(file)), PART_BYTES)]


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def offer_of(file: bytes) -> OfferBlob:
    return OfferBlob(
        sha256=digest(file),
        size_bytes=len(file),
        parts=tuple(digest(each) for each in parts_of(file)),
    )


@pytest.fixture
def laptop(desk: Desk) -> Laptop:
    laptop = desk.laptop()
    laptop.hello()
    return laptop


def offer(laptop: Laptop, offered: OfferBlob) -> OfferAnswer:
    return laptop.desk.read(laptop.post("/v1/blobs", offered), OfferAnswer)


def put(
    laptop: Laptop, blob: str, number: int, part: bytes, *, header: str | None = None
) -> httpx.Response:
    headers = laptop.headers | {"Content-Digest": header or content_digest(part)}
    return laptop.desk.http.put(f"/v1/blobs/{blob}/parts/{number}", content=part, headers=headers)


def complete(laptop: Laptop, blob: str) -> httpx.Response:
    return laptop.desk.http.post(f"/v1/blobs/{blob}/complete", headers=laptop.headers)


def stored(desk: Desk) -> list[Path]:
    return sorted(each for each in desk.objects_folder.rglob("*") if each.is_file())


@pytest.fixture
def blob(laptop: Laptop) -> str:
    """A container that was offered."""
    assert offer(laptop, offer_of(FILE)).missing == (0, 1)
    return digest(FILE)


def test_parts_in_any_order_make_the_whole(desk: Desk, laptop: Laptop, blob: str) -> None:
    for number, part in reversed(list(enumerate(parts_of(FILE)))):
        assert put(laptop, blob, number, part).status_code == 204
    receipt = desk.read(complete(laptop, blob), BlobReceipt)
    assert (receipt.sha256, receipt.size_bytes) == (blob, len(FILE))
    assert b"".join(each.read_bytes() for each in stored(desk)) == FILE


def test_only_missing_parts_are_asked_for(laptop: Laptop, blob: str) -> None:
    put(laptop, blob, 0, parts_of(FILE)[0])
    answer = offer(laptop, offer_of(FILE))
    assert (answer.missing, answer.complete) == ((1,), 0)


def test_a_container_that_is_here_is_not_asked_for_again(
    desk: Desk, laptop: Laptop, blob: str
) -> None:
    for number, part in enumerate(parts_of(FILE)):
        put(laptop, blob, number, part)
    first = desk.read(complete(laptop, blob), BlobReceipt)
    assert offer(laptop, offer_of(FILE)) == OfferAnswer(sha256=blob, missing=(), complete=1)
    desk.clock.move_on(minutes=5)
    assert desk.read(complete(laptop, blob), BlobReceipt) == first


def test_an_empty_container_has_one_empty_part(desk: Desk, laptop: Laptop) -> None:
    assert offer(laptop, offer_of(b"")).missing == (0,)
    assert put(laptop, digest(b""), 0, b"").status_code == 204
    assert desk.read(complete(laptop, digest(b"")), BlobReceipt).size_bytes == 0


def test_a_part_altered_on_its_way_is_refused(desk: Desk, laptop: Laptop, blob: str) -> None:
    good = parts_of(FILE)[1]
    response = put(laptop, blob, 1, b"T" + good[1:], header=content_digest(good))
    assert (response.status_code, named(response)) == (400, "digest")
    assert stored(desk) == []


def test_a_part_that_was_not_offered_so_is_refused(laptop: Laptop, blob: str) -> None:
    response = put(laptop, blob, 1, b"something else")
    assert (response.status_code, named(response)) == (400, "digest")


@pytest.mark.parametrize("header", ["sha-256=:!:", "sha-512=:AAAA:", "sha-256=:A:", "x"])
def test_a_digest_header_of_another_shape_is_refused(
    laptop: Laptop, blob: str, header: str
) -> None:
    assert named(put(laptop, blob, 1, parts_of(FILE)[1], header=header)) == "request"


def test_a_part_without_a_digest_header_is_refused(laptop: Laptop, blob: str) -> None:
    response = laptop.desk.http.put(
        f"/v1/blobs/{blob}/parts/1", content=b"the rest", headers=laptop.headers
    )
    assert named(response) == "request"


def test_a_part_over_the_limit_is_refused(laptop: Laptop, blob: str) -> None:
    response = put(laptop, blob, 0, b"x" * (PART_BYTES + 1))
    assert (response.status_code, named(response)) == (413, "size")


@pytest.mark.parametrize("number", [2, 10**6])
def test_a_part_beyond_the_end_is_refused(laptop: Laptop, blob: str, number: int) -> None:
    assert named(put(laptop, blob, number, b"more")) == "unknown"


@pytest.mark.parametrize("name", ["f" * 64, "..%2f..%2fkeys", "FF"])
def test_a_file_that_was_not_offered_is_unknown(laptop: Laptop, name: str) -> None:
    assert named(put(laptop, name, 0, b"x")) == "unknown"
    assert named(complete(laptop, name)) == "unknown"


@pytest.mark.parametrize(
    "changes",
    [
        {"parts": ("0" * 64,)},
        {"parts": ()},
        {"parts": ("x" * 64, "0" * 64)},
        {"sha256": "x"},
        {"size_bytes": -1},
    ],
)
def test_an_offer_that_does_not_fit_together_is_refused(
    laptop: Laptop, changes: dict[str, object]
) -> None:
    fields = {name: getattr(offer_of(FILE), name) for name in ("sha256", "size_bytes", "parts")}
    assert named(laptop.post("/v1/blobs", OfferBlob(**fields | changes))) == "request"


def test_another_list_of_parts_for_the_same_file_is_refused(laptop: Laptop, blob: str) -> None:
    other = OfferBlob(sha256=blob, size_bytes=len(FILE), parts=("0" * 64, "1" * 64))
    assert named(laptop.post("/v1/blobs", other)) == "request"


def test_a_file_is_not_complete_before_every_part_is_here(laptop: Laptop, blob: str) -> None:
    put(laptop, blob, 0, parts_of(FILE)[0])
    response = complete(laptop, blob)
    assert (response.status_code, named(response)) == (400, "digest")
    assert offer(laptop, offer_of(FILE)).missing == (1,)


def test_a_part_damaged_in_storage_is_found_and_asked_for_again(
    desk: Desk, laptop: Laptop, blob: str
) -> None:
    for number, part in enumerate(parts_of(FILE)):
        put(laptop, blob, number, part)
    stored(desk)[0].write_bytes(b"rot")
    assert named(complete(laptop, blob)) == "digest"
    assert offer(laptop, offer_of(FILE)).missing == (0,)
    put(laptop, blob, 0, parts_of(FILE)[0])
    assert desk.read(complete(laptop, blob), BlobReceipt).sha256 == blob


def test_parts_that_make_up_another_file_get_no_receipt(desk: Desk, laptop: Laptop) -> None:
    lie = OfferBlob(sha256="a" * 64, size_bytes=4, parts=(digest(b"true"),))
    offer(laptop, lie)
    put(laptop, lie.sha256, 0, b"true")
    response = complete(laptop, lie.sha256)
    assert (response.status_code, named(response)) == (400, "digest")
    assert stored(desk) == []
    assert named(complete(laptop, lie.sha256)) == "unknown"


def test_evidence_needs_a_session(laptop: Laptop, blob: str) -> None:
    laptop.token = ""
    assert named(put(laptop, blob, 1, b"the rest")) == "session"
    assert named(complete(laptop, blob)) == "session"
    assert named(laptop.post("/v1/blobs", offer_of(FILE))) == "session"


def test_the_doctor_finds_a_container_that_rotted(desk: Desk, laptop: Laptop, blob: str) -> None:
    for number, part in enumerate(parts_of(FILE)):
        put(laptop, blob, number, part)
    complete(laptop, blob)
    assert evidence.incomplete(desk.database, desk.objects) == []
    stored(desk)[1].unlink()
    assert evidence.incomplete(desk.database, desk.objects) == [blob]


def test_a_bucket_is_spoken_to_like_a_folder(desk: Desk, laptop: Laptop) -> None:
    bucket = Objects.at("memory:///")
    hq = desk.hq
    for number, part in enumerate(parts_of(FILE)):
        bucket.keep(digest(FILE), number, part)
    offer(laptop, offer_of(FILE))
    for number, part in enumerate(parts_of(FILE)):
        evidence.take_part(
            hq.database, bucket, digest(FILE), number, part=part, digest=content_digest(part)
        )
    receipt = evidence.complete(hq.database, bucket, digest(FILE), now=desk.clock.now())
    assert receipt.size_bytes == len(FILE)
    bucket.forget(digest(FILE), 2)
    assert bucket.part(digest(FILE), 0) == b""


def test_a_file_url_is_a_local_folder(tmp_path: Path) -> None:
    store = Objects.at(f"file://{tmp_path / 'here'}")
    store.keep("ab", 0, b"bytes")
    store.make_durable("ab", 1)
    assert (tmp_path / "here" / "ab" / "ab" / "0000000").read_bytes() == b"bytes"
