"""Acts that came before the certificate of the key that signed them.

After a forgotten passphrase an officer signs with a new key at once, and headquarters
certifies it later. What came in between waits under "needs attention" for that reason, and
is interpreted again once the key is known.
"""

from datetime import datetime

from ilocdoc.hq.store import Connection

NOT_THEIR_KEY = "The act is not signed by a key of this member."
"""Why such an entry waits."""


def look_again(connection: Connection, officer: str, *, now: datetime) -> None:
    """Put the entries of a member that waited for a certificate before the interpreter."""
    waiting = connection.execute(
        "SELECT a.stream_id, a.seq FROM attention AS a JOIN stream AS s "
        "ON s.stream_id = a.stream_id WHERE s.owner = %s AND a.reason = %s",
        (officer, NOT_THEIR_KEY),
    ).fetchall()
    for stream, seq in waiting:
        connection.execute("DELETE FROM attention WHERE stream_id = %s AND seq = %s", (stream, seq))
        connection.execute(
            "INSERT INTO outbox (stream_id, seq, due_at) VALUES (%s, %s, %s) "
            "ON CONFLICT (stream_id, seq) DO NOTHING",
            (stream, seq, now),
        )
