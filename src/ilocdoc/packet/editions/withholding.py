"""What somebody decided to withhold from a copy, and taking it out of a packet's record.

A value, words wherever they stand, or a picture; each with the reason, as a rule asks for
it. In the place of a value stands the number of its item; the edition lists the item with
a salted commitment to the value at its path, so that the value can be shown later and
nobody can guess it now. Text that repeats what was withheld is withheld with it.
"""

import hmac
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ilocdoc.packet.answer_text import WITHHELD
from ilocdoc.packet.redaction import COMMITMENT, asked_at, commitment_of
from ilocdoc.record.errors import InputError
from ilocdoc.record.form import FieldType, Form
from ilocdoc.record.toml_reading import TomlReader, read_toml

ANSWERS = "answers"
_STEP = re.compile(r"\.?([a-z_][a-z0-9_]*)|\[(\d+)\]")
_SHORTEST_REPEAT = 4
"""Characters from which a withheld text is looked for elsewhere; "two" stands everywhere."""
_KEPT = frozenset(["id", "sha256", "container_sha256", "hash", "stream", "boot", "kind", "format"])
"""Keys whose texts are names of the record's own making."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One thing to withhold: exactly one of path, words and picture is given."""

    reason: str
    """As it is printed, for example the section of an act."""
    path: str = ""
    """Of a value in the packet's record: "answers.agents[0].badge_number"."""
    words: str = ""
    """Wherever they stand."""
    picture: str = ""
    """Id of the evidence item whose picture is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that was withheld."""

    number: str
    """"R-1", counted over the edition."""
    file: str
    """Name of the embedded file it was taken from."""
    path: str
    reason: str
    value: Any
    salt: bytes
    """32 bytes."""

    @property
    def commitment(self) -> str:
        """SHA-256 over salt, place and canonical value."""
        return commitment_of(self.salt, f"{self.file}:{self.path}", self.value)


def read_wishes(source: bytes, *, file: str) -> tuple[Wish, ...]:
    """Return what a list of things to withhold says.

    Args:
        source: TOML with `[[withhold]]` tables: `reason` and one of `path`, `words`, `picture`.
        file: Its name, for complaints.

    Raises:
        InputError: If it is no such list.
    """
    reader = TomlReader(source, file)
    tables = read_toml(source, file=file).get("withhold")
    if not isinstance(tables, list) or not tables:
        raise InputError(f"{file}: there is no [[withhold]] table.")
    return tuple(_wish(reader, table) for table in tables)


def _wish(reader: TomlReader, table: Any) -> Wish:
    what = "[[withhold]]"
    reader.keys(table, ("path", "words", "picture", "reason"), what=what)
    given = {key: str(value) for key, value in table.items()}
    if not given.get("reason", "").strip():
        raise InputError(f"{reader.file}: a thing to withhold has no reason.")
    if sum(bool(given.get(key)) for key in ("path", "words", "picture")) != 1:
        raise InputError(f"{reader.file}: name one of path, words and picture in each table.")
    return Wish(**given)


@dataclass(kw_only=True)
class Withholding:
    """Takes things out of the files that a packet's pages are drawn from."""

    form: Form
    secret: bytes
    """32 bytes that only the agency keeps; all salts come from it."""
    items: list[Item] = field(default_factory=list)
    _needles: dict[str, str] = field(default_factory=dict)
    """Reason by text that must not stand anywhere."""

    def take_values(self, record: dict[str, Any], wishes: Sequence[Wish], *, file: str) -> None:
        """Take values out of a record, in place.

        Raises:
            InputError: If a path names no answer of this record.
        """
        for wish in wishes:
            if wish.words:
                self._needles[wish.words] = wish.reason
            if wish.path:
                self._take_value(record, wish, file=file)

    def _take_value(self, record: dict[str, Any], wish: Wish, *, file: str) -> None:
        holder, key = _place(record, wish.path)
        value = holder[key]
        if isinstance(value, list) and any(isinstance(row, dict) for row in value):
            raise InputError(f"{wish.path} has rows: name an answer of one row.")
        if _is_withheld(value):
            raise InputError(f"{wish.path} stands in the annex already, not in this packet.")
        item = self._add(file, wish.path, wish.reason, value)
        holder[key] = {WITHHELD: _words(item), COMMITMENT: item.commitment}
        if self._is_text(wish.path):
            for text in _texts(value):
                if len(text) >= _SHORTEST_REPEAT:
                    self._needles[text] = wish.reason

    def _is_text(self, path: str) -> bool:
        """Tell whether people wrote what stands at a path; codes and times stay as they are."""
        field = asked_at(self.form, path)[1]
        return field is None or field.type is FieldType.TEXT

    def _add(self, file: str, path: str, reason: str, value: Any) -> Item:
        place = f"{file}:{path}"
        item = Item(
            number=f"R-{len(self.items) + 1}",
            file=file,
            path=path,
            reason=reason,
            value=value,
            salt=hmac.digest(self.secret, place.encode(), "sha256"),
        )
        self.items.append(item)
        return item

    def clean(self, value: Any, *, file: str, path: str = "") -> Any:
        """Return a tree without the withheld texts; each text that is cut is an item."""
        if isinstance(value, str):
            return self._clean_text(value, file=file, path=path)
        if isinstance(value, dict):
            if WITHHELD in value:
                return value
            return {
                key: inner
                if key in _KEPT
                else self.clean(inner, file=file, path=f"{path}.{key}".lstrip("."))
                for key, inner in value.items()
            }
        if isinstance(value, list):
            return [
                self.clean(inner, file=file, path=f"{path}[{place}]")
                for place, inner in enumerate(value)
            ]
        return value

    def _clean_text(self, text: str, *, file: str, path: str) -> str:
        found = self._found_in(text)
        if not found or not self._is_text(path):
            return text
        reasons = "; ".join(dict.fromkeys(self._needles[each] for each in found))
        item = self._add(file, path, reasons, text)
        for needle in found:
            text = _pattern(needle).sub(f"[{_words(item)}]", text)
        return text

    def _found_in(self, text: str) -> list[str]:
        # Longest first, so that a whole name goes before its parts.
        ordered = sorted(self._needles, key=lambda needle: (-len(needle), needle))
        return [needle for needle in ordered if _pattern(needle).search(text)]


def _words(item: Item) -> str:
    return f"withheld, item {item.number}"


def _pattern(needle: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(needle)}(?!\w)", re.IGNORECASE)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value.strip()
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in {"absent", "precision"}:
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _place(record: Any, path: str) -> tuple[Any, Any]:
    """Return what holds the value at a path, and its key there."""
    steps = _steps(path)
    holder = record
    try:
        for step in steps[:-1]:
            holder = holder[step]
        _value = holder[steps[-1]]
    except (KeyError, IndexError, TypeError) as error:
        raise InputError(f"This packet's record has nothing at {path}.") from error
    return holder, steps[-1]


def _steps(path: str) -> list[Any]:
    found = list(_STEP.finditer(path))
    whole = "".join(each.group(0) for each in found)
    if whole != path or not path.startswith(f"{ANSWERS}.") or path.endswith(".id"):
        raise InputError(f"{path} is no path of an answer, such as answers.agents[0].name.")
    return [each[1] or int(each[2]) for each in found]


def value_at(record: Any, path: str) -> Any:
    """Return what stands at a path of a record or layout; None when nothing does."""
    for step in _STEP.finditer(path):
        key: Any = step[1] or int(step[2])
        try:
            record = record[key]
        except (KeyError, IndexError, TypeError):
            return None
    return record


def answers_in(record: Mapping[str, Any], form: Form) -> Iterator[tuple[str, str]]:
    """Yield (path, question) of every answer of a packet's record that can be withheld."""
    for name, answer in record[ANSWERS].items():
        rows = answer if isinstance(answer, list) else []
        if rows and all(isinstance(row, dict) for row in rows):
            paths = [
                f"{ANSWERS}.{name}[{number}].{inner}"
                for number, row in enumerate(rows)
                for inner, value in row.items()
                if inner != "id" and not _is_withheld(value)
            ]
        else:
            paths = [] if _is_withheld(answer) else [f"{ANSWERS}.{name}"]
        yield from ((path, asked_at(form, path)[0]) for path in paths)


def _is_withheld(value: object) -> bool:
    return isinstance(value, dict) and WITHHELD in value


def openings_of(items: Sequence[Item]) -> bytes:
    """Return what the agency keeps: values and salts, to show single items later."""
    return json.dumps(
        {
            each.number: {
                "file": each.file,
                "path": each.path,
                "value": each.value,
                "salt": each.salt.hex(),
            }
            for each in items
        },
        indent=1,
        ensure_ascii=False,
    ).encode()
