"""What headquarters decides about sessions on laptops; it travels in the signed roster."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec

from ilocdoc.hq.settings import keep_setting, setting
from ilocdoc.hq.store import Connection
from ilocdoc.record.errors import InputError
from ilocdoc.record.policy import IDLE_MINUTES, MOST_BANNER_LETTERS, SESSION_HOURS, Policy
from ilocdoc.wire.members import message_from_policy, policy_from_message
from ilocdoc.wire.messages import SessionPolicy

_SETTING = "session_policy"


def policy_message(connection: Connection) -> SessionPolicy | None:
    """Return the policy as the roster carries it; None while nothing was decided."""
    kept = setting(connection, _SETTING)
    return msgspec.json.decode(kept, type=SessionPolicy) if kept else None


def policy_of(connection: Connection) -> Policy:
    """Return what laptops follow."""
    return policy_from_message(policy_message(connection))


def change_policy(connection: Connection, wanted: Mapping[str, Any]) -> None:
    """Decide parts of the policy; the others stay. `hq.roster.decide_policy` also tells laptops.

    Args:
        connection: Inside a change.
        wanted: New values by field of `record.policy.Policy`.

    Raises:
        InputError: If a value is outside what a laptop follows: nothing is cut in silence.
    """
    policy = replace(policy_of(connection), **wanted)
    for name, value, allowed in (
        ("idle minutes", policy.idle_minutes, IDLE_MINUTES),
        ("session hours", policy.session_hours, SESSION_HOURS),
    ):
        if value not in allowed:
            raise InputError(f"The {name} are {allowed.start} to {allowed.stop - 1}.")
    if len(policy.banner) > MOST_BANNER_LETTERS:
        raise InputError(f"A use banner has up to {MOST_BANNER_LETTERS} letters.")
    policy = replace(policy, banner=policy.banner.strip())
    message = msgspec.json.encode(message_from_policy(policy)).decode()
    keep_setting(connection, _SETTING, message)
