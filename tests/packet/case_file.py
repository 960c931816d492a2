"""A case as it stands when a packet is prepared: decisions, ledger entries, pictures."""

import hashlib
import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

from PIL import Image, ImageDraw

from ilocdoc.casework.shift import by_line
from ilocdoc.record.documents import Exhibit, PacketContents
from ilocdoc.record.people import Officer
from ilocdoc.record.report import ReportVersion, version_to_json
from ilocdoc.record.times import utc_text
from tests.packet.samples import DAY, PHOTO_ID

PHOTO_SIZE = (1200, 900)


def _photo() -> bytes:
    picture = Image.new("RGB", PHOTO_SIZE, (120, 140, 170))
    drawn = ImageDraw.Draw(picture)
    drawn.rectangle((200, 250, 1000, 650), fill=(60, 60, 70))
    drawn.ellipse((300, 580, 460, 740), fill=(20, 20, 20))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


PHOTO = _photo()

REPORT = "0192a7c0-0000-7000-8000-000000000001"


def utc(minutes: int) -> str:
    return utc_text(DAY + timedelta(minutes=minutes))


def _entry(seq: int, kind: str, minutes: int, **ids: str) -> dict[str, Any]:
    return {
        "stream": "5f" * 16,
        "seq": seq,
        "hash": hashlib.sha256(f"{seq}{kind}".encode()).hexdigest(),
        "kind": kind,
        "at": utc(minutes),
        "ids": {"report": REPORT, **ids},
    }


CUSTODY = (
    _entry(11, "evidence.imported", 60, evidence=PHOTO_ID, actor="99001"),
    _entry(12, "evidence.verified", 60, evidence=PHOTO_ID, actor="99001"),
    _entry(13, "custody.step", 63, evidence=PHOTO_ID, actor="99002"),
    _entry(14, "report.submitted", 120, actor="99001"),
    _entry(15, "document.certified", 120, actor="99001", document="ab" * 32),
    _entry(16, "report.approved", 161, actor="99010"),
)


def case_file(
    version: ReportVersion,
    documents: tuple[bytes, ...],
    officers: dict[str, Officer],
    *,
    jpeg: bytes = b"",
    size: tuple[int, int] = (0, 0),
) -> PacketContents:
    """Everything a packet of this report is made of."""
    exhibit = Exhibit(evidence_id=PHOTO_ID, jpeg=jpeg, width=size[0], height=size[1])
    decisions = (
        {
            "kind": "report.submitted",
            "at": utc(120),
            "by": by_line(officers["99001"]),
            "report": REPORT,
            "document": "ab" * 32,
        },
        {
            "kind": "report.approved",
            "at": utc(161),
            "by": by_line(officers["99010"]),
            "report": REPORT,
            "checks": ["Classification read", "Recordings flagged"],
        },
    )
    return PacketContents(
        packet_id=f"PKT-{version.draft.local_number}-1",
        version=1,
        report=version_to_json(version),
        earlier=(),
        documents=documents,
        decisions=decisions,
        custody=CUSTODY,
        exhibits=(exhibit,),
        prepared_by=officers["99010"],
        prepared_at=utc(180),
        training=version.draft.training,
    )


def second_version(contents: PacketContents, documents: tuple[bytes, ...]) -> PacketContents:
    """The same case after the report was returned once; documents of both versions."""
    newer = {**contents.report, "version": 2}
    return replace(contents, report=newer, earlier=(contents.report,), documents=documents)
