"""The laptop's own ledger notes what headquarters signed for."""

from collections.abc import Callable
from datetime import datetime

from ilocdoc.record.ledger import EntryKind
from ilocdoc.vault.device_ledger import DeviceLedger
from ilocdoc.vault.device_volume import DeviceVolume
from ilocdoc.vault.spool import DeviceSpool
from ilocdoc.wire.envelope import Envelope
from ilocdoc.wire.messages import Receipt, StreamHead


class NotingSpool(DeviceSpool):
    """A spool that notes each receipt for the end of a member's ledger.

    A receipt for the laptop's own ledger is not noted: otherwise each note would ask for
    the next one. So an exchange adds at most one entry for each member's ledger that it
    brought to its end, and carries that entry itself.
    """

    def __init__(self, volume: DeviceVolume, *, now: Callable[[], datetime]) -> None:
        super().__init__(volume)
        self._now = now

    def keep_receipt(self, receipt: Receipt, envelope: Envelope) -> None:
        """Keep headquarters' signed receipt, and note it when it is for a member's newest."""
        known = self.confirmed(receipt.stream)
        super().keep_receipt(receipt, envelope)
        if receipt.seq <= known or receipt.seq != self.head(receipt.stream).seq:
            return
        if self._is_own(receipt.stream):
            return
        DeviceLedger(self._volume).append(
            EntryKind.SYNC_RECEIPT,
            self._now(),
            stream=receipt.stream,
            seq=str(receipt.seq),
            hash=receipt.hash,
            epoch=receipt.epoch,
            signed_at=receipt.at,
        )

    def note_beyond(self, head: StreamHead) -> None:
        """Remember that headquarters holds other entries, and note it once for each head."""
        known = self._database.all(
            "SELECT 1 FROM anchor WHERE stream = ? AND anchor = 'headquarters' AND hash = ?",
            (head.stream, head.hash),
        )
        super().note_beyond(head)
        if known or self._is_own(head.stream):
            return
        DeviceLedger(self._volume).append(
            EntryKind.SYNC_REFUSED,
            self._now(),
            stream=head.stream,
            seq=head.seq,
            hash=head.hash,
            why="headquarters holds other entries than this laptop",
        )

    def _is_own(self, stream: str) -> bool:
        owners = {each.stream: each.owner for each in self.streams()}
        return owners.get(stream) == self._volume.device
