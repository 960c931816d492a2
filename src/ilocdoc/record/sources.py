"""Source tags: how a fact is known, in the few characters that stand behind it in print.

`OBS:99001` observed by a star, `TOLD:P-2` told by a person, `VID:V-1@00:03:12` seen on a
video, `DOC:words` in a document, `PHYS:9900418` from an item (domain model 5.3).
"""

from collections.abc import Callable, Mapping
from typing import Any

from ilocdoc.record.answers import has_value, rows_of

UNSAID = "SOURCE NOT RECORDED"
"""Stands where a fact has no source; never an empty tag."""

_LETTERS = {
    "members": "M",
    "people": "P",
    "agents": "A",
    "bwc_recordings": "B",
    "external_video": "V",
    "items": "E",
}


def row_label(answers: Mapping[str, Any], row_id: object) -> str:
    """Return the short label of a row, for example P-2 for the second person.

    Empty when no row has that id.
    """
    for repeat, letter in _LETTERS.items():
        for place, row in enumerate(rows_of(answers, repeat), start=1):
            if row.get("id") == row_id:
                return f"{letter}-{place}"
    return ""


def source_tag(fact: Mapping[str, Any], answers: Mapping[str, Any]) -> str:
    """Return the source tag of a row of `element_facts`.

    Args:
        fact: The row.
        answers: Of the whole report, for the row that is the source.
    """
    tag = _TAGS.get(str(fact.get("source_kind", "")))
    named = tag(fact, answers) if tag else ""
    return named or UNSAID


def _row(answers: Mapping[str, Any], row_id: object) -> Mapping[str, Any]:
    for repeat in _LETTERS:
        for row in rows_of(answers, repeat):
            if row.get("id") == row_id:
                return row
    return {}


def _text(answers: Mapping[str, Any], name: str) -> str:
    answer = answers.get(name)
    return answer if isinstance(answer, str) and has_value(answer) else ""


def _observed(fact: Mapping[str, Any], answers: Mapping[str, Any]) -> str:
    star = _text(_row(answers, fact.get("source_of")), "star")
    return f"OBS:{star}" if star else ""


def _told(fact: Mapping[str, Any], answers: Mapping[str, Any]) -> str:
    label = row_label(answers, fact.get("source_of"))
    return f"TOLD:{label}" if label else ""


def _seen_on_video(fact: Mapping[str, Any], answers: Mapping[str, Any]) -> str:
    label, clock = row_label(answers, fact.get("source_of")), _text(fact, "source_time")
    return f"VID:{label}@{clock}" if label and clock else f"VID:{label}" if label else ""


def _in_document(fact: Mapping[str, Any], _answers: Mapping[str, Any]) -> str:
    note = _text(fact, "source_note")
    return f"DOC:{note}" if note else ""


def _from_item(fact: Mapping[str, Any], answers: Mapping[str, Any]) -> str:
    number = _text(_row(answers, fact.get("source_of")), "inventory")
    label = number or row_label(answers, fact.get("source_of"))
    return f"PHYS:{label}" if label else ""


_TAGS: dict[str, Callable[[Mapping[str, Any], Mapping[str, Any]], str]] = {
    "observed": _observed,
    "told": _told,
    "video": _seen_on_video,
    "document": _in_document,
    "item": _from_item,
}
