"""The strict verifier rejects every altered document, with a reason, and never crashes."""

import io
import random
from datetime import UTC, datetime

import pikepdf
import pytest

from tests.doubles.authority import Authority, cast
from tests.packet import appended, attacks, judges
from tests.packet.samples import DAY, FORM, bare_report


@pytest.fixture(scope="session")
def small(house) -> bytes:
    """A genuine document that is quick to judge."""
    return house.signed(house.press.report_document(bare_report(), form=FORM, draft=False))


def judged(house, pdf: bytes):
    return house.press.verify(pdf, root_der=house.authority.root_der)


def test_a_genuine_document_is_accepted_and_what_was_checked_is_said(house, approved):
    verdict = judged(house, approved)
    assert (verdict.accepted, verdict.kind) == (True, "report")
    assert verdict.signers == ("P.O. Alder Quill", "Sgt Rowan Pell")
    assert "Nothing was added" in verdict.reasons[0]


@pytest.mark.parametrize("name", attacks.CHANGES)
def test_an_altered_document_is_rejected_with_a_reason(house, small, name):
    altered = attacks.CHANGES[name](small)
    assert altered != small
    verdict = judged(house, altered)
    assert not verdict.accepted
    assert verdict.reasons[0].endswith(".")


def test_stock_tools_take_what_only_the_strict_verifier_refuses(house, small, file_of):
    """Why there is a verifier of our own."""
    for name in ("a note over the text", "another title", "a line end behind the file"):
        path = file_of(attacks.CHANGES[name](small))
        said = judges.pdfsig(path, root_der=house.authority.root_der)
        assert said.count("Signature is Valid.") == 2, name


def test_a_further_signature_by_a_stranger_is_rejected(house, small):
    altered = attacks.a_signature_by_a_stranger(small, house.authority)
    assert not judged(house, altered).accepted


def test_an_approver_cannot_change_the_page_while_signing(house, certified, caplog):
    altered = appended.approved_with_a_change(certified, house.authority)
    assert altered.startswith(certified)
    verdict = judged(house, altered)
    assert not verdict.accepted
    assert "changed after it was signed" in " ".join(verdict.reasons)


def test_going_back_to_an_earlier_revision_is_found(house, small, certified, unsigned, approved):
    first = small[: small.index(b"%%EOF", attacks.gap(small, 0)[1]) + 6]
    assert "approving signature is missing" in judged(house, first).reasons[0]
    assert house.press.is_certified(first, root_der=house.authority.root_der)
    assert "approving signature is missing" in judged(house, certified).reasons[0]
    assert "signature is missing" in judged(house, unsigned).reasons[0]
    assert not house.press.is_certified(unsigned, root_der=house.authority.root_der)
    assert not house.press.is_certified(approved, root_der=house.authority.root_der)


def test_a_certified_document_that_was_altered_is_not_certified(house, certified):
    altered = attacks.CHANGES["another title"](certified)
    assert not house.press.is_certified(altered, root_der=house.authority.root_der)


def test_signatures_below_another_root_are_rejected(house, small):
    verdict = house.press.verify(small, root_der=Authority().root_der)
    assert not verdict.accepted
    assert "trusted root" in " ".join(verdict.reasons)


def test_a_root_that_is_no_certificate_rejects_everything(house, small):
    assert not house.press.verify(small, root_der=b"").accepted


def test_a_foreign_authority_of_the_same_name_is_rejected(house):
    foreign = Authority()
    members = cast(foreign)
    pdf = house.press.report_document(bare_report(), form=FORM, draft=False)
    for star, act in (("99001", house.press.certify), ("99010", house.press.approve)):
        pdf = act(pdf, signer=members[star].signer, officer=members[star].officer, at=DAY)
    assert house.press.verify(pdf, root_der=foreign.root_der).accepted
    verdict = judged(house, pdf)
    assert not verdict.accepted
    assert "trusted root" in " ".join(verdict.reasons)


def test_a_certificate_that_had_not_begun_or_had_ended_is_rejected(house):
    pdf = house.press.report_document(bare_report(), form=FORM, draft=False)
    for when in (datetime(2025, 6, 1, tzinfo=UTC), datetime(2037, 6, 1, tzinfo=UTC)):
        member, reviewer = house.members["99001"], house.members["99010"]
        signed = house.press.certify(pdf, signer=member.signer, officer=member.officer, at=when)
        signed = house.press.approve(
            signed, signer=reviewer.signer, officer=reviewer.officer, at=when
        )
        assert not judged(house, signed).accepted


def test_nobody_approves_an_own_report(house):
    pdf = house.press.report_document(bare_report(), form=FORM, draft=False)
    pdf = house.approve(house.certify(pdf, "99001", minutes=1), "99001", minutes=2)
    assert "same member" in " ".join(judged(house, pdf).reasons)


def test_the_first_signature_is_that_of_the_author(house):
    pdf = house.press.report_document(bare_report(), form=FORM, draft=False)
    pdf = house.approve(house.certify(pdf, "99002", minutes=1), "99010", minutes=2)
    assert "whom the record names" in " ".join(judged(house, pdf).reasons)


@pytest.mark.parametrize("star", ["", "0A1B"])
def test_a_key_of_headquarters_or_of_a_laptop_writes_no_report(house, star):
    """Their certificates lie below the same root as those of members."""
    pdf = house.press.report_document(bare_report(), form=FORM, draft=False)
    machine = house.authority.signer("Headquarters", star=star)
    author = house.members["99001"].officer
    pdf = house.press.certify(pdf, signer=machine, officer=author, at=DAY)
    pdf = house.approve(pdf, "99010", minutes=2)
    assert "whom the record names" in " ".join(judged(house, pdf).reasons)


def test_a_first_signature_that_does_not_certify_is_found(house):
    pdf = house.press.report_document(bare_report(), form=FORM, draft=False)
    signed = appended.signed_without_certifying(pdf, house.authority)
    assert not house.press.is_certified(signed, root_der=house.authority.root_der)
    verdict = judged(house, house.approve(signed, "99010", minutes=2))
    assert "does not certify" in " ".join(verdict.reasons)


def test_a_second_signature_that_does_not_close_the_document_is_found(house):
    pdf = house.press.report_document(bare_report(), form=FORM, draft=False)
    signed = house.signed(attacks.without_lock(pdf))
    assert "does not close" in " ".join(judged(house, signed).reasons)


def test_a_revision_before_the_first_signature_is_found(house):
    """What was added and then signed over is no part of what the program makes."""
    pdf = house.press.report_document(bare_report(), form=FORM, draft=False)
    added = appended.incremental(appended.an_empty_revision)(pdf)
    assert "added to the document" in " ".join(judged(house, house.signed(added)).reasons)


def test_a_document_of_another_program_is_rejected(house, small):
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(out)
    for other in (out.getvalue(), b"", b"%PDF-1.7", small[:1000], bytes(10_000)):
        verdict = judged(house, other)
        assert (verdict.accepted, verdict.kind) == (False, "unknown")


def test_an_attachment_changed_before_signing_is_found(house):
    """Whoever can sign still cannot let record and page disagree."""
    pdf = house.press.report_document(bare_report(), form=FORM, draft=False)
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        spec = opened.Root.AF[1]
        assert str(spec.UF) == "report.json"
        spec.EF.F.write(spec.EF.F.read_bytes().replace(b"4100", b"4200"))
        opened.save(out)
    reasons = " ".join(judged(house, house.signed(out.getvalue())).reasons)
    assert "report.json is not the one that the manifest names" in reasons
    assert "digest printed on the first page" in reasons


def test_single_bytes_changed_anywhere_are_found(house, small):
    """A seeded sample, denser inside the two signature containers."""
    chance = random.Random(20261020)
    places = [chance.randrange(len(small)) for _ in range(16)]
    for number in (0, 1):
        start, end = attacks.gap(small, number)
        places += [chance.randrange(start, end) for _ in range(10)]
        places += [start, start + 1, end - 2, end - 1]
    accepted = [at for at in places if judged(house, attacks.flipped(small, at)).accepted]
    assert accepted == []


def test_truncations_are_found(house, small):
    chance = random.Random(7)
    lengths = [len(small) - 1, len(small) - 6, *(chance.randrange(len(small)) for _ in range(10))]
    assert not any(judged(house, small[:length]).accepted for length in lengths)


def test_altered_packets_and_annexes_are_rejected_too(house, packet):
    for pdf in (packet.signed, packet.signed_annex):
        for name in ("another title", "an extra attachment", "a line end behind the file"):
            assert not judged(house, attacks.CHANGES[name](pdf)).accepted, name
