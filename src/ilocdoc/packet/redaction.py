"""What a packet's main document leaves to the confidential annex, and how it commits to it.

Answers that the form marks as sensitive (contacts, medical detail, minors, identity) are
taken out of the record; in their place stands the number of an item of the annex and a
salted digest. Whoever holds both can check that the annex says what the main document
committed to; whoever holds only the main document learns nothing, not even by guessing,
since each salt comes from the bytes of the signed report documents, which only the annex
holds. The same packet always gets the same salts, so its bytes are reproducible.
"""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ilocdoc.packet.answer_text import WITHHELD
from ilocdoc.record.answers import absence_of, is_empty, is_rows, rows_of
from ilocdoc.record.form import Field, FieldType, Form, Sensitivity, in_language
from ilocdoc.wire.canonical import canonical_bytes

FORMAT = "ilocdoc.report-without-confidential/1"
COMMITMENT = "commitment"
REPLACED = "[annex, item {number}]"
"""Stands where free text repeats a confidential answer: that answer's item."""

_SALT_PURPOSE = b"ilocdoc packet commitment v1\0"
_SHORTEST = {
    Sensitivity.IDENTITY.value: 4,
    Sensitivity.MINOR.value: 4,
    Sensitivity.CONTACT.value: 7,
    Sensitivity.MEDICAL.value: 12,
}
"""Characters from which a text counts: "eyes" stands in many sentences, a number does not."""
_PHONE = re.compile(r"\d{3}-\d{3}-\d{4}")
_NAME_PART = re.compile(r"[^\W\d_][\w\u2019'-]{3,}")
_ANSWER = re.compile(r"answers\.(?P<field>\w+)(\[(?P<row>\d+)\]\.(?P<inner>\w+))?.*")
_KEPT_KEYS = frozenset(
    [
        "id",
        "sha256",
        "container_sha256",
        "report_id",
        "local_number",
        "wall",
        "boot",
        "kind",
        "format",
        "form",
        "catalogue",
        "device",
        "app",
        "created_at",
        "submitted_at",
        "parent",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WithheldAnswer:
    """One item of the annex."""

    number: str
    """"C-1", counted over the report."""
    path: str
    """Where it stands in `report.json`: "answers.people[0].contact"."""
    question: str
    """Of which row, and what was asked."""
    why: str
    """A value of `Sensitivity`, or "repeats" for text that repeats such an answer."""
    value: Any
    """The whole answer as it stands in `report.json`."""
    salt: bytes
    """32 bytes."""
    field: Field | None
    """The question, to print the value with; None for text that repeats an answer."""

    @property
    def commitment(self) -> str:
        """SHA-256 over salt, path and canonical value; stands in the main document."""
        return commitment_of(self.salt, self.path, self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted:
    """A record without confidential answers, and what was taken out."""

    report: dict[str, Any]
    withheld: tuple[WithheldAnswer, ...]
    clean: Callable[[str], str]
    """Takes confidential words out of any other text of the same packet."""


def commitment_of(salt: bytes, path: str, value: object) -> str:
    """Return the commitment to a value at a path."""
    return hashlib.sha256(salt + canonical_bytes([path, value])).hexdigest()


def salt_key(documents: Sequence[bytes]) -> bytes:
    """Return the key that salts are made with, from the signed report documents.

    Their bytes hold signatures that nobody can guess, and main document and manifest
    name them only by SHA-256 of another input than this.
    """
    digest = hashlib.sha256(_SALT_PURPOSE)
    for document in documents:
        digest.update(len(document).to_bytes(8, "big") + document)
    return digest.digest()


def withhold(report: Mapping[str, Any], form: Form, *, key: bytes) -> Redacted:
    """Return a report without its confidential answers.

    Args:
        report: `report.json`.
        form: Its own form version, which says what is sensitive.
        key: From `salt_key`.
    """
    taker = _Taker(form, key)
    taker.answers = report["answers"]
    answers = taker.without_sensitive(report["answers"])
    taker.collect_needles()
    redacted = {**report, "answers": answers, "format": FORMAT}
    redacted = {
        name: taker.clean_tree(value, path=name) if name not in _KEPT_KEYS else value
        for name, value in redacted.items()
        if name != "author"
    }
    redacted["author"] = report["author"]
    return Redacted(report=redacted, withheld=tuple(taker.withheld), clean=taker.cleaned)


def asked_at(
    form: Form, path: str, *, answers: Mapping[str, Any] = MappingProxyType({})
) -> tuple[str, Field | None]:
    """Return which question a path answers, as pages print it, and the question itself.

    A path that no question of this form version has is returned as it is.

    Args:
        form: Of the report.
        path: "answers.people[0].contact".
        answers: Where rows are named by what they belong to; nothing else is taken from them.
    """
    found = _ANSWER.fullmatch(path)
    asked = {field.name: field for _section, field in form.placed_fields()}
    field = asked.get(found["field"]) if found else None
    if found is None or field is None:
        return path, None
    inner = {each.name: each for each in field.fields}.get(found["inner"] or "")
    if inner is None:
        return in_language(field.label, "en"), field
    row = _row_words(field, int(found["row"]), answers)
    return f"{row}: {in_language(inner.label, 'en')}", inner


def _row_words(repeat: Field, place: int, answers: Mapping[str, Any]) -> str:
    """Return what a row is called, without anything that stands in it."""
    rows = rows_of(answers, repeat.name)
    row = rows[place] if place < len(rows) else {}
    entries = [each.get("id") for each in rows_of(answers, "apparent_violations")]
    if isinstance(row.get("element"), int) and row.get("entry") in entries:
        return f"Entry {entries.index(row['entry']) + 1}, element {row['element']}"
    return f"{in_language(repeat.row_label, 'en')} {place + 1}"


class _Taker:
    """Walks over a record, takes out and counts."""

    def __init__(self, form: Form, key: bytes) -> None:
        self.form = form
        self.key = key
        self.withheld: list[WithheldAnswer] = []
        self.needles: re.Pattern[str] | None = None
        self._items: dict[str, str] = {}
        """Number of the item by what must not be repeated, in small letters."""
        self._public = _row_names(form)
        self.answers: Mapping[str, Any] = {}

    def take(
        self, value: object, *, path: str, question: str, field: Field | None = None
    ) -> WithheldAnswer:
        why = field.sensitive.value if field and field.sensitive else "repeats"
        number = f"C-{len(self.withheld) + 1}"
        salt = hmac.digest(self.key, path.encode(), "sha256")
        taken = WithheldAnswer(
            number=number,
            path=path,
            question=question,
            why=why,
            value=value,
            salt=salt,
            field=field,
        )
        self.withheld.append(taken)
        return taken

    def without_sensitive(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        fields = {field.name: field for _section, field in self.form.placed_fields()}
        kept = {}
        for name, answer in answers.items():
            field = fields.get(name)
            if field is not None and field.type is FieldType.REPEAT and is_rows(answer):
                kept[name] = [self._row(field, row, place) for place, row in enumerate(answer)]
            else:
                kept[name] = self._answer(field, answer, path=f"answers.{name}", row="")
        return kept

    def _row(self, repeat: Field, row: Mapping[str, Any], place: int) -> dict[str, Any]:
        fields = {field.name: field for field in repeat.fields}
        name = f"{in_language(repeat.row_label, 'en')} {place + 1}: "
        start = f"answers.{repeat.name}[{place}]"
        return {
            key: self._answer(fields.get(key), answer, path=f"{start}.{key}", row=name)
            for key, answer in row.items()
        }

    def _answer(self, field: Field | None, answer: Any, *, path: str, row: str) -> Any:
        if field is None or field.sensitive is None or is_empty(answer):
            return answer
        if absence_of(answer) is not None and not answer.get("reason"):
            return answer
        question = row + in_language(field.label, "en")
        taken = self.take(answer, path=path, question=question, field=field)
        place = {WITHHELD: f"annex, item {taken.number}", COMMITMENT: taken.commitment}
        if absence_of(answer) is not None:
            # That nobody answered is no secret; the words of the reason may be.
            return {"absent": answer["absent"], "reason": f"[annex, item {taken.number}]"}
        return place

    def collect_needles(self) -> None:
        """Gather the words that must not stand in free text."""
        whole: set[str] = set()
        parts: set[str] = set()
        for found, needles in ((whole, _wholes), (parts, _name_parts)):
            for each in self.withheld:
                for given in needles(each):
                    needle = unicodedata.normalize("NFC", given)
                    if not self._public.fullmatch(needle):
                        found.add(needle)
                        self._items.setdefault(needle.lower(), each.number)
        parts -= whole
        if whole or parts:
            # A name's part counts as written: "Hope" is a name, "hope" a word.
            alternatives = f"(?i:{_either(whole)})|{_either(parts)}"
            self.needles = re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)")

    def cleaned(self, text: str) -> str:
        """Return a text with the confidential words taken out."""
        if self.needles is None:
            return text
        # The same letters can be written as one character or as several.
        normal = unicodedata.normalize("NFC", text)
        return self.needles.sub(self._named, normal) if self.needles.search(normal) else text

    def _named(self, found: re.Match[str]) -> str:
        number = self._items.get(found[0].lower())
        return REPLACED.format(number=number) if number else "[in the annex]"

    def clean_tree(self, value: Any, *, path: str) -> Any:
        """Return a tree whose texts repeat no confidential answer; what was cut is kept."""
        if isinstance(value, str):
            cleaned = self.cleaned(value)
            if cleaned != value:
                question, _field = asked_at(self.form, path, answers=self.answers)
                self.take(value, path=path, question=question)
            return cleaned
        if isinstance(value, dict):
            return {
                key: inner
                if key in _KEPT_KEYS or WITHHELD in value
                else self.clean_tree(inner, path=f"{path}.{key}")
                for key, inner in value.items()
            }
        if isinstance(value, list | tuple):
            return [
                self.clean_tree(inner, path=f"{path}[{place}]") for place, inner in enumerate(value)
            ]
        return value


def _row_names(form: Form) -> re.Pattern[str]:
    """Return what the packet itself calls rows, "Person 1": no secret, whoever repeats it."""
    names = {in_language(each.row_label, "en") for each in form.repeats()}
    return re.compile(rf"(?i:{_either(names)}) \d+")


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value.strip()
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name != "absent":
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _wholes(taken: WithheldAnswer) -> Iterator[str]:
    """Yield what of a confidential answer must not be repeated as a whole."""
    shortest = _SHORTEST[taken.why]
    for text in _texts(taken.value):
        found = [text]
        if taken.why == Sensitivity.CONTACT.value:
            found += [each.strip() for each in re.split(r"[,;\n]", text)]
            found += _PHONE.findall(text)
        yield from (each for each in found if len(each) >= shortest)


def _name_parts(taken: WithheldAnswer) -> Iterator[str]:
    if taken.why in {Sensitivity.IDENTITY.value, Sensitivity.MINOR.value}:
        for text in _texts(taken.value):
            yield from (part for part in _NAME_PART.findall(text) if part[0].isupper())


def _either(words: set[str]) -> str:
    # Longest first, so that a whole name goes before its parts; never an empty choice.
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(re.escape(word) for word in ordered) or "(?!)"
