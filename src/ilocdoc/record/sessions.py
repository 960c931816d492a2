"""The time between unlock and lock: why it ended, and what was handed over at its end."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any

from ilocdoc.record.report import Stamp


class LockReason(Enum):
    """Why a session ended; stands in the body of `session.locked`."""

    KEY = "key"
    IDLE = "idle"
    SUSPEND = "suspend"
    LID = "lid closed"
    USER_SWITCH = "user switch"
    SYSTEM = "system lock"
    """The desktop environment locked the screen, or asked for it."""
    LIMIT = "limit"
    """The longest time without signing in again (CJIS IA-11: 12 hours)."""
    SHIFT_ENDED = "shift ended"
    CLOSED = "closed"
    """The window was closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parting:
    """What a session leaves for the next one: kept in the volume, or sealed beside it."""

    at: str
    """UTC of the lock; also tells whether the same lock was kept already."""
    reason: LockReason
    place: str
    """Where the member was, as the window wrote it down; empty when nowhere."""
    report_id: str = ""
    """The open report; empty when none was open."""
    answers: Mapping[str, Any] | None = None
    """All answers of that report, when the volume may hold older ones."""
    stamps: tuple[Stamp, ...] = ()
    """Taps of that report that the volume may not hold yet."""


def parting_to_bytes(parting: Parting) -> bytes:
    """Return a parting as JSON, to be sealed."""
    value = {
        "at": parting.at,
        "reason": parting.reason.value,
        "place": parting.place,
        "report": parting.report_id,
        "answers": parting.answers,
        "stamps": [asdict(each) for each in parting.stamps],
    }
    return json.dumps(value, ensure_ascii=False).encode()


def parting_from_bytes(data: bytes) -> Parting:
    """Return the parting in JSON.

    Raises:
        ValueError: If it is none.
    """
    try:
        value = json.loads(data)
        return Parting(
            at=value["at"],
            reason=LockReason(value["reason"]),
            place=value["place"],
            report_id=value["report"],
            answers=value["answers"],
            stamps=tuple(Stamp(**each) for each in value["stamps"]),
        )
    except (KeyError, TypeError, UnicodeDecodeError) as error:
        raise ValueError("not a parting") from error
