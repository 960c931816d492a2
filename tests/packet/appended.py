"""Changes that are appended as a further revision, as editors and insiders make them."""

import io
import re
from collections.abc import Callable

import pikepdf
from pikepdf import Array
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

from ilocdoc.packet.signing import Appending, _KeyHolder
from ilocdoc.packet.upgrading import _Asking
from ilocdoc.wire.envelope import SoftwareKey
from tests.doubles.authority import Authority
from tests.doubles.stamp_authority import StampAuthority


def incremental(change: Callable[[IncrementalPdfFileWriter], None]) -> Callable[[bytes], bytes]:
    """A change that is appended as a further revision, as editors do."""

    def alter(pdf: bytes) -> bytes:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        change(writer)
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()

    return alter


def _name(text: str) -> generic.NameObject:
    return generic.NameObject(text)


def _first_page(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    reference = writer.prev.root["/Pages"]["/Kids"].raw_get(0)
    writer.mark_update(reference)
    return reference.get_object()


def new_page_content(writer: IncrementalPdfFileWriter) -> None:
    page = _first_page(writer)
    stream = generic.StreamObject(stream_data=b"0 0 0 rg 72 72 400 600 re f")
    page[_name("/Contents")] = writer.add_object(stream)


def evil_annotation(writer: IncrementalPdfFileWriter) -> None:
    page = _first_page(writer)
    note = generic.DictionaryObject(
        {
            _name("/Type"): _name("/Annot"),
            _name("/Subtype"): _name("/FreeText"),
            _name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (72, 400, 540, 700))),
            _name("/Contents"): generic.TextStringObject("nothing happened"),
            _name("/F"): generic.NumberObject(4),
        }
    )
    page[_name("/Annots")] = generic.ArrayObject([writer.add_object(note)])


def another_title(writer: IncrementalPdfFileWriter) -> None:
    writer.set_info(
        generic.DictionaryObject({_name("/Title"): generic.TextStringObject("Another")})
    )


def an_action_at_opening(writer: IncrementalPdfFileWriter) -> None:
    action = generic.DictionaryObject(
        {_name("/S"): _name("/JavaScript"), _name("/JS"): generic.TextStringObject("app.alert(1)")}
    )
    writer.root[_name("/OpenAction")] = writer.add_object(action)
    writer.update_root()


def an_empty_revision(writer: IncrementalPdfFileWriter) -> None:
    writer.update_root()


def a_text_field(writer: IncrementalPdfFileWriter) -> None:
    field = generic.DictionaryObject(
        {
            _name("/FT"): _name("/Tx"),
            _name("/T"): generic.TextStringObject("Remark"),
            _name("/V"): generic.TextStringObject("withdrawn"),
        }
    )
    form = writer.root["/AcroForm"]
    form["/Fields"].append(writer.add_object(field))
    writer.update_root()
    writer.update_container(form)


def a_font_with_other_letters(writer: IncrementalPdfFileWriter) -> None:
    """Shadow attack, replace: the words stay, what they look like is exchanged."""
    fonts = _first_page(writer)["/Resources"]["/Font"]
    reference = next(fonts.raw_get(name) for name in fonts)
    font = reference.get_object()
    font[_name("/ToUnicode")] = writer.add_object(generic.StreamObject(stream_data=b"other"))
    font["/FontDescriptor"][_name("/FontFile2")] = writer.add_object(
        generic.StreamObject(stream_data=b"other glyphs")
    )
    writer.mark_update(reference)
    writer.update_container(font["/FontDescriptor"])


def a_content_taken_away(writer: IncrementalPdfFileWriter) -> None:
    """Shadow attack, hide: what covered something is written anew, empty."""
    reference = writer.prev.root["/Pages"]["/Kids"][0].raw_get("/Contents")
    writer.objects[(0, reference.idnum)] = generic.StreamObject(stream_data=b"")


def another_object_in_its_place(writer: IncrementalPdfFileWriter) -> None:
    """Shadow attack, hide and replace: a reference leads to what was prepared."""
    pages = writer.prev.root["/Pages"]
    pages["/Kids"][0] = pages["/Kids"].raw_get(1)
    writer.update_container(pages)


def a_gap_filled(number: int) -> Callable[[IncrementalPdfFileWriter], None]:
    """An object with the number that a prepared page leads to and nothing had."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        drawn = generic.StreamObject(stream_data=b"0 0 612 792 re f")
        writer.objects[(0, number)] = drawn
        writer._lastobj_id = max(writer._lastobj_id, number)

    return change


def an_attachment_appended(writer: IncrementalPdfFileWriter) -> None:
    content = generic.StreamObject(stream_data=b"extra")
    spec = generic.DictionaryObject(
        {
            _name("/Type"): _name("/Filespec"),
            _name("/F"): generic.TextStringObject("extra.txt"),
            _name("/EF"): generic.DictionaryObject({_name("/F"): writer.add_object(content)}),
        }
    )
    names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
    names += [generic.TextStringObject("extra.txt"), writer.add_object(spec)]
    writer.update_root()


def a_language(writer: IncrementalPdfFileWriter) -> None:
    """As harmless as a change of the catalogue can be."""
    writer.root[_name("/Lang")] = generic.TextStringObject("es")
    writer.update_root()


def another_earlier_value(writer: IncrementalPdfFileWriter) -> None:
    """The first signature's picture is exchanged; the signature stays."""
    reference = writer.prev.root["/AcroForm"]["/Fields"].raw_get(0)
    picture = generic.StreamObject(stream_data=b"")
    picture.update(
        {
            _name("/Type"): _name("/XObject"),
            _name("/Subtype"): _name("/Form"),
            _name("/BBox"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 235, 84))),
        }
    )
    field = reference.get_object()
    field[_name("/AP")] = generic.DictionaryObject({_name("/N"): writer.add_object(picture)})
    writer.mark_update(reference)


INSIDE: dict[str, Callable[[IncrementalPdfFileWriter], None]] = {
    "new page content": new_page_content,
    "a note over the text": evil_annotation,
    "another title": another_title,
    "an action at opening": an_action_at_opening,
    "a text field": a_text_field,
    "a font with other letters": a_font_with_other_letters,
    "a content taken away": a_content_taken_away,
    "another object in its place": another_object_in_its_place,
    "an attachment appended": an_attachment_appended,
    "a language": a_language,
    "another picture of the first signature": another_earlier_value,
}
"""What an insider may try in the very revision that the own signature or a stamp covers."""


def with_a_gap(pdf: bytes) -> tuple[bytes, int]:
    """An unsigned document whose first page also leads to an object that is not there."""

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        page = opened.pages[0].obj
        page.Contents = Array([page.Contents, opened.make_indirect(opened.make_stream(b" "))])
        opened.save(
            out, object_stream_mode=pikepdf.ObjectStreamMode.generate, compress_streams=False
        )
    found = re.search(rb"/Contents \[ \d+ 0 R (\d+) 0 R \]", out.getvalue())
    assert found is not None
    # One digit more, which takes the space before the bracket: no byte moves.
    number = b"9" * (len(found[1]) + 1)
    text = found[0].replace(b" " + found[1] + b" 0 R ]", b" " + number + b" 0 R]")
    assert len(text) == len(found[0])
    return out.getvalue().replace(found[0], text), int(number)


def _signed(
    pdf: bytes | IncrementalPdfFileWriter, key: SoftwareKey, *, field: str, **more: object
) -> bytes:
    """Sign as another program would, with a key of a member."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf)) if isinstance(pdf, bytes) else pdf
    meta = signers.PdfSignatureMetadata(
        field_name=field, subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256", **more
    )
    machine = signers.PdfSigner(meta, signer=_KeyHolder(key))
    return machine.sign_pdf(writer, existing_fields_only=True).getvalue()


def signed_without_certifying(unsigned: bytes, authority: Authority) -> bytes:
    """The author signs, but allows every later change."""
    key = authority.signer("P.O. Alder Quill", star="99001")
    return _signed(unsigned, key, field="ReportingOfficer")


def approved_with_a_change(
    certified: bytes,
    authority: Authority,
    change: Callable[[IncrementalPdfFileWriter], None] = new_page_content,
) -> bytes:
    """The approver changes something in the very revision that the own signature covers."""
    writer = Appending(io.BytesIO(certified), strict=True)
    change(writer)
    key = authority.signer("Sgt Rowan Pell", star="99010")
    return _signed(
        writer,
        key,
        field="ApprovingSupervisor",
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )


def stamped_with_a_change(
    signed: bytes, stamps: StampAuthority, change: Callable[[IncrementalPdfFileWriter], None]
) -> bytes:
    """A revision that changes something and is then closed by a genuine time stamp."""
    writer = Appending(io.BytesIO(signed), strict=True)
    change(writer)
    machine = signers.PdfTimeStamper(
        _Asking(stamps.ask),
        field_name="ArchiveTimestamp1",
        invis_settings=fields.InvisSigSettings(box_out_of_bounds=True),
    )
    out = io.BytesIO()
    machine.timestamp_pdf(writer, "sha256", bytes_reserved=16384, output=out)
    return out.getvalue()
