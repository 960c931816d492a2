"""The spool: sealed parcels and containers waiting for the line, and the receipts.

Everything here is ciphertext, ids and progress in the device volume. Each call is small
and idempotent; no transaction is open while the network is.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from ilocdoc.record.errors import DamagedError
from ilocdoc.vault.device_volume import DeviceVolume
from ilocdoc.wire.envelope import Envelope, envelope_bytes
from ilocdoc.wire.messages import PART_BYTES, BlobReceipt, OpenStream, Receipt, StreamHead
from ilocdoc.wire.sealing import Parcel, SealedSession


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingBlob:
    """A container that headquarters does not have yet."""

    sha256: str
    size_bytes: int
    path: Path

    def part(self, number: int) -> bytes:
        """Return part `number`, counted from 0; the last one may be shorter.

        Raises:
            DamagedError: If the container is missing.
        """
        try:
            with self.path.open("rb") as file:
                file.seek(number * PART_BYTES)
                return file.read(PART_BYTES)
        except OSError as error:
            raise DamagedError("A file of evidence is missing on this laptop.") from error

    def parts(self) -> tuple[str, ...]:
        """Return SHA-256 of each part in order."""
        count = max(1, -(-self.size_bytes // PART_BYTES))
        return tuple(hashlib.sha256(self.part(number)).hexdigest() for number in range(count))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """What is still only on this laptop."""

    entries: int
    files: int
    size_bytes: int
    letters: int


class DeviceSpool:
    """Fits `sync.ports.Spool`; a view of the device volume."""

    def __init__(self, volume: DeviceVolume) -> None:
        self._volume = volume
        self._database = volume.database

    # --- ledger entries ---------------------------------------------------------------

    def streams(self) -> Sequence[OpenStream]:
        """Return every stream of this laptop."""
        return self._volume.streams()

    def add_parcel(self, head: StreamHead, parcel: Parcel, session: SealedSession) -> None:
        """Take a parcel; idempotent by (stream, seq)."""
        data = msgspec.json.encode(parcel)
        self._database.run(
            "INSERT OR IGNORE INTO session VALUES (?, ?)",
            (session.id, msgspec.json.encode(session)),
        )
        self._database.run(
            "INSERT OR IGNORE INTO spool VALUES (?, ?, ?, ?, ?)",
            (head.stream, head.seq, head.hash, session.id, data),
        )

    def head(self, stream: str) -> StreamHead:
        """Return where a stream stands on this laptop; seq 0 when it is empty."""
        rows = self._database.all(
            "SELECT seq, hash FROM spool WHERE stream = ? ORDER BY seq DESC LIMIT 1", (stream,)
        )
        seq, digest = rows[0] if rows else (0, "")
        return StreamHead(stream=stream, seq=seq, hash=digest)

    def hash_at(self, stream: str, seq: int) -> str:
        """Return the hash of an entry here, or the empty string."""
        rows = self._database.all(
            "SELECT hash FROM spool WHERE stream = ? AND seq = ?", (stream, seq)
        )
        return str(rows[0][0]) if rows else ""

    def parcels(
        self, stream: str, *, after: int, limit: int
    ) -> tuple[Sequence[Parcel], Sequence[SealedSession]]:
        """Return parcels after a seq in order, and every session they name."""
        rows = self._database.all(
            "SELECT parcel, session FROM spool WHERE stream = ? AND seq > ? ORDER BY seq LIMIT ?",
            (stream, after, limit),
        )
        parcels = [msgspec.json.decode(parcel, type=Parcel) for parcel, _session in rows]
        sessions = []
        for name in dict.fromkeys(session for _parcel, session in rows):
            (sealed,) = self._database.one("SELECT sealed FROM session WHERE id = ?", (name,))
            sessions.append(msgspec.json.decode(sealed, type=SealedSession))
        return parcels, sessions

    def keep_receipt(self, receipt: Receipt, envelope: Envelope) -> None:
        """Keep headquarters' signed receipt for a stream; the highest seq of an epoch wins."""
        self._database.run(
            "INSERT INTO confirmed VALUES (?, ?, ?, ?, ?) ON CONFLICT (stream) DO UPDATE SET "
            "seq = excluded.seq, hash = excluded.hash, epoch = excluded.epoch, "
            "receipt = excluded.receipt WHERE excluded.seq >= seq OR excluded.epoch <> epoch",
            (receipt.stream, receipt.seq, receipt.hash, receipt.epoch, envelope_bytes(envelope)),
        )

    def confirmed(self, stream: str) -> int:
        """Return the seq up to which headquarters signed; 0 when nothing is confirmed."""
        rows = self._database.all("SELECT seq FROM confirmed WHERE stream = ?", (stream,))
        return int(rows[0][0]) if rows else 0

    def epoch(self) -> str:
        """Return headquarters' epoch as last seen."""
        return self._volume.kept("epoch")

    def keep_epoch(self, epoch: str) -> None:
        """Remember headquarters' epoch."""
        self._volume.keep("epoch", epoch)

    def unconfirmed_hashes(self) -> Sequence[str]:
        """Return hashes of all entries on this laptop, oldest first, for reconciliation."""
        rows = self._database.all("SELECT hash FROM spool ORDER BY stream, seq")
        return [row[0] for row in rows]

    # --- evidence ---------------------------------------------------------------------

    def add_blob(self, path: Path, *, sha256: str, size_bytes: int, priority: int) -> None:
        """Queue a container of the evidence folder; photos before audio before video."""
        self._database.run(
            "INSERT OR IGNORE INTO blob VALUES (?, ?, ?, ?, NULL)",
            (sha256, path.name, size_bytes, priority),
        )

    def waiting_blobs(self) -> Iterator[WaitingBlob]:
        """Yield containers without a receipt, most urgent first."""
        rows = self._database.all(
            "SELECT sha256, size_bytes, path FROM blob WHERE receipt IS NULL "
            "ORDER BY priority, size_bytes"
        )
        for sha256, size_bytes, name in rows:
            path = self._volume.evidence_folder / name
            yield WaitingBlob(sha256=sha256, size_bytes=size_bytes, path=path)

    def keep_blob_receipt(self, receipt: BlobReceipt, envelope: Envelope) -> None:
        """Keep headquarters' signed receipt for a container."""
        self._database.run(
            "UPDATE blob SET receipt = ? WHERE sha256 = ?",
            (envelope_bytes(envelope), receipt.sha256),
        )

    # --- roster and totals ------------------------------------------------------------

    @property
    def roster_version(self) -> int:
        """Version of the roster here."""
        return self._volume.roster_version

    def keep_roster(self, envelope: Envelope) -> None:
        """Keep a roster whose signature was checked."""
        self._volume.keep_roster(envelope_bytes(envelope))

    def unsent(self) -> Unsent:
        """Return what is still only on this laptop."""
        entries = self._database.one(
            "SELECT count(*) FROM spool LEFT JOIN confirmed USING (stream) "
            "WHERE spool.seq > coalesce(confirmed.seq, 0)"
        )[0]
        files, size = self._database.one(
            "SELECT count(*), coalesce(sum(size_bytes), 0) FROM blob WHERE receipt IS NULL"
        )
        letters = self._database.one("SELECT count(*) FROM mail WHERE outgoing = 1 AND sent = 0")[0]
        return Unsent(entries=entries, files=files, size_bytes=size, letters=letters)
