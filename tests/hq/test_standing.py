"""Where a report stands does not depend on the order in which news arrives."""

from dataclasses import replace
from itertools import permutations
from zlib import crc32

import pytest

from ilocdoc.hq.standing import SealedVersion, SignedAct, standing_of
from ilocdoc.record.lifecycle import State
from ilocdoc.record.people import Role

FIRST = SealedVersion(number=1, author="99001", document="d1", involved=frozenset({"99002"}))
SECOND = replace(FIRST, number=2, document="d2")
SERGEANT = frozenset({Role.OFFICER, Role.SUPERVISOR})
LIEUTENANT = frozenset({Role.SUPERVISOR, Role.WATCH_LIEUTENANT})
DETECTIVE = frozenset({Role.DETECTIVE})


def act(kind: str, *, actor: str = "99010", number: int = 1, **changes: object) -> SignedAct:
    made = SignedAct(
        stream=f"stream of {actor}",
        seq=crc32(f"{kind} {actor} {number}".encode()),
        kind=kind,
        actor=actor,
        roles=SERGEANT,
        at=f"2026-10-20T18:0{number}:00.000000Z",
        version=number,
        read=f"d{number}",
        packet="",
    )
    return replace(made, **changes)


RETURN = act("report.returned")
APPROVE = act("report.approved")
APPROVE_SECOND = act("report.approved", number=2)
PREPARE = act("packet.prepared", packet="P-1", version=0, read="")
CLOSE = act("report.closed", actor="99030", roles=LIEUTENANT, read="")
ACCEPT = act("packet.accepted", actor="99020", roles=DETECTIVE, packet="P-1", version=0, read="")


@pytest.mark.parametrize(
    ("acts", "state"),
    [
        ([], State.SUBMITTED),
        ([act("report.opened", version=0)], State.IN_REVIEW),
        ([act("report.opened", version=0, read="older")], State.SUBMITTED),
        ([RETURN], State.RETURNED),
        ([APPROVE], State.APPROVED),
        ([APPROVE, PREPARE], State.REFERRAL_PREPARED),
        ([APPROVE, PREPARE, ACCEPT], State.REFERRAL_ACCEPTED),
        ([PREPARE, ACCEPT], State.SUBMITTED),
        ([APPROVE, CLOSE], State.CLOSED_NO_REFERRAL),
        ([APPROVE, replace(CLOSE, version=2)], State.APPROVED),
        ([CLOSE], State.SUBMITTED),
        ([APPROVE, CLOSE, PREPARE], State.REFERRAL_PREPARED),
    ],
)
def test_the_states_follow_the_life_of_a_report(acts: list[SignedAct], state: State) -> None:
    for order in permutations(acts):
        standing = standing_of([FIRST], order)
        assert (standing.state, standing.ignored) == (state, ())


def test_a_sergeant_does_not_close_a_report() -> None:
    closed = replace(CLOSE, roles=SERGEANT)
    standing = standing_of([FIRST], [APPROVE, closed])
    assert standing.state is State.APPROVED
    assert standing.ignored == ((closed, "This member's role does not allow this act."),)


def test_a_returned_report_is_open_again_with_its_next_version() -> None:
    for order in permutations([RETURN, APPROVE_SECOND]):
        standing = standing_of([SECOND, FIRST], order)
        assert (standing.state, standing.newest, standing.approved) == (State.APPROVED, 2, 2)
        assert standing.approved_at == APPROVE_SECOND.at
    assert standing_of([FIRST, SECOND], [RETURN]).state is State.SUBMITTED


def test_an_approved_version_stays_approved_while_the_next_waits() -> None:
    standing = standing_of([FIRST, SECOND], [APPROVE])
    assert (standing.state, standing.newest, standing.approved) == (State.SUBMITTED, 2, 1)


def test_two_reviewers_who_differ_divide_a_report() -> None:
    other = act("report.returned", actor="99011")
    for order in permutations([APPROVE, other]):
        standing = standing_of([FIRST], order)
        assert standing.divided
        assert (standing.state, standing.approved) == (State.IN_REVIEW, 0)


def test_two_reviewers_who_agree_do_not() -> None:
    standing = standing_of([FIRST], [APPROVE, act("report.approved", actor="99011")])
    assert (standing.state, standing.divided) == (State.APPROVED, False)


def test_the_watch_lieutenant_decides_between_them() -> None:
    other = act("report.returned", actor="99011")
    last = act("report.approved", actor="99030", roles=LIEUTENANT)
    for order in permutations([APPROVE, other, last]):
        standing = standing_of([FIRST], order)
        assert (standing.state, standing.divided) == (State.APPROVED, False)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"roles": frozenset({Role.OFFICER})}, "role"),
        ({"roles": frozenset({Role.REFERRAL_OFFICER})}, "role"),
        ({"actor": "99001"}, "author"),
        ({"actor": "99002"}, "taking part"),
        ({"read": "another"}, "another document"),
    ],
)
def test_an_approval_against_the_rules_counts_for_nothing(
    changed: dict[str, object], reason: str
) -> None:
    bad = replace(APPROVE, **changed)
    standing = standing_of([FIRST], [bad])
    assert (standing.state, standing.approved) == (State.SUBMITTED, 0)
    ((ignored, why),) = standing.ignored
    assert ignored == bad
    assert reason in why


def test_a_decision_about_a_version_that_is_not_here_yet_waits_without_blame() -> None:
    standing = standing_of([FIRST], [APPROVE_SECOND])
    assert (standing.state, standing.ignored) == (State.SUBMITTED, ())


def test_who_prepared_a_packet_does_not_accept_it() -> None:
    both = frozenset({Role.SUPERVISOR, Role.DETECTIVE})
    own = replace(ACCEPT, actor="99010", roles=both)
    assert standing_of([FIRST], [APPROVE, PREPARE, own]).state is State.REFERRAL_PREPARED


def test_a_packet_that_was_never_prepared_is_not_accepted() -> None:
    assert standing_of([FIRST], [APPROVE, ACCEPT]).state is State.APPROVED


def test_the_author_does_not_prepare_the_packet() -> None:
    own = replace(PREPARE, actor="99001")
    standing = standing_of([FIRST], [APPROVE, own])
    assert standing.state is State.APPROVED
    assert len(standing.ignored) == 1


def test_the_author_does_not_accept_the_packet() -> None:
    own = replace(ACCEPT, actor="99001")
    standing = standing_of([FIRST], [APPROVE, PREPARE, own])
    assert standing.state is State.REFERRAL_PREPARED
    assert len(standing.ignored) == 1


def test_of_two_packets_with_one_number_nobody_accepts_their_own() -> None:
    theirs = replace(PREPARE, read="packet-1")
    own = replace(PREPARE, actor="99030", roles=LIEUTENANT, read="packet-2")
    accept = replace(ACCEPT, actor="99030", roles=LIEUTENANT, read="packet-2")
    for order in permutations([APPROVE, theirs, own, accept]):
        assert standing_of([FIRST], order).state is State.REFERRAL_PREPARED
