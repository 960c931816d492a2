"""The press: fits `casework.ports.Press` with real PDF documents."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from ilocdoc.packet.appearance import blank_appearance
from ilocdoc.packet.archive import Attachment, Imprint, assemble
from ilocdoc.packet.attachments import manifest_for
from ilocdoc.packet.furniture import Furniture, draw_pages
from ilocdoc.packet.pages import draw_document
from ilocdoc.packet.report_layout import report_story
from ilocdoc.packet.signing import sign_field
from ilocdoc.packet.verify import is_certified_only, verify_document
from ilocdoc.record.documents import Exhibit, PacketContents, Verdict
from ilocdoc.record.errors import DocumentError
from ilocdoc.record.form import in_language
from ilocdoc.record.form_reading import read_form
from ilocdoc.record.people import Officer
from ilocdoc.record.report import ReportVersion, version_to_json
from ilocdoc.record.times import read_utc
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
        record = _record_of(version)
        digest = hashlib.sha256(record).hexdigest()
        report = version.draft
        definition = read_form(form)
        story = report_story(version, definition, digest=digest, draft=draft)
        title = in_language(definition.title, "en")
        number = f"{report.local_number} \u00b7 version {report.version}"
        furniture = Furniture(
            kind=title,
            number=number,
            sha256=digest,
            record="report.json",
            draft=draft,
            training=report.training,
        )
        pages, notes = draw_pages(story, furniture)
        files = [
            Attachment(
                name="report.json",
                content=record,
                media_type="application/json",
                relation="Source",
                words="The report as a record (RFC 8785)",
            )
        ]
        files.append(
            manifest_for(
                "report",
                files,
                first_signer=report.author.star,
                number=report.local_number,
                version=report.version,
                draft=int(draft),
                training=int(report.training),
                app=version.app,
            )
        )
        imprint = Imprint(
            title=f"{title} {report.local_number}",
            author=f"{report.author.rank} {report.author.name}".strip(),
            subject=f"Version {report.version}",
            at=read_utc(version.submitted_at or report.created_at),
        )
        return assemble(
            pages, notes, imprint=imprint, attachments=files, blank_signature=blank_appearance()
        )

    def packet(self, contents: PacketContents, *, form: bytes) -> tuple[bytes, bytes]:
        """Return (unsigned main document, unsigned confidential annex)."""
        raise NotImplementedError

    def exhibit(self, evidence_id: str, data: bytes) -> Exhibit:
        """Return a file prepared for print by the isolated decoder; never raises on content."""
        del data
        return Exhibit(evidence_id=evidence_id, jpeg=b"", width=0, height=0)

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

    def is_certified(self, pdf: bytes, *, root_der: bytes) -> bool:
        """Return whether the first signature alone is genuine and nothing was added."""
        return is_certified_only(pdf, root_der=root_der)

    def pages(self, pdf: bytes, *, dpi: int) -> Sequence[tuple[int, int, bytes]]:
        """Return (width, height, RGB bytes) of each page, signatures drawn."""
        return draw_document(pdf, dpi=dpi)


def _record_of(version: ReportVersion) -> bytes:
    try:
        return canonical_bytes(version_to_json(version))
    except (UnicodeEncodeError, ValueError, TypeError) as error:
        raise DocumentError(
            "The report holds text or values that no record can hold.",
            "Type the last answer again. Nothing was lost.",
        ) from error
