"""What of a report can be found, and what a person asks for.

A report's text falls into parts. Most may be shown around a hit on a screen that others may
see; confidential answers are found all the same, and only told of.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ilocdoc.record.answers import has_value, rows_of
from ilocdoc.record.form import Field, FieldType, Form
from ilocdoc.record.report import Draft
from ilocdoc.record.summary import ReportRow, title_of

UNKNOWN = "?"
"""Stands for one unread letter or digit of a badge or plate."""
MOST_TERMS = 12
LONGEST_QUERY = 200
SHORTEST_READING = 3
LONGEST_MARK = 17
"""A vehicle identification number has as many."""

_PEOPLE = frozenset(["name", "star", "rank", "member_notified", "employee_number", "pc_number"])
_PLACES = frozenset(["place", "landmark", "kept_at", "found_at", "destination_stated"])
_PLACE_STARTS = ("street_", "cross_street", "address", "zip", "beat")
_MARKS = frozenset(["badge_number", "vin"])
_CHOICES = {FieldType.SELECT_ONE, FieldType.SELECT_MULTIPLE}
# Letters that no decomposition takes apart; the rest is folded by the index itself.
_STROKES = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ß": "ss"})
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_NO_MARK = re.compile(r"[^A-Z0-9?]")
_TERM = re.compile(r'"([^"]*)"|(\S+)')


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchText:
    """The words of one report, by the part they stand in."""

    heading: str
    """Title, number of the report, RD number, author."""
    people: str
    places: str
    marks: str
    """Badges, plates and the like, as they were written down."""
    narrative: str
    also: str
    """Labels of chosen answers, and words with letters that a keyboard may lack, folded."""
    private: str
    """Confidential answers; never shown around a hit."""
    patterns: tuple[str, ...]
    """Badges and plates in capitals without spaces, `?` for what was not read."""
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What somebody looks for; an empty one asks for nothing."""

    words: tuple[str, ...] = ()
    """Each must be in the report: a word, the beginning of one, or several in a row."""
    patterns: tuple[str, ...] = ()
    """Badges or plates with unread places: each must fit one of the report's."""
    reading: str = ""
    """The one word asked for, if it may be a whole badge or plate: it also finds one that was
    read in part."""
    states: frozenset[str] = frozenset()
    """Values of `record.lifecycle.State`; empty for all."""
    from_utc: str = ""
    """Reports begun at or after this machine time; empty for all."""
    until_utc: str = ""
    """Reports begun before this machine time; empty for all."""
    author: str = ""
    """Star; empty for all."""
    unit: str = ""

    @property
    def is_empty(self) -> bool:
        """True when there is nothing to look for."""
        return not self.words and not self.patterns


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of text around a hit."""

    text: str
    is_hit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One report that was looked for."""

    row: ReportRow
    pieces: tuple[Piece, ...]
    """The text around the hit, in order; empty when the hit may not be shown."""
    place: str
    """Where the hit is: heading, people, places, marks, narrative, also or private."""


def read_search(typed: str) -> Search:
    """Return what a typed text asks for; any text is a question, none is an error.

    Words in quotation marks stand in a row. A word with `?` and a digit or letter is a badge
    or plate with unread places.
    """
    words: list[str] = []
    patterns: list[str] = []
    for match in list(_TERM.finditer(plain(typed)[:LONGEST_QUERY]))[:MOST_TERMS]:
        term = match[1] if match[1] is not None else match[2]
        pattern = pattern_of(term)
        if match[2] and UNKNOWN in term and pattern.strip(UNKNOWN):
            patterns.append(pattern)
        elif any(each.isalnum() for each in term):
            words.append(term.strip())
    only = words[0] if len(words) == 1 and not patterns else ""
    return Search(words=tuple(words), patterns=tuple(patterns), reading=_reading(only))


def _reading(word: str) -> str:
    pattern = pattern_of(word)
    may_be = len(pattern) >= SHORTEST_READING and any(each.isdigit() for each in pattern)
    return pattern if may_be and " " not in word else ""


def plain(text: str) -> str:
    """Return text without control characters, composed."""
    return unicodedata.normalize("NFC", _CONTROLS.sub(" ", text))


def pattern_of(written: str) -> str:
    """Return a badge or plate in capitals, without anything but letters, digits and `?`."""
    return _NO_MARK.sub("", written.upper())[:LONGEST_MARK]


def patterns_fit(one: str, other: str) -> bool:
    """Tell whether two badges may be the same: what both read is equal, in equal length."""
    return len(one) == len(other) and all(
        UNKNOWN in (a, b) or a == b for a, b in zip(one, other, strict=True)
    )


def folded(text: str) -> str:
    """Return text in small letters without any accent, as a plain keyboard types it."""
    bare = unicodedata.normalize("NFD", text.translate(_STROKES))
    return "".join(each for each in bare if not unicodedata.combining(each)).casefold()


def search_text(draft: Draft, form: Form | None) -> SearchText:
    """Return what of a report can be found.

    Args:
        draft: The newest text of the report.
        form: Its form version. Without it nobody knows what is confidential, so every
            answer is taken for confidential.
    """
    parts: dict[str, list[str]] = {
        part: [] for part in ("people", "places", "marks", "narrative", "also", "private")
    }
    patterns: list[str] = []
    for part, text in _texts(draft.answers, form):
        parts[part].append(plain(text))
        if part == "marks":
            patterns.append(pattern_of(text))
    for item in draft.evidence:
        parts["narrative"] += [plain(item.caption), plain(item.name)]
    rd_number = draft.answers.get("rd_number")
    heading = [title_of(draft), draft.local_number, draft.author.name, draft.author.star]
    heading += [rd_number] if isinstance(rd_number, str) else []
    everything = " ".join([*heading, *(text for texts in parts.values() for text in texts)])
    parts["also"] += _without_strokes(everything)
    joined = {part: "\n".join(filter(None, texts)) for part, texts in parts.items()}
    return SearchText(
        heading=plain(" · ".join(heading)),
        patterns=tuple(dict.fromkeys(each for each in patterns if each.strip(UNKNOWN))),
        unit=draft.author.unit,
        **joined,
    )


def _without_strokes(text: str) -> list[str]:
    return sorted({folded(word) for word in text.split() if word != word.translate(_STROKES)})


def _texts(answers: Mapping[str, Any], form: Form | None) -> Iterator[tuple[str, str]]:
    """Yield (part, text) of every answer that holds words."""
    if form is None:
        yield from (("private", text) for text in _strings(answers))
        return
    for _section, field in form.placed_fields():
        if field.type is FieldType.REPEAT:
            for row in rows_of(answers, field.name):
                for inner in field.fields:
                    yield from _of_field(inner, row.get(inner.name), form)
        else:
            yield from _of_field(field, answers.get(field.name), form)


def _of_field(field: Field, answer: object, form: Form) -> Iterator[tuple[str, str]]:
    if not has_value(answer):
        return
    if field.type in _CHOICES:
        chosen = answer if isinstance(answer, list) else [answer]
        labels = [form.choice_label(field, str(each)) for each in chosen]
        yield ("private" if field.sensitive else "also", "\n".join(labels))
    elif isinstance(answer, str) and field.type is FieldType.TEXT:
        yield _part_of(field), answer


def _part_of(field: Field) -> str:
    if field.sensitive is not None:
        return "private"
    if field.format == "plate" or field.name in _MARKS:
        return "marks"
    if field.name in _PEOPLE:
        return "people"
    if field.name in _PLACES or field.name.startswith(_PLACE_STARTS):
        return "places"
    return "narrative"


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
