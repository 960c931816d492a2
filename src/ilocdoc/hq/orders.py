"""Wipe orders as headquarters makes, keeps and hands them out."""

import os
from dataclasses import dataclass
from datetime import datetime

import msgspec

from ilocdoc.hq.authority import Keys
from ilocdoc.hq.roster import known_member, members
from ilocdoc.hq.store import Connection
from ilocdoc.record.errors import RefusedError
from ilocdoc.record.times import utc_text
from ilocdoc.wire.envelope import (
    Envelope,
    envelope_bytes,
    envelope_from_bytes,
    seal_envelope,
)
from ilocdoc.wire.messages import WIPE_TYPE
from ilocdoc.wire.orders import (
    MAY_APPROVE,
    WipeOrder,
    check_order,
    read_order,
    second_signature_fault,
)

_NONCE_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be ordered."""

    device: str
    officer: str
    generation: int
    until: datetime
    by: str
    """Star of whoever orders it; may order and approve."""
    second: str
    """Star of whoever will sign it too, or empty."""


def make_order(connection: Connection, keys: Keys, wanted: Wanted, *, now: datetime) -> Envelope:
    """Make an order, sign it, and hand it out with the laptop's next hello.

    Raises:
        InputError: If the order is not sound.
        RefusedError: If laptop or member is not known, or a person may not order it.
    """
    known = connection.execute("SELECT 1 FROM device WHERE id = %s", (wanted.device,)).fetchone()
    if known is None:
        raise RefusedError(f"There is no laptop {wanted.device}.")
    known_member(connection, wanted.officer)
    for star in filter(None, (wanted.by, wanted.second)):
        if not known_member(connection, star).roles & MAY_APPROVE:
            raise RefusedError(
                f"Star {star} may not order a wipe.",
                "A watch lieutenant, device administrator or key administrator may.",
            )
    order = check_order(
        WipeOrder(
            device=wanted.device,
            officer=wanted.officer,
            generation=wanted.generation,
            nonce=os.urandom(_NONCE_BYTES).hex(),
            made_at=utc_text(now),
            until=utc_text(wanted.until),
            by=wanted.by,
            second=wanted.second,
        )
    )
    envelope = seal_envelope(WIPE_TYPE, msgspec.json.encode(order), signer=keys.signer)
    connection.execute(
        "INSERT INTO wipe_order (nonce, device, officer, envelope, made_at, expires_at) "
        "VALUES (%s, %s, %s, %s, %s, %s)",
        (
            order.nonce,
            order.device,
            order.officer,
            envelope_bytes(envelope),
            now,
            wanted.until,
        ),
    )
    return envelope


def take_approved(connection: Connection, keys: Keys, envelope: Envelope) -> WipeOrder:
    """Keep an order that the second person signed in place of the one without.

    Raises:
        WireError: If headquarters did not make it.
        RefusedError: If the second signature does not count, or the order is not kept here.
    """
    order = read_order(envelope, hq=keys.signer.public)
    fault = second_signature_fault(envelope, order, roster=members(connection), revoked=())
    if fault:
        raise RefusedError(f"This approval does not count: {fault}.")
    changed = connection.execute(
        "UPDATE wipe_order SET envelope = %s WHERE nonce = %s",
        (envelope_bytes(envelope), order.nonce),
    )
    if not changed.rowcount:
        raise RefusedError("This order is not kept here.")
    return order


def orders_for(connection: Connection, device: str, *, now: datetime) -> tuple[Envelope, ...]:
    """Return the orders for a laptop that have not expired, oldest first."""
    rows = connection.execute(
        "SELECT envelope FROM wipe_order WHERE device = %s AND expires_at > %s "
        "ORDER BY made_at, nonce",
        (device, now),
    ).fetchall()
    return tuple(envelope_from_bytes(bytes(row[0])) for row in rows)


def newest_generation(connection: Connection, *, device: str, officer: str) -> int:
    """Return the generation of a member's volume on a laptop, as its ledgers last said it.

    The member's own ledger says it, and after a recovery by escrow the laptop's.
    """
    rows = connection.execute(
        "SELECT s.owner, a.body FROM act AS a JOIN stream AS s ON s.stream_id = a.stream_id "
        "WHERE a.kind = 'volume.rekeyed' AND s.device = %s AND s.owner IN (%s, %s)",
        (device, officer, device),
    ).fetchall()
    known = [1]
    for owner, body in rows:
        said = msgspec.json.decode(envelope_from_bytes(bytes(body)).payload_bytes(), type=_Rekeyed)
        if (said.officer or owner) == officer and said.generation.isdecimal():
            known.append(int(said.generation))
    return max(known)


class _Rekeyed(msgspec.Struct):
    """What the act of a rekeyed volume says of it."""

    generation: str = "1"
    officer: str = ""
    """Whose volume, where the laptop says it."""
