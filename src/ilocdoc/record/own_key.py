"""How a signed-in officer's own way in stands."""

from dataclasses import dataclass
from datetime import datetime, timedelta

CHOOSE_ANEW_AFTER = timedelta(days=365)
"""CJIS Security Policy v6.0, IA-5: changed yearly, or when it may be known to others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnKey:
    """What the passphrase page shows."""

    chosen_at: datetime | None
    """When the passphrase was chosen; None when not known."""
    card: str
    """Kind of the second factor; empty when there is none."""
    can_set_up_card: bool
    """True when this machine can ask cards."""
    is_certified: bool
    """False after a new enrolment, until headquarters certified the new signing key."""

    def is_old(self, now: datetime) -> bool:
        """Tell whether the yearly reminder is due."""
        return self.chosen_at is not None and now - self.chosen_at >= CHOOSE_ANEW_AFTER
