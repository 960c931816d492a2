"""What a typed text asks for, and what of a report can be found."""

from hypothesis import given
from hypothesis import strategies as st

from ilocdoc.record.searching import (
    LONGEST_QUERY,
    MOST_TERMS,
    folded,
    pattern_of,
    patterns_fit,
    read_search,
    search_text,
)
from tests.doubles.shipped_forms import FORM, draft_of


def test_words_phrases_and_patterns_are_told_apart():
    search = read_search('van "did not resist" 2?4 1012')
    assert search.words == ("van", "did not resist", "1012")
    assert search.patterns == ("2?4",)


def test_only_one_word_alone_may_be_a_badge():
    assert read_search("zz9012").reading == "ZZ9012"
    assert read_search("zz9012 van").reading == ""
    assert read_search("van").reading == ""
    assert read_search("12").reading == ""


def test_a_question_mark_at_the_end_of_words_is_no_pattern():
    assert read_search("???").is_empty
    assert read_search("").is_empty


@given(st.text())
def test_any_text_is_a_question(typed):
    search = read_search(typed)
    assert len(search.words) + len(search.patterns) <= MOST_TERMS
    assert sum(map(len, search.words)) <= LONGEST_QUERY
    assert not any(ord(each) < 32 for word in search.words for each in word)


@given(st.text(alphabet="AB12?", max_size=6), st.text(alphabet="AB12?", max_size=6))
def test_fitting_is_mutual_and_keeps_what_was_read(one, other):
    assert patterns_fit(one, one)
    assert patterns_fit(one, other) == patterns_fit(other, one)
    if patterns_fit(one, other):
        both = zip(one, other, strict=True)
        assert all(a == b for a, b in both if "?" not in (a, b))


def test_patterns_hold_only_what_a_badge_holds():
    assert pattern_of("ab-1 ?/3*[x]") == "AB1?3X"


def test_folding_takes_strokes_too():
    assert folded("Łódź Øre Đorđe Straße Peña") == "lodz ore dorde strasse pena"


def test_each_answer_stands_in_its_part():
    text = search_text(
        draft_of(
            {
                "place": "3300 W Testbed Rd",
                "rd_number": "JK000017",
                "narrative_observed": "A grey van.",
                "lighting": "night",
                "members": [{"id": "m", "name": "Juniper Vane", "star": "99002"}],
                "people": [{"id": "p", "name": "Maren Holt", "contact": "her aunt"}],
                "agents": [{"id": "a", "badge_number": "2?4", "description": "tall"}],
                "vehicles": [{"id": "v", "plate": "ZZ?0 12"}],
                "street_number": {"absent": "unknown"},
            }
        ),
        FORM,
    )
    assert "3300 W Testbed Rd" in text.heading
    assert "JK000017" in text.heading
    assert "3300 W Testbed Rd" in text.places
    assert text.people.split("\n") == ["Juniper Vane", "99002"] or "Juniper Vane" in text.people
    assert "grey van" in text.narrative
    assert "tall" in text.narrative
    assert "Night" in text.also
    assert text.patterns == ("2?4", "ZZ?012")
    assert {"Maren Holt", "her aunt"} <= set(text.private.split("\n"))
    shown = (text.heading, text.people, text.places, text.marks, text.narrative, text.also)
    assert not any("Maren" in each for each in shown)


def test_letters_with_strokes_of_a_confidential_answer_do_not_leave_their_part():
    text = search_text(draft_of({"people": [{"id": "p", "name": "Wałęsa"}]}), FORM)
    assert "walesa" in text.also, "never shown either"


def test_texts_hold_no_control_characters():
    text = search_text(draft_of({"narrative_observed": "a\x02b\x03c\x00d\ne"}), FORM)
    assert text.narrative == "a b c d\ne"
