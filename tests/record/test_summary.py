import pytest

from ilocdoc.record.answers import Absence, absent
from ilocdoc.record.summary import title_of
from tests.doubles.shipped_forms import draft_of


def test_a_title_is_the_place_in_words() -> None:
    assert title_of(draft_of({"place": " 3300 W Testbed Rd "})) == "3300 W Testbed Rd"


@pytest.mark.parametrize("answers", [{}, {"place": "  "}, {"place": absent(Absence.UNKNOWN)}])
def test_without_a_place_it_is_the_local_number(answers: dict[str, object]) -> None:
    assert title_of(draft_of(answers)) == "LOC-0A1B-261020-01"


def test_a_title_names_no_person() -> None:
    answers = {"place": "Plaza", "people": [{"id": "p1", "name": "Dana Exemplar"}]}
    assert "Exemplar" not in title_of(draft_of(answers))
