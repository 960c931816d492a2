"""The certificates that a signed document carries, read without judging anything."""

import io

import pikepdf
from asn1crypto import cms

from ilocdoc.record.errors import DocumentError


def certificates_in(pdf: bytes) -> list[bytes]:
    """Return the issuing certificates (DER) that a signed document carries.

    Raises:
        DocumentError: If it cannot be read as a document.
    """
    try:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            form = opened.Root.get("/AcroForm", pikepdf.Dictionary())
            signed = [field.V for field in form.get("/Fields", []) if "/V" in field]
            return [der for each in signed for der in _issuing(bytes(each.Contents))]
    except (pikepdf.PdfError, AttributeError, ValueError, TypeError, KeyError) as error:
        raise DocumentError("A signed report document cannot be read.") from error


def _issuing(container: bytes) -> list[bytes]:
    """Return the certificates of a signature but the signer's own."""
    signed = cms.ContentInfo.load(container)["content"]
    signer = signed["signer_infos"][0]["sid"].chosen["serial_number"].native
    certificates = [each.chosen for each in signed["certificates"]]
    return [each.dump() for each in certificates if each.serial_number != signer]
