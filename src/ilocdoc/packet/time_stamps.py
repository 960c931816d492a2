"""Document time stamps (RFC 3161): added years after the signatures, by whoever has a line.

They close the file again and say when it existed at the latest. An authority's token is
taken only if it, too, could be no other: see rule 8 in `docs/packet.md`.
"""

from collections.abc import Sequence
from datetime import datetime

from asn1crypto import cms, x509
from pyhanko.sign.validation import validate_pdf_timestamp
from pyhanko_certvalidator import ValidationContext

from ilocdoc.packet.signatures import Signed, container_of

UNTRUSTED = "A time stamp is not by an authority that you trust."


def stamp_faults(
    stamps: Sequence[Signed],
    pdf: bytes,
    *,
    roots: Sequence[x509.Certificate],
    after: datetime | None,
) -> list[str]:
    """Return what is wrong with the time stamps of a document.

    Args:
        stamps: In file order.
        pdf: The whole file.
        roots: The agency's root and those of time stamp authorities.
        after: The time that the last signature names, by the laptop's clock.
    """
    faults = []
    for each in stamps:
        faults += _container_faults(each, pdf) or _validity_faults(each, roots=roots)
        if not faults and (after is None or time_of(each) < after):
            faults.append("A time stamp is older than the signature that it covers.")
    return faults


def time_of(each: Signed) -> datetime:
    """Return the time in a time stamp, UTC."""
    content = each.embedded.signed_data["encap_content_info"]["content"].parsed
    moment: datetime = content["gen_time"].native
    return moment


def _container_faults(each: Signed, pdf: bytes) -> list[str]:
    raw = container_of(each, pdf)
    info = cms.ContentInfo.load(raw)
    der = info.dump()
    if raw[len(der) :].strip(b"\0"):
        return ["Bytes behind a time stamp were changed."]
    content = info["content"]
    signers = content["signer_infos"]
    if len(signers) != 1 or signers[0]["unsigned_attrs"].native or content["crls"].native:
        return ["A time stamp carries something that is not signed."]
    if info.dump(force=True) != der or not _is_plain(content, signers[0]):
        return ["A time stamp is not written as it must be."]
    return []


def _is_plain(content: cms.SignedData, signer: cms.SignerInfo) -> bool:
    """Tell whether the parts that no signature covers say the one thing they can."""
    used = [each.dump() for each in content["digest_algorithms"]]
    return (
        content["version"].native == "v3"
        and signer["version"].native in {"v1", "v3"}
        and used == [signer["digest_algorithm"].dump()]
    )


def _validity_faults(each: Signed, *, roots: Sequence[x509.Certificate]) -> list[str]:
    context = ValidationContext(
        trust_roots=list(roots),
        other_certs=list(each.embedded.other_embedded_certs),
        allow_fetching=False,
        revocation_mode="soft-fail",
        moment=time_of(each),
    )
    status = validate_pdf_timestamp(each.embedded, validation_context=context, skip_diff=True)
    if not (status.intact and status.valid):
        return ["A time stamp does not fit the document: it was changed."]
    if not status.trusted or status.validation_path is None:
        return [UNTRUSTED]
    return _bag_faults(each, list(status.validation_path))


def _bag_faults(each: Signed, path: Sequence[x509.Certificate]) -> list[str]:
    """The token's certificates are those of its path, each once; the root may be left out."""
    carried = [one.chosen.dump() for one in each.embedded.signed_data["certificates"]]
    wanted = [one.dump() for one in path]
    if len(set(carried)) != len(carried) or not set(carried) <= set(wanted):
        return ["A time stamp carries certificates that do not belong to it."]
    return []
