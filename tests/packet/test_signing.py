"""Two signatures, as other people's programs see them."""

import pytest

from ilocdoc.packet.signing import P256_ORDER, with_low_s
from ilocdoc.record.errors import DocumentError
from ilocdoc.wire.envelope import SoftwareKey
from tests.doubles.keys import software_key
from tests.packet import judges


def test_poppler_finds_both_signatures_valid_trusted_and_the_last_one_total(
    house, approved, file_of
):
    said = judges.pdfsig(file_of(approved), root_der=house.authority.root_der)
    assert said.count("Signature is Valid.") == 2
    assert said.count("Certificate is Trusted.") == 2
    first, second = said.split("Signature #2")
    assert "Not total document signed" in first
    assert "Total document signed" in second
    assert "Oct 20 2026" in first


def test_poppler_does_not_trust_another_root(approved, file_of):
    from tests.doubles.authority import Authority

    said = judges.pdfsig(file_of(approved), root_der=Authority().root_der)
    assert "Certificate is Trusted." not in said


def test_openssl_accepts_both_signatures_as_cades(house, approved, file_of):
    said = judges.openssl_cades(file_of(approved), house.authority)
    assert len(said) == 2
    assert all("CAdES Verification successful" in each for each in said)


def test_qpdf_finds_no_fault_in_the_syntax(approved, file_of):
    assert "No syntax or stream encoding errors" in judges.run("qpdf", "--check", file_of(approved))


def test_a_signature_cannot_be_given_twice_or_out_of_turn(house, unsigned, certified, approved):
    for act, pdf in (
        (house.approve, unsigned),
        (house.certify, certified),
        (house.certify, approved),
        (house.approve, approved),
    ):
        with pytest.raises(DocumentError, match="no place for this signature"):
            act(pdf, "99010", minutes=300)


def test_what_is_no_document_is_not_signed(house):
    for junk in (b"", b"%PDF-1.7\n", b"not a document"):
        with pytest.raises(DocumentError):
            house.certify(junk, "99001", minutes=1)


def test_a_key_without_certificate_signs_no_document(house, unsigned):
    from tests.packet.samples import DAY

    bare: SoftwareKey = software_key()
    officer = house.members["99001"].officer
    with pytest.raises(DocumentError, match="no certificate"):
        house.press.certify(unsigned, signer=bare, officer=officer, at=DAY)


def test_of_two_equal_signatures_the_smaller_is_written():
    from cryptography.hazmat.primitives.asymmetric.utils import (
        decode_dss_signature,
        encode_dss_signature,
    )

    for s in (5, P256_ORDER - 5):
        assert decode_dss_signature(with_low_s(encode_dss_signature(7, s))) == (7, 5)


def test_the_preview_draws_the_signatures(house, unsigned, approved):
    before = list(house.press.pages(unsigned, dpi=60))
    after = list(house.press.pages(approved, dpi=60))
    assert len(before) == len(after)
    changed = [n for n, (a, b) in enumerate(zip(before, after, strict=True)) if a[2] != b[2]]
    assert changed == [len(before) - 1]
    width, height, rgb = after[0]
    assert (width, height) == (510, 660)
    assert len(rgb) == width * height * 3
    left, right = _ink(before[-1]), _ink(after[-1])
    assert right[0] > left[0] + 200
    assert right[1] > left[1] + 200


def _ink(page: tuple[int, int, bytes]) -> tuple[int, int]:
    """Dark pixels in the left and in the right half."""
    width, height, rgb = page
    halves = [0, 0]
    for place in range(width * height):
        if rgb[place * 3] < 128:
            halves[place % width >= width // 2] += 1
    return halves[0], halves[1]


def test_what_is_no_document_has_no_pages(house):
    with pytest.raises(DocumentError):
        list(house.press.pages(b"nothing", dpi=50))


def test_signing_and_judging_work_inside_an_event_loop(house, unsigned):
    import asyncio

    async def inside() -> tuple[bool, bool]:
        certified = house.certify(unsigned, "99001", minutes=121)
        approved = house.approve(certified, "99010", minutes=161)
        root = house.authority.root_der
        accepted = house.press.verify(approved, root_der=root).accepted
        return house.press.is_certified(certified, root_der=root), accepted

    assert asyncio.run(inside()) == (True, True)
