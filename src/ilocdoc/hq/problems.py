"""What headquarters answers when it does not do what was asked (RFC 9457)."""

from ilocdoc.record.errors import HeadquartersError
from ilocdoc.wire.messages import PROBLEM_PREFIX, Problem, StreamHead

BUSY_RETRY_S = 5


class ProblemError(HeadquartersError):
    """A refusal on its way to the laptop; the sentence is for people, the name for programs.

    Args:
        name: Last part of the problem's type, for example "gap".
        status: HTTP status.
        title: One plain sentence without personal data.
        head: With gap and fork: where headquarters stands.
    """

    def __init__(
        self, name: str, *, status: int, title: str, head: StreamHead | None = None
    ) -> None:
        super().__init__(title)
        self.problem = Problem(
            type=PROBLEM_PREFIX + name,
            title=title,
            status=status,
            head_seq=head.seq if head else 0,
            head_hash=head.hash if head else "",
        )


def bad_request(title: str) -> ProblemError:
    """What was sent is not what this endpoint takes."""
    return ProblemError("request", status=400, title=title)


def bad_digest(title: str) -> ProblemError:
    """Bytes do not have the digest they were announced with; send them again."""
    return ProblemError("digest", status=400, title=title)


def bad_code() -> ProblemError:
    """One answer for a wrong, used and expired code, so that guessing teaches nothing."""
    return ProblemError(
        "code",
        status=403,
        title="This code is not valid. It may be mistyped, used already or too old.",
    )


def bad_signature() -> ProblemError:
    """The signature is not that of the laptop it names."""
    return ProblemError("signature", status=403, title="The signature does not verify.")


def no_session() -> ProblemError:
    """Say hello first."""
    return ProblemError("session", status=401, title="This needs a session. Say hello again.")


def not_yours(title: str) -> ProblemError:
    """Known, but not to be used by this laptop."""
    return ProblemError("forbidden", status=403, title=title)


def unknown(title: str) -> ProblemError:
    """Headquarters does not know what was named (perhaps no longer, after a restore)."""
    return ProblemError("unknown", status=404, title=title)


def replayed() -> ProblemError:
    """A nonce counts once."""
    return ProblemError("replayed", status=409, title="This hello was said before.")


def gap(head: StreamHead) -> ProblemError:
    """Entries between ours and the first one sent are missing."""
    return ProblemError(
        "gap", status=409, title="Entries before these are missing here.", head=head
    )


def fork(head: StreamHead) -> ProblemError:
    """The stream continues differently here: a copied or restored laptop."""
    return ProblemError(
        "fork", status=409, title="Headquarters holds other entries of this stream.", head=head
    )


def too_large() -> ProblemError:
    """More than this endpoint takes at once."""
    return ProblemError("size", status=413, title="This is more than can be taken at once.")


def too_slow() -> ProblemError:
    """The body did not come in time; the line may be bad."""
    return ProblemError("request", status=408, title="The request did not end in time.")


def busy() -> ProblemError:
    """Try again later; nothing was lost."""
    return ProblemError("busy", status=503, title="Headquarters is busy. Try again soon.")


def full() -> ProblemError:
    """No room left here; the laptop keeps everything and comes back."""
    return ProblemError(
        "full", status=503, title="Headquarters has no room left. Everything stays queued."
    )
