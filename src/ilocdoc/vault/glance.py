"""What is only on this laptop, told without unlocking, also while the window is open."""

import json
from dataclasses import dataclass
from pathlib import Path

from ilocdoc.record.errors import InUseError
from ilocdoc.record.exchange import Waiting
from ilocdoc.record.ledger import EntryKind
from ilocdoc.vault.database import Database
from ilocdoc.vault.device_volume import DeviceVolume, store_of
from ilocdoc.vault.spool import waiting_in
from ilocdoc.wire.envelope import decode_base64

_ENDS = {
    EntryKind.REPORT_SUBMITTED.value,
    EntryKind.REPORT_SUPPLEMENTED.value,
    EntryKind.DRAFT_ABANDONED.value,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What would be lost with this laptop."""

    waiting: Waiting
    """Sealed, and not with headquarters yet."""
    drafts: int
    """Begun and neither sealed nor given up."""

    @property
    def is_nothing(self) -> bool:
        """True when this laptop holds nothing that is nowhere else."""
        return self.waiting.is_nothing and not self.drafts


def glance(folder: Path) -> Glance:
    """Look into a laptop's store; changes nothing while another ilocdoc has it open.

    Raises:
        DamagedError: If the store is missing or damaged: nobody knows what is unsent.
        VaultError: If it cannot be opened.
    """
    try:
        volume = DeviceVolume(folder)
    except InUseError:
        return _beside(folder)
    try:
        return _look(volume.database)
    finally:
        volume.close()


def _beside(folder: Path) -> Glance:
    """Look through a second connection that writes nothing."""
    path, key = store_of(folder)
    database = Database(path, key)
    try:
        database.run("PRAGMA query_only = ON")
        return _look(database)
    finally:
        database.close()


def _look(database: Database) -> Glance:
    return Glance(waiting=waiting_in(database), drafts=_open_drafts(database))


def _open_drafts(database: Database) -> int:
    """Count from the headers, which lie there in clear and say no more than this."""
    begun: set[str] = set()
    for (parcel,) in database.all("SELECT parcel FROM spool ORDER BY stream, seq"):
        header = json.loads(decode_base64(json.loads(parcel)["envelope"]["payload"]))
        report = header["ids"].get("report", "")
        if header["kind"] == EntryKind.DRAFT_CREATED.value:
            begun.add(report)
        elif header["kind"] in _ENDS:
            begun.discard(report)
    return len(begun)
