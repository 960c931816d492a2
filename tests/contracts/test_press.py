"""One suite for every press: the plain double and the real one keep the same promises."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ilocdoc.casework.ports import Press
from ilocdoc.packet.press import PdfPress
from tests.doubles.authority import Authority, cast
from tests.doubles.plain_press import PlainPress
from tests.packet.samples import DAY, FORM, bare_report


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module", params=[PlainPress, PdfPress])
def press(request) -> Press:
    return request.param()


@pytest.fixture(scope="module")
def documents(press: Press, authority: Authority) -> list[bytes]:
    """Unsigned, certified, approved."""
    members = cast(authority)
    author, reviewer = members["99001"], members["99010"]
    unsigned = press.report_document(bare_report(), form=FORM, draft=False)
    certified = press.certify(unsigned, signer=author.signer, officer=author.officer, at=DAY)
    later = DAY + timedelta(minutes=40)
    approved = press.approve(certified, signer=reviewer.signer, officer=reviewer.officer, at=later)
    return [unsigned, certified, approved]


def test_the_same_report_gives_the_same_document(press, documents):
    assert press.report_document(bare_report(), form=FORM, draft=False) == documents[0]


def test_each_signature_is_added_behind_what_was_read(documents):
    unsigned, certified, approved = documents
    assert certified.startswith(unsigned)
    assert approved.startswith(certified)


def test_only_a_document_with_both_signatures_is_accepted(press, documents, authority):
    accepted = [press.verify(each, root_der=authority.root_der).accepted for each in documents]
    assert accepted == [False, False, True]


def test_a_rejection_has_a_reason(press, documents, authority):
    assert press.verify(documents[1], root_der=authority.root_der).reasons


def test_a_certified_document_is_certified(press, documents, authority):
    assert press.is_certified(documents[1], root_der=authority.root_der)
    assert not press.is_certified(documents[0], root_der=authority.root_der)


def test_an_altered_document_is_not_accepted(press, documents, authority):
    altered = documents[2].replace(b"Testbed", b"Placebo") + b"\n"
    assert not press.verify(altered, root_der=authority.root_der).accepted


def test_what_is_no_picture_is_an_exhibit_all_the_same(press):
    assert press.exhibit("e1", b"not a picture").evidence_id == "e1"


def test_pages_are_pictures(press, documents):
    for width, height, rgb in press.pages(documents[2], dpi=40):
        assert len(rgb) == 3 * width * height


def test_a_document_holds_the_report_it_was_made_of_and_no_other(press, documents):
    report = bare_report()
    other = replace(report, submitted_at="2026-10-20T23:59:59.000000Z")
    for each in documents:
        assert press.holds(each, report)
        assert not press.holds(each, other)
    assert not press.holds(b"%PDF", report)
