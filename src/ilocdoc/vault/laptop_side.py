"""What a signed-in officer shares with everybody on this laptop, and leaves beside the volume."""

from collections.abc import Sequence

from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.lock_notes import LockNote
from ilocdoc.record.rollback import Rollback
from ilocdoc.record.times import read_utc
from ilocdoc.vault.anchors import DeviceAnchors
from ilocdoc.vault.device_ledger import DeviceLedger
from ilocdoc.vault.device_volume import DeviceVolume
from ilocdoc.vault.lock_notes import LockNotes
from ilocdoc.vault.officer_volume import OfficerVolume
from ilocdoc.vault.parking import Parking
from ilocdoc.vault.rollbacks import may_be_taken_back
from ilocdoc.wire.envelope import Envelope
from ilocdoc.wire.sealing import OpeningKey


class LaptopSide:
    """Fits `casework.ports.LaptopSide`; belongs to the thread of the volumes."""

    def __init__(
        self, volume: OfficerVolume, *, device: DeviceVolume, officer: str, key: OpeningKey
    ) -> None:
        """Begin a session; from now on this officer can read what the lock screen takes.

        Args:
            volume: Of the officer.
            device: Of the laptop.
            officer: Star.
            key: This officer's opening key.
        """
        self._database, self._device = volume.database, device
        self._officer, self._key = officer, key
        self.parking = Parking(volume.folder, officer=officer, key=key)
        self._notes = LockNotes(device)
        self._notes.add_reader(officer, key.public)

    def notes(self) -> Sequence[LockNote]:
        """Return the unclaimed notes from the lock screen, oldest first."""
        return self._notes.read(self._officer, self._key)

    def drop_claimed(self) -> None:
        """Take the notes away that this officer claimed; a crash may have left some."""
        for note_id in self._notes.ids():
            if self._database.all("SELECT 1 FROM opened WHERE id = ?", (note_id,)):
                self._notes.drop(note_id)

    def doubts(self) -> Sequence[Rollback]:
        """Return what is in doubt on this laptop and was not released, oldest first."""
        return DeviceAnchors(self._device).doubts()

    def may_take_back(self, rollback: Rollback) -> bool:
        """Tell whether this laptop has the sealed copies of what is missing."""
        return may_be_taken_back(self._device, rollback)

    def release(self, rollback: Rollback, act: Envelope) -> None:
        """Keep the signed act that releases a doubt, for the next time the member signs in."""
        DeviceAnchors(self._device).release(rollback, act)

    def orders(self) -> Sequence[str]:
        """Return the signed orders to destroy that this laptop knows of, as base64."""
        rows = self._device.database.all("SELECT signed FROM tombstone ORDER BY rowid")
        return [str(signed) for (signed,) in rows]

    def keep_order(self, evidence_id: str, order: str) -> None:
        """Keep a signed order, so that it is carried out again after a restore."""
        self._device.database.run(
            "INSERT OR IGNORE INTO tombstone VALUES (?, ?)", (evidence_id, order)
        )

    def attest(self, kind: EntryKind, *, at: str, officer: str, **said: str | int) -> None:
        """Add a statement of the laptop to its own ledger, signed by the device key."""
        DeviceLedger(self._device).append(kind, read_utc(at), officer=officer, **said)
