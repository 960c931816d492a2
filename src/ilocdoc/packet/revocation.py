"""What revocation lists inside a document say of its signers, as of the day they were put in.

A list is believed when the certificate that issued the signer's, or the root, signed it
after the signature was made; an older one cannot know.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader

from ilocdoc.packet.signatures import Signed
from ilocdoc.record.times import outside_stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """What the lists say of all signers together."""

    faults: tuple[str, ...]
    """Signatures given when the certificate was revoked already."""
    notes: tuple[str, ...]
    """What the lists leave open; empty when they say that all were good."""


def read_revocation(
    reader: PdfFileReader, signed: Sequence[Signed], *, proven: datetime | None
) -> Revocation:
    """Return what the lists in a document say of its signers.

    Args:
        reader: Of the document.
        signed: Its signatures, without time stamps; each is valid.
        proven: Time of the first time stamp, when all signatures existed; None without one.
    """
    lists = _lists_in(reader)
    faults: list[str] = []
    notes: list[str] = []
    for each in signed:
        for certificate, issuer in _path_of(each):
            moment = each.embedded.self_reported_timestamp
            known = _list_for(lists, issuer, since=moment)
            if known is None:
                notes.append(
                    f"whether a certificate of {each.name} had been revoked. There is no list."
                )
                continue
            entry = known.get_revoked_certificate_by_serial_number(certificate.serial_number)
            if entry is None:
                continue
            ended = entry.revocation_date_utc
            if moment is None or ended <= moment:
                faults.append(f"The certificate of {each.name} was revoked before it signed.")
            elif proven is None or ended <= proven:
                when = ", ".join(outside_stamp(ended))
                notes.append(
                    f"whether {each.name} signed before the certificate was revoked "
                    f"({when}). No time stamp is older."
                )
    return Revocation(faults=tuple(dict.fromkeys(faults)), notes=tuple(dict.fromkeys(notes)))


def _lists_in(reader: PdfFileReader) -> list[x509.CertificateRevocationList]:
    root = reader.root
    if "/DSS" not in root or "/CRLs" not in root["/DSS"]:
        return []
    streams = root["/DSS"]["/CRLs"]
    return [x509.load_der_x509_crl(streams[place].data) for place in range(len(streams))]


def _path_of(each: Signed) -> list[tuple[x509.Certificate, x509.Certificate]]:
    """Return each certificate of a signature's path with the one that issued it."""
    carried = [each.embedded.signer_cert, *each.embedded.other_embedded_certs]
    found = [x509.load_der_x509_certificate(one.dump()) for one in carried]
    return [
        (certificate, issuer)
        for certificate in found
        for issuer in found
        if certificate.issuer == issuer.subject and certificate != issuer
    ]


def _list_for(
    lists: Sequence[x509.CertificateRevocationList],
    issuer: x509.Certificate,
    *,
    since: datetime | None,
) -> x509.CertificateRevocationList | None:
    """Return the newest list of an issuer that is not older than a signature."""
    believed = [
        each
        for each in lists
        if each.issuer == issuer.subject
        and since is not None
        and each.last_update_utc >= since
        and each.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]  # any key
    ]
    return max(believed, key=lambda each: each.last_update_utc, default=None)
