"""The desks of the simulated headquarters: each takes a request within a session."""

import base64
import hashlib
from collections.abc import Callable
from typing import Protocol

import msgspec

from ilocdoc.record.ids import ZERO_HASH
from ilocdoc.record.ledger import ENTRY_TYPE, entry_hash, header_from_bytes
from ilocdoc.wire import messages as m
from ilocdoc.wire.envelope import Envelope, decode_base64, open_envelope, public_key_from_der
from ilocdoc.wire.sealing import Parcel
from tests.doubles.headquarters_records import (
    Kept,
    KeptBlob,
    KeptStream,
    RefusalError,
    Request,
)

first_cursor = 1
"""A feed counts from here; a test makes it wrong."""


class Headquarters(Protocol):
    """What a desk needs of the house."""

    kept: Kept
    now: str
    epoch: str
    on_part: Callable[[int], None]


def append(hq: Headquarters, request: Request) -> m.Receipt:
    (stream,), sent = request.named, request.read(m.Append)
    kept = hq.kept.streams.get(stream)
    if kept is None:
        raise RefusalError("unknown", 404)
    if kept.device != request.device:
        raise RefusalError("forbidden", 403)
    new = _new_entries(kept, sent)
    kept.entries += new
    kept.sessions.update({each.id: each for each in sent.sessions})
    assert all(parcel.box.session in kept.sessions for _digest, parcel in new)
    head = kept.head
    return m.Receipt(
        stream=stream,
        seq=head.seq,
        hash=head.hash,
        epoch=hq.epoch,
        at=hq.now,
        kind="accepted",
    )


def _new_entries(kept: KeptStream, sent: m.Append) -> list[tuple[str, Parcel]]:
    key = public_key_from_der(decode_base64(kept.opened.public_key))
    new: list[tuple[str, Parcel]] = []
    for parcel in sent.parcels:
        envelope = msgspec.convert(parcel.envelope, type=Envelope)
        payload = open_envelope(envelope, ENTRY_TYPE, key=key)
        header, digest = header_from_bytes(payload), entry_hash(payload)
        chain = [*kept.entries, *new]
        if header.seq <= len(chain):
            if chain[header.seq - 1][0] != digest:
                raise RefusalError("fork", 409, kept.head)
            continue
        if header.seq > len(chain) + 1:
            raise RefusalError("gap", 409, kept.head)
        if header.prev != (chain[-1][0] if chain else ZERO_HASH):
            raise RefusalError("fork", 409, kept.head)
        new.append((digest, parcel))
    return new


def have(hq: Headquarters, request: Request) -> m.HaveAnswer:
    known = set(hq.kept.hashes())
    wanted = request.read(m.Have).hashes
    missing = tuple(each for each in wanted if each not in known)
    return m.HaveAnswer(missing=missing, epoch=hq.epoch)


def offer(hq: Headquarters, request: Request) -> m.OfferAnswer:
    offer: m.OfferBlob = request.read(m.OfferBlob)
    blob = hq.kept.blobs.setdefault(offer.sha256, KeptBlob(offer))
    if blob.offer != offer:
        raise RefusalError("request", 400)
    missing = () if blob.is_complete else blob.missing()
    return m.OfferAnswer(sha256=offer.sha256, missing=missing, complete=int(blob.is_complete))


def put_part(hq: Headquarters, request: Request) -> bytes:
    asked, sha256, number = request.asked, request.named[0], int(request.named[1])
    digest = hashlib.sha256(asked.body)
    header = f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"
    if asked.headers.get("content-digest") != header:
        raise RefusalError("digest", 400)
    blob = hq.kept.blobs.get(sha256)
    if blob is None:
        raise RefusalError("unknown", 404)
    if blob.offer.parts[number] != digest.hexdigest():
        raise RefusalError("digest", 400)
    blob.stored[number] = asked.body
    hq.on_part(number)
    return b""


def complete(hq: Headquarters, request: Request) -> m.BlobReceipt:
    (sha256,) = request.named
    blob = hq.kept.blobs.get(sha256)
    if blob is None:
        raise RefusalError("unknown", 404)
    if blob.missing():
        raise RefusalError("digest", 400)
    whole = b"".join(blob.stored[n] for n in range(len(blob.offer.parts)))
    if hashlib.sha256(whole).hexdigest() != sha256:
        del hq.kept.blobs[sha256]
        raise RefusalError("digest", 400)
    blob.is_complete = True
    return m.BlobReceipt(sha256=sha256, size_bytes=len(whole), epoch=hq.epoch, at=hq.now)


def post(hq: Headquarters, request: Request) -> m.PostAnswer:
    sent: m.Post = request.read(m.Post)
    if any((request.device, each.sender) not in hq.kept.enrolled for each in sent.deliveries):
        raise RefusalError("forbidden", 403)
    for each in sent.deliveries:
        feed = hq.kept.feeds.setdefault(each.to, [])
        if all(known.id != each.id for known in feed):
            feed.append(each)
    return m.PostAnswer(kept=tuple(each.id for each in sent.deliveries), epoch=hq.epoch)


def feed(hq: Headquarters, request: Request) -> m.Feed:
    officer, after = request.query["officer"], int(request.query["after"])
    if (request.device, officer) not in hq.kept.enrolled:
        raise RefusalError("forbidden", 403)
    page = list(enumerate(hq.kept.feeds.get(officer, []), start=first_cursor))[after : after + 5]
    items = tuple(m.FeedItem(cursor=place, delivery=each) for place, each in page)
    return m.Feed(officer=officer, items=items, epoch=hq.epoch)
