"""The strict verifier: genuine, complete and unchanged, or the reasons why not.

Stock tools say "valid" of a file that was signed once and then added to. Here nothing may
have been added at all: exactly the expected fields, signatures, revisions and attachments.
The eight rules stand in `docs/packet.md`; each function below is one of them.
"""

import io
import logging
from collections.abc import Sequence
from functools import partial

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader

from ilocdoc.packet.apart import away_from_event_loop
from ilocdoc.packet.attachments import (
    Contents,
    attachment_faults,
    read_contents,
)
from ilocdoc.packet.fields import field_faults, forbidden_faults
from ilocdoc.packet.pages import text_of_first_page
from ilocdoc.packet.signatures import Signed, read_signatures, signature_faults
from ilocdoc.record.documents import Verdict
from ilocdoc.record.errors import DocumentError

logger = logging.getLogger(__name__)

CHECKED = (
    "Nothing was added, removed or changed after the last signature.",
    "Each signature is valid and leads to the trusted root.",
    "Every attachment is the one named in the manifest.",
    "The printed digest is that of the embedded record.",
)
_DEPTH = 2
"""A packet's annex holds report documents; those hold no further documents."""


def verify_document(pdf: bytes, *, root_der: bytes) -> Verdict:
    """Judge a document; never raises on content.

    Args:
        pdf: Anything.
        root_der: The agency's root certificate, which the reader trusts already.
    """
    return away_from_event_loop(partial(_judged, pdf, root_der=root_der, wanted=None, depth=_DEPTH))


def is_certified_only(pdf: bytes, *, root_der: bytes) -> bool:
    """Tell whether the first signature alone is genuine and nothing was added."""
    judge = partial(_judged, pdf, root_der=root_der, wanted=1, depth=_DEPTH)
    return away_from_event_loop(judge).accepted


def _judged(pdf: bytes, *, root_der: bytes, wanted: int | None, depth: int) -> Verdict:
    try:
        return _judge(pdf, root_der=root_der, wanted=wanted, depth=depth)
    except (Exception, RecursionError) as error:
        # A hostile file must never crash the reader; whatever goes wrong is a rejection.
        logger.info("document could not be judged: %s", type(error).__name__)
        reason = (
            "The file cannot be read as a document of this program. Another program may have "
            "written it anew."
        )
        return Verdict(accepted=False, kind="unknown", reasons=(reason,), signers=())


def _judge(pdf: bytes, *, root_der: bytes, wanted: int | None, depth: int) -> Verdict:
    root = x509.Certificate.load(root_der)
    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    contents = read_contents(pdf)
    fields = contents.signature_fields
    count = len(fields) if wanted is None else wanted
    faults = [*field_faults(reader, fields), *forbidden_faults(pdf)]
    signed: list[Signed] = []
    if not faults:
        signed = read_signatures(reader)
        faults += signature_faults(signed, pdf, root=root, count=count, reader=reader)
        faults += _author_faults(signed, contents)
    is_signed = not faults
    faults += attachment_faults(contents)
    if is_signed:
        # Pages and inner documents of strangers are never read.
        faults += _printed_faults(pdf, contents)
        faults += _inner_faults(contents, root_der=root_der, depth=depth)
    return Verdict(
        accepted=not faults,
        kind=contents.kind,
        reasons=tuple(dict.fromkeys(faults)) or CHECKED,
        signers=tuple(each.name for each in signed),
    )


def _author_faults(signed: Sequence[Signed], contents: Contents) -> list[str]:
    """The first signature is that of the one the record names.

    A certificate without a star is none of a member: headquarters' own keys lie below the
    same root, and may not write reports.
    """
    if signed and signed[0].star != contents.first_signer:
        return ["The first signature is not that of the member whom the record names."]
    return []


def _printed_faults(pdf: bytes, contents: Contents) -> list[str]:
    try:
        printed = "".join(text_of_first_page(pdf).split())
    except DocumentError:
        return ["The first page cannot be read."]
    if contents.record_sha256 not in printed:
        return ["The digest printed on the first page is not that of the embedded record."]
    return []


def _inner_faults(contents: Contents, *, root_der: bytes, depth: int) -> list[str]:
    """Embedded signed documents must be genuine themselves."""
    faults = []
    for name, content in contents.documents.items():
        if depth <= 1:
            faults.append("A document stands inside a document inside a document.")
            continue
        whole = _judged(content, root_der=root_der, wanted=None, depth=depth - 1)
        if not whole.accepted:
            # A version that was returned was certified and never approved.
            certified = _judged(content, root_der=root_der, wanted=1, depth=depth - 1)
            if not certified.accepted:
                faults.append(f"The embedded {name}: {whole.reasons[0]}")
    return faults
