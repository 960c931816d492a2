"""Verdicts in words for people, and as JSON for machines and for a window that asks a process."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ilocdoc.record.documents import Pages, SignatureNote, Verdict
from ilocdoc.record.times import outside_stamp, read_utc


def verdict_to_json(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict; `docs/formats.md` has the members."""
    return {
        "accepted": verdict.accepted,
        "kind": verdict.kind,
        "pages": verdict.pages.value,
        "reasons": list(verdict.reasons),
        "not_checked": list(verdict.not_checked),
        "signers": list(verdict.signers),
        "signatures": [asdict(each) for each in verdict.signatures],
        "documents": {name: verdict_to_json(inner) for name, inner in verdict.documents},
    }


def verdict_from_json(value: Mapping[str, Any]) -> Verdict:
    """Return the verdict that `verdict_to_json` wrote.

    Raises:
        KeyError, TypeError, ValueError: If it did not.
    """
    return Verdict(
        accepted=bool(value["accepted"]),
        kind=str(value["kind"]),
        pages=Pages(value["pages"]),
        reasons=tuple(value["reasons"]),
        not_checked=tuple(value["not_checked"]),
        signers=tuple(value["signers"]),
        signatures=tuple(SignatureNote(**each) for each in value["signatures"]),
        documents=tuple(
            (name, verdict_from_json(inner)) for name, inner in value["documents"].items()
        ),
    )


def verdict_lines(verdict: Verdict, *, good: str = "genuine") -> list[str]:
    """Return what a verdict says below its first line: reasons, signers, documents, limits.

    Args:
        verdict: Of any kind.
        good: What an accepted embedded document is called.
    """
    return [
        *verdict.reasons,
        *signer_lines(verdict),
        *_document_lines(verdict, good=good),
        *(f"Not checked: {each}" for each in verdict.not_checked),
    ]


def signer_lines(verdict: Verdict) -> list[str]:
    """Return who signed or stamped, and when by which clock; one line each."""
    if not verdict.signatures:
        return [f"Signed by {each}" for each in verdict.signers]
    return [_signer_line(each) for each in verdict.signatures]


def _signer_line(signature: SignatureNote) -> str:
    is_stamp = signature.kind == "time stamp"
    when = "no time named"
    if signature.at:
        day, time = outside_stamp(read_utc(signature.at))
        clock = "" if is_stamp else ", by the laptop's clock"
        when = f"{day}, {time} in Chicago{clock}"
    return f"{'Stamped' if is_stamp else 'Signed'} by {signature.name}, {when}"


def _document_lines(verdict: Verdict, *, good: str) -> list[str]:
    lines = []
    for name, inner in verdict.documents:
        told = good if inner.accepted else inner.reasons[0]
        lines.append(f"{name}: {told}; {inner.pages.value}")
        lines += [f"  {line}" for line in signer_lines(inner)]
        lines += [f"  {line}" for line in _document_lines(inner, good=good)]
    return lines
