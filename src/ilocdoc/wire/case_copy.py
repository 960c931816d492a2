"""A case copied whole for disclosure, and the proof that nothing of it was left out.

A folder of files: every version, every signed document, every ledger entry that names a
report of the case with all that proves it, and a signed statement that lists them. What
the copier does not hold is listed as such. Whoever takes a file or an entry away is told
on by the list, by the entries that name it, and by the copier's own ledger.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ilocdoc.record.ledger import EntryKind
from ilocdoc.wire.acts import said_in
from ilocdoc.wire.canonical import canonical_bytes
from ilocdoc.wire.entries import Entry
from ilocdoc.wire.witness import Witness, witnessed_entry

FORMAT = "ilocdoc.case/1"
LIST, STATEMENT, SUMS = "completeness.json", "statement.json", "SHA256SUMS"
ENTRIES, CERTIFICATES = "entries.jsonl", "certificates.pem"
REPORTS, DOCUMENTS, ORIGINALS, LEDGER = "reports/", "documents/", "originals/", "ledger/"
_SIGNED = frozenset(
    [
        EntryKind.DOCUMENT_CERTIFIED,
        EntryKind.DOCUMENT_APPROVED,
        EntryKind.PACKET_PREPARED,
        EntryKind.PACKET_ACCEPTED,
    ]
)
"""Acts that name a document (and an annex) which they signed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCopy:
    """Everything that one member holds of a case."""

    number: str
    """Local number of the report that the case is about."""
    reports: tuple[str, ...]
    """Ids: the report and what supplements or corrects it."""
    versions: Mapping[str, bytes]
    """`report.json` of each sealed version by "LOC-…-v1"."""
    documents: Mapping[str, bytes]
    """PDF by "kind-v1-12 hex digits"."""
    witnesses: Sequence[Witness]
    originals: Mapping[str, str]
    """SHA-256 of each original that is copied beside, by name."""
    certificates: tuple[bytes, ...]
    """DER: root, issuing, then members'."""


def case_files(copy: CaseCopy, *, at: str) -> dict[str, bytes]:
    """Return the files of a copied case, without the signed statement and the originals.

    Args:
        copy: What is copied.
        at: UTC text: when.
    """
    files = {
        **{f"{REPORTS}{name}.json": content for name, content in copy.versions.items()},
        **{f"{DOCUMENTS}{name}.pdf": content for name, content in copy.documents.items()},
        ENTRIES: b"".join(msgspec.json.encode(each) + b"\n" for each in copy.witnesses),
        CERTIFICATES: b"".join(_pem(each) for each in copy.certificates),
    }
    entries = [witnessed_entry(each) for each in copy.witnesses]
    held = {sha256(each).hexdigest() for each in copy.documents.values()}
    evidence = sorted({each.ids["evidence"] for each in entries if "evidence" in each.ids})
    listed = {
        "format": FORMAT,
        "number": copy.number,
        "reports": list(copy.reports),
        "copied_at": at,
        "entries": [_listed(each) for each in entries],
        "files": [
            *({"name": name, "sha256": sha256(files[name]).hexdigest()} for name in sorted(files)),
            *(
                {"name": f"{ORIGINALS}{name}", "sha256": digest}
                for name, digest in sorted(copy.originals.items())
            ),
        ],
        "documents_not_held": sorted(set(documents_made_by(copy.witnesses)) - held),
        "evidence": evidence,
    }
    return {**files, LIST: canonical_bytes(listed)}


def _pem(der: bytes) -> bytes:
    return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)


def _listed(entry: Entry) -> dict[str, Any]:
    return {
        "stream": entry.stream,
        "seq": entry.seq,
        "hash": entry.hash,
        "kind": entry.kind.value,
        "at": entry.at,
    }


def documents_made_by(witnesses: Sequence[Witness]) -> Iterator[str]:
    """Return the digests of documents that these entries say were signed."""
    for witness in witnesses:
        said = said_in(witness.act)
        if said.kind in _SIGNED:
            yield from (each for each in (said.document, said.annex) if each)


def sums_of(digests: Mapping[str, str]) -> bytes:
    """Return what `sha256sum --check` reads, for files by name."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items())).encode()
