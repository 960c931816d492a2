"""Entries that the vault itself has to write: who opened, tried, released, changed a way in."""

from datetime import datetime
from typing import Any

from ilocdoc.record.ledger import ACT_TYPE, EntryKind
from ilocdoc.record.times import utc_text
from ilocdoc.wire.canonical import canonical_bytes
from ilocdoc.wire.entries import NewEntry
from ilocdoc.wire.envelope import Signer, seal_envelope


def event(
    kind: EntryKind, now: datetime, *, by: str, signer: Signer, about: str = "", **said: Any
) -> NewEntry:
    """Return an entry with its signed act; identifiers and words of our own only.

    Args:
        kind: What happened.
        now: The clock.
        by: Star of who acts, or id of the laptop.
        signer: Of whoever acts.
        about: Star of the officer it happened to; empty when that is who acts.
        said: More of the act.
    """
    at, officer = utc_text(now), {"officer": about} if about else {}
    payload = {"kind": kind.value, "at": at, "by": {"id": by}, **officer, **said}
    act = seal_envelope(ACT_TYPE, canonical_bytes(payload), signer=signer)
    return NewEntry(kind=kind, at=at, ids={"actor": by, **officer}, act=act)
