"""Documents: what is printed, what is kept, what the verifier says of it."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from ilocdoc.record.ids import ReportId, Sha256
from ilocdoc.record.people import Officer

NO_DIRECTION = (
    "I was not directed by, and know of no direction by, any person outside the chain of "
    "investigation to prepare, accept, hold back or change this referral."
)
"""Attested by each who signs a packet: part of the signed act, and printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDocument:
    """A PDF kept in the vault."""

    sha256: Sha256
    report_id: ReportId
    kind: str
    """report (certified), report_approved, packet_prepared, packet_accepted, annex."""
    version: int
    at: str
    pdf: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """A picture prepared for print by the isolated decoder, or nothing for other files."""

    evidence_id: str
    jpeg: bytes
    """Re-encoded, without metadata; empty when the file is no picture that can be shown."""
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketContents:
    """Everything a referral packet is made of."""

    packet_id: str
    """"PKT-" and the local number, version last: PKT-LOC-….-1."""
    version: int
    report: dict[str, Any]
    """`report.json` of the newest approved version."""
    earlier: tuple[dict[str, Any], ...]
    """`report.json` of earlier versions and supplements, oldest first."""
    documents: tuple[bytes, ...]
    """Signed report documents (PDF), oldest first; embedded as they are."""
    decisions: tuple[dict[str, Any], ...]
    """Acts, opened: {"kind", "at", "by": {id,name,rank}, …}, oldest first."""
    custody: tuple[dict[str, Any], ...]
    """Ledger entries of this report as {"seq","hash","kind","at","ids"}, oldest first."""
    exhibits: tuple[Exhibit, ...]
    prepared_by: Officer
    prepared_at: str
    training: bool


class Pages(Enum):
    """Whether a verifier drew the embedded record again and what came of it."""

    SAME = "pages drawn again from the record: the same"
    NOT_DRAWN = "pages not re-rendered"
    OTHER = "pages drawn again from the record: not the same"
    NOT_REACHED = "pages not looked at"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureNote:
    """One signature or time stamp as the verifier read it."""

    kind: str
    """certification, approval or time stamp."""
    field: str
    """Name of its field in the document."""
    name: str
    """Common name in the certificate."""
    star: str
    """Serial number in the certificate's subject; empty when there is none."""
    at: str
    """The time that it names, UTC; a signature's is the laptop's clock. Empty for none."""
    certificate_sha256: str
    covers: str
    """"whole file" for the last one, else "file as it was then"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the strict verifier says of a document."""

    accepted: bool
    kind: str
    """report, packet, annex, ledger or unknown."""
    reasons: tuple[str, ...]
    """Plain sentences: why it was rejected, or what was checked."""
    signers: tuple[str, ...]
    """Names in the signing certificates, in order; time stamps are not among them."""
    not_checked: tuple[str, ...] = ()
    """What this verdict says nothing about; each goes on after "Not checked: "."""
    pages: Pages = Pages.NOT_REACHED
    signatures: tuple[SignatureNote, ...] = ()
    """In file order, time stamps last; empty when they could not be read."""
    documents: "tuple[tuple[str, Verdict], ...]" = ()
    """Embedded signed documents: name and verdict, by name."""
