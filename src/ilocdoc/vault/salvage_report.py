"""What a salvage brought back, and what the ledger says should be there and is not."""

from collections.abc import Sequence
from dataclasses import dataclass

from ilocdoc.record.ledger import EntryHeader, EntryKind
from ilocdoc.vault.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Salvaged:
    """The outcome of a salvage, for a person and for the ledger."""

    officer: str
    damaged: str
    """Name of the damaged database file, which stays."""
    database: str
    """Name of the new one."""
    rows: int
    """Read from the damaged store."""
    from_copies: int
    """Taken from the daily copies, because they could not be read."""
    reopened: int
    """How many faults were met."""
    missing: tuple[str, ...]
    """One line for each thing that the ledger knows and nothing had any more."""
    keeps_stream: bool
    """False when entries of the ledger are lost, so that a new stream goes on."""

    def lines(self) -> Sequence[str]:
        """Return the report in plain sentences."""
        stream = (
            "The ledger is whole and goes on."
            if self.keeps_stream
            else "Entries of the ledger are lost here; a new stream goes on after them."
        )
        lost = [f"  {each}" for each in self.missing] or ["  nothing that the ledger knows of"]
        return [
            f"The reports of officer {self.officer} were salvaged into {self.database}.",
            (
                f"{self.rows} rows were read from the damaged store, around {self.reopened} "
                f"faults; {self.from_copies} were taken from its copies."
            ),
            stream,
            "Missing:",
            *lost,
            f"The damaged store is kept as {self.damaged}. Take the laptop to the device desk.",
        ]


def missing_after(database: Database, heads: dict[int, EntryHeader]) -> list[str]:
    """Return what the ledger names and the new volume does not hold.

    Args:
        database: Of the new volume, with the entries that were found in `found_entry`.
        heads: Of every entry that the spool has, by number.
    """
    found = {seq for (seq,) in database.all("SELECT seq FROM found_entry")}
    last = max((*found, *heads), default=0)
    lost = [f"ledger entry {seq}" for seq in range(1, last + 1) if seq not in found]
    for seq in sorted(heads):
        lost += _lost_things(database, heads[seq])
    return lost


_HELD = {
    EntryKind.REPORT_SUBMITTED: ("report", "SELECT 1 FROM version WHERE report_id = ?"),
    EntryKind.REPORT_SUPPLEMENTED: ("report", "SELECT 1 FROM version WHERE report_id = ?"),
    EntryKind.DRAFT_CREATED: ("report", "SELECT 1 FROM report WHERE report_id = ?"),
    EntryKind.EVIDENCE_IMPORTED: ("evidence", "SELECT 1 FROM evidence WHERE id = ?"),
}
_WORDS = {
    EntryKind.REPORT_SUBMITTED: "sealed report",
    EntryKind.REPORT_SUPPLEMENTED: "sealed supplement",
    EntryKind.DRAFT_CREATED: "draft",
    EntryKind.EVIDENCE_IMPORTED: "key to evidence",
}


def _lost_things(database: Database, header: EntryHeader) -> list[str]:
    held = _HELD.get(header.kind)
    if held is None:
        return []
    name, question = held
    identifier = header.ids.get(name, "")
    is_held = not identifier or database.all(question, (identifier,))
    return [] if is_held else [f"{_WORDS[header.kind]} {identifier} of {header.at[:10]}"]
