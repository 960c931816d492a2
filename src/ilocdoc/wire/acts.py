"""What a signed act says, as far as programs act on it; everything else stays in its bytes."""

from typing import Annotated, Any

import msgspec

from ilocdoc.record.errors import WireError
from ilocdoc.record.ledger import EntryKind
from ilocdoc.wire.canonical import from_canonical
from ilocdoc.wire.envelope import Envelope


class By(msgspec.Struct, frozen=True):
    """Who acted."""

    id: str
    """Star number, or the device id."""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What an act says. Texts are empty when not said."""

    kind: EntryKind
    at: str
    by: By
    report: str = ""
    version: Annotated[int, msgspec.Meta(ge=0, le=9999)] = 0
    """Of the report; 0 when not said."""
    read: str = ""
    """Digest of the document that was on the screen."""
    document: str = ""
    """Digest of the document that was signed, or returned."""
    annex: str = ""
    packet: str = ""
    snapshot: dict[str, Any] = {}

    @property
    def decided_on(self) -> str:
        """Digest of the document that a decision is about.

        A return names it as the document, an approval as what was read.
        """
        return self.read or self.document


def said_in(act: Envelope) -> Said:
    """Return what an act says. Its signature is the caller's business.

    Raises:
        WireError: If it cannot be read, or does not say what acts say.
    """
    try:
        return msgspec.convert(from_canonical(act.payload_bytes()), Said)
    except msgspec.ValidationError as error:
        raise WireError("An act does not say what acts say.") from error
