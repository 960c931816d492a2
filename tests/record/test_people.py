from ilocdoc.record.ids import OfficerId
from ilocdoc.record.people import Officer


def test_a_star_is_the_id_and_a_name_is_printed_with_its_rank() -> None:
    pell = Officer(id=OfficerId("99010"), name="Rowan Pell", rank="Sgt", unit="010")
    assert (pell.star, pell.printed_name) == ("99010", "Sgt Rowan Pell")
