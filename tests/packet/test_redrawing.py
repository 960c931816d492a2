"""The pages show the record: a verifier draws the embedded record again and compares."""

import json
from dataclasses import replace

import pytest
from reportlab.pdfbase.ttfonts import TTFError

from ilocdoc.packet import bindery, renderer, verify
from ilocdoc.packet.attachments import LAYOUT, read_contents
from ilocdoc.packet.redrawing import is_same_document
from ilocdoc.packet.renderer import this_renderer
from ilocdoc.packet.verify import DRAWN_AGAIN, OTHER_PAGES
from ilocdoc.record.documents import Pages
from tests.packet import attacks
from tests.packet.case_file import second_version
from tests.packet.samples import FORM, bare_report, rich_report

ANOTHER = {"version": 1, "sha256": "00" * 32}


def judged(house, pdf: bytes):
    return house.press.verify(pdf, root_der=house.authority.root_der)


@pytest.fixture
def lying(monkeypatch):
    """A program that embeds one record, prints its digest, and draws another."""

    def draws(other):
        monkeypatch.setattr(bindery, "version_from_json", lambda _value: other)

    yield draws
    monkeypatch.undo()


def made_by_a_liar(house, lying, monkeypatch, kind, packet):
    """A report, packet or annex signed by the right members whose pages are of another record."""
    told = rich_report()
    answers = {**told.draft.answers, "synopsis": "Nothing happened.", "place": "elsewhere"}
    lying(replace(told, draft=replace(told.draft, answers=answers)))
    if kind == "report":
        unsigned = house.press.report_document(rich_report(), form=FORM, draft=False)
        monkeypatch.undo()
        return house.signed(unsigned)
    main, _annex = house.press.packet(packet.contents, form=FORM)
    monkeypatch.undo()
    if kind == "annex":
        # An annex draws its answers from the record itself, so its pages are changed by hand.
        changed = attacks.with_other_words(packet.annex, b"Confidential answers", b"Nothing else")
        return house.certify(changed, "99010", minutes=181)
    return house.approve(house.certify(main, "99010", minutes=181), "99020", minutes=281)


def test_every_kind_of_document_is_drawn_again_byte_for_byte(house, approved, packet):
    for pdf in (approved, packet.signed, packet.signed_annex):
        verdict = judged(house, pdf)
        assert (verdict.accepted, verdict.pages) == (True, Pages.SAME), verdict.reasons
        assert DRAWN_AGAIN in verdict.reasons
    inner = dict(judged(house, packet.signed_annex).documents)
    assert inner["report-document-1.pdf"].pages is Pages.SAME


@pytest.mark.parametrize("kind", ["report", "packet", "annex"])
def test_pages_of_another_record_are_rejected_whoever_signed_them(
    house, lying, monkeypatch, kind, packet
):
    pdf = made_by_a_liar(house, lying, monkeypatch, kind, packet)
    verdict = judged(house, pdf)
    assert (verdict.accepted, verdict.kind, verdict.pages) == (False, kind, Pages.OTHER)
    assert verdict.reasons == (OTHER_PAGES,)


def test_one_word_of_one_page_is_enough(house, unsigned, packet):
    changed = attacks.with_other_words(unsigned, b"Reporting officer", b"Reporting offlcer")
    assert judged(house, house.signed(changed)).reasons == (OTHER_PAGES,)
    changed = attacks.with_other_words(packet.main, b"Referral packet", b"Referral packed")
    signed = house.approve(house.certify(changed, "99010", minutes=181), "99020", minutes=281)
    assert judged(house, signed).reasons == (OTHER_PAGES,)


def test_nobody_is_asked_to_approve_pages_that_do_not_show_the_record(house, unsigned):
    changed = attacks.with_other_words(unsigned, b"Reporting officer", b"Reporting offlcer")
    certified = house.certify(changed, "99001", minutes=121)
    assert not house.press.is_certified(certified, root_der=house.authority.root_der)


def test_another_compressor_makes_no_other_pages(house, unsigned):
    other = attacks.packed_otherwise(unsigned)
    assert other != unsigned
    assert is_same_document(other, unsigned)
    verdict = judged(house, house.signed(other))
    assert (verdict.accepted, verdict.pages) == (True, Pages.SAME)


def test_pages_of_another_program_version_are_compared_and_never_a_fault(house):
    """Equal pages are equal whoever drew them; different ones mean nothing then."""
    same = bindery.bind_report(bare_report(), form=FORM, draft=False, renderer=ANOTHER)
    verdict = judged(house, house.signed(same))
    assert (verdict.accepted, verdict.pages) == (True, Pages.SAME)
    other = attacks.with_other_words(same, b"Reporting officer", b"Reporting member")
    verdict = judged(house, house.signed(other))
    assert (verdict.accepted, verdict.pages) == (True, Pages.NOT_DRAWN)
    assert DRAWN_AGAIN not in verdict.reasons
    assert verdict.not_checked[0].startswith("pages not re-rendered; another version")


@pytest.mark.parametrize(
    "case",
    [
        # What reportlab raises when a face cannot be opened.
        (TTFError("Can't open file"), False, Pages.NOT_DRAWN, "another version"),
        (MemoryError(), True, Pages.NOT_DRAWN, "not enough memory"),
        (KeyError("name"), True, Pages.OTHER, OTHER_PAGES),
    ],
)
def test_pages_that_cannot_be_drawn_are_no_fault_unless_this_program_drew_them(
    house, approved, monkeypatch, case
):
    fault, is_ours, pages, words = case

    def fail(*_given, **_named):
        raise fault

    monkeypatch.setattr(verify, "draw_again", fail)
    monkeypatch.setattr(verify, "is_same_renderer", lambda _contents: is_ours)
    verdict = judged(house, approved)
    assert (verdict.accepted, verdict.pages) == (pages is not Pages.OTHER, pages)
    assert words in " ".join((*verdict.reasons, *verdict.not_checked))


def test_a_form_that_is_not_here_is_said_and_no_fault(house):
    version = bare_report()
    form = replace(version.draft.form, sha256="00" * 32)
    for given in (form, replace(form, version="1999-1.1")):
        told = replace(version, draft=replace(version.draft, form=given))
        pdf = house.press.report_document(told, form=FORM, draft=False)
        verdict = judged(house, house.signed(pdf))
        assert (verdict.accepted, verdict.pages) == (True, Pages.NOT_DRAWN)
        assert "form version" in verdict.not_checked[0]


def test_the_order_in_which_answers_were_given_does_not_reach_the_pages(house):
    told = rich_report()
    answers = dict(reversed(told.draft.answers.items()))
    turned = replace(told, draft=replace(told.draft, answers=answers))
    draw = house.press.report_document
    assert draw(turned, form=FORM, draft=False) == draw(told, form=FORM, draft=False)


def test_a_packet_holds_what_its_pages_are_drawn_from_and_nothing_confidential(packet):
    layout = read_contents(packet.signed).files[LAYOUT].decode()
    assert [each["sha256"] for each in json.loads(layout)["exhibits"]] != [""]
    for secret in ("Ximena", "Muestra", "Nico", "312-555-0143", "Asthma"):
        assert secret not in layout


def test_report_documents_of_another_report_are_rejected(house, packet):
    """Genuine, signed by the right members, and not the ones that the annex is about."""
    other = house.signed(house.press.report_document(bare_report(), form=FORM, draft=False))
    for documents, words in (
        ((other,), "is of another report"),
        ((*packet.contents.documents, other), "is of another report"),
    ):
        contents = replace(packet.contents, documents=documents)
        _, annex = house.press.packet(contents, form=FORM)
        verdict = judged(house, house.certify(annex, "99010", minutes=181))
        assert not verdict.accepted
        assert words in " ".join(verdict.reasons)


def test_an_annex_needs_the_document_of_its_own_record(house, packet, certified):
    contents = second_version(packet.contents, (certified,))
    _, annex = house.press.packet(contents, form=FORM)
    verdict = judged(house, house.certify(annex, "99010", minutes=181))
    assert verdict.reasons == ("No embedded document shows the record that the annex holds.",)


def test_the_renderer_is_named_by_what_draws(monkeypatch, tmp_path):
    known = this_renderer()
    assert known["version"] == renderer.RENDERER
    assert known == this_renderer.__wrapped__()
    monkeypatch.setattr(renderer, "resource", lambda *_parts: tmp_path)
    assert this_renderer.__wrapped__()["sha256"] != known["sha256"]
    monkeypatch.undo()
    monkeypatch.setattr(renderer, "_LIBRARIES", ("reportlab", "no such library"))
    assert this_renderer.__wrapped__()["sha256"] != known["sha256"]
