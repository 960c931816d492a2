"""A draft on another drive, when the laptop's own disk fails: sealed twice, readable by few."""

from typing import Literal

import msgspec

from ilocdoc.record.errors import WireError
from ilocdoc.wire.sealing import Delivery, OpeningKey, SealingKey, open_delivery, seal_delivery

KIND = "sealed-copy"
HEADQUARTERS = "HQ"


class SealedCopy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same content for two readers, each with a key of its own."""

    format: Literal["ilocdoc.sealed-copy/1"] = "ilocdoc.sealed-copy/1"
    deliveries: tuple[Delivery, ...]
    """To the author, then to headquarters' ingest key."""


def seal_copy(
    content: bytes, *, copy_id: str, author: str, at: str, keys: tuple[SealingKey, SealingKey]
) -> bytes:
    """Return a file that the author and headquarters can open, and nobody else.

    Args:
        content: The draft, canonical JSON.
        copy_id: New.
        author: Star.
        at: UTC text.
        keys: The author's own, then headquarters' ingest key.
    """
    readers = zip((author, HEADQUARTERS), keys, strict=True)
    return msgspec.json.encode(
        SealedCopy(
            deliveries=tuple(
                seal_delivery(
                    content,
                    delivery_id=copy_id,
                    to=reader,
                    sender=author,
                    kind=KIND,
                    at=at,
                    key=key,
                )
                for reader, key in readers
            )
        )
    )


def open_copy(data: bytes, *, key: OpeningKey) -> bytes:
    """Return what was sealed into a file by `seal_copy`.

    Raises:
        WireError: If it is no such file, was altered, or was sealed for others.
    """
    try:
        copy = msgspec.json.decode(data, type=SealedCopy)
    except msgspec.MsgspecError as error:
        raise WireError("This file is no sealed copy.", "Nothing was changed.") from error
    for each in copy.deliveries:
        try:
            return open_delivery(each, key=key)
        except WireError:
            continue
    raise WireError("This copy was sealed for somebody else, or altered.", "Nothing was changed.")
