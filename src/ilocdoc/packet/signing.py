"""The two signatures: certification by the one who wrote, approval by the one who read.

PAdES baseline B-B, ECDSA P-256 with SHA-256, made offline. What signs is any
`wire.envelope.Signer`: a key in memory, a card, an agent.
"""

import io
from datetime import datetime
from functools import partial
from typing import Any

from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import (
    AxisAlignment,
    BoxConstraints,
    Margins,
    SimpleBoxLayoutRule,
)
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import constants
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from ilocdoc.packet.apart import away_from_event_loop
from ilocdoc.packet.appearance import signed_appearance
from ilocdoc.record.errors import DocumentError
from ilocdoc.record.people import Officer
from ilocdoc.wire.envelope import Signer

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_LONGEST_SIGNATURE = 72
"""Bytes of a DER ECDSA signature on P-256."""


class _KeyHolder(signers.Signer):
    """Lets whoever holds the key sign for pyHanko."""

    def __init__(self, signer: Signer) -> None:
        registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # its own gap
        registry.register_multiple(x509.Certificate.load(each) for each in signer.chain_der)
        self._holder = signer
        super().__init__(
            signing_cert=x509.Certificate.load(signer.certificate_der), cert_registry=registry
        )

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,
        dry_run: bool = False,  # noqa: FBT001, FBT002 - pyHanko's signature
    ) -> bytes:
        """Return the signature; zeros of full length when only the size is asked."""
        assert digest_algorithm == "sha256", digest_algorithm
        if dry_run:
            return bytes(_LONGEST_SIGNATURE)
        return with_low_s(self._holder.sign(data))


def with_low_s(signature: bytes) -> bytes:
    """Return the one of the two equivalent ECDSA signatures with the smaller s.

    The verifier takes only this one, so that nobody can change the file's digest by
    writing the other.
    """
    r, s = decode_dss_signature(signature)
    return bytes(encode_dss_signature(r, min(s, P256_ORDER - s)))


class _Drawn(PdfContent):
    """The one page of a PDF in memory, as the picture of a signature."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__()
        self._pdf = pdf

    def render(self) -> bytes:
        """Take the page in and return the command that draws it."""
        page = self._ensure_writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self._pdf)))
        self.resources.xobject["/Drawn"] = page
        left, bottom, right, top = page.get_object()["/BBox"]
        self.box = BoxConstraints(width=right - left, height=top - bottom)
        return b"/Drawn Do"


_EDGE_TO_EDGE = SimpleBoxLayoutRule(
    x_align=AxisAlignment.ALIGN_MIN, y_align=AxisAlignment.ALIGN_MIN, margins=Margins(0, 0, 0, 0)
)


class Appending(IncrementalPdfFileWriter):
    """Appends a revision to a document and leaves it PDF 1.7, its metadata as they were."""

    output_version = (1, 7)

    def _update_meta(self) -> None:
        # pyHanko would write its own name and the machine's clock into title and metadata,
        # and what a signature changes must be as little as can be listed.
        pass


class _PdfSigner(signers.PdfSigner):
    """Signs at a given time and leaves the document PDF 1.7."""

    def __init__(self, *arguments: Any, at: datetime, **more: Any) -> None:
        self._at = at
        super().__init__(*arguments, **more)

    def register_extensions(self, pdf_out: Any, *, md_algorithm: str) -> None:
        """Name the PAdES extension only: that of ECDSA would make it PDF 2.0."""
        del md_algorithm
        pdf_out.register_extension(constants.ESIC_EXTENSION_1)

    def init_signing_session(self, *arguments: Any, **more: Any) -> Any:
        """Begin signing with the clock that was passed in."""
        session = super().init_signing_session(*arguments, **more)
        session.system_time = self._at
        return session


def sign_field(
    pdf: bytes, *, signer: Signer, officer: Officer, at: datetime, certify: bool
) -> bytes:
    """Return the document with the next empty signature field signed.

    Args:
        pdf: Unsigned (to certify) or certified (to approve).
        signer: Holds the key and its certificate.
        officer: Printed beside the signature.
        at: Aware; the laptop's clock.
        certify: True for the first signature, False for the second.

    Raises:
        DocumentError: If the document has no such field (a draft has none), it is
            signed already, or it cannot be read.
    """
    if not signer.certificate_der:
        raise DocumentError(
            "This key has no certificate and cannot sign a document.",
            "Enrol the officer on this laptop again.",
        )
    writer, field, role = _open_field(pdf, certify=certify)
    appearance = signed_appearance(
        officer, role=role, at=at, certificate_der=signer.certificate_der
    )
    style = StaticStampStyle(
        background=_Drawn(appearance),
        background_layout=_EDGE_TO_EDGE,
        background_opacity=1.0,
        border_width=0,
    )
    meta = signers.PdfSignatureMetadata(
        field_name=field,
        certify=certify,
        docmdp_permissions=MDPPerm.FILL_FORMS if certify else MDPPerm.NO_CHANGES,
        subfilter=SigSeedSubFilter.PADES,
        md_algorithm="sha256",
        name=officer.printed_name,
    )
    machine = _PdfSigner(meta, signer=_KeyHolder(signer), stamp_style=style, at=at)
    out = io.BytesIO()
    try:
        away_from_event_loop(
            partial(machine.sign_pdf, writer, existing_fields_only=True, output=out)
        )
    except (PdfError, SigningError, ValueError) as error:
        raise DocumentError("The document could not be signed.") from error
    return out.getvalue()


def _open_field(pdf: bytes, *, certify: bool) -> tuple[Appending, str, str]:
    try:
        writer = Appending(io.BytesIO(pdf), strict=True)
        found = list(enumerate_sig_fields(writer.prev))
        signed = [value is not None for _name, value, _ref in found]
        wanted = 0 if certify else 1
        is_next = len(found) > wanted and signed == [place < wanted for place in range(len(found))]
        if not is_next:
            raise DocumentError(
                "This document has no place for this signature.",
                "A draft cannot be signed, and no signature can be given twice.",
            )
        name, _value, reference = found[wanted]
        role = str(reference.get_object()["/TU"]).removesuffix(": signature")
    except (PdfError, ValueError, TypeError, KeyError) as error:
        raise DocumentError("The document cannot be read and was not signed.") from error
    return writer, str(name), role
