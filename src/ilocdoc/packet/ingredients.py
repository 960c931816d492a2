"""What the pages of a packet and of its annex are laid out from, kept inside them.

Both are drawn from these files and from nothing else, when they are made and when a
verifier draws them again: what is not embedded cannot reach a page. For the packet this
also means that its pages are drawn without ever seeing a confidential answer.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from ilocdoc.packet.attachments import DOCUMENT, EARLIER, LAYOUT, RECORDS
from ilocdoc.packet.packet_pages import CHANGED, DocumentNote, FileNote
from ilocdoc.packet.redaction import Redacted, WithheldAnswer
from ilocdoc.record.documents import Exhibit, PacketContents
from ilocdoc.record.ids import OfficerId
from ilocdoc.record.people import Officer
from ilocdoc.wire.canonical import canonical_bytes

FORMAT = "ilocdoc.layout/1"
CUSTODY = "custody.jsonl"
_SUMMARY = ("local_number", "kind", "version", "submitted_at")
"""What of an earlier version stands on the packet's pages."""
_NEVER_CLEANED = frozenset(["by", "kind", "at"])
"""Of a decision: who, what and when are no answers of the report."""
_NOT_SHOWN = b"\0"
"""Stands for a picture that is not in the file; whoever drew it would draw it wrongly."""


def packet_layout(
    contents: PacketContents,
    redacted: Redacted,
    *,
    documents: Sequence[DocumentNote],
    annex: FileNote,
) -> bytes:
    """Return `layout.json` of a packet; nothing confidential stands in it."""
    return canonical_bytes(
        {
            **_shared(contents),
            "annex": {"sha256": annex.sha256, "size": annex.size},
            "decisions": [
                {
                    name: value if name in _NEVER_CLEANED else _cleaned(value, redacted.clean)
                    for name, value in act.items()
                }
                for act in contents.decisions
            ],
            "documents": [
                {
                    "sha256": each.sha256,
                    "size": each.size,
                    "number": each.number,
                    "version": each.version,
                }
                for each in documents
            ],
            "earlier": [
                _summary(report, after)
                for report, after in pairwise((*contents.earlier, contents.report))
            ],
            "withheld": [{"number": w.number, "path": w.path} for w in redacted.withheld],
        }
    )


def _summary(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said of an earlier version: never an answer."""
    summary = {key: before[key] for key in _SUMMARY}
    if before["local_number"] == after["local_number"]:
        old, new = before["answers"], after["answers"]
        summary[CHANGED] = [n for n in sorted({*old, *new}) if old.get(n) != new.get(n)]
        if before["evidence"] != after["evidence"]:
            summary[CHANGED].append("evidence")
    return summary


def annex_layout(contents: PacketContents) -> bytes:
    """Return `layout.json` of an annex."""
    return canonical_bytes(_shared(contents))


def pictures_of(contents: PacketContents) -> dict[str, bytes]:
    """Return the prepared pictures by the SHA-256 that `layout.json` names them with."""
    return {_sha256(each.jpeg): each.jpeg for each in contents.exhibits if each.jpeg}


def custody_lines(entries: Iterable[Mapping[str, Any]]) -> bytes:
    """Return `custody.jsonl`: a ledger entry a line, with the hash of the line before."""
    lines, before = [], "0" * 64
    for entry in entries:
        line = canonical_bytes({**entry, "line_before": before})
        before = _sha256(line)
        lines.append(line + b"\n")
    return b"".join(lines)


def packet_contents(
    files: Mapping[str, bytes], pictures: Mapping[str, bytes]
) -> tuple[PacketContents, Redacted, tuple[DocumentNote, ...], FileNote]:
    """Return what a packet is drawn from: contents, withheld answers, documents, annex.

    Raises:
        KeyError, ValueError, TypeError: If a file is missing or is none of ours.
    """
    layout = json.loads(files[LAYOUT])
    custody = [json.loads(line) for line in files[CUSTODY].splitlines()]
    record = json.loads(files[RECORDS["packet"]])
    contents = _contents(
        layout,
        pictures,
        report=record,
        earlier=tuple(layout["earlier"]),
        decisions=tuple(layout["decisions"]),
        custody=tuple(
            {name: value for name, value in entry.items() if name != "line_before"}
            for entry in custody
        ),
    )
    redacted = Redacted(
        report=record,
        withheld=tuple(_withheld(each) for each in layout["withheld"]),
        # The decisions were cleaned before they were written down.
        clean=str,
    )
    documents = tuple(DocumentNote(**each) for each in layout["documents"])
    return contents, redacted, documents, FileNote(**layout["annex"])


def annex_contents(files: Mapping[str, bytes], pictures: Mapping[str, bytes]) -> PacketContents:
    """Return what an annex is drawn from.

    Raises:
        KeyError, ValueError, TypeError: If a file is missing or is none of ours.
    """
    return _contents(
        json.loads(files[LAYOUT]),
        pictures,
        report=json.loads(files[RECORDS["annex"]]),
        earlier=tuple(json.loads(each) for each in _numbered(files, EARLIER)),
        documents=_numbered(files, DOCUMENT),
    )


def _numbered(files: Mapping[str, bytes], start: str) -> tuple[bytes, ...]:
    """Return the files whose names begin so, in the order of their numbers."""
    found = {
        int(name.removeprefix(start).partition(".")[0]): content
        for name, content in files.items()
        if name.startswith(start)
    }
    return tuple(found[number] for number in sorted(found))


def _shared(contents: PacketContents) -> dict[str, Any]:
    officer = contents.prepared_by
    return {
        "format": FORMAT,
        "packet_id": contents.packet_id,
        "version": contents.version,
        "training": int(contents.training),
        "prepared_at": contents.prepared_at,
        "prepared_by": {
            "id": officer.id,
            "name": officer.name,
            "rank": officer.rank,
            "unit": officer.unit,
        },
        "exhibits": [
            {
                "evidence_id": each.evidence_id,
                "sha256": _sha256(each.jpeg) if each.jpeg else "",
                "width": each.width,
                "height": each.height,
            }
            for each in contents.exhibits
        ],
    }


def _contents(
    layout: Mapping[str, Any],
    pictures: Mapping[str, bytes],
    *,
    report: dict[str, Any],
    earlier: tuple[dict[str, Any], ...],
    documents: tuple[bytes, ...] = (),
    decisions: tuple[dict[str, Any], ...] = (),
    custody: tuple[dict[str, Any], ...] = (),
) -> PacketContents:
    by = layout["prepared_by"]
    return PacketContents(
        packet_id=layout["packet_id"],
        version=layout["version"],
        report=report,
        earlier=earlier,
        documents=documents,
        decisions=decisions,
        custody=custody,
        exhibits=tuple(
            Exhibit(
                evidence_id=each["evidence_id"],
                jpeg=pictures.get(each["sha256"], _NOT_SHOWN) if each["sha256"] else b"",
                width=each["width"],
                height=each["height"],
            )
            for each in layout["exhibits"]
        ),
        prepared_by=Officer(
            id=OfficerId(by["id"]), name=by["name"], rank=by["rank"], unit=by["unit"]
        ),
        prepared_at=layout["prepared_at"],
        training=bool(layout["training"]),
    )


def _withheld(said: Mapping[str, str]) -> WithheldAnswer:
    """Return a withheld answer as the packet's pages know it: its number and its place."""
    return WithheldAnswer(
        number=said["number"],
        path=said["path"],
        question="",
        why="",
        value="",
        salt=b"",
        field=None,
    )


def _cleaned(value: Any, clean: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {name: _cleaned(inner, clean) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(inner, clean) for inner in value]
    return value


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
