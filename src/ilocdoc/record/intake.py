"""Taking files in: how far one is, what a person wants of it, and what lies on the shelf."""

from dataclasses import dataclass
from enum import Enum

from ilocdoc.record.report import EvidenceItem


class Phase(Enum):
    """The two passes over a file."""

    SEALING = "sealing"
    """The source is read, hashed and encrypted."""
    CHECKING = "checking"
    """What was written is read back from the disk and compared; the source may go after it."""


class Wish(Enum):
    """What a person wants of a file on its way in."""

    GO_ON = "go on"
    PAUSE = "pause"
    """Stop, and keep what is sealed so far, to go on later."""
    CANCEL = "cancel"
    """Stop, and keep nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far one file is."""

    phase: Phase
    done_bytes: int
    """Plain bytes of this phase; those sealed before a pause count."""
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """How the containers on the disk compare with what is known of them."""

    missing: tuple[EvidenceItem, ...]
    """Taken in by this member; the record is here, the container is not."""
    orphans: tuple[str, ...]
    """Ids of containers that no known record names; they are told of, never deleted."""
