"""The sentences of documents that counsel settles: certifications, notices, limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ilocdoc.record.catalogue import Approval, read_approval
from ilocdoc.record.form import Words, in_language
from ilocdoc.record.toml_reading import TomlReader, form_digest, read_toml

_FILE_KEYS = ("texts", "version", "languages", "status", "reviewed_by", "reviewed_on", "passages")
_PASSAGE_KEYS = ("name", "paragraphs")
PASSAGES = frozenset(
    [
        "about_the_words",
        "accepted",
        "annex_assembled",
        "authority",
        "camera_retention",
        "custodian",
        "immunity",
        "not_proved",
        "notice",
        "prepared",
        "reviewed",
        "truth",
    ]
)
"""What documents print; a file holds each of them once and no other."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DocumentTexts:
    """One released version of the sentences."""

    version: str
    approval: Approval
    passages: Mapping[str, tuple[Words, ...]]
    """Paragraphs by name, one of `PASSAGES`."""
    sha256: str

    @property
    def printed_version(self) -> str:
        """The version as it stands beside the texts: who reads them sees whether they hold."""
        if self.approval is Approval.APPROVED:
            return self.version
        return f"{self.version}, not yet approved by counsel"

    def paragraphs(self, name: str, *, language: str = "en") -> tuple[str, ...]:
        """Return the paragraphs of a passage, in order."""
        return tuple(in_language(words, language) for words in self.passages[name])

    def text(self, name: str, *, language: str = "en") -> str:
        """Return a passage; its paragraphs one after the other."""
        return " ".join(self.paragraphs(name, language=language))


@lru_cache(maxsize=8)
def read_texts(data: bytes, *, file: str = "texts") -> DocumentTexts:
    """Return the sentences in a TOML file; the result is remembered.

    Args:
        data: Bytes of the file.
        file: Its name, for errors.

    Raises:
        FormError: When a key is unknown or missing, a passage is missing, unknown or stands
            twice, or approved texts name nobody who reviewed them.
    """
    reader, parsed = TomlReader(data, file), read_toml(data, file=file)
    reader.keys(parsed, _FILE_KEYS, what="the file")
    passages: dict[str, tuple[Words, ...]] = {}
    for table in reader.need(parsed, "passages", what="the file"):
        name, paragraphs = _read_passage(reader, table)
        if name in passages or name not in PASSAGES:
            raise reader.fail(f"the passage {name!r} is unknown or stands twice.", near=name)
        passages[name] = paragraphs
    if missing := PASSAGES - passages.keys():
        raise reader.fail(f"the passage {min(missing)!r} is missing.")
    return DocumentTexts(
        version=str(reader.need(parsed, "version", what="the file")),
        approval=read_approval(reader, parsed, what="the file", near="status"),
        passages=passages,
        sha256=form_digest(parsed),
    )


def _read_passage(reader: TomlReader, table: dict[str, Any]) -> tuple[str, tuple[Words, ...]]:
    what = f"passage {table.get('name', '')!r}"
    reader.keys(table, _PASSAGE_KEYS, what=what)
    name = str(reader.need(table, "name", what=what))
    given = reader.need(table, "paragraphs", what=what)
    return name, tuple(
        reader.label({"paragraph": each}, what=what, key="paragraph") for each in given
    )
