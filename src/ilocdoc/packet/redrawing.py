"""Whether the pages show the record: both are in the file, so the pages are drawn again.

The unsigned document is the first revision of a signed one, byte for byte. A verifier with
the same renderer draws the embedded record again and compares: equal bytes first, and when
another compressor was at work, the same objects.
"""

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import PurePath

import pikepdf
from pyhanko.pdf_utils.reader import PdfFileReader

from ilocdoc.packet.attachments import RECORDS, Contents
from ilocdoc.packet.bindery import bind_report, draw_annex, draw_packet
from ilocdoc.packet.renderer import this_renderer
from ilocdoc.record.form_reading import read_form
from ilocdoc.record.report import version_from_json
from ilocdoc.shelf import form_file

_END = b"%%EOF"


def first_revision(pdf: bytes, reader: PdfFileReader) -> bytes:
    """Return what was there before the first signature, with its line end.

    Args:
        pdf: A signed document.
        reader: Of the same bytes.
    """
    started = reader.xrefs.get_xref_container_info(0).start_location
    end = pdf.index(_END, started) + len(_END)
    return pdf[: end + 1] if pdf[end : end + 1] == b"\n" else pdf[:end]


def is_same_renderer(contents: Contents) -> bool:
    """Tell whether this very program laid the document out."""
    return bool(contents.manifest.get("renderer") == this_renderer())


def form_of(contents: Contents) -> bytes | None:
    """Return the form version that the embedded record names, or None if it is not here."""
    named = json.loads(contents.files[RECORDS[contents.kind]])["form"]
    name, version = (PurePath(str(named[key])).name for key in ("name", "version"))
    path = form_file(name, f"{version}.toml")
    if not path.is_file():
        return None
    form = path.read_bytes()
    return form if read_form(form).sha256 == named["sha256"] else None


def draw_again(contents: Contents, first: bytes, *, form: bytes) -> bytes:
    """Return the unsigned document that the embedded record gives.

    Args:
        contents: What the document holds.
        first: Its first revision, for the pictures.
        form: From `form_of`.
    """
    renderer = contents.manifest.get("renderer")
    if contents.kind == "report":
        version = version_from_json(json.loads(contents.files[RECORDS["report"]]))
        return bind_report(version, form=form, draft=False, renderer=renderer)
    draw = draw_packet if contents.kind == "packet" else draw_annex
    return draw(contents.files, pictures_in(first), form=form, renderer=renderer)


def is_same_document(first: bytes, drawn: bytes) -> bool:
    """Tell whether two documents are the same, byte for byte or object for object."""
    return first == drawn or _normal(first) == _normal(drawn)


def _normal(pdf: bytes) -> bytes:
    """Return a document with its objects in one order and its streams unpacked."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf), attempt_recovery=False) as opened:
        opened.save(
            out,
            static_id=True,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return out.getvalue()


def pictures_in(pdf: bytes) -> Mapping[str, bytes]:
    """Return the pictures of a document by SHA-256; none is decoded."""
    found = {}
    with pikepdf.open(io.BytesIO(pdf), attempt_recovery=False) as opened:
        for page in opened.pages:
            for picture in page.get_images().values():
                if picture.get("/Filter") == pikepdf.Name.DCTDecode:
                    jpeg = bytes(picture.read_raw_bytes())
                    found[hashlib.sha256(jpeg).hexdigest()] = jpeg
    return found
