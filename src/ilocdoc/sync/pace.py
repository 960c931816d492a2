"""When to try again: a timer owns it, never the last writer.

Full jitter after the cap, so that a fleet that lost headquarters together does not come
back together. Only the monotonic clock counts; chance is passed in.
"""

import logging
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from ilocdoc.record.errors import IlocdocError
from ilocdoc.record.exchange import Exchange, Line, Waiting
from ilocdoc.sync.ports import Clock

FIRST_WAIT_S, LONGEST_WAIT_S = 2.0, 900.0
SPREAD_AFTER_LOSS_S = 120.0
"""When headquarters itself went down, every laptop noticed at the same moment."""
SPREAD_AFTER_RETRY_S = 30.0
AUDIT_EVERY = 8
"""Each so manieth exchange asks headquarters whether it still has every entry."""
_MOST_DOUBLINGS = 16
_logger = logging.getLogger(__name__)


def backoff_s(failures: int, *, chance: float) -> float:
    """Return how long to wait after a failure: U(0, min(cap, base * 2^n)).

    Args:
        failures: In a row, 1 for the first.
        chance: From 0 up to, not including, 1.
    """
    doublings = min(max(failures, 1) - 1, _MOST_DOUBLINGS)
    return chance * min(LONGEST_WAIT_S, FIRST_WAIT_S * (1 << doublings))


class Pace:
    """Decides when the next try is due. Knows clock and chance, nothing of networks."""

    def __init__(self, clock: Clock, *, chance: Callable[[], float]) -> None:
        """Begin with a try at once.

        Args:
            clock: Its monotonic reading alone is used.
            chance: Returns a number from 0 up to, not including, 1.
        """
        self._clock, self._chance = clock, chance
        self._failures = 0
        self._due_ms = clock.mono_ms()
        self._was_fine = False

    @property
    def due_in_s(self) -> float:
        """Seconds until the next try; 0 when it is due."""
        return max(0, self._due_ms - self._clock.mono_ms()) / 1000

    def settle(self, outcome: Exchange) -> None:
        """Plan the next try after an exchange."""
        wait_s = self._wait_s(outcome)
        self._due_ms = self._clock.mono_ms() + int(wait_s * 1000)
        self._was_fine = outcome.line is Line.FINE

    def _wait_s(self, outcome: Exchange) -> float:
        chance = self._chance()
        if outcome.line is Line.HQ_DOWN and outcome.next_in_s:
            return outcome.next_in_s + chance * SPREAD_AFTER_RETRY_S
        if outcome.next_in_s:
            # The exchange came to its end: headquarters said when it wants to hear again.
            self._failures = 0
            return outcome.next_in_s * (0.75 + chance / 2)
        self._failures += 1
        if self._was_fine and outcome.line is Line.HQ_DOWN:
            return chance * SPREAD_AFTER_LOSS_S
        return backoff_s(self._failures, chance=chance)


class Attempt(Protocol):
    """One exchange, as `Exchanges` starts it."""

    def __call__(self, *, audit: bool) -> Exchange:
        """Exchange with headquarters and return what happened."""


class Exchanges:
    """Runs exchanges one after the other; whatever goes wrong in one, the next one is planned."""

    def __init__(self, attempt: Attempt, *, pace: Pace) -> None:
        """Begin with none.

        Args:
            attempt: One exchange; usually `sync.exchange.exchange` with its laptop.
            pace: Belongs to this from now on.
        """
        self._attempt, self._pace = attempt, pace
        self._count = 0
        self._waiting = Waiting(entries=0, files=0, size_bytes=0, letters=0)

    def run_once(self) -> Exchange:
        """Exchange now and return what happened, with the seconds until the next try."""
        outcome = self._try()
        self._pace.settle(outcome)
        return replace(outcome, next_in_s=math.ceil(self._pace.due_in_s))

    def _try(self) -> Exchange:
        self._count += 1
        try:
            outcome = self._attempt(audit=self._count % AUDIT_EVERY == 0)
        except IlocdocError as error:
            return self._failed(error.headline, error.advice)
        except Exception as error:
            # A bug in one exchange must not end syncing for ever; its text may hold names.
            _logger.error("an exchange failed: %s", type(error).__name__)  # noqa: TRY400 - see above
            return self._failed(
                "Sync stopped because of a fault in this program.",
                "Nothing was lost. It is tried again; tell the device desk.",
            )
        self._waiting = outcome.waiting
        return outcome

    def _failed(self, headline: str, advice: str) -> Exchange:
        return Exchange(
            line=Line.REFUSED,
            waiting=self._waiting,
            next_in_s=0,
            headline=headline,
            advice=advice,
        )
