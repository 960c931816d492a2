"""Whoever can sign still cannot change anything on the way; chance cannot either."""

import io
import os

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel

from ilocdoc.packet import bindery
from ilocdoc.packet.upgrading import add_time_stamp
from ilocdoc.packet.verify import verify_document
from ilocdoc.record.documents import Pages
from tests.doubles.stamp_authority import StampAuthority
from tests.packet import appended, attacks
from tests.packet.campaign import accepted_changes, random_changes
from tests.packet.samples import FORM, bare_report

COUNT = int(os.environ.get("ILOCDOC_CHANGES", "150"))
"""Seeded changes over all documents; `make campaign` asks for 2,400."""
ANOTHER = {"version": 1, "sha256": "00" * 32}
"""A renderer that is not here: what the pages look like is then no reason to reject."""


def judged(house, pdf: bytes, stamps: StampAuthority | None = None):
    roots = [stamps.root_der] if stamps else []
    return verify_document(pdf, root_der=house.authority.root_der, stamp_roots=roots)


@pytest.fixture(scope="module")
def stamps(tmp_path_factory) -> StampAuthority:
    return StampAuthority(tmp_path_factory.mktemp("stamps"))


@pytest.fixture(scope="module")
def long_report(house) -> bytes:
    """Unsigned, of several pages, by a renderer that is not here."""
    version = bare_report(synopsis="Nothing of note was seen. " * 400)
    return bindery.bind_report(version, form=FORM, draft=False, renderer=ANOTHER)


@pytest.fixture(scope="module")
def certified_report(house, long_report) -> bytes:
    return house.certify(long_report, "99001", minutes=121)


@pytest.fixture(scope="module")
def signed_report(house, certified_report) -> bytes:
    return house.approve(certified_report, "99010", minutes=161)


def difference(pdf: bytes) -> list[bool]:
    """Whether another program's difference analysis finds each signature untouched enough."""
    found = []
    for each in PdfFileReader(io.BytesIO(pdf), strict=True).embedded_signatures:
        each.compute_integrity_info()
        level = getattr(each.diff_result, "modification_level", None)
        found.append(level is None or level <= ModificationLevel.FORM_FILLING)
    return found


def test_the_difference_analysis_of_pyhanko_agrees_on_what_is_genuine(
    house, signed_report, packet, stamps
):
    root, roots = house.authority.root_der, [stamps.root_der]
    stamped = add_time_stamp(packet.signed, ask=stamps.ask, root_der=root, stamp_roots=roots)
    for pdf in (signed_report, packet.signed, packet.signed_annex, stamped):
        assert judged(house, pdf, stamps).accepted
        assert all(difference(pdf))


def test_signed_by_chance_or_not_the_plain_report_is_genuine(house, signed_report):
    verdict = judged(house, signed_report)
    assert (verdict.accepted, verdict.pages) == (True, Pages.SAME)


@pytest.mark.parametrize("name", appended.INSIDE)
def test_an_approver_changes_nothing_in_the_revision_that_is_signed(house, certified_report, name):
    pdf = appended.approved_with_a_change(certified_report, house.authority, appended.INSIDE[name])
    assert pdf.startswith(certified_report)
    verdict = judged(house, pdf)
    assert not verdict.accepted
    assert verdict.reasons[0].endswith(".")


@pytest.mark.parametrize("name", appended.INSIDE)
def test_whoever_stamps_changes_nothing_in_the_revision_that_is_stamped(
    house, signed_report, stamps, name
):
    pdf = appended.stamped_with_a_change(signed_report, stamps, appended.INSIDE[name])
    assert pdf.startswith(signed_report)
    assert not judged(house, pdf, stamps).accepted


def test_what_pyhanko_tolerates_is_refused_here(house, certified_report):
    """A change of the title counts as an update of metadata there."""
    pdf = appended.approved_with_a_change(certified_report, house.authority, appended.another_title)
    assert difference(pdf)[0]
    assert "changed after it was signed" in judged(house, pdf).reasons[0]


def test_a_gap_that_was_prepared_is_never_filled(house, long_report):
    """Nothing that was signed is written anew, and yet the page would show something else."""
    prepared, number = appended.with_a_gap(long_report)
    certified = house.certify(prepared, "99001", minutes=121)
    assert judged(house, house.approve(certified, "99010", minutes=161)).accepted
    change = appended.a_gap_filled(number)
    filled = appended.approved_with_a_change(certified, house.authority, change)
    assert "that was not there" in judged(house, filled).reasons[0]


def test_a_page_of_another_packet_in_a_genuine_one_is_found(house, packet):
    """Both are signed by the right members; one lends its pages to the other."""
    lent = attacks.with_other_words(packet.main, b"Referral packet", b"Referral packets")
    signed = house.approve(house.certify(lent, "99010", minutes=181), "99020", minutes=281)
    assert judged(house, signed).pages is Pages.OTHER


def test_no_seeded_change_is_accepted_and_none_escapes(house, packet, signed_report, stamps):
    """Single bytes, cuts, tails, moved blocks: of a report, a packet, an annex, a stamped one."""
    root, roots = house.authority.root_der, [stamps.root_der]
    stamped = add_time_stamp(signed_report, ask=stamps.ask, root_der=root, stamp_roots=roots)
    documents = ((signed_report, 2), (packet.signed, 2), (packet.signed_annex, 1), (stamped, 3))
    for number, (pdf, signatures) in enumerate(documents):
        altered = [
            each
            for each in random_changes(
                pdf, seed=20261120 + number, count=COUNT // len(documents), signatures=signatures
            )
            if each != pdf
        ]
        assert accepted_changes(lambda one: judged(house, one, stamps).accepted, altered) == []
