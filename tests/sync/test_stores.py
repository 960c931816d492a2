"""The three stores, one suite: the memory doubles and the device volume."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ilocdoc.vault.blob_queue import DeviceBlobs
from ilocdoc.vault.mailbox import DeviceMailbox
from ilocdoc.vault.spool import DeviceSpool
from ilocdoc.wire.envelope import Envelope
from ilocdoc.wire.messages import BlobReceipt, Receipt
from tests.doubles.enrolled_laptop import EnrolledLaptop
from tests.doubles.memory_stores import MemoryBlobs, MemoryMailbox, MemorySpool
from tests.doubles.patrol_laptop import PatrolLaptop

QUILL = "99001"
SIGNED = Envelope(payload_type="t", payload="", signatures=())


@dataclass
class Stores:
    spool: Any
    blobs: Any
    mailbox: Any
    attach: Any


@pytest.fixture(params=["double", "real"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    if request.param == "double":
        spool, blobs, mailbox = MemorySpool(), MemoryBlobs(), MemoryMailbox()
        spool.others = [blobs, mailbox]
        yield Stores(spool, blobs, mailbox, lambda data, level: blobs.add(data, priority=level))
        return
    station = EnrolledLaptop(tmp_path / "laptop").station()
    volume = station.volume
    volume.evidence_folder.mkdir(exist_ok=True)
    blobs = DeviceBlobs(volume)

    def attach(data: bytes, level: int) -> str:
        sha256 = MemoryBlobs().add(data)
        path = volume.evidence_folder / sha256
        path.write_bytes(data)
        blobs.add_blob(path, sha256=sha256, size_bytes=len(data), priority=level)
        return sha256

    yield Stores(DeviceSpool(volume), blobs, DeviceMailbox(volume), attach)
    station.close()


@pytest.fixture
def ledger(stores: Stores, laptop: PatrolLaptop) -> list[str]:
    """Three entries of one officer; their hashes."""
    laptop.spool = stores.spool

    return [laptop.submit(QUILL) for _ in range(3)]


@pytest.fixture
def stream(laptop: PatrolLaptop) -> str:
    return laptop.opened(QUILL).stream


def receipt(stream: str, seq: int, digest: str, *, epoch: str = "epoch-1") -> Receipt:
    return Receipt(stream=stream, seq=seq, hash=digest, epoch=epoch, at="", kind="accepted")


def test_an_empty_stream_stands_at_nothing(stores):
    head = stores.spool.head("f" * 32)
    assert (head.seq, head.hash) == (0, "")
    assert stores.spool.confirmed("f" * 32) == 0
    assert stores.spool.waiting().is_nothing


def test_parcels_come_in_order_with_the_sessions_they_name(stores, ledger, stream):
    parcels, sessions = stores.spool.parcels(stream, after=1, limit=5)
    assert len(parcels) == 2
    assert [each.id for each in sessions] == [parcels[0].box.session]
    assert len(stores.spool.parcels(stream, after=0, limit=2)[0]) == 2
    assert stores.spool.head(stream).hash == ledger[-1]
    assert [stores.spool.hash_at(stream, seq) for seq in (0, 1, 4)] == ["", ledger[0], ""]
    assert sorted(stores.spool.unconfirmed_hashes()) == sorted(ledger)


def test_the_highest_receipt_of_an_epoch_wins_and_a_new_epoch_replaces(stores, ledger, stream):
    for seq in (3, 2):
        stores.spool.keep_receipt(receipt(stream, seq, ledger[seq - 1]), SIGNED)
    assert stores.spool.confirmed(stream) == 3
    stores.spool.keep_receipt(receipt(stream, 1, ledger[0], epoch="epoch-2"), SIGNED)
    assert stores.spool.confirmed(stream) == 1
    assert stores.spool.waiting().entries == 2


def test_an_epoch_is_remembered(stores):
    assert stores.spool.epoch() == ""
    stores.spool.keep_epoch("epoch-7")
    assert stores.spool.epoch() == "epoch-7"


def test_evidence_waits_most_urgent_first_until_it_is_signed_for(stores):
    video, photo = stores.attach(b"video", 2), stores.attach(b"photo!", 0)
    assert [each.sha256 for each in stores.blobs.waiting_blobs()] == [photo, video]
    signed = BlobReceipt(sha256=photo, size_bytes=6, epoch="epoch-1", at="")
    stores.blobs.keep_blob_receipt(signed, SIGNED)
    (left,) = stores.blobs.waiting_blobs()
    assert (left.sha256, left.size_bytes, left.part(0)) == (video, 5, b"video")
    assert (stores.spool.waiting().files, stores.spool.waiting().size_bytes) == (1, 5)
    stores.blobs.offer_again()
    assert len(stores.blobs.waiting_blobs()) == 2


def test_mail_is_posted_once_and_offered_again_when_all_starts_over(stores, laptop):
    laptop.mailbox = stores.mailbox
    names = [laptop.write(QUILL, "99002") for _ in range(2)]
    assert [each.id for each in stores.mailbox.outgoing()] == names
    stores.mailbox.mark_posted(names[:1])
    assert [each.id for each in stores.mailbox.outgoing()] == names[1:]
    assert stores.spool.waiting().letters == 1
    stores.mailbox.start_over()
    assert [each.id for each in stores.mailbox.outgoing()] == names


def test_a_feed_is_read_on_from_where_it_was_and_again_when_all_starts_over(stores, laptop):
    laptop.mailbox = MemoryMailbox()
    laptop.write("99002", QUILL)
    (letter,) = laptop.mailbox.out.values()
    assert stores.mailbox.feed_cursor(QUILL) == 0
    stores.mailbox.keep_incoming(QUILL, 4, letter)
    assert stores.mailbox.feed_cursor(QUILL) == 4
    stores.mailbox.start_over()
    assert stores.mailbox.feed_cursor(QUILL) == 0
    assert stores.mailbox.outgoing() == [], "what came in does not go out"
