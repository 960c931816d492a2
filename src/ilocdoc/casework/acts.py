"""What others signed, read with care: an act counts only if it says all that its kind must."""

from typing import Annotated, Any

import msgspec

from ilocdoc.casework.shift import act_of
from ilocdoc.record.errors import WireError
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.lifecycle import Verb
from ilocdoc.wire.envelope import Envelope

VERB_OF = {
    EntryKind.REPORT_SUBMITTED: Verb.SUBMIT,
    EntryKind.REPORT_SUPPLEMENTED: Verb.SUBMIT,
    EntryKind.REPORT_RETURNED: Verb.RETURN,
    EntryKind.REPORT_APPROVED: Verb.APPROVE,
    EntryKind.REPORT_CLOSED: Verb.CLOSE_NO_REFERRAL,
    EntryKind.PACKET_PREPARED: Verb.PREPARE,
    EntryKind.PACKET_ACCEPTED: Verb.ACCEPT,
}
"""Which verb of the permission matrix an act performs; letters bring no other acts."""

_MUST_SAY = {
    Verb.SUBMIT: ("snapshot", "document"),
    Verb.RETURN: ("version", "document"),
    Verb.APPROVE: ("version", "read", "document"),
    Verb.CLOSE_NO_REFERRAL: ("version",),
    Verb.PREPARE: ("version", "packet", "document", "annex"),
    Verb.ACCEPT: ("version", "packet", "read", "document"),
}


class _By(msgspec.Struct, frozen=True):
    id: str


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What an act says, as far as this program acts on it. Texts are empty when not said."""

    kind: EntryKind
    at: str
    by: _By
    report: Annotated[str, msgspec.Meta(min_length=1)]
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
        """Digest of the document that a review is about."""
        return self.read or self.document


def said_in(act: Envelope) -> Said:
    """Return what an act says. Its signature is the caller's business.

    Raises:
        WireError: If it cannot be read, or does not say what acts say.
    """
    try:
        return msgspec.convert(act_of(act), Said)
    except msgspec.ValidationError as error:
        raise WireError("An act does not say what acts say.") from error


def require_complete(said: Said, verb: Verb) -> None:
    """Refuse an act that leaves out what its verb needs.

    Raises:
        WireError: If something is left out.
    """
    if not all(getattr(said, name) for name in _MUST_SAY[verb]):
        raise WireError("An act leaves out what it is about.")
