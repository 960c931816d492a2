"""Finding reports by their words, in the double and in a real volume."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from ilocdoc.casework.finding import find_reports, refresh_index
from ilocdoc.casework.shift import Shift
from ilocdoc.laptop import ShippedForms
from ilocdoc.record.ids import OfficerId, ReportId
from ilocdoc.record.report import Author, FormReference
from ilocdoc.record.searching import read_search
from tests.contracts.test_vault import draft, sealed, unlocked
from tests.doubles.clocks import CountingIds, StoppedClock
from tests.doubles.plain_press import PlainPress

FORM = FormReference(name="incident", version="2026-11.1", sha256="0" * 64)
Keep = Callable[..., str]

__all__ = ["unlocked"]


@pytest.fixture
def shift(unlocked) -> Shift:
    return Shift(
        vault=unlocked("99001"),
        press=PlainPress(),
        forms=ShippedForms(),
        clock=StoppedClock(),
        ids=CountingIds(),
    )


@pytest.fixture
def keep(shift) -> Keep:
    """Keeps a draft with these answers; returns its number."""
    count = iter(range(1, 100))

    def keep(author: str = "99001", unit: str = "010", at: str = "", **answers: Any) -> str:
        number = next(count)
        made = draft(
            report_id=ReportId(f"0192f0c0-0000-7000-8000-{number:012d}"),
            local_number=f"LOC-0A1B-261020-{number:02d}",
            created_at=at or f"2026-10-20T17:{number:02d}:00.000000Z",
            form=FORM,
            author=Author(id=OfficerId(author), name="A", rank="P.O.", star=author, unit=unit),
            answers=answers,
        )
        with shift.vault.transaction() as opened:
            opened.put_draft(made, title=str(answers.get("place", "")), state="draft")
        return made.local_number

    return keep


def found(shift: Shift, typed: str, **filters: Any) -> list[str]:
    search = dataclasses.replace(read_search(typed), **filters)
    return sorted(each.row.local_number for each in find_reports(shift, search))


def test_what_was_typed_a_moment_ago_is_found(shift, keep):
    number = keep(narrative_observed="A grey van stopped at the corner.")
    assert found(shift, "grey van") == [number]
    assert found(shift, "green van") == []


def test_the_beginning_of_a_word_is_enough_and_the_middle_is_not(shift, keep):
    number = keep(narrative_observed="The handcuffs were taken off.")
    assert found(shift, "handc") == [number]
    assert found(shift, "cuffs") == []


def test_words_in_quotation_marks_stand_in_a_row(shift, keep):
    one = keep(narrative_observed="He said he did not resist.")
    keep(narrative_observed="Did he resist? He did not.")
    assert found(shift, '"did not resist"') == [one]
    assert len(found(shift, "did not resist")) == 2


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Núñez", "nunez"),
        ("nunez", "Núñez"),
        ("Wałęsa", "walesa"),
        ("Wałęsa", "WAŁĘSA"),
        ("Żółkiewska", "zolk"),
        ("Cristóbal Peña", "pena cristobal"),
        ("José", "jose"),
        ("e\u0301lan", "élan"),
    ],
)
def test_names_are_found_however_the_keyboard_writes_them(shift, keep, written, typed):
    number = keep(members=[{"id": "m1", "name": written}])
    assert found(shift, typed) == [number]


@pytest.mark.parametrize(
    ("recorded", "typed"),
    [("2?4", "2?4"), ("234", "2?4"), ("2?4", "?34"), ("AB 1?3", "ab1?3")],
)
def test_a_badge_with_unread_places_is_found(shift, keep, recorded, typed):
    number = keep(agents=[{"id": "a1", "label": "Agent 1", "badge_number": recorded}])
    keep(agents=[{"id": "a1", "label": "Agent 1", "badge_number": "999"}])
    assert found(shift, typed) == [number]


@pytest.mark.parametrize("typed", ["2?5", "2?", "2?44", "????"])
def test_a_badge_that_reads_otherwise_is_not_found(shift, keep, typed):
    keep(agents=[{"id": "a1", "badge_number": "2?4"}])
    assert found(shift, typed) == []


def test_a_whole_plate_finds_one_that_was_read_in_part(shift, keep):
    number = keep(vehicles=[{"id": "v1", "plate": "ZZ?0 12"}])
    assert found(shift, "ZZ9012") == [number]
    assert found(shift, "ZZ8812") == []


def test_a_pattern_and_a_word_must_both_fit(shift, keep):
    one = keep(agents=[{"id": "a1", "badge_number": "2?4"}], narrative_observed="the alley")
    keep(agents=[{"id": "a1", "badge_number": "2?4"}], narrative_observed="the street")
    assert found(shift, "2?4 alley") == [one]


def test_confidential_answers_are_found_and_not_shown(shift, keep):
    number = keep(people=[{"id": "p1", "name": "Maren Holt", "phone": "312-555-0142"}])
    (only,) = find_reports(shift, read_search("maren"))
    assert (only.row.local_number, only.pieces, only.place) == (number, (), "private")
    assert found(shift, "312-555-0142") == [number]


def test_the_hit_is_shown_within_its_text(shift, keep):
    keep(narrative_observed="Two federal agents stood beside a grey van.")
    (only,) = find_reports(shift, read_search("grey"))
    assert only.place == "narrative"
    assert any(each.is_hit and "grey" in each.text for each in only.pieces)


def test_labels_of_chosen_answers_are_found(shift, keep):
    number = keep(lighting="poor_artificial")
    assert found(shift, "poor artificial") == [number]


@pytest.mark.parametrize(
    "typed",
    [
        '"',
        '"unclosed',
        "' OR 1=1 --",
        "NEAR(a b)",
        "narrative:grey",
        "a AND",
        "OR",
        "NOT x",
        "*",
        "^a",
        "(",
        "a-b",
        "grey*",
        "{a b} : c",
        "\x00",
        "\x02\x03",
        "?",
        "???",
        "[a-z]?1",
        "😀",
        "ł" * 500,
        " ".join(["a"] * 60),
        "%",
        "_",
        "\\",
        "; DROP TABLE report",
        "\u202egrey",
    ],
)
def test_whatever_is_typed_is_a_question_and_no_error(shift, keep, typed):
    keep(narrative_observed="A grey van.")
    found(shift, typed)
    assert found(shift, "grey") != []


def test_operators_are_words(shift, keep):
    number = keep(narrative_observed="either or both")
    keep(narrative_observed="neither")
    assert found(shift, "either OR") == [number]


def test_nothing_is_asked_and_nothing_found(shift, keep):
    keep(narrative_observed="A grey van.")
    assert found(shift, "") == []
    assert found(shift, "  \t ") == []


def test_filters(shift, keep):
    mine = keep(narrative_observed="van", at="2026-10-20T10:00:00.000000Z")
    other = keep(
        author="99002", unit="011", narrative_observed="van", at="2026-10-22T10:00:00.000000Z"
    )
    assert found(shift, "van") == [mine, other]
    assert found(shift, "van", author="99001") == [mine]
    assert found(shift, "van", unit="011") == [other]
    assert found(shift, "van", from_utc="2026-10-21T00:00:00.000000Z") == [other]
    assert found(shift, "van", until_utc="2026-10-21T00:00:00.000000Z") == [mine]
    assert found(shift, "van", states=frozenset(["submitted"])) == []
    assert found(shift, "van", states=frozenset(["draft", "returned"])) == [mine, other]


def test_a_word_that_was_taken_out_is_not_found_any_more(shift, keep):
    keep(narrative_observed="grey van")
    assert found(shift, "grey") != []
    made = draft(
        report_id=ReportId("0192f0c0-0000-7000-8000-000000000001"),
        form=FORM,
        revision=2,
        answers={"narrative_observed": "white van"},
    )
    with shift.vault.transaction() as opened:
        opened.put_draft(made, title="", state="draft")
    assert found(shift, "grey") == []
    assert len(found(shift, "white")) == 1


def test_a_sealed_report_is_found_and_one_that_was_given_up_is_not(shift):
    one, other = (
        draft(
            report_id=ReportId(f"0192f0c0-0000-7000-8000-00000000000{n}"),
            local_number=f"LOC-{n}",
            form=FORM,
            answers={"narrative_observed": "grey van"},
        )
        for n in (1, 2)
    )
    with shift.vault.transaction() as opened:
        for each in (one, other):
            opened.put_draft(each, title="", state="draft")
    assert len(found(shift, "grey")) == 2
    with shift.vault.transaction() as opened:
        opened.put_version(sealed(one), title="", state="submitted")
        opened.drop_draft(one.report_id)
        opened.drop_draft(other.report_id)
        opened.put_state(other.report_id, "withdrawn")
    assert found(shift, "grey") == ["LOC-1"]


def test_words_are_read_into_the_index_a_few_at_a_time(shift, keep):
    for _ in range(5):
        keep(narrative_observed="van")
    assert refresh_index(shift, most=2)
    assert refresh_index(shift, most=2)
    assert not refresh_index(shift, most=2)
    assert len(found(shift, "van")) == 5


def test_a_report_of_an_unknown_form_is_found_and_nothing_of_it_is_shown(shift, keep):
    made = draft(
        form=FormReference(name="incident", version="1999-1", sha256="0" * 64),
        answers={"old_question": "grey van", "rows": [{"id": "1", "x": ["deep"]}]},
    )
    with shift.vault.transaction() as opened:
        opened.put_draft(made, title="", state="draft")
    (only,) = find_reports(shift, read_search("grey deep"))
    assert (only.pieces, only.place) == ((), "private")
