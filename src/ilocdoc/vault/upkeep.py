"""What is done for the volumes after an unlock, on another thread and out of the way.

After a stop that nobody chose, every page and the end of the ledger are checked; once a day
a copy is made; the reserve is made again when there is room. Only what is bad is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ilocdoc.record.errors import (
    DamagedError,
    DiskFaultError,
    DiskFullError,
    IlocdocError,
    VaultError,
)
from ilocdoc.vault.backups import Backups
from ilocdoc.vault.database import Database
from ilocdoc.vault.ledger import require_tail_sound
from ilocdoc.vault.reserve import Reserve
from ilocdoc.wire.envelope import PublicKey

_LOOKS = 3
"""A checkpoint of the other connection may be caught halfway; damage is found every time."""

SUSPECT = DiskFaultError(
    "The disk of this laptop reported a fault.",
    "Send your reports to headquarters soon and tell the device desk before the end of the tour.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tended:
    """One database that is looked after."""

    database: Database
    """Only asked for other connections; this one belongs to another thread."""
    of_whom: str
    """In words, for example "the reports of this officer"."""
    ledger_key: PublicKey | None
    """The stream's public key where the ledger lies in this database."""


class Upkeep:
    """A job for any thread but the one that owns the volumes."""

    def __init__(
        self, tended: Sequence[Tended], *, reserve: Reserve, now: datetime, is_suspect: bool
    ) -> None:
        self._tended, self._reserve, self._now = tuple(tended), reserve, now
        self._is_suspect = is_suspect

    def __call__(self) -> Sequence[VaultError]:
        """Do all that is due; returns what a person has to know, which mostly is nothing."""
        bad: list[VaultError] = [SUSPECT] if self._is_suspect else []
        for each in self._tended:
            faults = _faults(each) if each.database.was_unclean else []
            # A damaged store must not push a sound copy out.
            bad += faults or _copied(each, self._now)
        self._reserve.make()
        return tuple(bad)


def _faults(tended: Tended) -> list[VaultError]:
    """Return what is wrong with a database: nothing or one fault."""
    for _ in range(_LOOKS):
        try:
            database = tended.database.another()
            try:
                database.check()
                if tended.ledger_key is not None:
                    require_tail_sound(database, tended.ledger_key)
            finally:
                database.close()
        except IlocdocError:
            continue
        return []
    return [
        DamagedError(
            f"The store that holds {tended.of_whom} did not pass its check after the program "
            "was cut off."
        )
    ]


def _copied(tended: Tended, now: datetime) -> list[VaultError]:
    if not Backups(tended.database).is_due(now):
        return []
    try:
        aside = tended.database.another()
        try:
            Backups(aside).make(now)
        finally:
            aside.close()
    except DiskFullError:
        # The status line tells of the disk; yesterday's copy is still there.
        return []
    except VaultError:
        return [DiskFaultError(f"The daily copy of {tended.of_whom} was not made.", SUSPECT.advice)]
    return []
