"""From drawn pages to a document: structure, metadata, attachments, fields.

The result claims PDF/A-3a and PDF/UA-1 and has one revision, which is where signatures
start. Written in one pass with pikepdf; the same input gives the same bytes.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import md5
from typing import Any
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from ilocdoc.packet.colour_profile import srgb_profile
from ilocdoc.packet.structure import add_outline, add_structure
from ilocdoc.packet.tagged_canvas import Notes
from ilocdoc.record.times import CHICAGO

PRODUCER = "ilocdoc"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file inside the document."""

    name: str
    content: bytes
    media_type: str
    relation: str
    """AFRelationship: Source, Data or Supplement."""
    words: str
    """What it is, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imprint:
    """What the document says of itself."""

    title: str
    author: str
    subject: str
    at: datetime
    """Creation and modification date: the time of the record, not of the printing."""


def assemble(
    pages: bytes,
    notes: Notes,
    *,
    imprint: Imprint,
    attachments: Sequence[Attachment],
    blank_signature: bytes,
) -> bytes:
    """Return the finished, unsigned document.

    Args:
        pages: As `furniture.draw_pages` drew them.
        notes: As noted while drawing.
        imprint: Title and dates.
        attachments: Embedded in this order.
        blank_signature: One-page PDF that an unsigned field shows; unused without fields.
    """
    with Pdf.open(io.BytesIO(pages)) as pdf:
        _set_catalog(pdf)
        _place_pictures(pdf, notes)
        add_structure(pdf, notes, blank_signature=blank_signature)
        add_outline(pdf, notes)
        _add_attachments(pdf, attachments, at=imprint.at)
        _set_metadata(pdf, imprint)
        pdf.remove_unreferenced_resources()
        out = io.BytesIO()
        pdf.save(
            out,
            deterministic_id=True,
            force_version="1.7",
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
            recompress_flate=True,
        )
    return out.getvalue()


def _set_catalog(pdf: Pdf) -> None:
    root = pdf.Root
    for key in ("/Outlines", "/PageMode", "/Trans"):
        if key in root:
            del root[key]
    for page in pdf.pages:
        # reportlab leaves an empty transition on each page.
        if "/Trans" in page.obj:
            del page.obj["/Trans"]
    root.Lang = String("en-US")
    root.MarkInfo = Dictionary(Marked=True)
    root.ViewerPreferences = Dictionary(
        DisplayDocTitle=True, PrintScaling=Name("/None"), Duplex=Name.DuplexFlipLongEdge
    )
    profile = pdf.make_stream(srgb_profile(), N=3, Alternate=Name.DeviceRGB)
    root.OutputIntents = Array(
        [
            Dictionary(
                Type=Name.OutputIntent,
                S=Name.GTS_PDFA1,
                OutputConditionIdentifier=String("sRGB"),
                Info=String("sRGB IEC61966-2.1"),
                DestOutputProfile=pdf.make_indirect(profile),
            )
        ]
    )


def _place_pictures(pdf: Pdf, notes: Notes) -> None:
    for picture in notes.pictures:
        page = pdf.pages[picture.page]
        stream = pdf.make_stream(
            picture.jpeg,
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=picture.width,
            Height=picture.height,
            ColorSpace=Name.DeviceRGB,
            BitsPerComponent=8,
            Filter=Name.DCTDecode,
        )
        if "/XObject" not in page.Resources:
            page.Resources.XObject = Dictionary()
        page.Resources.XObject[f"/{picture.name}"] = stream


def _add_attachments(pdf: Pdf, attachments: Sequence[Attachment], *, at: datetime) -> None:
    if not attachments:
        return
    names: list[Any] = []
    files: list[Any] = []
    for each in sorted(attachments, key=lambda one: one.name.encode()):
        stream = pdf.make_stream(
            each.content,
            Type=Name.EmbeddedFile,
            Subtype=Name(f"/{each.media_type}"),
            Params=Dictionary(
                Size=len(each.content),
                ModDate=String(pdf_date(at)),
                # The format's own checksum; what is relied on is SHA-256 in the manifest.
                CheckSum=String(md5(each.content, usedforsecurity=False).digest()),
            ),
        )
        spec = pdf.make_indirect(
            Dictionary(
                Type=Name.Filespec,
                F=String(each.name),
                UF=String(each.name),
                Desc=String(each.words),
                AFRelationship=Name(f"/{each.relation}"),
                EF=Dictionary(F=stream, UF=stream),
            )
        )
        names += [String(each.name), spec]
        files.append(spec)
    pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array(names)))
    pdf.Root.AF = Array(files)


def pdf_date(at: datetime) -> str:
    """Return a time as PDF writes it, with the offset of Chicago."""
    local = at.astimezone(CHICAGO)
    offset = local.strftime("%z")
    return local.strftime("D:%Y%m%d%H%M%S") + f"{offset[:3]}'{offset[3:]}'"


def _set_metadata(pdf: Pdf, imprint: Imprint) -> None:
    stamp = imprint.at.astimezone(CHICAGO).isoformat(timespec="seconds")
    xmp = _XMP.format(
        title=escape(imprint.title),
        author=escape(imprint.author),
        subject=escape(imprint.subject),
        at=stamp,
        producer=PRODUCER,
    )
    pdf.Root.Metadata = pdf.make_stream(xmp.encode(), Type=Name.Metadata, Subtype=Name.XML)
    for key in list(pdf.docinfo.keys()):
        del pdf.docinfo[key]
    pdf.docinfo["/Title"] = String(imprint.title)
    pdf.docinfo["/Author"] = String(imprint.author)
    pdf.docinfo["/Subject"] = String(imprint.subject)
    pdf.docinfo["/Producer"] = String(PRODUCER)
    pdf.docinfo["/Creator"] = String(PRODUCER)
    pdf.docinfo["/CreationDate"] = String(pdf_date(imprint.at))
    pdf.docinfo["/ModDate"] = String(pdf_date(imprint.at))


_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>en-US</rdf:li></rdf:Bag></dc:language>
<xmp:CreateDate>{at}</xmp:CreateDate>
<xmp:ModifyDate>{at}</xmp:ModifyDate>
<xmp:CreatorTool>{producer}</xmp:CreatorTool>
<pdf:Producer>{producer}</pdf:Producer>
</rdf:Description>
<rdf:Description rdf:about=""
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Indicates the part of ISO 14289</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
"""
