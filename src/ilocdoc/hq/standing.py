"""Where a report stands, from everything signed about it. Pure, and in any order.

Decisions travel on other laptops than the report they are about, so they may arrive first.
The same acts give the same standing, however they came.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.lifecycle import VERB_OF, State, Verb, may, settled
from ilocdoc.record.people import Role

RETURNED, APPROVED = EntryKind.REPORT_RETURNED.value, EntryKind.REPORT_APPROVED.value
OPENED = EntryKind.REPORT_OPENED.value
CLOSED = EntryKind.REPORT_CLOSED.value
PREPARED, ACCEPTED = EntryKind.PACKET_PREPARED.value, EntryKind.PACKET_ACCEPTED.value
_DECISIONS = (RETURNED, APPROVED)
_VERBS = {
    OPENED: Verb.REVIEW,
    # Sealing a version is no decision about it: the author's own act.
    **{kind.value: verb for kind, verb in VERB_OF.items() if verb is not Verb.SUBMIT},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedVersion:
    """A version of a report, as its author sealed it."""

    number: int
    author: str
    document: str
    """Digest of the certified document."""
    involved: frozenset[str]
    """Stars of members with a part in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedAct:
    """What somebody did to a report; the signature was checked."""

    stream: str
    seq: int
    kind: str
    actor: str
    roles: frozenset[Role]
    at: str
    version: int
    """0 when the act names none."""
    read: str
    """Digest of the document that was on the screen; empty when none is named."""
    packet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a report stands now."""

    state: State
    divided: bool
    """Reviewers decided differently; a watch lieutenant decides. Nothing is published."""
    newest: int
    approved: int
    """The newest approved version; 0 when none is."""
    approved_at: str
    ignored: tuple[tuple[SignedAct, str], ...]
    """Acts that count for nothing, with the reason in words."""


def standing_of(versions: Sequence[SealedVersion], acts: Sequence[SignedAct]) -> Standing:
    """Return where a report stands.

    Args:
        versions: At least one, in any order.
        acts: In any order.
    """
    by_number = {each.number: each for each in versions}
    newest = by_number[max(by_number)]
    ignored = [(act, why) for act in acts if (why := _why_ignored(act, by_number, newest))]
    refused = {(act.stream, act.seq) for act, _why in ignored}
    counted = [act for act in acts if (act.stream, act.seq) not in refused]
    verdicts = {number: _verdict(counted, number) for number in by_number}
    approved = max((n for n, verdict in verdicts.items() if verdict == {Verb.APPROVE}), default=0)
    return Standing(
        state=_state(counted, newest, verdicts[newest.number]),
        divided=len(verdicts[newest.number]) > 1,
        newest=newest.number,
        approved=approved,
        approved_at=min((a.at for a in counted if _approves(a, approved)), default=""),
        ignored=tuple(ignored),
    )


def _approves(act: SignedAct, number: int) -> bool:
    return act.kind == APPROVED and act.version == number


def _why_ignored(act: SignedAct, versions: dict[int, SealedVersion], newest: SealedVersion) -> str:
    verb = _VERBS.get(act.kind)
    if verb is None:
        return ""
    if not may(act.roles, verb):
        return "This member's role does not allow this act."
    if act.actor == newest.author:
        return "The author of a report does not decide about it."
    return _why_no_review(act, versions) if act.kind in _DECISIONS else ""


def _why_no_review(act: SignedAct, versions: dict[int, SealedVersion]) -> str:
    version = versions.get(act.version)
    if version is None:
        return ""
    if act.actor in version.involved:
        return "The reviewer is named in the report as taking part."
    if act.read != version.document:
        return "The decision is about another document than the one that was sealed."
    return ""


def _verdict(acts: Sequence[SignedAct], number: int) -> frozenset[Verb]:
    return settled(
        (_VERBS[act.kind], act.roles)
        for act in acts
        if act.kind in _DECISIONS and act.version == number
    )


def _state(acts: Sequence[SignedAct], newest: SealedVersion, verdict: frozenset[Verb]) -> State:
    if verdict == {Verb.RETURN}:
        return State.RETURNED
    if verdict == {Verb.APPROVE}:
        return _after_approval(acts, newest)
    opened = any(act.kind == OPENED and act.read == newest.document for act in acts)
    return State.IN_REVIEW if opened or verdict else State.SUBMITTED


def _after_approval(acts: Sequence[SignedAct], newest: SealedVersion) -> State:
    # Two supervisors may prepare packets of one number: the document tells them apart.
    preparers = {(act.packet, act.read): act.actor for act in acts if act.kind == PREPARED}
    for act in acts:
        # The member who prepared a packet is not the one who accepts it.
        preparer = preparers.get((act.packet, act.read), act.actor)
        if act.kind == ACCEPTED and preparer != act.actor:
            return State.REFERRAL_ACCEPTED
    if preparers:
        # A packet that exists is not undone by closing the report elsewhere.
        return State.REFERRAL_PREPARED
    is_closed = any(act.kind == CLOSED and act.version == newest.number for act in acts)
    return State.CLOSED_NO_REFERRAL if is_closed else State.APPROVED
