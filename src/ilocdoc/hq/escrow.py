"""Headquarters' plan of escrow: who can open volumes, how many together, signed offline.

Headquarters holds public keys only. The default of `init` makes one key beside the root's,
so that a small department and the demo have escrow from the first day.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from ilocdoc.disk import write_file
from ilocdoc.hq.roster import ESCROW_SETTING, raise_version, roster_version
from ilocdoc.hq.settings import keep_setting, setting
from ilocdoc.hq.store import Connection
from ilocdoc.wire.envelope import (
    Envelope,
    SoftwareKey,
    envelope_bytes,
    envelope_from_bytes,
    seal_envelope,
)
from ilocdoc.wire.escrow import EscrowHolder, EscrowPlan, check_plan
from ilocdoc.wire.holder_keys import holder_file, new_holder_key
from ilocdoc.wire.messages import ESCROW_TYPE
from ilocdoc.wire.stretching import KdfCost

DEFAULT_HOLDER = "Headquarters"
_PASSPHRASE_BYTES = 16
_NO_STRETCHING = KdfCost(pbkdf2_rounds=1000, argon2_rounds=1, argon2_kib=64)
"""For 128 random bits; nobody guesses those, at any price of a guess."""


def make_default_key(offline: Path) -> EscrowHolder:
    """Make one escrow key and its passphrase, as two files that can be parted.

    Args:
        offline: The folder of keys that nothing that serves ever reads.
    """
    holder, passphrase = new_holder_key(DEFAULT_HOLDER), os.urandom(_PASSPHRASE_BYTES).hex()
    write_file(offline / "escrow.passphrase", f"{passphrase}\n".encode())
    write_file(offline / "escrow.key", holder_file(holder, passphrase, cost=_NO_STRETCHING))
    return holder.public


def set_plan(
    connection: Connection, holders: Sequence[EscrowHolder], *, threshold: int, root: SoftwareKey
) -> EscrowPlan:
    """Put a plan in force; laptops take it with the next roster.

    Args:
        connection: In a transaction.
        holders: In the order in which their keys will be asked for.
        threshold: How many must come together.
        root: The agency's root key, from its offline folder.

    Raises:
        InputError: If the plan is not sound.
        WireError: If a holder's key cannot be read.
    """
    plan = check_plan(
        EscrowPlan(
            # The roster's number outlives a restore; a plan of its own count would not.
            version=1 + roster_version(connection),
            threshold=threshold,
            holders=tuple(holders),
        )
    )
    envelope = seal_envelope(ESCROW_TYPE, msgspec.json.encode(plan), signer=root)
    keep_setting(connection, ESCROW_SETTING, envelope_bytes(envelope).decode())
    raise_version(connection)
    return plan


def signed_plan(connection: Connection) -> Envelope | None:
    """Return the plan in force as the root signed it, or None."""
    kept = setting(connection, ESCROW_SETTING)
    return envelope_from_bytes(kept.encode()) if kept else None


def current_plan(connection: Connection) -> EscrowPlan | None:
    """Return the plan in force, or None."""
    envelope = signed_plan(connection)
    if envelope is None:
        return None
    return msgspec.json.decode(envelope.payload_bytes(), type=EscrowPlan)
