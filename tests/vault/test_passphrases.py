"""Which passphrases are refused, which are not, and what a made one is worth."""

import unicodedata

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from ilocdoc.record.errors import InputError
from ilocdoc.vault.passphrases import (
    BITS_PER_WORD,
    GENERATED_WORDS,
    LONGEST_PASSPHRASE,
    _lines,
    require_good,
    suggest_passphrase,
)
from tests.doubles.authority import PASSPHRASE

ABOUT = ("99001", "Alder Quill", "P.O.", "010", "1012")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("short", "shorter"),
        ("14 characters.", "shorter"),
        ("", "shorter"),
        (" " * 20, "easy"),
        ("x" * 40, "easy"),
        ("PasswordPassword", "easy"),
        ("passwordpassword1!", "easy"),
        ("p a s s w o r d p a s s w o r d", "easy"),
        ("P@ssw0rdP@ssw0rd", "easy"),
        ("1234567890123456", "easy"),
        ("qwertyuiopasdfgh", "easy"),
        ("abcabcabcabcabcabc", "easy"),
        ("abcdefghijklmnop", "easy"),
        ("11111111222222223333", "easy"),
        ("iloveyouiloveyou", "easy"),
        ("trustno1trustno1", "easy"),
        ("letmeinletmeinletmein", "easy"),
        ("Winter2026Winter2026", "easy"),
        ("10/20/2026 10/20/2026", "easy"),
        ("chicagochicagochicago", "easy"),
        ("ChicagoPoliceBears", "easy"),
        ("Chicago Police 2026!", "easy"),
        ("alder quill 99001", "easy"),
        ("AlderQuillAlderQuill1", "easy"),
        ("Correct Horse Battery Staple", "know"),
        ("correcthorsebatterystaple1!", "know"),
        ("CORRECT-HORSE-BATTERY-STAPLE", "know"),
        ("The quick brown fox jumps over the lazy dog", "know"),
        ("To be, or not to be: that is the question", "know"),
        ("you have the right to remain silent", "know"),
        ("Chicago Police Department", "know"),
        ("we serve and protect... we serve and protect", "know"),
        ("lantern copper orchard\x00", "keyboard"),
        ("x y" * LONGEST_PASSPHRASE, "longer"),
    ],
)
def test_what_others_would_try_is_refused_with_a_reason(words: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        require_good(words, about=ABOUT)


@pytest.mark.parametrize(
    "words",
    [
        PASSPHRASE,
        "lantern copper orchard nine",
        "my neighbor paints old kayaks",
        "caf\u00e9 lantern orchard seven",
        "gr\u00fcne Laternen im Nebel",
        "кораблик плывет ночью",
        "v9#Tq!x2Lm@84rZp",
        "thirteen herons sleep beside my porch in chicago",
    ],
)
def test_several_unrelated_words_of_any_language_are_taken(words: str) -> None:
    require_good(words, about=ABOUT)


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
@pytest.mark.parametrize("change", [str.upper, str.lower, str.title])
def test_no_form_of_writing_saves_a_well_known_phrase(form: str, change) -> None:
    wide = "".join(chr(ord(each) + 0xFEE0) for each in "correcthorse")
    for words in ("correct horse battery staple", f"{wide} battery staple"):
        with pytest.raises(InputError):
            require_good(unicodedata.normalize(form, change(words)))


def test_every_common_password_of_the_list_is_refused_also_written_twice() -> None:
    listed = FREQUENCY_LISTS["passwords"]
    assert len(listed) > 20_000
    for each in [*listed[:250], *(word for word in listed if len(word) >= 15)]:
        for words in (each, each * 2, f"{each} {each} {each}", f"{each.upper()}{each}123"):
            with pytest.raises(InputError):
                require_good(words)


def test_a_made_passphrase_meets_the_policy_and_is_never_the_same() -> None:
    made = {suggest_passphrase() for _ in range(200)}
    assert len(made) == 200
    for each in made:
        require_good(each, about=ABOUT)
        assert len(each.split()) == GENERATED_WORDS


def test_every_word_of_the_list_adds_ten_bits() -> None:
    words = _lines("words.txt")
    assert len(words) == len(set(words)) == 2**BITS_PER_WORD
    assert all(each.isascii() and each.isalpha() and each.islower() for each in words)
    assert all(4 <= len(each) <= 9 for each in words), "four letters, so that five words are enough"


def test_every_word_of_the_list_is_reached() -> None:
    assert len({word for _ in range(3000) for word in suggest_passphrase().split()}) == 1024
