"""What others signed, read with care: an act counts only if it says all that its kind must."""

from ilocdoc.record.errors import WireError
from ilocdoc.record.lifecycle import Verb
from ilocdoc.wire.acts import Said

_MUST_SAY = {
    Verb.SUBMIT: ("snapshot", "document"),
    Verb.RETURN: ("version", "document"),
    Verb.APPROVE: ("version", "read", "document"),
    Verb.CLOSE_NO_REFERRAL: ("version",),
    Verb.PREPARE: ("version", "packet", "document", "annex"),
    Verb.ACCEPT: ("version", "packet", "read", "document"),
}


def require_complete(said: Said, verb: Verb) -> None:
    """Refuse an act that leaves out its report, or what its verb needs.

    Raises:
        WireError: If something is left out.
    """
    if not said.report or not all(getattr(said, name) for name in _MUST_SAY[verb]):
        raise WireError("An act leaves out what it is about.")
