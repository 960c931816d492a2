"""Headquarters' orders to this laptop, as they are kept until and after they are carried out."""

from collections.abc import Sequence

from ilocdoc.vault.device_volume import DeviceVolume
from ilocdoc.wire.envelope import Envelope, envelope_bytes, envelope_from_bytes, public_key_from_pem
from ilocdoc.wire.orders import WipeOrder, read_order

WAITING, DONE, REFUSED = "waiting", "done", "refused"


class DeviceOrders:
    """A view of the device volume."""

    def __init__(self, volume: DeviceVolume) -> None:
        self._volume, self._database = volume, volume.database

    def read(self, envelope: Envelope) -> WipeOrder:
        """Return the order in an envelope.

        Raises:
            WireError: If headquarters, as pinned at enrolment, did not sign it.
        """
        pem = self._volume.enrolment().answer.hq_certificate_pem
        return read_order(envelope, hq=public_key_from_pem(pem))

    def keep(self, envelope: Envelope) -> None:
        """Keep an order that headquarters handed out; one that was carried out stays so.

        One that was refused here is tried again when it comes with another signature.

        Raises:
            WireError: If headquarters did not sign it.
        """
        nonce, body = self.read(envelope).nonce, envelope_bytes(envelope)
        self._database.run(
            "INSERT INTO wipe_order VALUES (?, ?, ?) ON CONFLICT (nonce) DO UPDATE SET "
            "envelope = excluded.envelope, state = excluded.state "
            "WHERE state = ? AND envelope <> excluded.envelope",
            (nonce, WAITING, body, REFUSED),
        )

    def waiting(self) -> Sequence[Envelope]:
        """Return orders that nobody looked at yet, in the order of their coming."""
        rows = self._database.all(
            "SELECT envelope FROM wipe_order WHERE state = ? ORDER BY rowid", (WAITING,)
        )
        return [envelope_from_bytes(row[0]) for row in rows]

    def state(self, nonce: str) -> str:
        """Return where an order stands; empty when it never came."""
        rows = self._database.all("SELECT state FROM wipe_order WHERE nonce = ?", (nonce,))
        return str(rows[0][0]) if rows else ""

    def settle(self, envelope: Envelope, *, nonce: str, state: str) -> None:
        """Keep an order with what became of it; what was carried out stays carried out."""
        self._database.run(
            "INSERT INTO wipe_order VALUES (?, ?, ?) ON CONFLICT (nonce) DO UPDATE SET "
            "envelope = excluded.envelope, state = excluded.state WHERE state <> ?",
            (nonce, state, envelope_bytes(envelope), DONE),
        )
