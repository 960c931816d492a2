"""The stores that sync reads and marks, written by the consumer; the vault fits them by shape.

Every call is small, idempotent and durable when it returns, so a proxy may run it on the
thread that owns the database. Nothing here spans the network: between any two calls the
program may be killed, and the next exchange goes on from what is kept.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from ilocdoc.record.exchange import Waiting
from ilocdoc.wire.envelope import Envelope, Signer
from ilocdoc.wire.messages import BlobReceipt, OpenStream, Receipt, StreamHead
from ilocdoc.wire.sealing import Delivery, Parcel, SealedSession


class Clock(Protocol):
    """The laptop's clocks."""

    def now(self) -> datetime:
        """Return the system clock: aware, UTC. It may be wrong; nothing depends on it."""

    def mono_ms(self) -> int:
        """Return milliseconds of the monotonic clock since boot."""


class Spool(Protocol):
    """Sealed ledger entries of every stream of this laptop, and what HQ signed for."""

    def streams(self) -> Sequence[OpenStream]:
        """Return every stream of this laptop."""

    def head(self, stream: str) -> StreamHead:
        """Return where a stream stands on this laptop; seq 0 when it is empty."""

    def hash_at(self, stream: str, seq: int) -> str:
        """Return the hash of an entry here, or the empty string."""

    def parcels(
        self, stream: str, *, after: int, limit: int
    ) -> tuple[Sequence[Parcel], Sequence[SealedSession]]:
        """Return parcels after a seq in order, and every session they name."""

    def note_beyond(self, head: StreamHead) -> None:
        """Remember that headquarters holds a head that this laptop does not have."""

    def keep_receipt(self, receipt: Receipt, envelope: Envelope) -> None:
        """Keep a signed receipt; the highest seq of an epoch wins, a new epoch replaces."""

    def confirmed(self, stream: str) -> int:
        """Return the seq up to which headquarters signed; 0 when nothing is confirmed."""

    def epoch(self) -> str:
        """Return headquarters' epoch as last kept; empty before the first exchange."""

    def keep_epoch(self, epoch: str) -> None:
        """Remember headquarters' epoch."""

    def unconfirmed_hashes(self) -> Sequence[str]:
        """Return hashes of all entries on this laptop, for reconciliation."""

    @property
    def roster_version(self) -> int:
        """Version of the roster here."""

    def keep_roster(self, envelope: Envelope) -> None:
        """Keep a roster whose signature was checked."""

    def keep_order(self, envelope: Envelope) -> None:
        """Keep a wipe order whose signature was checked; idempotent."""

    def waiting(self) -> Waiting:
        """Return what is still only on this laptop."""


class Blob(Protocol):
    """A sealed container of evidence as it lies on the disk."""

    @property
    def sha256(self) -> str:
        """Digest of the whole container, hex."""

    @property
    def size_bytes(self) -> int:
        """Size of the whole container."""

    def part(self, number: int) -> bytes:
        """Return part `number` of PART_BYTES, from 0; the last one may be shorter.

        Raises:
            DamagedError: If the container cannot be read.
        """


class Blobs(Protocol):
    """The queue of evidence that headquarters does not have yet."""

    def waiting_blobs(self) -> Sequence[Blob]:
        """Return containers without a receipt, most urgent first (photos before video)."""

    def keep_blob_receipt(self, receipt: BlobReceipt, envelope: Envelope) -> None:
        """Keep headquarters' signed receipt for a container."""

    def offer_again(self) -> None:
        """Put every container back into the queue: headquarters went back in time."""


class Mailbox(Protocol):
    """Sealed mail of everybody on this laptop."""

    def outgoing(self) -> Sequence[Delivery]:
        """Return mail that headquarters does not keep yet, oldest first."""

    def mark_posted(self, ids: Sequence[str]) -> None:
        """Note that headquarters keeps these."""

    def keep_incoming(self, officer: str, cursor: int, delivery: Delivery) -> None:
        """Keep mail from the feed and how far the feed was read, in one go."""

    def feed_cursor(self, officer: str) -> int:
        """Return how far an officer's feed was read; 0 before the first letter."""

    def start_over(self) -> None:
        """Queue all sent mail again and read every feed from its start.

        Known mail is recognised by its id on both sides, so nothing doubles.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Laptop:
    """The laptop's side of an exchange: who it is and what it keeps."""

    device: str
    """Four upper-case letters or digits, from enrolment."""
    signer: Signer
    """The device key; it signs hello."""
    officers: Callable[[], Sequence[str]]
    """Star numbers with a volume here; asked at the start of each exchange."""
    spool: Spool
    blobs: Blobs
    mailbox: Mailbox
    clock: Clock
    new_nonce: Callable[[], str]
    """32 fresh hex digits at each call."""
    part_digests: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Remembered while the program runs, so that a large file is not read at each try."""
