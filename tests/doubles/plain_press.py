"""A press that prints JSON lines and signs them for real, without any PDF."""

import base64
import json
from collections.abc import Iterator
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from ilocdoc.record.documents import Exhibit, PacketContents, Verdict
from ilocdoc.record.people import Officer
from ilocdoc.record.report import ReportVersion, version_to_json
from ilocdoc.wire.envelope import Signer


def _line(value: object) -> bytes:
    return json.dumps(value, sort_keys=True).encode() + b"\n"


class PlainPress:
    """Documents are lines: the content, then one line per signature."""

    def report_document(self, version: ReportVersion, *, form: bytes, draft: bool) -> bytes:
        return _line({"kind": "report", "draft": draft, "report": version_to_json(version)})

    def packet(self, contents: PacketContents, *, form: bytes) -> tuple[bytes, bytes]:
        main = {
            "kind": "packet",
            "id": contents.packet_id,
            "documents": [base64.b64encode(each).decode() for each in contents.documents],
            "exhibits": [each.evidence_id for each in contents.exhibits],
            "custody": len(contents.custody),
        }
        return _line(main), _line({"kind": "annex", "id": contents.packet_id})

    def exhibit(self, evidence_id: str, data: bytes) -> Exhibit:
        return Exhibit(evidence_id=evidence_id, jpeg=data, width=1, height=1)

    def _sign(self, pdf: bytes, signer: Signer, officer: Officer) -> bytes:
        signed = {
            "by": officer.printed_name,
            "certificate": base64.b64encode(signer.certificate_der).decode(),
            "sig": base64.b64encode(signer.sign(pdf)).decode(),
        }
        return pdf + _line(signed)

    def certify(self, pdf: bytes, *, signer: Signer, officer: Officer, at: datetime) -> bytes:
        return self._sign(pdf, signer, officer)

    def approve(self, pdf: bytes, *, signer: Signer, officer: Officer, at: datetime) -> bytes:
        return self._sign(pdf, signer, officer)

    def _signers(self, pdf: bytes) -> list[str]:
        content, *signatures = pdf.splitlines(keepends=True)
        names, covered = [], content
        for line in signatures:
            value = json.loads(line)
            der = base64.b64decode(value["certificate"])
            key = x509.load_der_x509_certificate(der).public_key()
            key.verify(base64.b64decode(value["sig"]), covered, ec.ECDSA(hashes.SHA256()))
            names.append(value["by"])
            covered += line
        return names

    def verify(self, pdf: bytes, *, root_der: bytes) -> Verdict:
        try:
            names = self._signers(pdf)
        except (InvalidSignature, ValueError, KeyError):
            return Verdict(accepted=False, kind="unknown", reasons=("altered",), signers=())
        enough = len(names) == 2
        reason = "two signatures" if enough else "the second signature is missing"
        return Verdict(accepted=enough, kind="report", reasons=(reason,), signers=tuple(names))

    def holds(self, pdf: bytes, version: ReportVersion) -> bool:
        try:
            return bool(json.loads(pdf.splitlines()[0])["report"] == version_to_json(version))
        except (ValueError, KeyError, IndexError):
            return False

    def is_certified(self, pdf: bytes, *, root_der: bytes) -> bool:
        return bool(self.verify(pdf, root_der=root_der).signers)

    def pages(self, pdf: bytes, *, dpi: int) -> Iterator[tuple[int, int, bytes]]:
        yield (1, 1, b"\xff\xff\xff")
