"""A report as it is worked on (draft) and as it was sealed (version)."""

import json
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ilocdoc.record.ids import OfficerId, ReportId
from ilocdoc.record.people import Officer

FORMAT = "ilocdoc.report/1"


class ReportKind(Enum):
    """Original, or linked to an earlier report that stays as it is."""

    ORIGINAL = "original"
    SUPPLEMENT = "supplement"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormReference:
    """Which form definition (or catalogue) a report was written against."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """One tap, one time."""

    id: str
    kind: str
    """ems_called, ems_here, supervisor_told, video_starts, agents_left, other, started."""
    wall: str
    """UTC text from the system clock."""
    mono_ms: int
    """Milliseconds of the monotonic clock, counted from the boot named by `boot`."""
    boot: str
    note: str = ""
    struck: str = ""
    """Reason, when the stamp was struck through; never removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceItem:
    """An imported file, named in the report; its bytes lie in a container."""

    id: str
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    """Of the plain bytes as they were imported."""
    container_sha256: str
    """Of the encrypted container as it is stored and uploaded."""
    captured_at: str
    """As claimed by the file or the person; empty when unknown."""
    imported_at: str
    collected_by: str
    """Star number."""
    caption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptRecord:
    """What the program asked or warned about, and what the author did (disclosed)."""

    rule: str
    version: str
    text: str
    """What was shown."""
    state: str
    """open, done or overridden."""
    severity: str
    """stop, act or info."""
    reason: str = ""
    """The author's words when overridden."""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who reported, as the roster named the author on that day."""

    id: OfficerId
    name: str
    rank: str
    star: str
    unit: str


def author_of(officer: Officer) -> Author:
    """Return a member as an author: as the roster names the member now."""
    return Author(
        id=officer.id,
        name=officer.name,
        rank=officer.rank,
        star=officer.star,
        unit=officer.unit,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The one mutable thing: a report before it is sealed.

    A new value is made for each change; the vault keeps the newest and a ring of the
    last twenty.
    """

    report_id: ReportId
    local_number: str
    """LOC-<device>-<yymmdd>-<nn>, made offline, permanent."""
    kind: ReportKind
    parent: str
    """Report id of the report this one supplements or corrects; empty for an original."""
    form: FormReference
    catalogue: FormReference
    author: Author
    created_at: str
    answers: dict[str, Any]
    """By field name; shapes as in `docs/formats.md`."""
    stamps: tuple[Stamp, ...] = ()
    evidence: tuple[EvidenceItem, ...] = ()
    prompts: tuple[PromptRecord, ...] = ()
    version: int = 1
    """The number this draft will have when it is sealed; 2 after the first return."""
    training: bool = False
    revision: int = 0
    """Counts the saves of this draft."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportVersion:
    """A sealed report: its canonical JSON never changes again."""

    draft: Draft
    device: str
    app: str
    submitted_at: str


def _plain(value: object) -> dict[str, Any]:
    slots = type(value).__slots__  # type: ignore[attr-defined]  # frozen slots dataclass
    return {name: getattr(value, name) for name in slots}


def version_to_json(version: ReportVersion) -> dict[str, Any]:
    """Return `report.json`: strings, integers, lists and objects only (RFC 8785)."""
    draft = version.draft
    return {
        "format": FORMAT,
        "report_id": draft.report_id,
        "local_number": draft.local_number,
        "version": draft.version,
        "kind": draft.kind.value,
        "parent": draft.parent,
        "training": int(draft.training),
        "form": _plain(draft.form),
        "catalogue": _plain(draft.catalogue),
        "device": version.device,
        "author": _plain(draft.author),
        "created_at": draft.created_at,
        "submitted_at": version.submitted_at,
        "answers": draft.answers,
        "stamps": [_plain(stamp) for stamp in draft.stamps],
        "evidence": [_plain(item) for item in draft.evidence],
        "prompts": [_plain(prompt) for prompt in draft.prompts],
        "app": version.app,
    }


def draft_to_json(draft: Draft) -> dict[str, Any]:
    """Return a draft for the vault; the same members as `report.json` plus `revision`."""
    sealed = ReportVersion(draft=draft, device="", app="", submitted_at="")
    return {**version_to_json(sealed), "revision": draft.revision}


def draft_from_json(value: dict[str, Any]) -> Draft:
    """Return the draft in a stored draft or in a `report.json`.

    Raises:
        ValueError: If the format is another one, or a member is missing.
    """
    if value.get("format") != FORMAT:
        raise ValueError("not a report of this format")
    try:
        return Draft(
            report_id=ReportId(value["report_id"]),
            local_number=value["local_number"],
            kind=ReportKind(value["kind"]),
            parent=value["parent"],
            form=FormReference(**value["form"]),
            catalogue=FormReference(**value["catalogue"]),
            author=Author(**value["author"]),
            created_at=value["created_at"],
            answers=value["answers"],
            stamps=tuple(Stamp(**each) for each in value["stamps"]),
            evidence=tuple(EvidenceItem(**each) for each in value["evidence"]),
            prompts=tuple(PromptRecord(**each) for each in value["prompts"]),
            version=value["version"],
            training=bool(value["training"]),
            revision=value.get("revision", 0),
        )
    except (KeyError, TypeError) as error:
        raise ValueError("a member of the report is missing or unknown") from error


def version_from_json(value: dict[str, Any]) -> ReportVersion:
    """Return the sealed report in a `report.json`.

    Raises:
        ValueError: If it is not a `report.json` of this format.
    """
    draft = draft_from_json(value)
    try:
        return ReportVersion(
            draft=draft,
            device=value["device"],
            app=value["app"],
            submitted_at=value["submitted_at"],
        )
    except KeyError as error:
        raise ValueError("a member of the report is missing") from error


def canonical_text(value: object) -> bytes:
    """Return canonical JSON of a value without floats, nulls and booleans.

    For such values sorted keys, no spaces and UTF-8 equal RFC 8785 as long as keys are
    ASCII; answers' keys are field names, which are.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
