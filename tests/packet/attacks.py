"""Altered documents, made from genuine ones: every class of attack that we know how to make."""

import io
from collections.abc import Callable

import pikepdf
from asn1crypto import cms, core
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pikepdf import Array, Dictionary, Name, String
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

from ilocdoc.packet.signing import P256_ORDER, Appending, _KeyHolder
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


def rewritten(change: Callable[[pikepdf.Pdf], None]) -> Callable[[bytes], bytes]:
    """A change by a program that writes the whole file anew."""

    def alter(pdf: bytes) -> bytes:
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            change(opened)
            opened.save(out)
        return out.getvalue()

    return alter


def an_extra_attachment(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["extra.txt"] = pikepdf.AttachedFileSpec(pdf, b"extra", filename="extra.txt")


def no_signatures(pdf: pikepdf.Pdf) -> None:
    for field in pdf.Root.AcroForm.Fields:
        if "/V" in field:
            del field.V


def an_optimised_copy(_pdf: pikepdf.Pdf) -> None:
    """Nothing but the writing anew."""


def a_hidden_layer(pdf: pikepdf.Pdf) -> None:
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("hidden")))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(OFF=Array([group])))


def a_launch_link(pdf: pikepdf.Pdf) -> None:
    action = Dictionary(S=Name.Launch, F=String("calc.exe"))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 612, 792]), A=action)
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link)])


def a_signature_by_a_stranger(pdf: bytes, authority: Authority) -> bytes:
    """A third, visible signature in a field of its own."""
    key = authority.signer("P.O. Juniper Vane", star="99002")
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    fields.append_signature_field(writer, fields.SigFieldSpec("Extra", box=(100, 100, 300, 160)))
    meta = signers.PdfSignatureMetadata(field_name="Extra")
    machine = signers.PdfSigner(meta, signer=_KeyHolder(key))
    # Our own lock forbids it; a stranger does not ask.
    machine._enforce_certification_constraints = lambda _reader: None
    return machine.sign_pdf(writer).getvalue()


def gap(pdf: bytes, number: int) -> tuple[int, int]:
    """Where the hex string of a signature begins and ends."""
    import re

    found = list(re.finditer(rb"/ByteRange \[0 (\d+) (\d+) ", pdf))[number]
    return int(found[1]), int(found[2])


def container(pdf: bytes, number: int) -> cms.ContentInfo:
    start, end = gap(pdf, number)
    return cms.ContentInfo.load(bytes.fromhex(pdf[start + 1 : end - 1].decode()))


def with_container(pdf: bytes, number: int, info: cms.ContentInfo) -> bytes:
    """The document with another signature container in the same place."""
    start, end = gap(pdf, number)
    text = info.dump(force=True).hex().upper().encode()
    room = end - start - 2
    assert len(text) <= room
    return pdf[: start + 1] + text.ljust(room, b"0") + pdf[end - 1 :]


def the_other_signature(pdf: bytes) -> bytes:
    """The mathematically equal signature (r, n - s)."""
    from cryptography.hazmat.primitives.asymmetric.utils import (
        decode_dss_signature,
        encode_dss_signature,
    )

    info = container(pdf, 1)
    signer = info["content"]["signer_infos"][0]
    r, s = decode_dss_signature(signer["signature"].native)
    signer["signature"] = encode_dss_signature(r, P256_ORDER - s)
    return with_container(pdf, 1, info)


def an_extra_certificate(pdf: bytes) -> bytes:
    """A stranger's certificate in the bag, which no signature covers."""
    from asn1crypto import x509 as asn1_x509

    info = container(pdf, 1)
    stranger = asn1_x509.Certificate.load(Authority().root_der)
    info["content"]["certificates"].append(
        cms.CertificateChoices(name="certificate", value=stranger)
    )
    return with_container(pdf, 1, info)


def unused_bits_in_an_issuer(pdf: bytes) -> bytes:
    """The issuer's certificate with a bit string that leaves its last bit, a zero, out."""
    info = container(pdf, 1)
    bag = info["content"]["certificates"]
    place = next(n for n, c in enumerate(bag) if "Issuing" in str(c.chosen.subject.native))
    der = bag[place].chosen.dump()
    value = bag[place].chosen["signature_value"]
    at = len(der) - len(value.contents)
    start = der[:at] + b"\x01" + der[at + 1 :]
    whole = info.dump()
    changed = whole.replace(der, start)
    begin, end = gap(pdf, 1)
    text = changed.hex().upper().encode().ljust(end - begin - 2, b"0")
    return pdf[: begin + 1] + text + pdf[end - 1 :]


def an_unsigned_attribute(pdf: bytes) -> bytes:
    info = container(pdf, 1)
    attribute = cms.CMSAttribute({"type": "1.2.3.4", "values": [core.OctetString(b"more")]})
    info["content"]["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes([attribute])
    return with_container(pdf, 1, info)


def flipped(pdf: bytes, at: int, *, bit: int = 1) -> bytes:
    return pdf[:at] + bytes([pdf[at] ^ bit]) + pdf[at + 1 :]


def padding_filled(pdf: bytes) -> bytes:
    _, end = gap(pdf, 1)
    return pdf[: end - 3] + b"A" + pdf[end - 2 :]


def lower_case_hex(pdf: bytes) -> bytes:
    start, end = gap(pdf, 1)
    return pdf[:start] + pdf[start:end].lower() + pdf[end:]


def with_other_words(pdf: bytes, old: bytes, new: bytes) -> bytes:
    """An unsigned document whose pages say something else; the record is as it was."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        changed = 0
        for page in opened.pages:
            drawn = page.Contents.read_bytes()
            changed += drawn.count(old)
            page.Contents = opened.make_stream(drawn.replace(old, new))
        assert changed
        opened.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def packed_otherwise(pdf: bytes) -> bytes:
    """The same unsigned document as another compressor would have written it."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.save(
            out,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
        )
    return out.getvalue()


def certificate_pem(authority: Authority) -> bytes:
    certificate: x509.Certificate = authority.root
    return certificate.public_bytes(Encoding.PEM)


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "new page content": incremental(new_page_content),
    "a note over the text": incremental(evil_annotation),
    "another title": incremental(another_title),
    "an action at opening": incremental(an_action_at_opening),
    "a revision that changes nothing": incremental(an_empty_revision),
    "a text field": incremental(a_text_field),
    "an extra attachment": rewritten(an_extra_attachment),
    "an optimised copy": rewritten(an_optimised_copy),
    "no signatures": rewritten(no_signatures),
    "a hidden layer": rewritten(a_hidden_layer),
    "a launch link": rewritten(a_launch_link),
    "the equal signature": the_other_signature,
    "an extra certificate": an_extra_certificate,
    "an unsigned attribute": an_unsigned_attribute,
    "unused bits in an issuer": unused_bits_in_an_issuer,
    "filled padding": padding_filled,
    "hex in lower case": lower_case_hex,
    "a line end behind the file": lambda pdf: pdf + b"\n",
    "an archive behind the file": lambda pdf: pdf + b"PK\x03\x04" + bytes(100),
    "a byte before the file": lambda pdf: b" " + pdf,
    "ByteRange without numbers": lambda pdf: _byte_range(pdf, b"/ByteRange []"),
    "ByteRange of null": lambda pdf: _byte_range(pdf, b"/ByteRange null"),
    "Contents of null": lambda pdf: _contents(pdf, b"null"),
    "empty Contents": lambda pdf: _contents(pdf, b"<>"),
    "Contents of zeros": lambda pdf: _contents(pdf, b""),
}
"""Each must be rejected; a name and what is done to an approved document."""


def _byte_range(pdf: bytes, text: bytes) -> bytes:
    at = pdf.rindex(b"/ByteRange")
    end = pdf.index(b"]", at) + 1
    return pdf[:at] + text.ljust(end - at) + pdf[end:]


def _contents(pdf: bytes, text: bytes) -> bytes:
    start, end = gap(pdf, 1)
    if not text:
        return pdf[: start + 1] + b"0" * (end - start - 2) + pdf[end - 1 :]
    return pdf[:start] + text.ljust(end - start) + pdf[end:]


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


def without_lock(unsigned: bytes) -> bytes:
    """The place of the second signature does not ask it to close the document."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(unsigned)) as pdf:
        for field in pdf.Root.AcroForm.Fields:
            if "/Lock" in field:
                del field["/Lock"]
        pdf.save(out)
    return out.getvalue()


def approved_with_a_change(certified: bytes, authority: Authority) -> bytes:
    """The approver changes a page in the very revision that the own signature covers."""
    writer = IncrementalPdfFileWriter(io.BytesIO(certified))
    new_page_content(writer)
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
