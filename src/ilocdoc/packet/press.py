"""The press: fits `casework.ports.Press` with real PDF documents."""

from collections.abc import Iterator
from datetime import datetime

from pikepdf import PdfError

from ilocdoc.media.decoder import safe_picture
from ilocdoc.packet.attachments import RECORDS, read_contents
from ilocdoc.packet.bindery import bind_packet, bind_report
from ilocdoc.packet.pages import draw_document
from ilocdoc.packet.signing import sign_field
from ilocdoc.packet.verify import is_certified_only, verify_document
from ilocdoc.record.documents import Exhibit, PacketContents, Verdict
from ilocdoc.record.errors import DocumentError, WireError
from ilocdoc.record.people import Officer
from ilocdoc.record.report import ReportVersion, version_to_json
from ilocdoc.wire.canonical import canonical_bytes
from ilocdoc.wire.envelope import Signer


class PdfPress:
    """Makes, signs, reads and checks documents. Holds no state between calls."""

    def report_document(self, version: ReportVersion, *, form: bytes, draft: bool) -> bytes:
        """Return the unsigned report document; the same report gives the same bytes.

        Args:
            version: What is drawn.
            form: TOML of the report's own form version.
            draft: True prints DRAFT and leaves out the signature fields.

        Raises:
            DocumentError: If the report holds text that no record can hold.
        """
        return bind_report(version, form=form, draft=draft)

    def packet(self, contents: PacketContents, *, form: bytes) -> tuple[bytes, bytes]:
        """Return (unsigned main document, unsigned confidential annex).

        Raises:
            DocumentError: If no signed report document is among the contents.
        """
        return bind_packet(contents, form=form)

    def exhibit(self, evidence_id: str, data: bytes) -> Exhibit:
        """Return a file prepared for print by the isolated decoder; never raises on content."""
        picture = safe_picture(data)
        if picture is None:
            return Exhibit(evidence_id=evidence_id, jpeg=b"", width=0, height=0)
        return Exhibit(
            evidence_id=evidence_id,
            jpeg=picture.jpeg,
            width=picture.width,
            height=picture.height,
        )

    def certify(self, pdf: bytes, *, signer: Signer, officer: Officer, at: datetime) -> bytes:
        """Return the document with its first signature (certification, DocMDP P=2).

        Raises:
            DocumentError: If it is a draft, or signed already.
        """
        return sign_field(pdf, signer=signer, officer=officer, at=at, certify=True)

    def approve(self, pdf: bytes, *, signer: Signer, officer: Officer, at: datetime) -> bytes:
        """Return the document with its second signature, which locks it.

        Raises:
            DocumentError: If it is not certified, or approved already.
        """
        return sign_field(pdf, signer=signer, officer=officer, at=at, certify=False)

    def verify(self, pdf: bytes, *, root_der: bytes) -> Verdict:
        """Judge a document strictly; never raises on content."""
        return verify_document(pdf, root_der=root_der)

    def holds(self, pdf: bytes, version: ReportVersion) -> bool:
        """Return whether the record inside a report document is this report; never raises."""
        try:
            contents = read_contents(pdf)
        except (DocumentError, WireError, PdfError, ValueError):
            return False
        record = canonical_bytes(version_to_json(version))
        return contents.kind == "report" and contents.files.get(RECORDS["report"]) == record

    def is_certified(self, pdf: bytes, *, root_der: bytes) -> bool:
        """Return whether the first signature alone is genuine and nothing was added."""
        return is_certified_only(pdf, root_der=root_der)

    def pages(self, pdf: bytes, *, dpi: int) -> Iterator[tuple[int, int, bytes]]:
        """Yield (width, height, RGB bytes) of each page in turn, signatures drawn."""
        return draw_document(pdf, dpi=dpi)
