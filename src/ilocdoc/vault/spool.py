"""The spool: sealed ledger entries waiting for the line, and headquarters' receipts.

Everything here is ciphertext, ids and progress in the device volume. Each call is small
and idempotent; no transaction is open while the network is.
"""

from collections.abc import Sequence

import msgspec

from ilocdoc.record.exchange import Waiting
from ilocdoc.vault.database import Database
from ilocdoc.vault.device_volume import DeviceVolume
from ilocdoc.vault.orders import DeviceOrders
from ilocdoc.wire.envelope import Envelope, envelope_bytes, envelope_from_bytes
from ilocdoc.wire.messages import OpenStream, Receipt, StreamHead
from ilocdoc.wire.sealing import Parcel, SealedSession


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

    def note_beyond(self, head: StreamHead) -> None:
        """Remember that headquarters holds a head that this laptop does not have."""
        self._database.run(
            "INSERT OR REPLACE INTO anchor VALUES (?, 'headquarters', ?, ?)",
            (head.stream, head.seq, head.hash),
        )

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

    def signed_for(self, stream: str) -> tuple[StreamHead, Envelope | None]:
        """Return where headquarters signed for a stream, and its signed answer."""
        rows = self._database.all(
            "SELECT seq, hash, receipt FROM confirmed WHERE stream = ?", (stream,)
        )
        if not rows:
            return StreamHead(stream=stream, seq=0, hash=""), None
        seq, digest, receipt = rows[0]
        return StreamHead(stream=stream, seq=seq, hash=digest), envelope_from_bytes(receipt)

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

    # --- roster and totals ------------------------------------------------------------

    @property
    def roster_version(self) -> int:
        """Version of the roster here."""
        return self._volume.roster_version

    def keep_roster(self, envelope: Envelope) -> None:
        """Keep a roster whose signature was checked."""
        self._volume.keep_roster(envelope_bytes(envelope))

    def keep_order(self, envelope: Envelope) -> None:
        """Keep an order of headquarters until it is carried out.

        Raises:
            WireError: If headquarters did not sign it.
        """
        DeviceOrders(self._volume).keep(envelope)

    def waiting(self) -> Waiting:
        """Return what is still only on this laptop."""
        return waiting_in(self._database)


def waiting_in(database: Database) -> Waiting:
    """Return what of a laptop's store is not with headquarters yet."""
    entries = database.one(
        "SELECT count(*) FROM spool LEFT JOIN confirmed USING (stream) "
        "WHERE spool.seq > coalesce(confirmed.seq, 0)"
    )[0]
    files, size = database.one(
        "SELECT count(*), coalesce(sum(size_bytes), 0) FROM blob WHERE receipt IS NULL"
    )
    letters = database.one("SELECT count(*) FROM mail WHERE outgoing = 1 AND sent = 0")[0]
    return Waiting(entries=entries, files=files, size_bytes=size, letters=letters)
