"""Altered documents, made from genuine ones: every class of attack that we know how to make."""

import io
from collections.abc import Callable

import pikepdf
from asn1crypto import cms, core
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pikepdf import Array, Dictionary, Name, String
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

from ilocdoc.packet.signing import P256_ORDER, _KeyHolder
from tests.doubles.authority import Authority
from tests.packet import appended


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


def wrapped(pdf: bytes) -> bytes:
    """Signature wrapping: the signed bytes stand in the file, and something else is shown."""
    at = pdf.rindex(b"/ByteRange")
    numbers = pdf[at + 12 : pdf.index(b"]", at)].split()
    _, length, after, rest = map(int, numbers)
    between = b"5 0 obj\n<< /Length 0 >>\nstream\n\nendstream\nendobj\n"
    moved = pdf[:after] + between + pdf[after : after + rest]
    text = b"/ByteRange [0 %d %d %d]" % (length, after + len(between), rest)
    end = pdf.index(b"]", at) + 1
    return moved[:at] + text.ljust(end - at)[: end - at] + moved[end:]


def switched(pdf: bytes) -> bytes:
    """Hide and replace: only a new table is appended, which leads to bytes signed long ago."""
    import re

    root = re.findall(rb"/Root (\d+ 0 R)", pdf)[-1]
    before = re.findall(rb"startxref\n(\d+)", pdf)[-1]
    place = pdf.index(b" 0 obj") - 1
    table = b"xref\n0 1\n0000000000 65535 f \n5 1\n%010d 00000 n \n" % place
    trailer = b"trailer\n<< /Size 60001 /Root %s /Prev %s >>\n" % (root, before)
    return pdf + table + trailer + b"startxref\n%d\n%%%%EOF\n" % len(pdf)


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "new page content": appended.incremental(appended.new_page_content),
    "a note over the text": appended.incremental(appended.evil_annotation),
    "another title": appended.incremental(appended.another_title),
    "an action at opening": appended.incremental(appended.an_action_at_opening),
    "a revision that changes nothing": appended.incremental(appended.an_empty_revision),
    "a text field": appended.incremental(appended.a_text_field),
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
    "no ByteRange at all": lambda pdf: _renamed(pdf, b"/ByteRange", b"/ByteRangd"),
    "no Contents at all": lambda pdf: _renamed(pdf, b"/Contents <30", b"/Contentt <30"),
    "ByteRange of one byte": lambda pdf: _byte_range(pdf, b"/ByteRange [0 1 1 1]"),
    "ByteRange that begins later": lambda pdf: _byte_range(pdf, b"/ByteRange [9 9 99 999]"),
    "ByteRange of six numbers": lambda pdf: _byte_range(pdf, b"/ByteRange [0 1 2 1 4 1]"),
    "an entry beside the signature": lambda pdf: _beside(pdf, b"/Reason(other)"),
    "a picture beside the signature": lambda pdf: _beside(pdf, b"/AP<</N 5 0 R>>"),
    "white space beside the signature": lambda pdf: _beside(pdf, b" \n "),
    "a wrapped signature": wrapped,
    "a content taken away": appended.incremental(appended.a_content_taken_away),
    "a font with other letters": appended.incremental(appended.a_font_with_other_letters),
    "another object in its place": appended.incremental(appended.another_object_in_its_place),
    "an attachment appended": appended.incremental(appended.an_attachment_appended),
    "a table that leads elsewhere": switched,
}
"""Each must be rejected; a name and what is done to an approved document."""


def _byte_range(pdf: bytes, text: bytes) -> bytes:
    at = pdf.rindex(b"/ByteRange")
    end = pdf.index(b"]", at) + 1
    return pdf[:at] + text.ljust(end - at) + pdf[end:]


def _renamed(pdf: bytes, old: bytes, new: bytes) -> bytes:
    at = pdf.rindex(old)
    return pdf[:at] + new + pdf[at + len(old) :]


def _beside(pdf: bytes, text: bytes) -> bytes:
    """The gap that a signature leaves out holds the signature, and something more."""
    _start, end = gap(pdf, 1)
    room = len(text) + 1
    return pdf[: end - 1 - room] + b">" + text + pdf[end:]


def _contents(pdf: bytes, text: bytes) -> bytes:
    start, end = gap(pdf, 1)
    if not text:
        return pdf[: start + 1] + b"0" * (end - start - 2) + pdf[end - 1 :]
    return pdf[:start] + text.ljust(end - start) + pdf[end:]


def without_lock(unsigned: bytes) -> bytes:
    """The place of the second signature does not ask it to close the document."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(unsigned)) as pdf:
        for field in pdf.Root.AcroForm.Fields:
            if "/Lock" in field:
                del field["/Lock"]
        pdf.save(out)
    return out.getvalue()
