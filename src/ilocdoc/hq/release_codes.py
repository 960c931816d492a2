"""Ending an officer's lock-out from afar: keys from enrolment, codes on request.

A laptop seals a key for each of its officers to headquarters. It is kept as it came and
opened only to answer a challenge; every answer is written down.
"""

from datetime import datetime

from ilocdoc.hq.authority import Keys
from ilocdoc.hq.store import Connection
from ilocdoc.record.errors import InputError, RefusedError
from ilocdoc.wire.release import RELEASE_KEY_BYTES, is_challenge, release_code, release_purpose


def keep_release_key(
    connection: Connection, keys: Keys, *, device: str, officer: str, sealed: str
) -> None:
    """Keep the key of an officer on a laptop; a later enrolment brings it again.

    Raises:
        WireError: If it was sealed for somebody else.
    """
    if not sealed:
        return
    _opened(keys, device=device, officer=officer, sealed=sealed)
    connection.execute(
        "INSERT INTO release_key (device, officer, sealed) VALUES (%s, %s, %s) "
        "ON CONFLICT (device, officer) DO UPDATE SET sealed = excluded.sealed",
        (device, officer, sealed),
    )


def _opened(keys: Keys, *, device: str, officer: str, sealed: str) -> bytes:
    key = keys.ingest.open(sealed, purpose=release_purpose(device, officer))
    if len(key) != RELEASE_KEY_BYTES:
        raise InputError("A release key has 32 bytes.")
    return key


def code_for(
    connection: Connection,
    keys: Keys,
    challenge: str,
    *,
    device: str,
    officer: str,
    now: datetime,
) -> str:
    """Return the code that ends a lock-out, and write down that it was given.

    Args:
        connection: In a transaction.
        keys: Of headquarters.
        challenge: As the officer read it.
        device: Id of the laptop.
        officer: Star.
        now: The clock.

    Raises:
        RefusedError: If this laptop never sent a key for this officer.
        InputError: If the challenge is not one of this officer on this laptop.
    """
    row = connection.execute(
        "SELECT sealed FROM release_key WHERE device = %s AND officer = %s", (device, officer)
    ).fetchone()
    if row is None:
        raise RefusedError(
            f"Star {officer} is not enrolled on laptop {device} with a release key.",
            "Ask again for the laptop and the star number.",
        )
    if not is_challenge(challenge, device=device, officer=officer):
        raise InputError(
            "This challenge is not of this officer on this laptop.",
            "A letter was misheard. Ask for it again.",
        )
    key = _opened(keys, device=device, officer=officer, sealed=row[0])
    connection.execute(
        "INSERT INTO release_given (device, officer, challenge, given_at) VALUES (%s, %s, %s, %s)",
        (device, officer, challenge.upper(), now),
    )
    return release_code(key, challenge, device=device, officer=officer)
