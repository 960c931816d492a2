"""Wipe orders: headquarters takes personal access away on one laptop.

An order names laptop, member and generation of the volume, a nonce and an end. It is
signed by headquarters' key. When work of the member is not archived yet, a second person
signs the same bytes with a key of the roster: `second` names who that must be.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from ilocdoc.record.errors import InputError, RefusedError, WireError
from ilocdoc.record.people import Officer, Role
from ilocdoc.record.times import utc_text
from ilocdoc.wire.envelope import (
    Envelope,
    PublicKey,
    open_envelope,
    public_keys_from_pem,
)
from ilocdoc.wire.messages import WIPE_TYPE, Message

MAY_APPROVE = frozenset({Role.WATCH_LIEUTENANT, Role.DEVICE_ADMIN, Role.KEY_ADMIN})
"""Roles whose holder may be the second person of an order."""


class WipeOrder(Message, frozen=True, kw_only=True):
    """What headquarters orders."""

    device: str
    officer: str
    """Star of the member whose personal slots go."""
    generation: int
    """Of that member's volume; an order for another one is void."""
    nonce: str
    """32 hex digits; an order is carried out once."""
    made_at: str
    until: str
    """UTC; void from then on."""
    by: str
    """Star of whoever ordered it at headquarters."""
    second: str
    """Star of the second person, or empty: then it is void where work is unarchived."""


def read_order(envelope: Envelope, *, hq: PublicKey) -> WipeOrder:
    """Return the order that headquarters signed.

    Raises:
        WireError: If headquarters did not sign it, or it cannot be read.
    """
    payload = open_envelope(envelope, WIPE_TYPE, key=hq)
    try:
        return msgspec.json.decode(payload, type=WipeOrder)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WireError("A wipe order cannot be read.") from error


def check_order(order: WipeOrder) -> WipeOrder:
    """Return an order that is fit to be signed.

    Raises:
        InputError: If the end is not after the beginning, or one person would be both.
    """
    if order.generation < 1:
        raise InputError("A volume's generation is 1 or more.")
    if order.until <= order.made_at:
        raise InputError("The end of the order lies in the past.")
    if order.second in {order.by, order.officer}:
        raise InputError("The second person is neither who orders nor whose access ends.")
    return order


def require_current(order: WipeOrder, *, device: str, generation: int, now: datetime) -> None:
    """Check that an order is for this laptop, this volume and this time.

    Raises:
        RefusedError: If it is not; nothing may be done then.
    """
    if order.device != device:
        raise RefusedError("This wipe order is for another laptop.")
    if order.generation != generation:
        raise RefusedError("This wipe order is for an earlier or later state of the volume.")
    if not order.made_at < order.until or utc_text(now) >= order.until:
        raise RefusedError("This wipe order has expired.")


def second_signature_fault(
    envelope: Envelope, order: WipeOrder, *, roster: Sequence[Officer], revoked: Sequence[str]
) -> str:
    """Return, in words, why nobody counts as the second person; empty when somebody does."""
    if order.second in {"", order.by, order.officer}:
        return "the order names no second person"
    member = next((each for each in roster if each.id == order.second), None)
    if member is None or not member.certificate or order.second in revoked:
        return "the roster does not know the second person"
    if not member.roles & MAY_APPROVE:
        return "the second person may not approve it"
    if not any(
        _signed_by(envelope, key) for key in public_keys_from_pem(member.certificate).values()
    ):
        return "the second person did not sign it"
    return ""


def _signed_by(envelope: Envelope, key: PublicKey) -> bool:
    try:
        open_envelope(envelope, WIPE_TYPE, key=key)
    except WireError:
        return False
    return True
