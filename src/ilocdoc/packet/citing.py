"""Which paragraph has which number, and which piece of evidence is cited in which.

Numbers run through the whole packet and are settled before the first page is written, so
that an early part can cite a later one.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ilocdoc.packet.answer_text import Reader
from ilocdoc.record.answers import has_value, rows_of
from ilocdoc.record.report import Draft

ACCOUNT = (
    "synopsis",
    "narrative_arrival",
    "narrative_observed",
    "narrative_told",
    "narrative_actions",
    "narrative_supervisor",
    "narrative_outcome",
)
"""Questions of the account, in reading order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A piece of evidence that a fact can come from."""

    label: str
    """As the packet calls it: "F-1", "Item 2", "Recording 1"."""
    what: str
    """Its own description; may hold nothing confidential."""
    part: str
    """Where it is listed."""
    ids: frozenset[str]
    """Rows that stand for it."""
    names: frozenset[str]
    """Words by which a text may name it."""


class Citations:
    """The numbered paragraphs of one packet and what they cite."""

    def __init__(self, reader: Reader, draft: Draft) -> None:
        self.texts = dict(_numbered_texts(reader))
        """Text of each numbered paragraph by its key, in reading order."""
        self.numbers = {key: number for number, key in enumerate(self.texts, start=1)}
        self.sources = tuple(_sources(reader, draft))
        self._answers = reader.answers

    def marks(self, keys: Iterable[str]) -> str:
        """Return paragraphs as they are cited: "¶ 2, ¶ 7"; empty for none."""
        known = sorted(self.numbers[key] for key in keys if key in self.numbers)
        return ", ".join(f"\u00b6\u00a0{number}" for number in known)

    def cited_in(self, source: Source) -> str:
        """Return the paragraphs and elements that rest on a source or name it."""
        naming = [key for key, text in self.texts.items() if _names(text, source.names)]
        entries: dict[str, list[str]] = {}
        for row in rows_of(self._answers, "element_facts"):
            if str(row.get("source_of")) in source.ids:
                key = f"entry.{row.get('entry')}.facts"
                entries.setdefault(key, []).append(f"element {row.get('element')}")
        parts = [f"{self.marks([key])} ({', '.join(found)})" for key, found in entries.items()]
        named = self.marks(key for key in naming if key not in entries)
        return "; ".join(each for each in (*parts, named) if each)

    def behind(self, row_id: str) -> str:
        """Return where a source of a fact is found: statements' paragraphs, or a label."""
        if not row_id:
            return ""
        said = [
            f"statement.{row.get('id')}.words"
            for row in rows_of(self._answers, "statements")
            if row.get("person") == row_id
        ]
        labels = [each.label for each in self.sources if row_id in each.ids]
        return "; ".join(each for each in (self.marks(said), *labels) if each)


def _numbered_texts(reader: Reader) -> Iterator[tuple[str, str]]:
    """Yield (key, text) in the order of the packet's parts 3, 6 and 12."""
    answers = reader.answers
    for name in ACCOUNT:
        if isinstance(answers.get(name), str) and has_value(answers[name]):
            yield f"account.{name}", answers[name]
    yield from _rows_texts(reader, "apparent_violations", _ENTRY, empty=True)
    if has_value(answers.get("exculpatory_facts")):
        yield "against", reader.value(answers, None, "exculpatory_facts")
    yield from _rows_texts(reader, "statements", _STATEMENT)
    yield from _rows_texts(reader, "agents", _AGENT)


_ENTRY = (("facts", "entry.{id}.facts"), ("facts_against", "entry.{id}.against"))
_STATEMENT = (("words", "statement.{id}.words"), ("translation", "statement.{id}.translation"))
_AGENT = (("statement", "agent.{id}"),)


def _rows_texts(
    reader: Reader, name: str, wanted: tuple[tuple[str, str], ...], *, empty: bool = False
) -> Iterator[tuple[str, str]]:
    """Yield the named answers of a repeat's rows; those without a value only on demand."""
    for repeat in (each for each in reader.form.repeats() if each.name == name):
        for row in rows_of(reader.answers, name):
            for asked, key in wanted:
                if empty or has_value(row.get(asked)):
                    yield key.format(id=row.get("id")), reader.value(row, repeat, asked)


def _sources(reader: Reader, draft: Draft) -> Iterator[Source]:
    videos = rows_of(reader.answers, "external_video")
    for number, item in enumerate(draft.evidence, start=1):
        same = frozenset(
            str(row.get("id"))
            for row in videos
            if isinstance(row.get("file_name"), str) and row["file_name"] == item.name
        )
        label = f"F-{number}"
        yield Source(
            label=label,
            what=f"{item.name}: {item.caption}" if item.caption else item.name,
            part="part 8",
            ids=same | {item.id},
            names=frozenset([label, item.name]),
        )
    yield from _rows(reader, "items", ("description", "inventory"), part="part 8")
    yield from _rows(reader, "bwc_recordings", ("recording_id",), part="part 10")


def _rows(reader: Reader, name: str, told: tuple[str, ...], *, part: str) -> Iterator[Source]:
    for repeat in (each for each in reader.form.repeats() if each.name == name):
        for number, row in enumerate(rows_of(reader.answers, name), start=1):
            given = [str(row[each]) for each in told if _is_text(row, each)]
            label = reader.row_name(repeat, row, number)
            yield Source(
                label=label,
                what="; ".join(given) or "no description",
                part=part,
                ids=frozenset([str(row.get("id"))]),
                names=frozenset([label, *given[-1:]]),
            )


def _is_text(row: Mapping[str, Any], name: str) -> bool:
    return isinstance(row.get(name), str) and bool(row[name].strip())


def _names(text: str, names: frozenset[str]) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(each)}(?!\w)", text) for each in names if each)
