"""A clock that stands still until told, and ids that count."""

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 10, 20, 17, 0, tzinfo=UTC)


class StoppedClock:
    """Says the same time until it is moved on."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at
        self.boot = "boot-1"
        self._set = timedelta()

    def now(self) -> datetime:
        return self.at

    def mono_ms(self) -> int:
        return int((self.at - self._set - NOON).total_seconds() * 1000) + 1_000_000

    def move_on(self, **step: int) -> None:
        self.at += timedelta(**step)

    def set_by(self, **step: int) -> None:
        """Somebody sets the system clock; the other one does not notice."""
        self.at += timedelta(**step)
        self._set += timedelta(**step)

    def restart(self) -> None:
        """The machine starts again: the other clock begins anew."""
        self.boot += "+"
        self._set = self.at - NOON


class CountingIds:
    """UUIDv7-shaped ids in order."""

    def __init__(self, start: int = 0) -> None:
        self.count = start

    def new_id(self) -> str:
        self.count += 1
        return f"0192f0c0-0000-7000-8000-{self.count:012x}"
