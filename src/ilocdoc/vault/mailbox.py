"""The mailbox: sealed mail of everybody on this laptop, in and out, in the device volume."""

from collections.abc import Sequence

import msgspec

from ilocdoc.vault.device_volume import DeviceVolume
from ilocdoc.wire.sealing import Delivery


class DeviceMailbox:
    """Fits `sync.ports.Mailbox`; a view of the device volume."""

    def __init__(self, volume: DeviceVolume) -> None:
        self._database = volume.database

    def add_outgoing(self, delivery: Delivery) -> None:
        """Queue mail for headquarters; a recipient on this laptop can open it at once."""
        self._keep_mail(delivery, outgoing=1, sent=0)

    def outgoing(self) -> Sequence[Delivery]:
        """Return mail that headquarters does not keep yet, oldest first."""
        rows = self._database.all(
            "SELECT letter FROM mail WHERE outgoing = 1 AND sent = 0 ORDER BY rowid"
        )
        return [msgspec.json.decode(row[0], type=Delivery) for row in rows]

    def mark_posted(self, ids: Sequence[str]) -> None:
        """Note that headquarters keeps these."""
        for each in ids:
            self._database.run("UPDATE mail SET sent = 1 WHERE id = ?", (each,))

    def keep_incoming(self, officer: str, cursor: int, delivery: Delivery) -> None:
        """Keep mail from the feed and how far the feed was read, in one go."""
        with self._database.transaction():
            self._keep_mail(delivery, outgoing=0, sent=1)
            self._database.run("INSERT OR REPLACE INTO feed VALUES (?, ?)", (officer, cursor))

    def _keep_mail(self, delivery: Delivery, *, outgoing: int, sent: int) -> None:
        self._database.run(
            "INSERT OR IGNORE INTO mail VALUES (?, ?, ?, ?, ?)",
            (delivery.id, delivery.to, outgoing, sent, msgspec.json.encode(delivery)),
        )

    def mail_for(self, officer: str) -> Sequence[Delivery]:
        """Return all mail for an officer, oldest first."""
        rows = self._database.all(
            "SELECT letter FROM mail WHERE recipient = ? ORDER BY rowid", (officer,)
        )
        return [msgspec.json.decode(row[0], type=Delivery) for row in rows]

    def feed_cursor(self, officer: str) -> int:
        """Return how far an officer's feed was read."""
        rows = self._database.all("SELECT cursor FROM feed WHERE officer = ?", (officer,))
        return int(rows[0][0]) if rows else 0

    def start_over(self) -> None:
        """Queue all sent mail again and read every feed from its start.

        Headquarters went back in time: it may lack mail it had, and counts feeds anew.
        Known mail is recognised by its id on both sides.
        """
        with self._database.transaction():
            self._database.run("UPDATE mail SET sent = 0 WHERE outgoing = 1")
            self._database.run("DELETE FROM feed")
