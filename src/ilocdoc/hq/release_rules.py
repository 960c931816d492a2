"""Who may release the public record, when, and of which reports (domain model 4.6)."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from ilocdoc.hq.incidents import Report
from ilocdoc.hq.method import Policy
from ilocdoc.record.errors import InputError, RefusedError
from ilocdoc.record.lifecycle import role_faults
from ilocdoc.record.people import Officer, Role
from ilocdoc.record.times import CHICAGO, internal_date

_PERIOD = re.compile(r"(\d{4})-Q([1-4])")
_WHO = "Two different people release it: a data analyst and legal counsel."


def require_releasers(people: tuple[Officer, Officer]) -> None:
    """Refuse unless one is a data analyst and the other legal counsel.

    Raises:
        RefusedError: If they are one person, or their roles are others.
    """
    first, second = people
    if first.id == second.id:
        raise RefusedError("One person alone cannot release the public record.", _WHO)
    if fault := role_faults(first.roles) or role_faults(second.roles):
        raise RefusedError(fault, _WHO)
    pairs = ((first, second), (second, first))
    if not any(Role.DATA_ANALYST in a.roles and Role.LEGAL in b.roles for a, b in pairs):
        raise RefusedError("These two people may not release the public record.", _WHO)


def require_fit(reports: Sequence[Report], *, training: bool) -> None:
    """Refuse reports that may not be counted, or not together.

    Raises:
        RefusedError: If one is not approved, or training and real ones are mixed.
    """
    if any(not report.get("approved_at") for report in reports):
        raise RefusedError("A report that is not approved cannot be counted.")
    if any(bool(report["training"]) != training for report in reports):
        raise RefusedError(
            "Training reports and real reports are never counted together.",
            "Choose the reports of one mode. Nothing was changed.",
        )


def require_closed(period: str, *, as_of: datetime, policy: Policy) -> None:
    """Refuse a quarter that has not been over for long enough.

    Raises:
        InputError: If the period is not one.
        RefusedError: If it is too early.
    """
    days = max(policy.close_days, policy.lag_days)
    opens = datetime.combine(quarter_end(period) + timedelta(days=days), time(), tzinfo=CHICAGO)
    if as_of < opens:
        raise RefusedError(
            f"This quarter is not closed: it can be released from {internal_date(opens.date())}.",
            "Wait until then. Nothing was changed.",
        )


def quarter_start(period: str) -> date:
    """Return the first day of a quarter such as 2026-Q4.

    Raises:
        InputError: If the period is not one.
    """
    found = _PERIOD.fullmatch(period)
    if found is None:
        raise InputError("This is not a quarter.", "Write it as in 2026-Q4.")
    return date(int(found[1]), 3 * int(found[2]) - 2, 1)


def quarter_end(period: str) -> date:
    """Return the first day after a quarter.

    Raises:
        InputError: If the period is not one.
    """
    later = quarter_start(period) + timedelta(days=100)
    return later.replace(month=(later.month - 1) // 3 * 3 + 1, day=1)
