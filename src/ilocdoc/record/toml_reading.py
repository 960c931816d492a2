"""From the bytes of a TOML file to checked tables; what every reader of `forms/` shares."""

import hashlib
import json
import tomllib
from collections.abc import Collection, Mapping
from typing import Any

from ilocdoc.record.errors import FormError
from ilocdoc.record.form import Words

Place = tuple[int, int]
"""Line and column in a file, both from 1."""


def read_toml(source: bytes, *, file: str) -> dict[str, Any]:
    """Return a parsed TOML file.

    Raises:
        FormError: With file, line and column when it is no TOML.
    """
    try:
        return tomllib.loads(source.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise FormError(f"{file}: the file is not UTF-8 text.") from error
    except tomllib.TOMLDecodeError as error:
        raise FormError(f"{file}: {error}.") from error


def form_digest(parsed: Mapping[str, Any]) -> str:
    """Return the SHA-256 (hex) that names a form, catalogue or rule file.

    It is taken over JSON of the parsed TOML with sorted keys, no spaces, UTF-8 and TOML
    dates as ISO text, so that comments and layout do not count and every answer does.
    """
    text = json.dumps(
        parsed, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_date_text
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _date_text(value: Any) -> str:
    return str(value.isoformat())


class TomlReader:
    """Reads tables with known keys; each complaint names file and line."""

    def __init__(self, source: bytes, file: str) -> None:
        self.text = source.decode("utf-8", errors="replace")
        self.file = file

    def fail(self, sentence: str, *, near: str = "") -> FormError:
        """Return the error with the place where `near` stands first, if it stands anywhere."""
        place = self.place_of(near) if near else None
        at = f", line {place[0]}, column {place[1]}" if place else ""
        return FormError(f"{self.file}{at}: {sentence}")

    def place_of(self, string: str) -> Place | None:
        """Return where a TOML string begins (after its quotation mark), or None."""
        for quote in ("'", '"'):
            at = self.text.find(f"{quote}{string}{quote}")
            if at >= 0:
                start = at + 1
                return (
                    self.text.count("\n", 0, start) + 1,
                    start - self.text.rfind("\n", 0, start),
                )
        return None

    def keys(self, table: Any, known: Collection[str], *, what: str) -> None:
        """Refuse keys that the format does not have."""
        if not isinstance(table, dict):
            raise self.fail(f"{what} is not a table.")
        for key in table:
            if key not in known:
                near = str(table.get("name") or table.get("id") or table.get("key") or "")
                raise self.fail(f"{what} has an unknown key {key!r}.", near=near)

    def need(self, table: Mapping[str, Any], key: str, *, what: str) -> Any:
        """Return a value that must be there and not be empty."""
        if not table.get(key):
            raise self.fail(f"{what} has no {key}.", near=str(table.get("name", "")))
        return table[key]

    def words(self, table: Mapping[str, Any], key: str, *, what: str) -> Words:
        """Return a text by language; English is a must where there is any."""
        value = table.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict) or not value.get("en"):
            raise self.fail(f"{what}: {key} has no English text.", near=str(table.get("name", "")))
        return {str(language): str(text) for language, text in value.items()}

    def label(self, table: Mapping[str, Any], *, what: str, key: str = "label") -> Words:
        """Return a text by language that must be there."""
        self.need(table, key, what=what)
        return self.words(table, key, what=what)

    def texts(self, table: Mapping[str, Any], key: str, *, what: str) -> tuple[str, ...]:
        """Return a list of texts; empty when there is none."""
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self.fail(f"{what}: {key} is not a list of texts.")
        return tuple(value)
