import pytest

from ilocdoc.record.errors import FormError
from ilocdoc.record.wording import read_words

LISTS = """
words = "wording"
version = "1"

[[lists]]
name = "status"
label = { en = "Words about status" }
outside_quotes = true
words = ["undocumented", "deport*", "work permit"]
patterns = [{ name = "A-number", regex = '\\bA[- ]?\\d{8,9}\\b' }]
instead = { undocumented = "leave it out" }

[[lists]]
name = "direction"
label = { en = "Direction from outside" }
words = ["City Hall"]
"""


def found(text: str, *, in_list: str = "status") -> list[str]:
    return [each.name for each in read_words(LISTS.encode()).lists[in_list].found_in(text)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("He is Undocumented.", ["undocumented"]),
        ("a deportation order", ["deport*"]),
        ("deported, undocumented", ["deport*", "undocumented"]),
        ("without a work\n permit", ["work permit"]),
        ("number A 123456789", ["A-number"]),
        ("a12345678", ["A-number"]),
        ("well documented", []),
        ("CA123456789", []),
        ('She said "he is undocumented".', []),
        ("She said “he is undocumented”.", []),
        ('said "no", undocumented, "yes"', ["undocumented"]),
        ('an inch is 1" and undocumented', ["undocumented"]),
        ('one " mark\nundocumented " here', ["undocumented"]),
    ],
)
def test_words_are_found_outside_quotation_marks(text: str, names: list[str]) -> None:
    assert found(text) == names


def test_a_list_may_count_words_inside_quotation_marks() -> None:
    assert found("“city  hall called”", in_list="direction") == ["City Hall"]


def test_a_place_tells_where_it_lies_and_not_what_stands_there() -> None:
    hit = read_words(LISTS.encode()).lists["status"].found_in("see A-12345678")[0]
    assert (hit.start, hit.end, hit.name) == (4, 14, "A-number")


def test_a_list_offers_neutral_words() -> None:
    assert read_words(LISTS.encode()).lists["status"].instead["undocumented"] == "leave it out"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("outside_quotes", "outside_qoutes", "unknown key 'outside_qoutes'"),
        ("\\b' }]", "\\b(' }]", "pattern 'A-number'"),
        ('name = "direction"', 'name = "status"', "stands twice"),
        ("instead = { undocumented", "instead = { undocumentd", "not one of its words"),
        ('version = "1"', 'version = ""', "no version"),
        ("words = [", "words = [3, ", "not a list of texts"),
        ("words = [", 'words = ["* ", ', "has an empty word"),
        ("{ en =", "{ es =", "no English text"),
        ('words = "wording"', 'words = "wording', "line 2, column"),
    ],
)
def test_a_file_with_a_mistake_is_refused_in_words(old: str, new: str, sentence: str) -> None:
    assert old in LISTS
    with pytest.raises(FormError, match=sentence):
        read_words(LISTS.replace(old, new, 1).encode(), file="words.toml")
