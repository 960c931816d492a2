"""A copy of a ledger for people outside: everything that proves it, as files."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from ilocdoc.wire.canonical import canonical_bytes
from ilocdoc.wire.envelope import Envelope, envelope_bytes
from ilocdoc.wire.messages import OpenStream, StreamHead

FORMAT = "ilocdoc.ledger/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedEntry:
    """One entry with all that proves it."""

    header: Envelope
    act: bytes
    """The signed body; empty when it was destroyed by order."""
    salt: bytes
    """32 bytes; empty with the body."""
    seal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerCopy:
    """A whole ledger at one moment."""

    stream: OpenStream
    device: str
    head: StreamHead
    closing: str
    """Seal of the end, for headquarters (`record.forward_seal`); may be empty."""
    training: bool
    entries: Sequence[CopiedEntry]
    """From the first to the head."""
    receipts: Sequence[Envelope]
    """Headquarters' signed answers about this stream."""
    certificates_pem: str
    """Root, issuing certificate, headquarters, then the owner's own."""


def ledger_files(copy: LedgerCopy, *, at: str, with_bodies: bool) -> dict[str, bytes]:
    """Return the files of an export by name; the checker and its README are not of them.

    Args:
        copy: What is exported.
        at: UTC text: when.
        with_bodies: False leaves every body out; headers say nothing about people.
    """
    about = {
        "format": FORMAT,
        "stream": copy.stream.stream,
        "public_key": copy.stream.public_key,
        "owner": copy.stream.owner,
        "device": copy.device,
        "previous": copy.stream.previous,
        "seq": copy.head.seq,
        "hash": copy.head.hash,
        "closing": copy.closing,
        "training": int(copy.training),
        "exported_at": at,
        "without_bodies": int(not with_bodies),
    }
    lines = (_line(each, with_bodies=with_bodies) for each in copy.entries)
    return {
        "about.json": canonical_bytes(about) + b"\n",
        "certificates.pem": copy.certificates_pem.encode(),
        "ledger.jsonl": b"".join(lines),
        "receipts.jsonl": b"".join(envelope_bytes(each) + b"\n" for each in copy.receipts),
    }


def _line(entry: CopiedEntry, *, with_bodies: bool) -> bytes:
    says: Any = json.loads(entry.header.payload_bytes())
    line = {"says": says, "header": msgspec.to_builtins(entry.header), "seal": entry.seal}
    if with_bodies and entry.act:
        line["body"] = base64.b64encode(entry.act).decode()
        line["salt"] = base64.b64encode(entry.salt).decode()
    return canonical_bytes(line) + b"\n"
