"""Bearer tokens for 15 minutes, bound to a laptop, checked without a table.

A token is the device, the second it ends, and an HMAC over both. Every process of one
headquarters shares the secret, so any of them can check any token.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from ilocdoc.hq.problems import no_session

LIFE = timedelta(minutes=15)
_SCHEME = "Bearer "
_PARTS = 3
_MOST_DIGITS = 12
"""Of a second; a number of any length would take any time to read."""


def new_session(secret: bytes, *, device: str, now: datetime) -> str:
    """Return a token for a laptop whose signature was checked."""
    ends = int((now + LIFE).timestamp())
    return f"{device}.{ends}.{_seal(secret, device, ends)}"


def device_of(authorization: str, *, secret: bytes, now: datetime) -> str:
    """Return the laptop that a request comes from.

    Args:
        authorization: The header's value, empty when there is none.
        secret: Of this headquarters.
        now: The server's clock.

    Raises:
        ProblemError: If there is no token, it is not ours, or it ended.
    """
    parts = authorization.removeprefix(_SCHEME).split(".")
    if not authorization.startswith(_SCHEME) or len(parts) != _PARTS:
        raise no_session()
    device, ends, seal = parts
    if not (ends.isascii() and ends.isdecimal() and seal.isascii()) or len(ends) > _MOST_DIGITS:
        raise no_session()
    if not hmac.compare_digest(seal, _seal(secret, device, int(ends))):
        raise no_session()
    if now.timestamp() >= int(ends):
        raise no_session()
    return device


def _seal(secret: bytes, device: str, ends: int) -> str:
    said = f"ilocdoc/session/{device}/{ends}".encode()
    return hmac.new(secret, said, hashlib.sha256).hexdigest()
