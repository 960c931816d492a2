"""What signing in yields, and the small texts kept in the member's own volume."""

from dataclasses import dataclass

from ilocdoc.casework.claiming import unclaimed_notes
from ilocdoc.casework.sessions import come_back
from ilocdoc.casework.shift import Shift
from ilocdoc.desktop.ports import Laptop
from ilocdoc.record.ids import OfficerId
from ilocdoc.record.lock_notes import LockNote
from ilocdoc.record.own_key import OwnKey
from ilocdoc.record.people import Officer

LOOK = "desktop.look"
"""Name of a kept text: "night 1.5"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One member, signed in."""

    shift: Shift
    officer: Officer
    theme: str
    """As the member left it; empty at first."""
    scale: float
    place: str
    """Where the member was at the last lock; empty when nowhere."""
    notes: tuple[LockNote, ...]
    """Unclaimed, from the lock screen."""
    own: OwnKey
    """How the member's own way in stands."""


def sign_in(laptop: Laptop, star: str, passphrase: str, pin: str) -> Session:
    """Open an officer's volume and read how its officer left the window. Vault lane.

    Raises:
        UnlockError: If the passphrase is wrong.
        FactorError: If the card did not answer.
    """
    shift = laptop.unlock(OfficerId(star), passphrase, pin=pin)
    place = come_back(shift)
    with shift.vault.transaction() as opened:
        look = opened.setting(LOOK)
    theme, _, scale = look.partition(" ")
    return Session(
        shift=shift,
        officer=shift.officer,
        theme=theme,
        scale=float(scale or 1),
        place=place,
        notes=tuple(unclaimed_notes(shift)),
        own=laptop.own_keys(shift).standing(),
    )


def keep_text(shift: Shift, name: str, text: str) -> None:
    """Keep a small text in the member's volume. Vault lane."""
    with shift.vault.transaction() as opened:
        opened.keep_setting(name, text)
