"""What the reviews of a version come to, whoever decided first.

Two reviewers who differ divide a report: nothing is prepared from it until a watch
lieutenant decides. Headquarters works it out in the same way.
"""

from collections.abc import Sequence

from ilocdoc.casework.shift import Shift, act_of, member_of
from ilocdoc.record.ids import OfficerId
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.lifecycle import State, Verb, settled
from ilocdoc.record.people import Role
from ilocdoc.wire.entries import Case
from ilocdoc.wire.envelope import Envelope

_REVIEWS = {
    EntryKind.REPORT_RETURNED.value: Verb.RETURN,
    EntryKind.REPORT_APPROVED.value: Verb.APPROVE,
}
_WAITING = frozenset({State.SUBMITTED, State.IN_REVIEW, State.RETURNED})
_NOT_REFERRED = _WAITING | {State.APPROVED, State.REFERRAL_PREPARED}


def verdict_of(shift: Shift, decisions: Sequence[Envelope], *, version: int) -> frozenset[Verb]:
    """Return what was decided about a version: nothing, one verb, or both (divided)."""
    said = [act_of(each) for each in decisions]
    return settled(
        (_REVIEWS[each["kind"]], _roles_of(shift, each["by"]["id"]))
        for each in said
        if each["kind"] in _REVIEWS and each["version"] == version
    )


def is_divided(shift: Shift, case: Case) -> bool:
    """Tell whether reviewers decided differently about the newest version."""
    newest = case.versions[-1].draft.version
    return len(verdict_of(shift, case.decisions, version=newest)) > 1


def state_after_review(
    shift: Shift, case: Case, decisions: Sequence[Envelope], *, version: int
) -> State:
    """Return where a report stands after these decisions, in whatever order they came.

    Args:
        shift: Whose roster says who is a watch lieutenant.
        case: As it stood before the newest decision.
        decisions: All of them.
        version: The newest version.
    """
    state = State(case.state)
    verdict = verdict_of(shift, decisions, version=version)
    if not verdict or state not in _NOT_REFERRED:
        return state
    if len(verdict) > 1:
        return State.IN_REVIEW
    if Verb.RETURN in verdict:
        return State.RETURNED
    return State.APPROVED if state in _WAITING else state


def _roles_of(shift: Shift, star: str) -> frozenset[Role]:
    member = member_of(shift, OfficerId(star))
    return member.roles if member else frozenset()
