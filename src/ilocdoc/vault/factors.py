"""The second factor: something that gives the same 32 bytes each time it is asked.

A slot keeps the public part; what the factor contributes goes into the slot's wrapping key,
so a known passphrase without the factor opens nothing, also on a copied disk.
"""

from collections.abc import Mapping
from typing import Protocol

from ilocdoc.record.errors import FactorError
from ilocdoc.vault.passphrase_slots import Contribute
from ilocdoc.vault.slots import FactorPart


class Factor(Protocol):
    """One kind of factor, for example cards. Talks to hardware: never on the window's thread."""

    @property
    def kind(self) -> str:
        """Name of the kind; stands in the slot."""

    def set_up(self, pin: str) -> tuple[FactorPart, bytes]:
        """Return a new public part for what is connected, and its 32 bytes.

        Raises:
            FactorError: If nothing usable is connected or the PIN is wrong.
        """

    def contribution(self, part: FactorPart, pin: str) -> bytes:
        """Return the 32 bytes of a public part.

        Raises:
            FactorError: If what is connected is not what was set up, or the PIN is wrong.
        """


Factors = Mapping[str, Factor]
"""By kind."""


def contribute_with(factors: Factors, pin: str) -> Contribute:
    """Return what `open_slots` asks, for a PIN that was typed."""

    def contribute(part: FactorPart) -> bytes:
        factor = factors.get(part.kind)
        if factor is None:
            raise FactorError(
                "This laptop cannot read the card that was set up for this officer.",
                "Ask the device desk to install the card's driver.",
            )
        return factor.contribution(part, pin)

    return contribute
