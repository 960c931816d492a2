"""What the simulated headquarters keeps, and the shapes of a request and an answer."""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from ilocdoc.wire import messages as m
from ilocdoc.wire.sealing import Delivery, Parcel, SealedSession


@dataclass(frozen=True)
class Asked:
    """One request as it arrives."""

    method: str
    path: str
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """A request that found its route."""

    asked: Asked
    named: tuple[str, ...]
    query: dict[str, str]
    device: str

    def read(self, kind: type[Any]) -> Any:
        return msgspec.json.decode(self.asked.body, type=kind)


@dataclass(frozen=True)
class Said:
    """One answer as it leaves."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class RefusalError(Exception):
    """Becomes a problem (RFC 9457)."""

    def __init__(self, name: str, status: int, head: m.StreamHead | None = None) -> None:
        super().__init__(name)
        self.problem = m.Problem(
            type=f"urn:ilocdoc:problem:{name}",
            title=name,
            status=status,
            head_seq=head.seq if head else 0,
            head_hash=head.hash if head else "",
        )


@dataclass
class KeptStream:
    opened: m.OpenStream
    device: str
    entries: list[tuple[str, Parcel]] = field(default_factory=list)
    sessions: dict[str, SealedSession] = field(default_factory=dict)

    @property
    def head(self) -> m.StreamHead:
        newest = self.entries[-1][0] if self.entries else ""
        return m.StreamHead(stream=self.opened.stream, seq=len(self.entries), hash=newest)


@dataclass
class KeptBlob:
    offer: m.OfferBlob
    stored: dict[int, bytes] = field(default_factory=dict)
    is_complete: bool = False

    def missing(self) -> tuple[int, ...]:
        return tuple(n for n in range(len(self.offer.parts)) if n not in self.stored)


@dataclass
class Kept:
    """Everything a restore brings back as it was."""

    epoch: int = 1
    devices: dict[str, bytes] = field(default_factory=dict)
    enrolled: set[tuple[str, str]] = field(default_factory=set)
    streams: dict[str, KeptStream] = field(default_factory=dict)
    blobs: dict[str, KeptBlob] = field(default_factory=dict)
    feeds: dict[str, list[Delivery]] = field(default_factory=dict)
    nonces: set[str] = field(default_factory=set)
    roster_version: int = 1

    def hashes(self) -> list[str]:
        """Every entry, each as often as it is there."""
        return [digest for kept in self.streams.values() for digest, _ in kept.entries]

    def letters(self) -> list[str]:
        return [each.id for feed in self.feeds.values() for each in feed]

    def complete_blobs(self) -> list[str]:
        return [sha256 for sha256, blob in self.blobs.items() if blob.is_complete]
