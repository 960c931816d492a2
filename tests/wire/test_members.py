"""Members travel in the roster; what data says never adds a right."""

import msgspec
import pytest

from ilocdoc.record.ids import OfficerId
from ilocdoc.record.people import Officer, Role
from ilocdoc.wire.members import member_from_officer, officer_from_member
from ilocdoc.wire.messages import RosterMember

PELL = Officer(
    id=OfficerId("99010"),
    name="Rowan Pell",
    rank="Sgt",
    unit="010",
    beat="1010",
    roles=frozenset([Role.SUPERVISOR, Role.OFFICER]),
    certificate="PEM",
    encryption_key="KEY",
)


def test_a_member_survives_the_roster() -> None:
    assert officer_from_member(member_from_officer(PELL)) == PELL


def test_roles_stand_in_one_order() -> None:
    assert member_from_officer(PELL).roles == ("officer", "supervisor")


@pytest.mark.parametrize("role", ["mayor", "alderperson", "vendor", "elected_official"])
def test_no_role_can_be_added_by_data(role: str) -> None:
    member = msgspec.structs.replace(member_from_officer(PELL), roles=("officer", role))
    assert officer_from_member(member).roles == {Role.OFFICER}


def test_a_member_without_a_unit_is_refused() -> None:
    value = msgspec.to_builtins(member_from_officer(PELL))
    del value["unit"]
    with pytest.raises(msgspec.ValidationError, match="unit"):
        msgspec.convert(value, RosterMember)
