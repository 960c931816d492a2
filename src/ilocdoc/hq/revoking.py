"""Access ends: of a member, or of a laptop. Nothing that was sent or will be sent is refused.

Laptops learn it from the signed roster and unlock no more. What is sealed there already
still comes in: ending somebody's access must never lose a report.
"""

from datetime import datetime

from ilocdoc.hq.roster import known_member, raise_version
from ilocdoc.hq.store import Connection
from ilocdoc.record.errors import RefusedError


def revoke(connection: Connection, name: str, *, by: str, now: datetime) -> None:
    """End the access of a member (star) or of a laptop (id); repeating changes nothing.

    Raises:
        RefusedError: If neither is known, or the one who ends it is not in the roster.
    """
    known_member(connection, by)
    _require_known(connection, name)
    added = connection.execute(
        "INSERT INTO revocation (name, ended_by, ended_at) VALUES (%s, %s, %s) "
        "ON CONFLICT (name) DO NOTHING",
        (name, by, now),
    )
    if added.rowcount:
        raise_version(connection)


def give_back(connection: Connection, name: str) -> None:
    """Let a member or a laptop in again.

    Raises:
        RefusedError: If the access had not ended.
    """
    removed = connection.execute("DELETE FROM revocation WHERE name = %s", (name,))
    if not removed.rowcount:
        raise RefusedError(f"The access of {name} has not ended.")
    raise_version(connection)


def is_revoked(connection: Connection, *names: str) -> bool:
    """Tell whether the access of any of these ended."""
    row = connection.execute(
        "SELECT 1 FROM revocation WHERE name = ANY(%s) LIMIT 1", (list(names),)
    ).fetchone()
    return row is not None


def _require_known(connection: Connection, name: str) -> None:
    row = connection.execute("SELECT 1 FROM device WHERE id = %s", (name,)).fetchone()
    if row is None:
        known_member(connection, name)
