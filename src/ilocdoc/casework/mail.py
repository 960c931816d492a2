"""Sealed mail between officers: what each kind of delivery holds."""

import base64
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from ilocdoc.casework.ports import Transaction
from ilocdoc.casework.shift import Shift
from ilocdoc.record.documents import StoredDocument
from ilocdoc.record.errors import WireError
from ilocdoc.record.ids import ReportId, Sha256
from ilocdoc.record.people import Officer
from ilocdoc.wire.canonical import canonical_bytes, from_canonical
from ilocdoc.wire.envelope import (
    Envelope,
    decode_base64,
    envelope_bytes,
    envelope_from_bytes,
)
from ilocdoc.wire.sealing import SealingKey, seal_delivery
from ilocdoc.wire.snapshots import Number
from ilocdoc.wire.witness import Witness

_FILE_KEY_BYTES = 32


def post_to(
    opened: Transaction,
    recipients: Iterable[Officer],
    *,
    shift: Shift,
    kind: str,
    content: Mapping[str, Any],
) -> None:
    """Seal the same content to each recipient and queue it in the open transaction."""
    data, at = canonical_bytes(dict(content)), shift.now_text()
    for recipient in recipients:
        opened.post(
            seal_delivery(
                data,
                delivery_id=shift.new_id(),
                to=recipient.id,
                sender=shift.officer.id,
                kind=kind,
                at=at,
                key=SealingKey(encoded=recipient.encryption_key),
            )
        )


def document_to_json(document: StoredDocument) -> dict[str, Any]:
    """Return a document for mail; the PDF as base64."""
    return {
        "sha256": document.sha256,
        "report": document.report_id,
        "kind": document.kind,
        "version": document.version,
        "at": document.at,
        "pdf": base64.b64encode(document.pdf).decode(),
    }


class _Document(msgspec.Struct, frozen=True, kw_only=True):
    sha256: str
    report: str
    kind: str
    version: Number
    at: str
    pdf: str


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """What an opened delivery holds; members of a newer program are passed over."""

    acts: tuple[str, ...] = ()
    documents: tuple[_Document, ...] = ()
    evidence_keys: dict[str, str] = {}
    witnesses: tuple[Any, ...] = ()
    orders: tuple[str, ...] = ()


def read_letter(value: Mapping[str, Any]) -> Letter:
    """Return a letter whose members have the shape they need; nothing in it is believed yet.

    Raises:
        WireError: If a member has another shape.
    """
    try:
        return msgspec.convert(value, Letter)
    except msgspec.ValidationError as error:
        raise WireError("A letter does not have the shape of letters.") from error


def documents_of(letter: Letter) -> list[StoredDocument]:
    """Return the documents in a letter.

    Raises:
        WireError: If one is not base64.
    """
    return [
        StoredDocument(
            sha256=Sha256(each.sha256),
            report_id=ReportId(each.report),
            kind=each.kind,
            version=each.version,
            at=each.at,
            pdf=decode_base64(each.pdf),
        )
        for each in letter.documents
    ]


def evidence_keys_of(letter: Letter) -> dict[str, bytes]:
    """Return the file keys in a letter, by evidence id.

    Raises:
        WireError: If one is no key.
    """
    keys = {name: decode_base64(key) for name, key in letter.evidence_keys.items()}
    if any(len(key) != _FILE_KEY_BYTES for key in keys.values()):
        raise WireError("A letter holds a key of another length than keys have.")
    return keys


def witnesses_to_json(opened: Transaction, report_id: ReportId) -> list[Any]:
    """Return the report's ledger entries with their proofs, for mail."""
    return [msgspec.to_builtins(each) for each in opened.witnesses(report_id)]


def witness_from_json(value: object) -> Witness:
    """Return the witness in a letter.

    Raises:
        WireError: If it does not have the shape of one.
    """
    try:
        return msgspec.convert(value, Witness)
    except msgspec.ValidationError as error:
        raise WireError("A received ledger entry cannot be read.") from error


def act_to_json(act: Envelope) -> str:
    """Return a signed act for mail: its envelope as base64, byte for byte."""
    return base64.b64encode(envelope_bytes(act)).decode()


def act_from_json(text: str) -> Envelope:
    """Return the signed act in a letter.

    Raises:
        WireError: If it is not an envelope.
    """
    return envelope_from_bytes(decode_base64(text))


def letter(content: bytes) -> dict[str, Any]:
    """Return what an opened delivery holds.

    Raises:
        WireError: If it is not canonical JSON.
    """
    value: dict[str, Any] = from_canonical(content)
    return value
