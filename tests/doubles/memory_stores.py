"""Spool, evidence queue and mailbox in memory, and a fuse that kills between two calls."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ilocdoc.record.exchange import Waiting
from ilocdoc.wire.envelope import Envelope
from ilocdoc.wire.messages import PART_BYTES, BlobReceipt, OpenStream, Receipt, StreamHead
from ilocdoc.wire.sealing import Delivery, Parcel, SealedSession


@dataclass
class MemorySpool:
    """As `vault.spool.DeviceSpool`."""

    opened: dict[str, OpenStream] = field(default_factory=dict)
    entries: dict[str, list[tuple[str, Parcel]]] = field(default_factory=dict)
    sessions: dict[str, SealedSession] = field(default_factory=dict)
    beyond: dict[str, StreamHead] = field(default_factory=dict)
    receipts: dict[str, Receipt] = field(default_factory=dict)
    known_epoch: str = ""
    roster_version: int = 1
    rosters: list[Envelope] = field(default_factory=list)
    orders: list[Envelope] = field(default_factory=list)
    others: list[Any] = field(default_factory=list)
    """Stores whose waiting things count too."""

    def add_stream(self, stream: OpenStream) -> None:
        self.opened.setdefault(stream.stream, stream)

    def add_parcel(self, head: StreamHead, parcel: Parcel, session: SealedSession) -> None:
        entries = self.entries.setdefault(head.stream, [])
        self.sessions.setdefault(session.id, session)
        if head.seq == len(entries) + 1:
            entries.append((head.hash, parcel))

    def streams(self) -> Sequence[OpenStream]:
        return list(self.opened.values())

    def head(self, stream: str) -> StreamHead:
        entries = self.entries.get(stream, [])
        return StreamHead(stream=stream, seq=len(entries), hash=entries[-1][0] if entries else "")

    def note_beyond(self, head: StreamHead) -> None:
        self.beyond[head.stream] = head

    def hash_at(self, stream: str, seq: int) -> str:
        entries = self.entries.get(stream, [])
        return entries[seq - 1][0] if 0 < seq <= len(entries) else ""

    def parcels(
        self, stream: str, *, after: int, limit: int
    ) -> tuple[Sequence[Parcel], Sequence[SealedSession]]:
        found = [parcel for _, parcel in self.entries.get(stream, [])[after : after + limit]]
        names = dict.fromkeys(parcel.box.session for parcel in found)
        return found, [self.sessions[name] for name in names]

    def keep_receipt(self, receipt: Receipt, envelope: Envelope) -> None:
        known = self.receipts.get(receipt.stream)
        if known is None or receipt.seq >= known.seq or receipt.epoch != known.epoch:
            self.receipts[receipt.stream] = receipt

    def confirmed(self, stream: str) -> int:
        receipt = self.receipts.get(stream)
        return receipt.seq if receipt else 0

    def epoch(self) -> str:
        return self.known_epoch

    def keep_epoch(self, epoch: str) -> None:
        self.known_epoch = epoch

    def unconfirmed_hashes(self) -> Sequence[str]:
        return [digest for entries in self.entries.values() for digest, _ in entries]

    def keep_roster(self, envelope: Envelope) -> None:
        self.rosters.append(envelope)

    def keep_order(self, envelope: Envelope) -> None:
        if envelope not in self.orders:
            self.orders.append(envelope)

    def waiting(self) -> Waiting:
        entries = sum(
            max(0, len(each) - self.confirmed(stream)) for stream, each in self.entries.items()
        )
        files = [blob for store in self.others for blob in store.still_waiting()]
        letters = sum(store.unsent() for store in self.others)
        size = sum(blob.size_bytes for blob in files)
        return Waiting(entries=entries, files=len(files), size_bytes=size, letters=letters)


@dataclass
class MemoryBlob:
    content: bytes
    priority: int = 0

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def size_bytes(self) -> int:
        return len(self.content)

    def part(self, number: int) -> bytes:
        return self.content[number * PART_BYTES : (number + 1) * PART_BYTES]


@dataclass
class MemoryBlobs:
    """As `vault.blob_queue.DeviceBlobs`."""

    blobs: dict[str, MemoryBlob] = field(default_factory=dict)
    receipts: dict[str, BlobReceipt] = field(default_factory=dict)

    def add(self, content: bytes, *, priority: int = 0) -> str:
        blob = MemoryBlob(content, priority)
        self.blobs[blob.sha256] = blob
        return blob.sha256

    def still_waiting(self) -> list[MemoryBlob]:
        left = [blob for sha, blob in self.blobs.items() if sha not in self.receipts]
        return sorted(left, key=lambda blob: (blob.priority, blob.size_bytes))

    def unsent(self) -> int:
        return 0

    def waiting_blobs(self) -> Sequence[MemoryBlob]:
        return self.still_waiting()

    def keep_blob_receipt(self, receipt: BlobReceipt, envelope: Envelope) -> None:
        self.receipts[receipt.sha256] = receipt

    def offer_again(self) -> None:
        self.receipts.clear()


@dataclass
class MemoryMailbox:
    """As `vault.mailbox.DeviceMailbox`."""

    out: dict[str, Delivery] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)
    incoming: dict[str, Delivery] = field(default_factory=dict)
    arrivals: list[str] = field(default_factory=list)
    cursors: dict[str, int] = field(default_factory=dict)

    def add_outgoing(self, delivery: Delivery) -> None:
        self.out.setdefault(delivery.id, delivery)

    def still_waiting(self) -> list[MemoryBlob]:
        return []

    def unsent(self) -> int:
        return len(self.out.keys() - self.sent)

    def outgoing(self) -> Sequence[Delivery]:
        return [each for each in self.out.values() if each.id not in self.sent]

    def mark_posted(self, ids: Sequence[str]) -> None:
        self.sent |= set(ids)

    def keep_incoming(self, officer: str, cursor: int, delivery: Delivery) -> None:
        if delivery.id not in self.incoming:
            self.arrivals.append(delivery.id)
        self.incoming.setdefault(delivery.id, delivery)
        self.cursors[officer] = cursor

    def feed_cursor(self, officer: str) -> int:
        return self.cursors.get(officer, 0)

    def start_over(self) -> None:
        self.sent.clear()
        self.cursors.clear()


class Killed(BaseException):
    """The laptop lost power between two calls."""


@dataclass
class Fuse:
    """Burns one call at a time; None never burns."""

    left: int | None = None

    def burn(self) -> None:
        if self.left is None:
            return
        self.left -= 1
        if self.left < 0:
            self.left = None
            raise Killed


class Mortal:
    """A store that dies with the laptop: before or after a call, never within one."""

    def __init__(self, store: Any, fuse: Fuse) -> None:
        self._store, self._fuse = store, fuse

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if not callable(found):
            return found

        def call(*args: Any, **kwargs: Any) -> Any:
            self._fuse.burn()
            answer = found(*args, **kwargs)
            self._fuse.burn()
            return answer

        return call
