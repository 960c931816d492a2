"""Word lists: what free text is looked through for, outside the words of others.

A list finds words for a prompt; it never judges a text and never changes one.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ilocdoc.record.form import Words
from ilocdoc.record.toml_reading import TomlReader, form_digest, read_toml

_FILE_KEYS = ("words", "version", "languages", "lists")
_LIST_KEYS = ("name", "label", "outside_quotes", "words", "patterns", "instead")
_PATTERN_KEYS = ("name", "regex")
_QUOTED = re.compile(r'"[^"\n]*"|“[^”\n]*”')
"""A quotation stands in one paragraph; an unclosed mark quotes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One place of a text that a list names."""

    start: int
    end: int
    name: str
    """The word as the list writes it, or the name of the pattern: never the text itself,
    which may be a number that belongs to a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """One word or pattern of a list."""

    name: str
    compiled: re.Pattern[str]
    stem: str
    """What stands in lower case in every text that it finds; most texts need no more."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WordList:
    """Words and patterns of one subject."""

    name: str
    label: Words
    outside_quotes: bool
    """True when words inside quotation marks do not count."""
    expressions: tuple["Expression", ...]
    """In the order of the file."""
    instead: Mapping[str, str]
    """A neutral alternative, by word."""

    def found_in(self, text: str) -> tuple[Found, ...]:
        """Return every place that the list names, in order of the text."""
        looked_through = _without_quotations(text) if self.outside_quotes else text
        lower = looked_through.lower()
        found = [
            Found(start=match.start(), end=match.end(), name=each.name)
            for each in self.expressions
            if each.stem in lower
            for match in each.compiled.finditer(looked_through)
        ]
        return tuple(sorted(found, key=lambda each: (each.start, each.end)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WordLists:
    """One released version of the word lists."""

    version: str
    sha256: str
    lists: Mapping[str, WordList]


@lru_cache(maxsize=8)
def read_words(data: bytes, *, file: str = "words") -> WordLists:
    """Return the word lists in a TOML file; the result is remembered.

    Args:
        data: Bytes of the file.
        file: Its name, for errors.

    Raises:
        FormError: When a key is unknown or missing, or a pattern does not compile.
    """
    reader, parsed = TomlReader(data, file), read_toml(data, file=file)
    reader.keys(parsed, _FILE_KEYS, what="the file")
    lists = [_read_list(reader, each) for each in reader.need(parsed, "lists", what="the file")]
    if len({each.name for each in lists}) < len(lists):
        raise reader.fail("a list stands twice.")
    return WordLists(
        version=str(reader.need(parsed, "version", what="the file")),
        sha256=form_digest(parsed),
        lists={each.name: each for each in lists},
    )


def _read_list(reader: TomlReader, table: dict[str, Any]) -> WordList:
    what = f"list {table.get('name', '')!r}"
    reader.keys(table, _LIST_KEYS, what=what)
    words = reader.texts(table, "words", what=what)
    if not all(word.strip("* ") for word in words):
        raise reader.fail(f"{what} has an empty word.")
    instead = dict(table.get("instead", {}))
    if strange := set(instead) - set(words):
        raise reader.fail(f"{what}: {min(strange)!r} is not one of its words.", near=min(strange))
    expressions = (
        *(_whole_word(word) for word in words),
        *_patterns(reader, table.get("patterns", []), what=what),
    )
    return WordList(
        name=reader.need(table, "name", what=what),
        label=reader.label(table, what=what),
        outside_quotes=table.get("outside_quotes", False),
        expressions=expressions,
        instead=instead,
    )


def _patterns(
    reader: TomlReader, tables: list[dict[str, Any]], *, what: str
) -> Iterator[Expression]:
    for table in tables:
        reader.keys(table, _PATTERN_KEYS, what=f"{what}, pattern")
        name, regex = (reader.need(table, key, what=what) for key in _PATTERN_KEYS)
        try:
            yield Expression(name=name, compiled=re.compile(regex, re.IGNORECASE), stem="")
        except re.error as error:
            raise reader.fail(f"{what}, pattern {name!r}: {error}.", near=name) from error


def _whole_word(word: str) -> Expression:
    """Return the expression of a word: any case, any white space, `*` for any ending."""
    stem = re.escape(word.removesuffix("*")).replace(r"\ ", r"\s+")
    ending = r"\w*" if word.endswith("*") else ""
    compiled = re.compile(rf"(?<!\w){stem}{ending}(?!\w)", re.IGNORECASE)
    first = word.removesuffix("*").lower().split(maxsplit=1)[0]
    return Expression(name=word, compiled=compiled, stem=first)


def _without_quotations(text: str) -> str:
    """Return the text with quotations blanked, positions unchanged."""
    return _QUOTED.sub(lambda quotation: " " * len(quotation[0]), text)
