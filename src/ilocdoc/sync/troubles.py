"""What can happen on the road to headquarters, each with the word the screen shows for it.

::

    UnreachableError
    ├── OfflineError        nothing answered, or the line broke
    └── HqDownError         headquarters' machine said "not now"
    NotHeadquartersError
    ├── PortalError         a sign-in page answered
    ├── InterceptedError    the certificate is not headquarters'
    └── UnprovenError       an answer without headquarters' valid signature
    RefusedByHeadquartersError
    └── ProblemError        headquarters named a problem (RFC 9457)
"""

from ilocdoc.record.errors import (
    HeadquartersError,
    NotHeadquartersError,
    RefusedByHeadquartersError,
    UnreachableError,
)
from ilocdoc.record.exchange import Line
from ilocdoc.wire.messages import PROBLEM_PREFIX, Problem


class OfflineError(UnreachableError):
    """Nothing answered, or the line broke before the answer was whole."""


class HqDownError(UnreachableError):
    """Headquarters' machine answered that it cannot serve now.

    Args:
        retry_after_s: Seconds that headquarters asked to wait; 0 when it did not say.
    """

    headline = "Headquarters cannot serve at the moment."

    def __init__(self, *, retry_after_s: int = 0) -> None:
        super().__init__()
        self.retry_after_s = retry_after_s


class PortalError(NotHeadquartersError):
    """A sign-in page of the network answered."""

    headline = "A sign-in page of this network answered instead of headquarters."
    advice = "Nothing was lost. Sign in to this network or use another one."


class InterceptedError(NotHeadquartersError):
    """The certificate that was shown is not headquarters'."""

    headline = "This network shows a certificate that is not headquarters'."
    advice = "Nothing was sent and nothing was lost. Use another network; tell the device desk."


class UnprovenError(NotHeadquartersError):
    """An answer came without headquarters' valid signature, or not to our question."""

    headline = "An answer did not prove that it came from headquarters."
    advice = "It was not used and nothing was lost. Sync will try again."


class ProblemError(RefusedByHeadquartersError):
    """Headquarters named a problem.

    The problem is not signed: it may stop something, it never confirms anything.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(advice=f"Nothing was lost. Call the device desk: {_safe_name(problem)}.")
        self.problem = problem

    @property
    def name(self) -> str:
        """Last part of the problem's type, for example "gap"."""
        return self.problem.type.removeprefix(PROBLEM_PREFIX)


def _safe_name(problem: Problem) -> str:
    name = problem.type.removeprefix(PROBLEM_PREFIX)
    known = name if name.isalpha() and name.isascii() else "problem"
    return f'"{known[:20]}", {problem.status}'


def line_of(error: HeadquartersError) -> Line:
    """Return how the road looked when this happened."""
    for kind, line in _LINES:
        if isinstance(error, kind):
            return line
    return Line.REFUSED


_LINES: tuple[tuple[type[HeadquartersError], Line], ...] = (
    (HqDownError, Line.HQ_DOWN),
    (UnreachableError, Line.OFFLINE),
    (InterceptedError, Line.INTERCEPTED),
    (NotHeadquartersError, Line.PORTAL),
)
