"""What members of a laptop in memory share, and what a session leaves beside its vault."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ilocdoc.record.errors import DiskFullError
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.lock_notes import LockNote
from ilocdoc.record.rollback import Rollback
from ilocdoc.wire.envelope import Envelope


@dataclass
class Shared:
    """Of one laptop."""

    notes: list[LockNote] = field(default_factory=list)
    """From the lock screen, unclaimed."""
    said: list[tuple[EntryKind, dict[str, str | int]]] = field(default_factory=list)
    """Statements of the laptop."""
    doubts: list[Rollback] = field(default_factory=list)
    released: list[Rollback] = field(default_factory=list)
    orders: dict[str, str] = field(default_factory=dict)


class MemoryParking:
    """Keeps the words as they are; a double may."""

    def __init__(self) -> None:
        self.words: bytes | None = None
        self.is_broken = False

    def seal(self, content: bytes) -> bytes:
        return content

    def put(self, sealed: bytes) -> None:
        if self.is_broken:
            raise DiskFullError
        self.words = sealed

    def take(self) -> bytes | None:
        return self.words

    def clear(self) -> None:
        self.words = None


class MemorySide:
    """What members share on the laptop."""

    def __init__(self, shared: Shared, opened: Callable[[], set[str]]) -> None:
        self._shared, self._opened = shared, opened
        self.parking = MemoryParking()

    def notes(self) -> Sequence[LockNote]:
        return [each for each in self._shared.notes if each.id not in self._opened()]

    def doubts(self) -> Sequence[Rollback]:
        return [each for each in self._shared.doubts if each not in self._shared.released]

    def may_take_back(self, rollback: Rollback) -> bool:
        return True

    def release(self, rollback: Rollback, act: Envelope) -> None:
        self._shared.released.append(rollback)

    def orders(self) -> Sequence[str]:
        return list(self._shared.orders.values())

    def keep_order(self, evidence_id: str, order: str) -> None:
        self._shared.orders.setdefault(evidence_id, order)

    def attest(self, kind: EntryKind, *, at: str, officer: str, **said: str | int) -> None:
        self._shared.said.append((kind, {"at": at, "officer": officer, **said}))
