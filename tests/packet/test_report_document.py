"""The report document: what it shows, what it holds, and that it is always the same."""

import json
import re
from dataclasses import replace

import pytest

from ilocdoc.record.errors import DocumentError
from ilocdoc.record.form_reading import read_form
from ilocdoc.record.report import version_to_json
from ilocdoc.wire.canonical import canonical_bytes
from tests.packet import judges
from tests.packet.samples import FORM, bare_report, rich_report

AGENCY = next(f for f in read_form(FORM).repeats() if f.name == "agents").field("agency")


def flat(text: str) -> str:
    return " ".join(text.split())


def test_the_form_is_printed_in_order_with_the_selected_words(approved, file_of):
    said = flat(judges.words(file_of(approved), "-layout"))
    for words in (
        "Federal Enforcement Incident Report",
        "LOC-0A1B-261020-01, version 1",
        read_form(FORM).choice_label(AGENCY, "claimed_fed_unverified"),
        "Marked POLICE only",
        "Ximena Muestra-Łącka",
        "20 Oct 2026, about 1152",
        "41.844410, -87.705120 (gps, within 6 m)",
        "Statement of medical staff",
    ):
        assert words in said
    order = ["Place and time", "Members and people", "Federal agents", "Injuries and care"]
    assert [said.index(each) for each in order] == sorted(said.index(each) for each in order)


def test_the_four_absences_and_no_response_are_different_words(approved, file_of):
    said = flat(judges.words(file_of(approved)))
    assert "declined (reason: Said no when asked)" in said
    assert "not asked (reason: Had left)" in said
    assert "not applicable (reason: Reached through the parent)" in said
    assert "unknown" in said
    assert re.search(r"No response: [^:]*Indoors, outdoors; When the last member left", said)


def test_the_record_inside_is_the_record_and_its_digest_stands_on_every_page(approved, file_of):
    path = file_of(approved)
    record = judges.attachment(path, "report.json")
    assert record == canonical_bytes(version_to_json(rich_report()))
    digest = judges.sha256(record)
    short = f"{digest[:16]}…{digest[-8:]}"
    pages = judges.words(path, "-layout").split("\f")[:-1]
    assert len(pages) > 5
    assert all(short in page for page in pages)
    assert digest in "".join(pages[0].split())
    manifest = json.loads(judges.attachment(path, "manifest.json"))
    assert manifest["files"] == [{"name": "report.json", "sha256": digest, "size": len(record)}]


def test_no_font_is_missing_from_the_file(approved, file_of):
    rows = judges.run("pdffonts", file_of(approved)).splitlines()[2:]
    assert rows
    assert all(re.search(r"yes +yes +yes +\d+ +0$", row) for row in rows), rows


def test_the_file_says_when_the_report_was_submitted(unsigned, file_of):
    said = judges.run("pdfinfo", "-isodates", file_of(unsigned))
    assert "CreationDate:    2026-10-20T18:50:00" in said or "2026-10-20T13:50:00-05" in said
    assert re.search(r"Tagged: +yes", said)
    assert re.search(r"Page size: +612 x 792", said)
    assert re.search(r"PDF version: +1\.7", said)


def test_a_signed_file_begins_with_the_bytes_that_were_shown(unsigned, certified, approved):
    assert certified.startswith(unsigned)
    assert approved.startswith(certified)


def test_a_draft_is_marked_on_every_page_and_can_never_be_signed(house, file_of):
    draft = house.press.report_document(rich_report(), form=FORM, draft=True)
    path = file_of(draft)
    pages = judges.words(path).split("\f")[:-1]
    assert all("DRAFT" in page and "Not for filing" in page for page in pages)
    with pytest.raises(DocumentError, match="no place for this signature"):
        house.certify(draft, "99001", minutes=1)
    verdict = house.press.verify(draft, root_der=house.authority.root_der)
    assert not verdict.accepted
    assert "draft" in verdict.reasons[0]


def test_training_stands_on_every_page_and_can_be_signed(house, file_of):
    pdf = house.press.report_document(rich_report(training=True), form=FORM, draft=False)
    signed = house.signed(pdf)
    pages = judges.words(file_of(signed)).split("\f")[:-1]
    assert all("TRAINING" in page for page in pages)
    assert house.press.verify(signed, root_der=house.authority.root_der).accepted


def test_a_report_with_nothing_in_it_still_prints(house, file_of):
    pdf = house.press.report_document(bare_report(), form=FORM, draft=False)
    said = flat(judges.words(file_of(pdf)))
    assert re.search(r"No response: [^:]*When it began", said)
    assert "No file was taken in" in said


def test_a_supplement_names_the_report_it_belongs_to(house, file_of):
    from ilocdoc.record.report import ReportKind

    version = bare_report()
    draft = replace(version.draft, kind=ReportKind.SUPPLEMENT, parent="0192a7c0-parent")
    pdf = house.press.report_document(replace(version, draft=draft), form=FORM, draft=False)
    assert "Supplement to report 0192a7c0-parent" in flat(judges.words(file_of(pdf)))


def test_text_that_no_record_can_hold_is_refused_in_plain_words(house):
    with pytest.raises(DocumentError, match="no record can hold"):
        house.press.report_document(bare_report(synopsis="\ud800"), form=FORM, draft=False)
