import pytest

from ilocdoc.record.ids import OfficerId
from ilocdoc.record.people import Officer, Role, officer_from_json, officer_to_json

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
    assert officer_from_json(officer_to_json(PELL)) == PELL


def test_roles_stand_in_one_order() -> None:
    assert officer_to_json(PELL)["roles"] == ["officer", "supervisor"]


def test_a_star_is_the_id_and_a_name_is_printed_with_its_rank() -> None:
    assert (PELL.star, PELL.printed_name) == ("99010", "Sgt Rowan Pell")


@pytest.mark.parametrize("role", ["mayor", "alderperson", "vendor", "elected_official"])
def test_no_role_can_be_added_by_data(role: str) -> None:
    with pytest.raises(ValueError, match=role):
        officer_from_json({**officer_to_json(PELL), "roles": [role]})


def test_a_member_without_a_unit_is_refused() -> None:
    value = officer_to_json(PELL)
    del value["unit"]
    with pytest.raises(KeyError):
        officer_from_json(value)
