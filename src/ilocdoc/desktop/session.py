"""What signing in yields, and the small texts kept in the member's own volume."""

from dataclasses import dataclass

from ilocdoc.casework.shift import Shift
from ilocdoc.desktop.ports import Laptop
from ilocdoc.record.ids import OfficerId
from ilocdoc.record.people import Officer

LOOK, PLACE = "desktop.look", "desktop.place"
"""Names of the kept texts: "night 1.5", and where the member was at the last lock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One member, signed in."""

    shift: Shift
    officer: Officer
    theme: str
    """As the member left it; empty at first."""
    scale: float
    place: str


def sign_in(laptop: Laptop, star: str, passphrase: str) -> Session:
    """Open an officer's volume and read how its officer left the window. Vault lane.

    Raises:
        UnlockError: If the passphrase is wrong.
    """
    shift = laptop.unlock(OfficerId(star), passphrase)
    with shift.vault.transaction() as opened:
        look, place = opened.setting(LOOK), opened.setting(PLACE)
    theme, _, scale = look.partition(" ")
    return Session(
        shift=shift,
        officer=shift.officer,
        theme=theme,
        scale=float(scale or 1),
        place=place,
    )


def keep_text(shift: Shift, name: str, text: str) -> None:
    """Keep a small text in the member's volume. Vault lane."""
    with shift.vault.transaction() as opened:
        opened.keep_setting(name, text)
