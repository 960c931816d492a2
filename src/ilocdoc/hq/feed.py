"""Sealed mail between members: kept once, handed out in order, never opened here."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from ilocdoc.hq.enrolling import is_enrolled
from ilocdoc.hq.problems import not_yours
from ilocdoc.hq.revoking import is_revoked
from ilocdoc.hq.settings import epoch
from ilocdoc.hq.store import Connection
from ilocdoc.wire.messages import Feed, FeedItem, Post, PostAnswer
from ilocdoc.wire.sealing import Delivery

PAGE_ITEMS = 50
PAGE_BYTES = 16 * 1024 * 1024
"""A page ends after the item that passes this, so that one large packet still travels."""


def post(connection: Connection, sent: Post, *, device: str, now: datetime) -> PostAnswer:
    """Keep deliveries, each once; answer with those that are kept as they were sent.

    Raises:
        ProblemError: If a sender is not enrolled on this laptop.
    """
    for sender in dict.fromkeys(each.sender for each in sent.deliveries):
        if not is_enrolled(connection, device=device, officer=sender):
            raise not_yours("Mail is sent from a laptop that its sender is enrolled on.")
    kept: set[str] = set()
    # Recipients in one order for everybody, so that two laptops never wait for each other.
    for recipient in sorted({each.to for each in sent.deliveries}):
        theirs = [each for each in sent.deliveries if each.to == recipient]
        kept |= _keep(connection, recipient, theirs, device=device, now=now)
    return PostAnswer(
        kept=tuple(each.id for each in sent.deliveries if each.id in kept),
        epoch=epoch(connection),
    )


def _keep(
    connection: Connection,
    recipient: str,
    deliveries: Sequence[Delivery],
    *,
    device: str,
    now: datetime,
) -> set[str]:
    """Number new mail under the recipient's row lock: a reader never skips a number."""
    connection.execute(
        "INSERT INTO feed_head (recipient, last) VALUES (%s, 0) ON CONFLICT (recipient) DO NOTHING",
        (recipient,),
    )
    row = connection.execute(
        "SELECT last FROM feed_head WHERE recipient = %s FOR UPDATE", (recipient,)
    ).fetchone()
    last = int(row[0]) if row else 0
    kept = set()
    for delivery in deliveries:
        body = msgspec.json.encode(delivery)
        known = connection.execute(
            "SELECT body FROM delivery WHERE recipient = %s AND id = %s", (recipient, delivery.id)
        ).fetchone()
        if known is None:
            last += 1
            connection.execute(
                "INSERT INTO delivery (recipient, id, position, device, body, received_at) "
                "VALUES (%s, %s, %s, %s, %s, %s)",
                (recipient, delivery.id, last, device, body, now),
            )
        # Another letter under a known id is not kept, and is not said to be.
        if known is None or bytes(known[0]) == body:
            kept.add(delivery.id)
    connection.execute("UPDATE feed_head SET last = %s WHERE recipient = %s", (last, recipient))
    return kept


def feed(connection: Connection, *, officer: str, after: int, device: str) -> Feed:
    """Return a page of a member's mail, oldest first.

    Raises:
        ProblemError: If the member is not enrolled on this laptop.
    """
    if not is_enrolled(connection, device=device, officer=officer):
        raise not_yours("Mail is fetched on a laptop that its recipient is enrolled on.")
    items: list[FeedItem] = []
    if is_revoked(connection, officer, device):
        # No refusal: the laptop's other members, and all that it still has to send, go on.
        return Feed(officer=officer, items=(), epoch=epoch(connection))
    size = 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT position, body FROM delivery WHERE recipient = %s AND position > %s "
            "ORDER BY position LIMIT %s",
            (officer, after, PAGE_ITEMS),
        )
        for position, body in cursor:
            delivery = msgspec.json.decode(body, type=Delivery)
            items.append(FeedItem(cursor=position, delivery=delivery))
            size += len(body)
            if size > PAGE_BYTES:
                break
    return Feed(officer=officer, items=tuple(items), epoch=epoch(connection))
