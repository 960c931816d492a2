"""A store that is older than it was is released by a supervisor, with a reason, visibly."""

from collections.abc import Sequence

from ilocdoc.casework.shift import Shift, new_entry, sign_act
from ilocdoc.record.errors import RefusedError
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.people import Role
from ilocdoc.record.rollback import Rollback

_RELEASERS = frozenset({Role.SUPERVISOR, Role.WATCH_LIEUTENANT})


def doubts(shift: Shift) -> Sequence[Rollback]:
    """Return what is in doubt on this laptop and was not released, oldest first."""
    return shift.vault.laptop.doubts()


def release_store(shift: Shift, rollback: Rollback, *, reason: str) -> None:
    """Let a member's reports, or this laptop's own store, be used as they now are.

    It takes effect when the member signs in the next time: the entries that are missing are
    taken back from their sealed copies; what was written in them is with headquarters only.

    Args:
        shift: A supervisor's, never the member's own.
        rollback: From `doubts`.
        reason: What was found out, in the supervisor's words.

    Raises:
        RefusedError: If no reason is given, this member may not, or this laptop does not
            have what is missing.
    """
    me = shift.officer
    if not me.roles & _RELEASERS or me.id == rollback.owner:
        raise RefusedError(
            "Another supervisor releases a store that is older than it was.",
            "Ask a supervisor who has reports on this laptop.",
        )
    if not reason.strip():
        raise RefusedError("A store is released only with a reason.", "Write what you found out.")
    if not shift.vault.laptop.may_take_back(rollback):
        raise RefusedError(
            "This laptop does not have what is missing; headquarters does.",
            "Nothing was changed. Take the laptop to the device desk.",
        )
    kind, at = EntryKind.VOLUME_RESTORED, shift.now_text()
    act = sign_act(
        shift,
        kind,
        at=at,
        officer=rollback.owner,
        of=rollback.owner,
        anchor=rollback.anchor.value,
        expected_seq=rollback.expected_seq,
        expected_hash=rollback.expected_hash,
        found_seq=rollback.found_seq,
        found_hash=rollback.found_hash,
        reason=reason.strip(),
    )
    with shift.vault.transaction() as opened:
        opened.append(new_entry(kind, act, at=at, actor=me.id, officer=rollback.owner))
    shift.vault.laptop.release(rollback, act)
