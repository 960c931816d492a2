"""Which passphrases are good enough, and making one (CJIS v6.0, IA-5).

At least fifteen characters of any kind, no composition rules, no hints, pasting allowed. A
passphrase is refused when it is one that others try first: short for its length, built of
common passwords, names, dates, rows of keys or repetitions (the estimate and its lists are
zxcvbn's), or a well-known phrase (`resources/passphrases/refused.txt`). Words of the
department and of the member count for nothing (`context.txt`).

A made one has five words of a list of 1,024: 50 bits, which a slot's cost turns into far more
work than anybody pays.
"""

import os
import unicodedata
from functools import cache

from zxcvbn import zxcvbn

from ilocdoc.record.errors import InputError, VaultError
from ilocdoc.shelf import resource

SHORTEST_PASSPHRASE = 15
"""Characters. CJIS v6.0 IA-5 asks for 8; there are no composition rules instead."""
LONGEST_PASSPHRASE = 256
FEWEST_GUESSES = 12
"""Powers of ten. A guess costs half a second or more, so this many are not made."""
LEAST_BESIDE = 8
"""Letters that must be left beside a well-known phrase."""
GENERATED_WORDS = 5
BITS_PER_WORD = 10
_LOOKED_AT = 72
"""Characters that the estimate reads; more only add to it."""
_ADVICE = "Use several unrelated words, or take one that ilocdoc makes for you."


def require_good(passphrase: str, *, about: tuple[str, ...] = ()) -> None:
    """Refuse a passphrase that does not meet the policy.

    Args:
        passphrase: As it was typed.
        about: What others know of the member: star number, names, unit.

    Raises:
        InputError: If it does not; the headline is the reason.
    """
    text = unicodedata.normalize("NFC", passphrase)
    if len(text) < SHORTEST_PASSPHRASE:
        raise InputError(
            f"The passphrase is shorter than {SHORTEST_PASSPHRASE} characters.",
            "Use several words. Spaces are welcome.",
        )
    if len(text) > LONGEST_PASSPHRASE or not text.isprintable():
        raise InputError(
            f"The passphrase is longer than {LONGEST_PASSPHRASE} characters, or holds signs that "
            "no keyboard types.",
            _ADVICE,
        )
    if _is_well_known(text):
        raise InputError("The passphrase is a phrase that many people know.", _ADVICE)
    if _guesses(text, about=about) < FEWEST_GUESSES:
        raise InputError("The passphrase is too easy to guess.", _ADVICE)


def suggest_passphrase(words: int = GENERATED_WORDS) -> str:
    """Return a new passphrase of words from the list, each chosen by the system's randomness."""
    known = _lines("words.txt")
    assert len(known) == 1 << BITS_PER_WORD
    chosen = (int.from_bytes(os.urandom(2)) % len(known) for _ in range(words))
    return " ".join(known[each] for each in chosen)


def _plain(text: str) -> str:
    """Return the letters and digits alone: compatibility forms and case do not count."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(each for each in folded if each.isalnum())


def _is_well_known(text: str) -> bool:
    plain = _plain(text)
    rest = plain
    for phrase in _refused():
        rest = rest.replace(phrase, "")
    return rest != plain and len(rest) < LEAST_BESIDE


def _guesses(text: str, *, about: tuple[str, ...]) -> float:
    plain = _plain(text)
    if not plain:
        return 0
    known = [*_lines("context.txt"), *(_plain(each) for each in about if each)]
    # Spaces between words would count as signs that somebody must guess.
    found = zxcvbn(plain[:_LOOKED_AT], user_inputs=known)
    return float(found["guesses_log10"])


@cache
def _refused() -> tuple[str, ...]:
    # The longest first: a short phrase is part of many.
    return tuple(sorted((_plain(each) for each in _lines("refused.txt")), key=len, reverse=True))


@cache
def _lines(name: str) -> tuple[str, ...]:
    """Return the lines of a shipped list, without remarks.

    Raises:
        VaultError: If the list is not there.
    """
    try:
        text = resource("passphrases", name).read_text(encoding="utf-8")
    except OSError as error:
        raise VaultError("Part of this program is missing.", "Install it again.") from error
    return tuple(each for each in text.splitlines() if each and not each.startswith("#"))
