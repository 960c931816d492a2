"""Binds drawn pages, record and attachments into documents."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from ilocdoc.packet.annex_layout import annex_files, annex_story
from ilocdoc.packet.appearance import blank_appearance
from ilocdoc.packet.archive import Attachment, Imprint, assemble
from ilocdoc.packet.attachments import (
    DOCUMENT,
    EARLIER,
    LAYOUT,
    RECORDS,
    manifest_for,
    read_contents,
)
from ilocdoc.packet.certificates import certificates_in
from ilocdoc.packet.furniture import Furniture, draw_pages
from ilocdoc.packet.ingredients import (
    CUSTODY,
    annex_contents,
    annex_layout,
    custody_lines,
    packet_contents,
    packet_layout,
    pictures_of,
)
from ilocdoc.packet.packet_evidence import write_substance
from ilocdoc.packet.packet_front import write_front
from ilocdoc.packet.packet_pages import DocumentNote, FileNote, PacketPages
from ilocdoc.packet.packet_records import write_back, write_how_to_verify
from ilocdoc.packet.redaction import salt_key, withhold
from ilocdoc.packet.renderer import this_renderer
from ilocdoc.packet.report_layout import report_story
from ilocdoc.packet.story import Story
from ilocdoc.packet.wording import verify_text
from ilocdoc.record.documents import PacketContents
from ilocdoc.record.errors import DocumentError
from ilocdoc.record.form import in_language
from ilocdoc.record.form_reading import read_form
from ilocdoc.record.report import FORMAT as REPORT_FORMAT
from ilocdoc.record.report import ReportVersion, version_from_json, version_to_json
from ilocdoc.record.times import read_utc
from ilocdoc.wire.canonical import canonical_bytes

CERTIFICATES = "certificates.pem"


def bind_report(
    version: ReportVersion,
    *,
    form: bytes,
    draft: bool,
    renderer: Mapping[str, Any] | None = None,
) -> bytes:
    """Return the unsigned report document; the same report gives the same bytes.

    Args:
        version: What is drawn.
        form: TOML of its form version.
        draft: True leaves out the places to sign.
        renderer: Written into the manifest; this program's own when None.

    Raises:
        DocumentError: If the report holds text that no record can hold.
    """
    record = _record_bytes(version_to_json(version))
    digest = hashlib.sha256(record).hexdigest()
    # Drawn from the record as it is embedded: whoever reads it there draws the same pages.
    version = version_from_json(json.loads(record))
    report, definition = version.draft, read_form(form)
    story = report_story(version, definition, digest=digest, draft=draft)
    title = in_language(definition.title, "en")
    furniture = Furniture(
        kind=title,
        number=f"{report.local_number} \u00b7 version {report.version}",
        sha256=digest,
        record=RECORDS["report"],
        draft=draft,
        training=report.training,
    )
    files = [_record_file("report", record, "The report as a record (RFC 8785)")]
    manifest = manifest_for(
        "report",
        files,
        first_signer=report.author.star,
        number=report.local_number,
        version=report.version,
        draft=int(draft),
        training=int(report.training),
        app=version.app,
        renderer=dict(renderer or this_renderer()),
    )
    imprint = Imprint(
        title=f"{title} {report.local_number}",
        author=f"{report.author.rank} {report.author.name}".strip(),
        subject=f"Version {report.version}",
        at=read_utc(version.submitted_at or report.created_at),
    )
    return _bind(story, furniture, imprint, [*files, manifest])


def bind_packet(contents: PacketContents, *, form: bytes) -> tuple[bytes, bytes]:
    """Return (unsigned main document, unsigned confidential annex).

    Raises:
        DocumentError: If there is no signed report document, or it cannot be read.
    """
    if not contents.documents:
        raise DocumentError(
            "A packet needs the signed report document.", "Have the report approved first."
        )
    certificates = _certificates(contents.documents)
    record = _record_bytes(contents.report)
    # As it is embedded: items are counted in the order of the record's bytes.
    report = json.loads(record)
    redacted = withhold(report, read_form(form), key=salt_key(contents.documents))
    pictures = pictures_of(contents)
    given = {
        RECORDS["annex"]: record,
        LAYOUT: annex_layout(contents),
        **{
            f"{EARLIER}{number}.json": _record_bytes(each)
            for number, each in enumerate(contents.earlier, start=1)
        },
        **{
            f"{DOCUMENT}{number}.pdf": each
            for number, each in enumerate(contents.documents, start=1)
        },
    }
    annex = draw_annex(given, pictures, form=form)
    said = FileNote(sha256=hashlib.sha256(annex).hexdigest(), size=len(annex))
    documents = [_note_of(each) for each in contents.documents]
    given = {
        RECORDS["packet"]: _record_bytes(redacted.report),
        LAYOUT: packet_layout(contents, redacted, documents=documents, annex=said),
        CUSTODY: custody_lines(contents.custody),
        CERTIFICATES: certificates,
    }
    return draw_packet(given, pictures, form=form), annex


def draw_packet(
    given: Mapping[str, bytes],
    pictures: Mapping[str, bytes],
    *,
    form: bytes,
    renderer: Mapping[str, Any] | None = None,
) -> bytes:
    """Return the unsigned main document of a packet.

    Args:
        given: Record, layout, custody and certificates by the names they are embedded with;
            others are not looked at.
        pictures: By the SHA-256 that the layout names them with.
        form: TOML of the report's form version.
        renderer: Written into the manifest; this program's own when None.
    """
    packet, files, annex = write_packet(given, pictures, form=form)
    manifest = _packet_manifest(
        packet,
        "packet",
        files,
        annex={"sha256": annex.sha256, "size": annex.size},
        documents=[each.sha256 for each in packet.documents],
        renderer=dict(renderer or this_renderer()),
    )
    furniture = _packet_furniture(packet, "packet", digest=packet.digest)
    imprint = _imprint(packet, "Referral packet")
    return _bind(packet.story, furniture, imprint, [*files, manifest])


def write_packet(
    given: Mapping[str, bytes],
    pictures: Mapping[str, bytes],
    *,
    form: bytes,
    how_to_verify: bool = True,
) -> tuple[PacketPages, list[Attachment], FileNote]:
    """Return the written main document before it is drawn, its attachments and its annex.

    Args:
        given: As for `draw_packet`.
        pictures: By the SHA-256 that the layout names them with.
        form: TOML of the report's form version.
        how_to_verify: False for an edition that has no signatures to verify.
    """
    record = given[RECORDS["packet"]]
    contents, redacted, documents, annex = packet_contents(given, pictures)
    packet = PacketPages(
        story=Story(),
        contents=contents,
        version=version_from_json({**redacted.report, "format": REPORT_FORMAT}),
        form=read_form(form),
        redacted=redacted,
        digest=hashlib.sha256(record).hexdigest(),
        documents=documents,
    )
    files = _main_files(given)
    if how_to_verify:
        files.append(_verify_file(packet, "packet"))
    place = write_front(packet)
    write_substance(packet)
    write_back(packet, files, annex)
    if how_to_verify:
        write_how_to_verify(packet, record=RECORDS["packet"])
    packet.story.contents_list(place)
    return packet, files, annex


def draw_annex(
    given: Mapping[str, bytes],
    pictures: Mapping[str, bytes],
    *,
    form: bytes,
    renderer: Mapping[str, Any] | None = None,
) -> bytes:
    """Return the unsigned annex of a packet.

    Args:
        given: Records, layout and signed report documents by the names they are embedded
            with; others are not looked at.
        pictures: By the SHA-256 that the layout names them with.
        form: TOML of the report's form version.
        renderer: Written into the manifest; this program's own when None.
    """
    contents, definition = annex_contents(given, pictures), read_form(form)
    redacted = withhold(contents.report, definition, key=salt_key(contents.documents))
    packet = PacketPages(
        story=Story(),
        contents=contents,
        version=version_from_json({**redacted.report, "format": REPORT_FORMAT}),
        form=definition,
        redacted=redacted,
        digest=hashlib.sha256(_record_bytes(redacted.report)).hexdigest(),
    )
    record = given[RECORDS["annex"]]
    digest = hashlib.sha256(record).hexdigest()
    story = annex_story(packet, version_from_json(contents.report), digest=digest)
    files = [*annex_files(packet, record), _layout_file(given), _verify_file(packet, "annex")]
    manifest = _packet_manifest(
        packet,
        "annex",
        files,
        main_record=packet.digest,
        renderer=dict(renderer or this_renderer()),
    )
    furniture = _packet_furniture(packet, "annex", digest=digest)
    return _bind(story, furniture, _imprint(packet, "Confidential annex"), [*files, manifest])


def _note_of(document: bytes) -> DocumentNote:
    said = read_contents(document).manifest
    return DocumentNote(
        sha256=hashlib.sha256(document).hexdigest(),
        size=len(document),
        number=said["number"],
        version=said["version"],
    )


def _main_files(given: Mapping[str, bytes]) -> list[Attachment]:
    return [
        _record_file("packet", given[RECORDS["packet"]], "The record without confidential answers"),
        Attachment(
            name=CUSTODY,
            content=given[CUSTODY],
            media_type="application/jsonl",
            relation="Data",
            words="Ledger entries of this report, each with the hash of the line before",
        ),
        _layout_file(given),
        Attachment(
            name=CERTIFICATES,
            content=given[CERTIFICATES],
            media_type="application/x-pem-file",
            relation="Supplement",
            words="Issuing certificates, for convenience; trust comes from your own copy",
        ),
    ]


def _layout_file(given: Mapping[str, bytes]) -> Attachment:
    return Attachment(
        name=LAYOUT,
        content=given[LAYOUT],
        media_type="application/json",
        relation="Data",
        words="What the pages are laid out from, beside the record",
    )


def _certificates(documents: Sequence[bytes]) -> bytes:
    found = dict.fromkeys(der for each in documents for der in certificates_in(each))
    return b"".join(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM) for der in found)


def _verify_file(packet: PacketPages, kind: str) -> Attachment:
    text = verify_text(kind=kind, number=packet.contents.packet_id, record=RECORDS[kind])
    return Attachment(
        name="VERIFY.txt",
        content=text.encode(),
        media_type="text/plain",
        relation="Supplement",
        words="How to verify this file",
    )


def _packet_manifest(
    packet: PacketPages, kind: str, files: list[Attachment], **said: Any
) -> Attachment:
    contents = packet.contents
    return manifest_for(
        kind,
        files,
        first_signer=contents.prepared_by.star,
        number=contents.packet_id,
        version=contents.version,
        draft=0,
        training=int(contents.training),
        app=packet.version.app,
        **said,
    )


def _packet_furniture(packet: PacketPages, kind: str, *, digest: str) -> Furniture:
    contents = packet.contents
    return Furniture(
        kind="Referral packet" if kind == "packet" else "Confidential annex",
        number=f"RD {packet.one('rd_number')[:24]} \u00b7 {contents.packet_id}",
        sha256=digest,
        record=RECORDS[kind],
        serial="ILOC" if kind == "packet" else "ILOC-C",
        confidential=kind == "annex",
        training=contents.training,
    )


def _imprint(packet: PacketPages, title: str) -> Imprint:
    contents = packet.contents
    return Imprint(
        title=f"{title} {contents.packet_id}",
        author=contents.prepared_by.printed_name,
        subject=f"Version {contents.version}",
        at=read_utc(contents.prepared_at),
    )


def _record_file(kind: str, record: bytes, words: str) -> Attachment:
    return Attachment(
        name=RECORDS[kind],
        content=record,
        media_type="application/json",
        relation="Source",
        words=words,
    )


def _record_bytes(report: Mapping[str, Any]) -> bytes:
    try:
        return canonical_bytes(report)
    except (UnicodeEncodeError, ValueError, TypeError) as error:
        raise DocumentError(
            "The report holds text or values that no record can hold.",
            "Type the last answer again. Nothing was lost.",
        ) from error


def _bind(
    story: Story, furniture: Furniture, imprint: Imprint, files: Sequence[Attachment]
) -> bytes:
    pages, notes = draw_pages(story, furniture)
    return assemble(
        pages, notes, imprint=imprint, attachments=files, blank_signature=blank_appearance()
    )
