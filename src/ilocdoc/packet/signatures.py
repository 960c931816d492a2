"""Rules 3, 4, 5 and 8: what each signature covers, and that it could be no other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from asn1crypto import cms, x509
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import FieldMDPAction, MDPPerm
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator import ValidationContext

from ilocdoc.packet.signing import P256_ORDER

_LARGEST_PATH = 4
"""Certificates of one signature: signer, at most two issuers, root."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """One signature or time stamp as it stands in the file."""

    name: str
    """Common name in the signer's certificate."""
    star: str
    """Serial number attribute of the subject; empty when there is none."""
    byte_range: tuple[int, ...]
    is_stamp: bool
    """True for a document time stamp (RFC 3161), which nobody's name stands for."""
    embedded: EmbeddedPdfSignature


def read_signatures(reader: PdfFileReader) -> list[Signed]:
    """Return signatures and time stamps in file order."""
    found = []
    for embedded in reader.embedded_signatures:
        subject = embedded.signer_cert.subject.native
        found.append(
            Signed(
                name=str(subject.get("common_name", "")),
                star=str(subject.get("serial_number", "")),
                byte_range=tuple(int(each) for each in embedded.byte_range),
                is_stamp=embedded.sig_object_type == "/DocTimeStamp",
                embedded=embedded,
            )
        )
    return found


def signature_faults(
    signed: Sequence[Signed], pdf: bytes, *, root: x509.Certificate, say: Callable[[str], None]
) -> list[str]:
    """Return what is wrong with the signatures of a document.

    Args:
        signed: Signatures without time stamps, in file order.
        pdf: The whole file.
        root: Pinned.
        say: Is told what is being looked at.
    """
    faults = []
    for place, each in enumerate(signed):
        say(f"Checking signature {place + 1} of {len(signed)}")
        faults += _container_faults(each, pdf, root=root)
        faults += _validity_faults(each, root=root, place=place)
    if len({(each.name, each.star) for each in signed}) != len(signed):
        faults.append("Both signatures are by the same member.")
    return faults


def order_faults(
    signed: Sequence[Signed], pdf: bytes, *, count: int, stamps: int, reader: PdfFileReader
) -> list[str]:
    """Return whether signatures, time stamps and revisions are as many as they must be.

    Args:
        signed: Signatures and time stamps, in file order.
        pdf: The whole file.
        count: How many signatures there must be.
        stamps: How many time stamps the fields announce.
        reader: Of the same bytes.
    """
    real = [each for each in signed if not each.is_stamp]
    if len(real) < count:
        word = "The approving signature" if real else "Every signature"
        return [f"{word} is missing."]
    if len(real) > count or len(signed) != count + stamps:
        return ["The document has a signature that does not belong to it."]
    if any(each.is_stamp != (place >= count) for place, each in enumerate(signed)):
        return ["Signatures and time stamps are not in the order they must be in."]
    faults = _coverage_faults(signed, pdf)
    if reader.xrefs.total_revisions != len(signed) + 1:
        faults.append("Something was added to the document outside its signatures.")
    elif [each.embedded.signed_revision for each in signed] != list(range(1, len(signed) + 1)):
        faults.append("A signature is not in the revision that it must be in.")
    return faults


def _coverage_faults(signed: Sequence[Signed], pdf: bytes) -> list[str]:
    """Each range starts at 0 and leaves out one hex string; the last ends the file."""
    for each in signed:
        if len(each.byte_range) != len(("start", "length", "start", "length")):
            return ["A signature does not say what it covers."]
        start, length, after, rest = each.byte_range
        gap = pdf[length:after]
        is_whole = start == 0 and min(length, rest) > 0 and after + rest <= len(pdf)
        is_string = gap[:1] == b"<" and gap[-1:] == b">" and _is_hex(gap[1:-1])
        if not is_whole or not is_string:
            return ["A signature does not cover what it must."]
        if not pdf[: after + rest].rstrip(b"\r\n").endswith(b"%%EOF"):
            return ["A signature does not cover what it must."]
    if signed[-1].byte_range[2] + signed[-1].byte_range[3] != len(pdf):
        return ["Something was added to the file after the last signature."]
    return []


def _is_hex(text: bytes) -> bool:
    # Upper case only: the same number in lower case would be the same signature.
    return len(text) % 2 == 0 and not text.strip(b"0123456789ABCDEF")


def container_of(each: Signed, pdf: bytes) -> bytes:
    """Return the bytes that a signature's hex string stands for, zeros behind it too."""
    return bytes.fromhex(pdf[each.byte_range[1] + 1 : each.byte_range[2] - 1].decode("ascii"))


def _container_faults(each: Signed, pdf: bytes, *, root: x509.Certificate) -> list[str]:
    """The bytes of the signature itself leave no room: padding, certificates, attributes."""
    raw = container_of(each, pdf)
    info = cms.ContentInfo.load(raw)
    der = info.dump()
    if raw[len(der) :].strip(b"\0"):
        return ["Bytes behind a signature were changed."]
    signers = info["content"]["signer_infos"]
    if len(signers) != 1 or signers[0]["unsigned_attrs"].native:
        return ["A signature carries something that is not signed."]
    _r, s = decode_dss_signature(signers[0]["signature"].native)
    if s > P256_ORDER // 2 or _as_we_write_it(info, each.embedded.signer_cert) != der:
        return ["A signature is not written as it must be."]
    return _bag_faults(each, info["content"]["certificates"], root=root)


def _as_we_write_it(info: cms.ContentInfo, certificate: x509.Certificate) -> bytes:
    """Return the only way to write the same signature: all that is not signed is fixed."""
    given = info["content"]["signer_infos"][0]
    digest = cms.DigestAlgorithm({"algorithm": "sha256"})
    issued = cms.IssuerAndSerialNumber(
        {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    )
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(name="issuer_and_serial_number", value=issued),
            "digest_algorithm": digest,
            "signed_attrs": given["signed_attrs"],
            "signature_algorithm": cms.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
            "signature": given["signature"],
        }
    )
    content = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": cms.DigestAlgorithms([digest]),
            "encap_content_info": {"content_type": "data"},
            "certificates": info["content"]["certificates"],
            "signer_infos": [signer],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": content}).dump())


def _bag_faults(each: Signed, bag: Any, *, root: x509.Certificate) -> list[str]:
    """The bag holds exactly the path from the signer to the pinned root, each once."""
    certificates = [entry.chosen.dump() for entry in bag]
    path = [each.embedded.signer_cert]
    others = {entry.chosen.dump(): entry.chosen for entry in bag}
    while path[-1].issuer != path[-1].subject and len(path) < _LARGEST_PATH:
        issuer = next((c for c in others.values() if c.subject == path[-1].issuer), None)
        if issuer is None:
            break
        path.append(issuer)
    if path[-1].dump() != root.dump():
        return ["A signature does not lead to the trusted root."]
    if sorted(certificates) != sorted(one.dump() for one in path):
        return ["A signature carries certificates that do not belong to it."]
    if not all(_has_one_encoding(one) for one in path[:-1]):
        return ["A certificate in a signature is not written as it must be."]
    return []


def _has_one_encoding(certificate: x509.Certificate) -> bool:
    """Tell whether the issuer's signature stands in whole bytes and in the shortest form.

    The equal signature (r, n - s) of an issuer cannot be refused: its key is not ours to
    rule. It would change the file's digest and nothing else.
    """
    bits = certificate["signature_value"].contents
    if bits[:1] != b"\0" or certificate.signature_algo != "ecdsa":
        return bool(bits[:1] == b"\0")
    return bool(encode_dss_signature(*decode_dss_signature(bits[1:])) == bits[1:])


def _validity_faults(each: Signed, *, root: x509.Certificate, place: int) -> list[str]:
    """Cryptography and trust. What changed since is `changes`' to say."""
    moment = each.embedded.self_reported_timestamp
    if moment is None:
        return ["A signature names no time."]
    # Judged at the time it names: certificates end, documents are kept for decades.
    context = ValidationContext(
        trust_roots=[root], allow_fetching=False, revocation_mode="soft-fail", moment=moment
    )
    status = validate_pdf_signature(
        each.embedded, signer_validation_context=context, skip_diff=True
    )
    faults = []
    if not (status.intact and status.valid):
        faults.append(f"The signature of {each.name} does not fit the document: it was changed.")
    if not status.trusted:
        faults.append(f"The signature of {each.name} does not lead to the trusted root.")
    if not status.seed_value_ok:
        faults.append(f"The signature of {each.name} is not acceptable.")
    if faults:
        return faults
    return _permission_faults(each, place=place)


def _permission_faults(each: Signed, *, place: int) -> list[str]:
    """The first signature certifies (P=2), the second locks all."""
    embedded = each.embedded
    if place == 0:
        if embedded.docmdp_level is not MDPPerm.FILL_FORMS:
            return ["The first signature does not certify the document."]
        return []
    lock = embedded.fieldmdp
    if lock is None or lock.action is not FieldMDPAction.ALL:
        return ["The second signature does not close the document."]
    return []
