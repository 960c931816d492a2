"""The few words that headquarters keeps about itself."""

import os

from ilocdoc.hq.store import Connection


def setting(connection: Connection, name: str) -> str:
    """Return a kept word, or the empty string."""
    row = connection.execute("SELECT value FROM setting WHERE name = %s", (name,)).fetchone()
    return str(row[0]) if row else ""


def keep_setting(connection: Connection, name: str, value: str) -> None:
    """Keep a word in place of the one before."""
    connection.execute(
        "INSERT INTO setting (name, value) VALUES (%s, %s) "
        "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )


def epoch(connection: Connection) -> str:
    """Return the name of this life of the database.

    A restore from a backup gives it a new one, so that laptops offer again what the
    backup did not hold.
    """
    known = setting(connection, "epoch")
    if known:
        return known
    connection.execute(
        "INSERT INTO setting (name, value) VALUES ('epoch', %s) ON CONFLICT (name) DO NOTHING",
        (os.urandom(8).hex(),),
    )
    return setting(connection, "epoch")
