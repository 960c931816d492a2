"""A small file that unpacks to more than any machine has is turned away in time."""

import io
import resource
import zlib

import pikepdf
import pytest

from ilocdoc.packet import attachments
from ilocdoc.packet.attachments import read_contents
from ilocdoc.packet.thrift import little_memory
from ilocdoc.record.errors import DocumentError

MIB = 1024 * 1024


def with_attachment(pdf: bytes, content: bytes, **entries: object) -> bytes:
    """The document with another stream in the place of its first attachment."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        spec = opened.Root.AF[0]
        stream = pikepdf.Stream(opened, content)
        for name, value in entries.items():
            stream[f"/{name}"] = value
        spec.EF.F = spec.EF.UF = opened.make_indirect(stream)
        opened.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return out.getvalue()


def test_an_attachment_that_unpacks_without_end_is_not_unpacked(unsigned, monkeypatch):
    monkeypatch.setattr(attachments, "MOST_ATTACHED_BYTES", MIB)
    assert read_contents(unsigned).kind == "report"
    bomb = zlib.compress(bytes(2 * MIB))
    with pytest.raises(DocumentError, match="larger"):
        read_contents(with_attachment(unsigned, bomb, Filter=pikepdf.Name.FlateDecode))


def test_an_attachment_that_is_packed_otherwise_is_refused(unsigned):
    with pytest.raises(DocumentError, match="packs none"):
        read_contents(with_attachment(unsigned, b"616263>", Filter=pikepdf.Name.ASCIIHexDecode))


def test_a_page_of_a_stranger_is_not_read(house, approved):
    """The signatures are judged first; then nothing is drawn whose signer is unknown."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(approved)) as opened:
        opened.pages[0].Contents = opened.make_stream(b"")
        opened.save(out)
    reasons = " ".join(
        house.press.verify(out.getvalue(), root_der=house.authority.root_der).reasons
    )
    assert "cover" in reasons
    assert "first page" not in reasons


def test_memory_is_limited_while_the_block_lasts_only():
    before = resource.getrlimit(resource.RLIMIT_AS)
    with little_memory(3 * 1024 * MIB), pytest.raises(MemoryError):
        bytearray(4 * 1024 * MIB)
    assert resource.getrlimit(resource.RLIMIT_AS) == before
