"""A time stamp and revocation lists, years later, behind the signatures."""

import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import ExtendedKeyUsageOID

from ilocdoc.packet.upgrading import add_time_stamp
from ilocdoc.packet.verify import verify_document
from ilocdoc.record.documents import Pages
from ilocdoc.record.errors import DocumentError
from tests.doubles.stamp_authority import StampAuthority
from tests.packet import appended, attacks, judges
from tests.packet.samples import DAY, FORM, bare_report

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def stamps(tmp_path_factory) -> StampAuthority:
    return StampAuthority(tmp_path_factory.mktemp("stamps"))


@pytest.fixture(scope="module")
def upgraded(house, packet, stamps) -> bytes:
    return upgrade(house, packet.signed, stamps, lists=lists_of(house))


@pytest.fixture(scope="module")
def small_upgraded(house, stamps) -> bytes:
    small = house.signed(house.press.report_document(bare_report(), form=FORM, draft=False))
    return upgrade(house, small, stamps)


def upgrade(house, pdf: bytes, stamps: StampAuthority, *, lists=()) -> bytes:
    return add_time_stamp(
        pdf,
        ask=stamps.ask,
        root_der=house.authority.root_der,
        stamp_roots=[stamps.root_der],
        revocation_lists=lists,
    )


def judged(house, pdf: bytes, stamps: StampAuthority | None = None):
    roots = [stamps.root_der] if stamps else []
    return verify_document(pdf, root_der=house.authority.root_der, stamp_roots=roots)


def lists_of(house, *, revoked=None, at: datetime = NOW) -> list[bytes]:
    """Lists of the issuing certificate and of the root, made at a time."""
    authority, made = house.authority, []
    for issuer, key, entries in (
        (authority.issuing, authority.issuing_key, revoked or {}),
        (authority.root, authority.root_key, {}),
    ):
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(issuer.subject)
            .last_update(at)
            .next_update(at + timedelta(days=7))
        )
        for serial, since in entries.items():
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since)
            builder = builder.add_revoked_certificate(entry.build())
        signed = builder.sign(key, hashes.SHA256())
        made.append(signed.public_bytes(serialization.Encoding.DER))
    return made


def serial_of(house, star: str) -> int:
    der = house.members[star].signer.certificate_der
    return x509.load_der_x509_certificate(der).serial_number


def test_a_stamped_packet_is_genuine_and_says_when_it_existed(house, upgraded, stamps):
    verdict = judged(house, upgraded, stamps)
    assert verdict.accepted, verdict.reasons
    assert verdict.pages is Pages.SAME
    assert verdict.signers == ("Sgt Rowan Pell", "Det. Marlow Finch")
    last = verdict.signatures[-1]
    assert (last.kind, last.field, last.covers) == ("time stamp", "ArchiveTimestamp1", "whole file")
    assert verdict.not_checked == ("whether what is written is true.",)


def test_reports_and_annexes_are_stamped_too(house, approved, packet, stamps):
    for pdf in (approved, packet.signed_annex):
        assert judged(house, upgrade(house, pdf, stamps), stamps).accepted


def test_a_stamped_document_stays_accessible_and_archival(
    upgraded, small_upgraded, house, stamps, file_of
):
    again = upgrade(house, upgraded, stamps)
    paths = [file_of(upgraded, "1.pdf"), file_of(small_upgraded, "2.pdf"), file_of(again, "3.pdf")]
    assert judges.vera(*paths) == []
    for path in paths:
        assert "No syntax or stream encoding errors" in judges.run("qpdf", "--check", path)


def test_several_stamps_in_a_row_are_kept(house, small_upgraded, stamps):
    pdf = small_upgraded
    for number in (2, 3):
        pdf = upgrade(house, pdf, stamps, lists=lists_of(house))
        verdict = judged(house, pdf, stamps)
        assert verdict.accepted, verdict.reasons
        kinds = [each.kind for each in verdict.signatures]
        assert kinds == ["certification", "approval"] + ["time stamp"] * number
    assert pdf.startswith(small_upgraded)


def test_openssl_finds_each_stamp_to_be_of_the_bytes_before_it(upgraded, stamps, tmp_path):
    """The token is the time stamp's own; nothing of ours is asked."""
    path = tmp_path / "packet.pdf"
    path.write_bytes(upgraded)
    _, length, after, rest = ranges(upgraded)[-1]
    token, data = tmp_path / "token.der", tmp_path / "signed.bin"
    token.write_bytes(bytes.fromhex(upgraded[length + 1 : after - 1].decode()))
    data.write_bytes(upgraded[:length] + upgraded[after : after + rest])
    command = ["openssl", "ts", "-verify", "-token_in", "-in", token, "-data", data]
    roots = ["-CAfile", stamps.folder / "root.pem"]
    assert "Verification: OK" in judges.run(*command, *roots)
    data.write_bytes(data.read_bytes() + b" ")
    with pytest.raises(AssertionError, match="FAILED"):
        judges.run(*command, *roots)


def ranges(pdf: bytes) -> list[list[int]]:
    found = re.findall(rb"/ByteRange \[([\d ]+)\]", pdf)
    return [[int(each) for each in one.split()] for one in found]


def test_poppler_finds_the_stamp_last_and_total_though_it_cannot_judge_it(house, upgraded, file_of):
    said = judges.pdfsig(file_of(upgraded), root_der=house.authority.root_der)
    assert said.count("Signature is Valid.") == 2
    assert "Signature #3" in said
    third = said.partition("Signature #3")[2]
    assert "ArchiveTimestamp1" in third
    assert "Total document signed" in third.replace("Not total", "")
    assert "has not yet been verified" in third


def test_signatures_of_a_stamped_packet_stay_good_for_openssl(house, upgraded, file_of):
    path = file_of(upgraded)
    signed = ranges(upgraded)[:2]
    assert len(signed) == 2
    said = judges.openssl_cades(path, house.authority, first=2)
    assert all("CAdES Verification successful" in each for each in said)


def test_a_stamp_of_an_authority_that_nobody_named_is_rejected(house, upgraded):
    assert "authority that you trust" in judged(house, upgraded).reasons[0]


def test_a_key_that_is_not_for_stamping_stamps_nothing(house, packet, tmp_path):
    other = StampAuthority(tmp_path / "web", purpose=ExtendedKeyUsageOID.SERVER_AUTH)
    with pytest.raises((DocumentError, subprocess.CalledProcessError)):
        upgrade(house, packet.signed, other)


def test_only_a_genuine_document_is_stamped(house, packet, certified, stamps):
    asked = stamps.asked
    for pdf in (certified, packet.signed + b"\n", b"nothing", packet.main):
        with pytest.raises(DocumentError, match="not genuine"):
            upgrade(house, pdf, stamps)
    assert stamps.asked == asked


@pytest.mark.parametrize("answer", [b"", b"not an answer", b"\x30\x03\x02\x01\x00"])
def test_an_answer_that_is_no_stamp_is_not_kept(house, packet, answer, stamps):
    with pytest.raises(DocumentError, match="no time stamp for this document"):
        add_time_stamp(
            packet.signed, ask=lambda _request: answer, root_der=house.authority.root_der
        )


def test_the_answer_to_another_request_is_not_kept(house, packet, stamps):
    heard: list[bytes] = []

    def first(request: bytes) -> bytes:
        heard.append(stamps.ask(request))
        return heard[0]

    def stamped() -> bytes:
        root, roots = house.authority.root_der, [stamps.root_der]
        return add_time_stamp(packet.signed, ask=first, root_der=root, stamp_roots=roots)

    assert judged(house, stamped(), stamps).accepted
    with pytest.raises(DocumentError, match="no time stamp for this document"):
        stamped()


def test_everything_added_around_a_stamp_is_rejected(house, upgraded, stamps):
    for name in (
        "another title",
        "a note over the text",
        "new page content",
        "a text field",
        "a line end behind the file",
        "an optimised copy",
        "a revision that changes nothing",
    ):
        verdict = judged(house, attacks.CHANGES[name](upgraded), stamps)
        assert not verdict.accepted, name


def test_a_change_in_the_revision_that_is_stamped_is_rejected(house, packet, stamps):
    """Whoever asks for the stamp cannot change anything on the way."""
    for change in (appended.new_page_content, appended.another_title, appended.a_text_field):
        pdf = appended.stamped_with_a_change(packet.signed, stamps, change)
        assert pdf.startswith(packet.signed)
        verdict = judged(house, pdf, stamps)
        assert not verdict.accepted
        assert "changed after it was signed" in " ".join(verdict.reasons) or (
            "form field" in verdict.reasons[0]
        )


def test_a_stamp_that_was_taken_away_is_not_missed_and_one_in_between_is(
    house, packet, upgraded, stamps
):
    assert judged(house, upgraded[: len(packet.signed)], stamps).accepted
    early = appended.stamped_with_a_change(
        house.certify(packet.main, "99010", minutes=181), stamps, appended.an_empty_revision
    )
    assert not judged(house, early, stamps).accepted


def test_who_was_revoked_before_signing_is_found_by_the_lists_inside(house, packet, stamps):
    before = {serial_of(house, "99020"): DAY - timedelta(days=3)}
    with pytest.raises(DocumentError, match="not kept") as caught:
        upgrade(house, packet.signed, stamps, lists=lists_of(house, revoked=before))
    assert "Det. Marlow Finch was revoked before it signed" in caught.value.advice


def test_who_was_revoked_later_signed_well_and_it_is_said(house, packet, stamps):
    later = {serial_of(house, "99020"): DAY + timedelta(days=3)}
    pdf = upgrade(house, packet.signed, stamps, lists=lists_of(house, revoked=later))
    verdict = judged(house, pdf, stamps)
    assert verdict.accepted
    assert "before the certificate was revoked" in verdict.not_checked[0]


def test_lists_that_are_older_or_of_somebody_else_say_nothing(house, packet, stamps):
    from dataclasses import dataclass

    from tests.doubles.authority import Authority

    @dataclass
    class Elsewhere:
        authority: Authority

    revoked = {serial_of(house, "99020"): DAY - timedelta(days=3)}
    for lists in (
        lists_of(Elsewhere(Authority()), revoked=revoked),
        lists_of(house, revoked=revoked, at=DAY - timedelta(days=1)),
    ):
        pdf = upgrade(house, packet.signed, stamps, lists=lists)
        verdict = judged(house, pdf, stamps)
        assert verdict.accepted
        assert "no list" in verdict.not_checked[0]


def test_single_bytes_of_a_stamp_changed_anywhere_are_found(house, small_upgraded, stamps):
    from tests.packet.campaign import accepted_changes

    start, end = attacks.gap(small_upgraded, 2)
    used = start + 1 + 2 * len(attacks.container(small_upgraded, 2).dump())
    places = [start, end - 1, end - 2, used, used + 1, *range(start + 1, used, 97)]
    accepted = accepted_changes(
        lambda pdf: judged(house, pdf, stamps).accepted,
        [attacks.flipped(small_upgraded, at) for at in places],
    )
    assert accepted == []


def test_root_lists_and_stamps_leave_the_digest_of_the_record_alone(upgraded, packet, file_of):
    path = file_of(upgraded)
    record = judges.attachment(path, "report-without-confidential.json")
    assert record == judges.attachment(
        file_of(packet.signed, "p.pdf"), "report-without-confidential.json"
    )
    assert isinstance(path, Path)
