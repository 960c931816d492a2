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
from ilocdoc.wire.envelope import Envelope, envelope_bytes, envelope_from_bytes
from ilocdoc.wire.sealing import SealingKey, seal_delivery
from ilocdoc.wire.witness import Witness


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


def document_from_json(value: dict[str, Any]) -> StoredDocument:
    """Return the document in a letter."""
    return StoredDocument(
        sha256=Sha256(value["sha256"]),
        report_id=ReportId(value["report"]),
        kind=value["kind"],
        version=value["version"],
        at=value["at"],
        pdf=base64.b64decode(value["pdf"]),
    )


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
    """Return the signed act in a letter."""
    return envelope_from_bytes(base64.b64decode(text))


def letter(content: bytes) -> dict[str, Any]:
    """Return what an opened delivery holds.

    Raises:
        WireError: If it is not canonical JSON.
    """
    value: dict[str, Any] = from_canonical(content)
    return value
