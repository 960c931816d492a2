import pytest

from ilocdoc.record import answers
from ilocdoc.record.answers import Absence


def test_four_absences_are_four_words_and_none_is_no_response() -> None:
    words = set(answers.ABSENCE_WORDS.values())
    assert len(words) == len(Absence) == 4
    assert answers.NO_RESPONSE not in words


@pytest.mark.parametrize("kind", list(Absence))
def test_an_absence_is_an_answer_but_no_value(kind: Absence) -> None:
    held = {"badge": answers.absent(kind, reason=" masked ")}
    assert held["badge"]["reason"] == "masked"
    assert answers.absence_of(held["badge"]) is kind
    assert answers.answered(held, "badge")
    assert not answers.has_value(held["badge"])


@pytest.mark.parametrize("empty", ["", "  ", [], {}, None])
def test_nothing_is_neither_value_nor_answer(empty: object) -> None:
    assert answers.is_empty(empty)
    assert not answers.answered({"x": empty}, "x")
    assert answers.put({"x": "old", "y": 1}, "x", empty) == {"y": 1}


def test_zero_is_an_answer() -> None:
    assert answers.answered({"shots": 0}, "shots")
    assert answers.has_value(0)


def test_an_unknown_absence_is_none_of_the_four() -> None:
    assert answers.absence_of({"absent": "perhaps"}) is None
    assert answers.absence_of("unknown") is None


def test_merging_matches_rows_by_id_and_loses_nothing() -> None:
    older = {"agents": [{"id": "a", "name": "H"}, {"id": "b"}], "place": "x", "n": 1}
    newer = {"agents": [{"id": "b", "name": "T"}, {"id": "c"}], "place": "", "n": 2}
    assert answers.merge(older, newer) == {
        "agents": [{"id": "a", "name": "H"}, {"id": "b", "name": "T"}, {"id": "c"}],
        "place": "x",
        "n": 2,
    }
    assert older["agents"][1] == {"id": "b"}


def test_rows_of_an_absent_or_unasked_repeat_are_none() -> None:
    assert answers.rows_of({}, "agents") == []
    assert answers.rows_of({"agents": answers.absent(Absence.UNKNOWN)}, "agents") == []
    assert not answers.is_rows(["a"])
