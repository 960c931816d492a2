"""One exchange with headquarters: carry what it does not have yet, fetch what is for us.

A sync is a function of what lies on the laptop and what headquarters signed; it may be
killed between any two calls. Work goes in small steps, and before each step the most
urgent one is chosen again, so that an alert never waits behind a video.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from ilocdoc.record.errors import HeadquartersError
from ilocdoc.record.exchange import Exchange, Line
from ilocdoc.sync.evidence import EvidenceLane
from ilocdoc.sync.greeting import Conversation
from ilocdoc.sync.line import PinnedLine
from ilocdoc.sync.ports import Laptop
from ilocdoc.sync.tally import Fault, Tally
from ilocdoc.sync.text import GREET_AGAIN, TextLanes
from ilocdoc.sync.troubles import HqDownError, ProblemError, line_of

MOST_IDLE_HELLOS = 3
"""Hellos in a row that brought nothing forward."""
LARGEST_SKEW = timedelta(minutes=5)
_logger = logging.getLogger(__name__)


def _never() -> bool:
    return False


def exchange(
    line: PinnedLine,
    laptop: Laptop,
    *,
    text_only: bool = False,
    audit: bool = False,
    is_stopping: Callable[[], bool] = _never,
) -> Exchange:
    """Exchange with headquarters until nothing is left to do; never raises for the road.

    Args:
        line: Pinned at enrolment.
        laptop: Its identity and stores.
        text_only: Leave evidence for later (a metered line, a low battery).
        audit: Also ask headquarters whether it still has every entry.
        is_stopping: Asked before each step; True ends the exchange in good order.

    Returns:
        What moved and what waits. When the road failed, `line`, `headline` and `advice`
        say how, and `next_in_s` is how long headquarters asked to wait, or 0.

    Raises:
        VaultError: If a store on this laptop cannot serve.
    """
    visit = _Visit(line, laptop, text_only=text_only, audit=audit)
    trouble: HeadquartersError | None = None
    try:
        visit.run(is_stopping)
    except HeadquartersError as error:
        trouble = error
    outcome = visit.outcome(trouble)
    _logger.info(
        "exchange ended: line=%s entries=%d letters=%d received=%d files=%d bytes=%d",
        outcome.line.value,
        outcome.sent_entries,
        outcome.sent_letters,
        outcome.received_letters,
        outcome.sent_files,
        outcome.sent_bytes,
    )
    return outcome


class _Visit:
    """One exchange while it goes."""

    def __init__(self, line: PinnedLine, laptop: Laptop, *, text_only: bool, audit: bool) -> None:
        self._laptop, self._text_only = laptop, text_only
        self._tally = Tally()
        self._conversation = Conversation(line, laptop, self._tally)
        self._text = TextLanes(self._conversation, laptop, self._tally, audit=audit)
        self._evidence = EvidenceLane(self._conversation, laptop, self._tally)
        self._idle: tuple[int, int] | None = None
        self._read_at_ms = 0

    def run(self, is_stopping: Callable[[], bool]) -> None:
        """Greet, then take steps until nothing is left."""
        self._greet()
        hellos, moved = 1, self._tally.moved
        while not is_stopping():
            try:
                if not self._step():
                    return
            except ProblemError as error:
                if self._tally.moved > moved:
                    hellos, moved = 0, self._tally.moved
                if error.name not in GREET_AGAIN or hellos >= MOST_IDLE_HELLOS:
                    raise
                hellos += 1
                self._greet()

    def _greet(self) -> None:
        self._conversation.greet()
        self._idle = None
        self._text.look_at_mail_again()

    def _step(self) -> bool:
        if self._text_waits():
            # Counted before looking: what arrives while we look is noticed afterwards.
            counts = self._counts()
            if self._text.step():
                return True
            self._idle, self._read_at_ms = counts, self._laptop.clock.mono_ms()
        return not self._text_only and self._evidence.step()

    def _text_waits(self) -> bool:
        """Look between two parts of evidence whether something more urgent arrived."""
        if self._idle is None:
            return True
        poll_ms = self._conversation.answer.next_poll_s * 1000
        is_due = self._laptop.clock.mono_ms() - self._read_at_ms > max(poll_ms, 1000)
        if is_due or self._counts() != self._idle:
            self._idle = None
            self._text.look_at_mail_again()
            return True
        return False

    def _counts(self) -> tuple[int, int]:
        waiting = self._laptop.spool.waiting()
        return waiting.entries, waiting.letters

    def outcome(self, trouble: HeadquartersError | None) -> Exchange:
        """Return what happened as a person is told it."""
        tally, fault = self._tally, self._fault(trouble)
        return Exchange(
            line=fault.line,
            sent_entries=tally.entries,
            sent_files=tally.files,
            sent_bytes=tally.size_bytes,
            sent_letters=tally.posted,
            received_letters=tally.received,
            waiting=self._laptop.spool.waiting(),
            next_in_s=self._next_in_s(trouble),
            headline=fault.headline,
            advice=fault.advice,
        )

    def _fault(self, trouble: HeadquartersError | None) -> Fault:
        if trouble is not None:
            return Fault(headline=trouble.headline, advice=trouble.advice, line=line_of(trouble))
        if self._tally.faults:
            return self._tally.faults[0]
        return self._clock_fault()

    def _clock_fault(self) -> Fault:
        """A wrong clock is told and never refused: nothing is decided by it."""
        fine = Fault(headline="", advice="", line=Line.FINE)
        try:
            there = datetime.fromisoformat(self._conversation.answer.now)
            skew = abs(self._laptop.clock.now() - there)
        except (ValueError, TypeError):
            return fine
        if skew <= LARGEST_SKEW:
            return fine
        return Fault(
            headline=f"This laptop's clock differs from headquarters' clock by {_in_words(skew)}.",
            advice="Reports are sent all the same. Set the clock.",
            line=Line.FINE,
        )

    def _next_in_s(self, trouble: HeadquartersError | None) -> int:
        if isinstance(trouble, HqDownError):
            return trouble.retry_after_s
        if trouble is not None:
            return 0
        return max(1, self._conversation.answer.next_poll_s)


def _in_words(skew: timedelta) -> str:
    if skew >= timedelta(days=2):
        return f"{skew.days} days"
    return f"{int(skew.total_seconds()) // 60} minutes"
