"""Who may do what, and when (domain model 5.4)."""

import pytest

from ilocdoc.record.ids import OfficerId, ReportId
from ilocdoc.record.lifecycle import (
    MATRIX,
    State,
    Verb,
    involved_members,
    may,
    may_now,
    may_review,
    role_faults,
    step_of,
)
from ilocdoc.record.people import Officer, Role
from ilocdoc.record.report import Author, Draft, FormReference, ReportKind

REFERENCE = FormReference(name="incident", version="2026-11.1", sha256="0" * 64)


def draft(members: list[dict[str, str]] | None = None) -> Draft:
    return Draft(
        report_id=ReportId("r"),
        local_number="LOC-0A1B-261020-01",
        kind=ReportKind.ORIGINAL,
        parent="",
        form=REFERENCE,
        catalogue=REFERENCE,
        author=Author(
            id=OfficerId("99001"), name="Alder Quill", rank="P.O.", star="99001", unit="010"
        ),
        created_at="2026-10-20T16:50:00.000000Z",
        answers={"members": members or []},
    )


def member(star: str, *roles: Role) -> Officer:
    return Officer(id=OfficerId(star), name="Rowan Pell", rank="Sgt", unit="010", roles=set(roles))


def test_every_verb_stands_in_the_matrix_once():
    assert sorted(step.verb.value for step in MATRIX) == sorted(verb.value for verb in Verb)


def test_no_verb_leads_out_of_closed_or_withdrawn():
    for step in MATRIX:
        assert not step.before & {State.CLOSED, State.WITHDRAWN, State.CLOSED_NO_REFERRAL}


@pytest.mark.parametrize(
    "role",
    [Role.DATA_ANALYST, Role.AUDITOR, Role.DEVICE_ADMIN, Role.KEY_ADMIN, Role.RECORDS_OFFICER],
)
def test_roles_beside_the_chain_of_investigation_may_do_nothing_to_a_report(role):
    assert not any(may({role}, verb) for verb in Verb)


def test_an_officer_alone_neither_approves_nor_refers():
    for verb in (Verb.APPROVE, Verb.RETURN, Verb.PREPARE, Verb.ACCEPT, Verb.RELEASE):
        assert not may({Role.OFFICER}, verb)


def test_release_needs_acceptance_first():
    assert may_now({Role.DETECTIVE}, Verb.RELEASE, state=State.REFERRAL_ACCEPTED)
    assert not may_now({Role.DETECTIVE}, Verb.RELEASE, state=State.REFERRAL_PREPARED)


def test_withdrawn_is_reached_only_from_draft():
    assert step_of(Verb.WITHDRAW).before == {State.DRAFT}


def test_a_supervisor_who_was_not_there_may_review():
    assert may_review(member("99010", Role.SUPERVISOR), draft()) == ""


def test_the_author_may_not_review_even_as_supervisor():
    assert "author" in may_review(member("99001", Role.SUPERVISOR), draft())


def test_a_supervisor_who_used_force_may_not_review():
    named = draft([{"id": "m1", "star": "99010", "member_role": "used_force"}])
    assert involved_members(named) == {"99010"}
    assert may_review(member("99010", Role.SUPERVISOR), named)


def test_a_scene_supervisor_who_took_no_part_may_review():
    named = draft([{"id": "m1", "star": "99010", "member_role": "scene_supervisor"}])
    assert may_review(member("99010", Role.SUPERVISOR), named) == ""


def test_an_officer_may_not_review():
    assert may_review(member("99002", Role.OFFICER), draft())


def test_nobody_releases_referrals_and_publishes_counts():
    assert role_faults({Role.REFERRAL_OFFICER, Role.DATA_ANALYST})
    assert role_faults({Role.REFERRAL_OFFICER}) == ""
