"""The life of a report: states, verbs, and who may do which (domain model 5.4).

Nobody outside the chain of investigation holds a role, so nobody outside it appears in
`PERMISSIONS`; roles are an enumeration in code, so data cannot add one.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import Enum

from ilocdoc.record.answers import rows_of
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.people import Officer, Role
from ilocdoc.record.report import Draft


class State(Enum):
    """Where a report stands. A legal hold is a flag beside it, not a state."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    APPROVED = "approved"
    CLOSED_NO_REFERRAL = "closed_no_referral"
    REFERRAL_PREPARED = "referral_prepared"
    REFERRAL_ACCEPTED = "referral_accepted"
    REFERRAL_RELEASED = "referral_released"
    WITH_PROSECUTOR = "with_prosecutor"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Verb(Enum):
    """What a person can do to a report."""

    WRITE = "write"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    REVIEW = "review"
    RETURN = "return"
    APPROVE = "approve"
    CLOSE_NO_REFERRAL = "close_no_referral"
    PREPARE = "prepare"
    ACCEPT = "accept"
    RELEASE = "release"
    NOTE_RECEIPT = "note_receipt"
    CLOSE = "close"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One row of the permission matrix."""

    verb: Verb
    roles: frozenset[Role]
    """Any of these may do it."""
    before: frozenset[State]
    after: State


_AUTHORS = frozenset({Role.OFFICER, Role.SUPERVISOR, Role.WATCH_LIEUTENANT, Role.DETECTIVE})
_REVIEWERS = frozenset({Role.SUPERVISOR, Role.WATCH_LIEUTENANT})
_WAITING = frozenset({State.SUBMITTED, State.IN_REVIEW})
_OPEN_DRAFT = frozenset({State.DRAFT, State.RETURNED})


def _step(verb: Verb, roles: Collection[Role], before: Collection[State], after: State) -> Step:
    return Step(verb=verb, roles=frozenset(roles), before=frozenset(before), after=after)


MATRIX = (
    _step(Verb.WRITE, _AUTHORS, _OPEN_DRAFT, State.DRAFT),
    _step(Verb.SUBMIT, _AUTHORS, _OPEN_DRAFT, State.SUBMITTED),
    _step(Verb.WITHDRAW, _AUTHORS, {State.DRAFT}, State.WITHDRAWN),
    _step(Verb.REVIEW, _REVIEWERS, {State.SUBMITTED}, State.IN_REVIEW),
    _step(Verb.RETURN, _REVIEWERS, _WAITING, State.RETURNED),
    _step(Verb.APPROVE, _REVIEWERS, _WAITING, State.APPROVED),
    _step(
        Verb.CLOSE_NO_REFERRAL,
        {Role.WATCH_LIEUTENANT, Role.DETECTIVE},
        {State.APPROVED},
        State.CLOSED_NO_REFERRAL,
    ),
    _step(Verb.PREPARE, _REVIEWERS, {State.APPROVED}, State.REFERRAL_PREPARED),
    _step(
        Verb.ACCEPT,
        {Role.DETECTIVE, Role.WATCH_LIEUTENANT},
        {State.REFERRAL_PREPARED},
        State.REFERRAL_ACCEPTED,
    ),
    _step(
        Verb.RELEASE,
        {Role.DETECTIVE, Role.REFERRAL_OFFICER},
        {State.REFERRAL_ACCEPTED},
        State.REFERRAL_RELEASED,
    ),
    _step(
        Verb.NOTE_RECEIPT,
        {Role.REFERRAL_OFFICER},
        {State.REFERRAL_RELEASED},
        State.WITH_PROSECUTOR,
    ),
    _step(Verb.CLOSE, {Role.REFERRAL_OFFICER}, {State.WITH_PROSECUTOR}, State.CLOSED),
)
"""The permission matrix, in the order of a report's life."""

VERB_OF = {
    EntryKind.REPORT_SUBMITTED: Verb.SUBMIT,
    EntryKind.REPORT_SUPPLEMENTED: Verb.SUBMIT,
    EntryKind.REPORT_RETURNED: Verb.RETURN,
    EntryKind.REPORT_APPROVED: Verb.APPROVE,
    EntryKind.REPORT_CLOSED: Verb.CLOSE_NO_REFERRAL,
    EntryKind.PACKET_PREPARED: Verb.PREPARE,
    EntryKind.PACKET_ACCEPTED: Verb.ACCEPT,
}
"""Which verb of the permission matrix an act performs; other kinds decide nothing."""

CANNOT_HOLD_BOTH = frozenset({Role.REFERRAL_OFFICER, Role.DATA_ANALYST})
"""Who releases referrals never publishes counts of them."""


def step_of(verb: Verb) -> Step:
    """Return the row of the matrix for a verb."""
    return next(step for step in MATRIX if step.verb is verb)


def may(roles: Collection[Role], verb: Verb) -> bool:
    """Tell whether someone with these roles may do the verb at all."""
    return not step_of(verb).roles.isdisjoint(roles)


def may_now(roles: Collection[Role], verb: Verb, *, state: State) -> bool:
    """Tell whether someone with these roles may do the verb to a report in a state."""
    return may(roles, verb) and state in step_of(verb).before


def may_review(officer: Officer, draft: Draft) -> str:
    """Return why a member may not review a report, or the empty string.

    The author never reviews; neither does a supervisor who is named in the report as a
    participant (conflict rule of the tactical response report).
    """
    if not may(officer.roles, Verb.APPROVE):
        return "Only a supervisor reviews reports."
    if officer.id == draft.author.id:
        return "The author of a report does not review it."
    if officer.id in involved_members(draft):
        return "This member is named in the report as taking part."
    return ""


def may_refer(officer: Officer, draft: Draft, verb: Verb) -> str:
    """Return why a member may not prepare, accept or close this report, or the empty string."""
    if not may(officer.roles, verb):
        return "This member's role does not allow this."
    if officer.id == draft.author.id:
        return "The author of a report does not decide about it."
    return ""


def settled(reviews: Iterable[tuple[Verb, Collection[Role]]]) -> frozenset[Verb]:
    """Return what was decided about a version: nothing, one verb, or both (divided).

    A watch lieutenant's decision settles it.

    Args:
        reviews: `RETURN` or `APPROVE`, with the roles of who decided; in any order.
    """
    decided = list(reviews)
    lieutenants = [each for each in decided if Role.WATCH_LIEUTENANT in each[1]]
    return frozenset(verb for verb, _roles in lieutenants or decided)


def involved_members(draft: Draft) -> frozenset[str]:
    """Return star numbers of members whom the report names with a part in it.

    A scene supervisor who only came afterwards may review; one who used or ordered
    force, was injured or assisted may not.
    """
    rows = rows_of(draft.answers, "members")
    return frozenset(
        str(row.get("star", "")) for row in rows if row.get("member_role") in INVOLVED_ROLES
    )


INVOLVED_ROLES = frozenset({"author", "co_author", "responding", "assisting", "used_force"})
"""Values of the form's list `member_role` that make a member a participant."""


def role_faults(roles: Collection[Role]) -> str:
    """Return why a person may not hold these roles together, or the empty string."""
    if CANNOT_HOLD_BOTH.issubset(roles):
        return "Nobody is both referral officer and data analyst."
    return ""
