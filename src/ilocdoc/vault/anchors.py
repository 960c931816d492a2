"""Anchors: what else on this laptop remembers how far a ledger had come.

A store that is put back whole is sound in itself. So the laptop's store keeps the head of
each member's ledger, headquarters' receipts and the sealed copies, and each member's volume
keeps the head of the laptop's own ledger. At unlock all of them are compared; the highest
wins.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ilocdoc.record.ids import OfficerId
from ilocdoc.record.rollback import Anchor, Rollback
from ilocdoc.vault.database import Database
from ilocdoc.vault.device_volume import DeviceVolume
from ilocdoc.vault.ledger import Ledger
from ilocdoc.vault.spool import DeviceSpool
from ilocdoc.wire.envelope import Envelope, envelope_bytes, envelope_from_bytes
from ilocdoc.wire.messages import StreamHead


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """An anchor and the head it remembers."""

    anchor: Anchor
    head: StreamHead


class DeviceAnchors:
    """Anchors in the laptop's store, for the ledgers of members and its own."""

    def __init__(self, volume: DeviceVolume) -> None:
        self._volume, self._database = volume, volume.database
        self._spool = DeviceSpool(volume)

    def keep(self, anchor: Anchor, head: StreamHead) -> None:
        """Remember a head; a lower one never replaces a higher one."""
        self._database.run(
            "INSERT INTO anchor VALUES (?, ?, ?, ?) ON CONFLICT (stream, anchor) DO UPDATE SET "
            "seq = excluded.seq, hash = excluded.hash WHERE excluded.seq > seq",
            (head.stream, anchor.value, head.seq, head.hash),
        )

    def forget(self, stream: str) -> None:
        """Forget what was remembered of a stream beyond its ledger: that was released."""
        self._database.run("DELETE FROM anchor WHERE stream = ?", (stream,))

    def marks(self, stream: str) -> list[Mark]:
        """Return every head that is remembered of a stream, the highest first."""
        rows = self._database.all(
            "SELECT anchor, seq, hash FROM anchor WHERE stream = ? AND anchor <> ?",
            (stream, Anchor.GENERATION.value),
        )
        marks = [
            Mark(anchor=Anchor(name), head=StreamHead(stream=stream, seq=seq, hash=digest))
            for name, seq, digest in rows
        ]
        marks.append(Mark(anchor=Anchor.SPOOL, head=self._spool.head(stream)))
        marks.append(Mark(anchor=Anchor.RECEIPT, head=self._spool.signed_for(stream)[0]))
        return sorted((each for each in marks if each.head.seq), key=_by_height)

    def raise_generation(self, stream: str, generation: int) -> int:
        """Remember how often the ways into a volume were changed; returns the highest known."""
        self.keep(Anchor.GENERATION, StreamHead(stream=stream, seq=generation, hash=""))
        (known,) = self._database.one(
            "SELECT seq FROM anchor WHERE stream = ? AND anchor = ?",
            (stream, Anchor.GENERATION.value),
        )
        return int(known)

    # --- what was found ---------------------------------------------------------------

    def note(self, rollback: Rollback) -> bool:
        """Remember a doubt until it is released; True when it is a new one."""
        known = self._database.all(
            "SELECT 1 FROM rollback WHERE owner = ? AND expected = ? AND found = ?",
            (rollback.owner, rollback.expected_hash, rollback.found_hash),
        )
        if known:
            return False
        self._database.run(
            "INSERT INTO rollback VALUES (?, ?, ?, ?, ?, ?, NULL)",
            (
                rollback.owner,
                rollback.anchor.value,
                rollback.expected_seq,
                rollback.expected_hash,
                rollback.found_seq,
                rollback.found_hash,
            ),
        )
        return True

    def doubts(self) -> Sequence[Rollback]:
        """Return every doubt that nobody released, oldest first."""
        rows = self._database.all(
            "SELECT owner, anchor, expected_seq, expected, found_seq, found FROM rollback "
            "WHERE released IS NULL ORDER BY rowid"
        )
        return [self._rollback(row) for row in rows]

    def release(self, rollback: Rollback, act: Envelope) -> None:
        """Keep the signed act that releases a doubt."""
        self._database.run(
            "UPDATE rollback SET released = ? WHERE owner = ? AND expected = ? AND found = ?",
            (envelope_bytes(act), rollback.owner, rollback.expected_hash, rollback.found_hash),
        )

    def release_of(self, rollback: Rollback) -> Envelope | None:
        """Return the act that released a doubt, or None."""
        rows = self._database.all(
            "SELECT released FROM rollback WHERE owner = ? AND expected = ? AND found = ?",
            (rollback.owner, rollback.expected_hash, rollback.found_hash),
        )
        return envelope_from_bytes(rows[0][0]) if rows and rows[0][0] else None

    def _rollback(self, row: tuple[str, str, int, str, int, str]) -> Rollback:
        owner, anchor, expected_seq, expected, found_seq, found = row
        return Rollback(
            owner=OfficerId(owner),
            anchor=Anchor(anchor),
            expected_seq=expected_seq,
            expected_hash=expected,
            found_seq=found_seq,
            found_hash=found,
            device=self._volume.device,
        )


def _by_height(mark: Mark) -> tuple[int, str]:
    return -mark.head.seq, mark.anchor.value


def own_doubt(
    ledger: Ledger, anchors: DeviceAnchors, *, owner: OfficerId, device: str, generation: int
) -> Rollback | None:
    """Compare a member's ledger with everything that remembers it.

    Args:
        ledger: As it is now.
        anchors: Of this laptop.
        owner: Star.
        device: This laptop.
        generation: Of the volume's ways in.
    """
    seq, digest = ledger.head()
    stream = ledger.stream_id

    def doubt(anchor: Anchor, expected_seq: int, expected_hash: str) -> Rollback:
        return Rollback(
            owner=owner,
            anchor=anchor,
            expected_seq=expected_seq,
            expected_hash=expected_hash,
            found_seq=seq,
            found_hash=digest,
            device=device,
        )

    for mark in anchors.marks(stream):
        if ledger.hash_at(mark.head.seq) != mark.head.hash:
            return doubt(mark.anchor, mark.head.seq, mark.head.hash)
    sealed = ledger.seals.next_seq()
    if sealed and sealed != seq + 1:
        return doubt(Anchor.SEAL, sealed - 1, "")
    known = anchors.raise_generation(stream, generation)
    return doubt(Anchor.GENERATION, seq, f"generation {known}") if known > generation else None


class RememberedHead:
    """The head of the laptop's own ledger, as a member's volume remembers it."""

    def __init__(self, database: Database, spool: DeviceSpool, stream: str) -> None:
        self._database, self._spool, self._stream = database, spool, stream

    def keep(self) -> None:
        """Remember it as it is now; within the member's open transaction."""
        head = self._spool.head(self._stream)
        self._database.run(
            "INSERT INTO remembered VALUES (?, ?, ?) ON CONFLICT (stream) DO UPDATE SET "
            "seq = excluded.seq, hash = excluded.hash WHERE excluded.hash <> hash",
            (head.stream, head.seq, head.hash),
        )

    def doubt(self, *, device: str) -> Rollback | None:
        """Compare the laptop's own ledger with what was remembered."""
        rows = self._database.all(
            "SELECT seq, hash FROM remembered WHERE stream = ?", (self._stream,)
        )
        seq, digest = rows[0] if rows else (0, "")
        if not seq or self._spool.hash_at(self._stream, seq) == digest:
            return None
        now = self._spool.head(self._stream)
        return Rollback(
            owner=OfficerId(device),
            anchor=Anchor.MEMBER,
            expected_seq=seq,
            expected_hash=digest,
            found_seq=now.seq,
            found_hash=now.hash,
            device=device,
        )
