"""The eighteen parts, on the shipped scenarios: what a prosecutor looks for is there."""

import re

import pytest

from ilocdoc.packet.redaction import withhold
from ilocdoc.record.form_reading import read_form
from tests.packet import judges
from tests.packet.samples import FORM
from tests.packet.scenario_case import scenario_case


def flat(text: str) -> str:
    return " ".join(text.split())


def part_of(said: str, number: int) -> str:
    """The text of one part, without its line in the contents."""
    start = re.compile(rf" {number}\. [A-Z]")
    begin = [each.start() for each in start.finditer(said)][-1]
    following = re.search(rf" {number + 1}\. [A-Z]|What this does not prove", said[begin + 5 :])
    return said[begin : begin + 5 + following.start()] if following else said[begin:]


@pytest.fixture(scope="module")
def said(family, tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("parts") / "packet.pdf"
    path.write_bytes(family[0])
    return flat(judges.words(path))


@pytest.fixture(scope="module")
def laid_out(family, tmp_path_factory) -> str:
    """The text line by line, as it stands on the pages."""
    path = tmp_path_factory.mktemp("parts") / "packet.pdf"
    path.write_bytes(family[0])
    return judges.words(path, "-layout")


def test_the_cover_names_who_is_to_act_and_what_comes_first(family, file_of):
    cover = flat(judges.words(file_of(family[0]), "-l", "1", "-layout"))
    for words in (
        "RD number JK000036; event 99188",
        "Reporting officer P.O. Alder Quill, star 99001",
        "Report approved by Sgt Rowan Pell, star 99010",
        "Detective told: Det. Marlow Finch, star 99020, October 20, 2026, 12:40 PM",
        "for the detective to ask: an entry names a provision that has a felony form",
        "Body-worn camera: 2 listed; other video: 2",
        "a person under 18 is recorded",
        "CDT (UTC\u22125)",
        "I was not directed by",
        "How to verify",
    ):
        assert words in cover, words


def test_every_element_stands_whether_answered_or_not(said):
    entry = said.partition("Entry 1. Facts that may be relevant to")[2]
    entry = entry.partition("Authority and immunity")[0]
    numbers = [int(each) for each in re.findall(r" (\d+)\. [A-Z]", entry)]
    elements = [each for each in numbers if each not in {8, 9}] + [8, 9]
    assert sorted(set(elements)) == list(range(1, 11))
    assert "4. A person was strangled. no response" in entry
    assert "which counsel has not yet approved" in said


def test_a_fact_leads_to_the_paragraph_of_the_statement_it_rests_on(said):
    number = re.search(r"Told; Person 1; \u00b6 (\d+)", said)
    assert number
    statements = said.rpartition("12. Statements")[2]
    assert re.search(rf"{number[1]}\. Sal\u00edamos de la tienda", statements)


def test_paragraphs_are_numbered_without_a_gap(said):
    body = said.partition("3. Synopsis In the words")[2].partition("13. Notifications Sup")[0]
    for number, words in enumerate(
        ("At about 1150", "Members 99001", "The parent had", "The parent says that several"),
        start=1,
    ):
        assert f"{number}. {words}" in body
    assert "16. We were leaving the store" in body


def test_the_index_says_where_evidence_is_cited(laid_out):
    index = flat(laid_out.partition("Index of evidence by paragraph")[2].partition("9. Chain")[0])
    assert re.search(r"F-2 video.avi: .*? \u00b6 12 \(element 2\) part 8", index)
    assert (
        "Item 1 Child's jacket with an orange stain; 9900418 \u00b6 8 (element 3) part 8" in index
    )
    assert "part 8, picture in the annex" in index
    assert "Recording 2 BWC-99002-1020-05 not cited part 10" in index


def test_custody_tells_local_time_and_utc(said):
    custody = part_of(said, 9)
    assert "October 20, 2026, 12:35 PM 2026-10-20 17:35:00 File taken in and sealed" in custody
    assert "Item 1 October 20, 2026, 12:36 PM 99002" in custody


def test_what_changed_between_versions_is_named_without_the_answers(said):
    history = part_of(said, 14)
    assert "Original, version 2 October 20, 2026, 1:45 PM Other video; Told by others" in history
    assert "When did the family reach the hospital?" in history


def test_what_is_held_and_not_attached_is_listed_what_speaks_against_first(said):
    index = part_of(said, 15)
    order = ["Facts against", "Impeachment material", "Signed report documents", "not received"]
    assert [index.index(each) for each in order] == sorted(index.index(each) for each in order)


def test_texts_that_await_counsel_say_so_where_they_stand(said):
    notice = said.partition("2. Notice Listed for review")[2].partition("The words used here")[0]
    assert "not yet approved by counsel" in notice
    assert "not yet approved by counsel" in part_of(said, 17)


def test_a_file_is_called_by_its_kind_and_not_cut_in_a_word(said):
    assert "Video (AVI)" in said
    assert "video/x-ms" not in said


def test_no_part_repeats_its_heading(said):
    assert "Statements Statements" not in said
    assert "Body-worn camera recordings Body-worn camera recordings" not in said


def test_rows_of_the_packet_are_called_by_what_they_are(said):
    assert "Entry 1, element 7 How this element stands" in said
    assert not re.search(r"\bFact \d", said)


def test_texts_of_the_annex_are_called_by_what_they_are(family, file_of):
    annex = flat(judges.words(file_of(family[1])))
    assert re.search(r"C-\d+\. Entry 3, element 3: Fact Redness around both eyes\.", annex)


def test_what_the_packet_itself_calls_people_is_no_secret(officers):
    report = scenario_case("S7", officers).report
    taken = withhold(report, read_form(FORM), key=b"key")
    assert taken.report["answers"]["synopsis"] == report["answers"]["synopsis"]
    assert taken.clean("Person 1, 312-555-0136") != "Person 1, 312-555-0136"


def test_a_secret_is_found_however_its_letters_are_composed(officers):
    report = scenario_case("S7", officers).report
    people = report["answers"]["people"]
    people[0]["name"] = "Ren\u00e9e Muestra"
    taken = withhold(report, read_form(FORM), key=b"key")
    assert "Rene\u0301e" not in taken.clean("Rene\u0301e came later")
    assert taken.clean("Rene\u0301 came later") == "Rene\u0301 came later"


def test_a_report_without_a_provision_is_for_the_detective(courthouse, house, officers, file_of):
    from dataclasses import replace

    case = scenario_case("S5", officers)
    answers = {**case.report["answers"], "apparent_violations": [], "element_facts": []}
    bare = replace(case, report={**case.report, "answers": answers})
    main, _annex = house.press.packet(bare, form=FORM)
    said = flat(judges.words(file_of(main)))
    assert "Unclassified: for detective review. No entry is recorded." in said
    entry = {"id": "v9", "offence": "unclassified", "facts": "A door was damaged."}
    one = {**answers, "apparent_violations": [entry]}
    main, _annex = house.press.packet(
        replace(case, report={**case.report, "answers": one}), form=FORM
    )
    assert "a detective classifies" in flat(judges.words(file_of(main, "one.pdf")))


def test_the_last_page_alone_says_how_to_verify(family, file_of):
    pages = judges.words(file_of(family[0]), "-layout").split("\f")[:-1]
    assert "How to verify" in pages[-1]
    assert not any(re.search(r"^ *How to verify$", page, re.MULTILINE) for page in pages[:-1])
    for command in ("qpdf --check packet.pdf", "pdfsig -nocert packet.pdf", "done < ranges"):
        assert command in pages[-1]


def test_a_row_is_split_only_if_no_page_can_hold_it(family, file_of):
    pages = judges.words(file_of(family[1]), "-layout").split("\f")[:-1]
    seen = 0
    for page in pages:
        _before, _head, table = page.partition("Salt, then commitment")
        # The first line of a table is the first line of its first row.
        first = next((line for line in table.split("\n") if line.strip()), "")
        assert not table or re.match(r"\s*C-\d+\b", first), first
        assert "Salt, then commitment" not in table
        digests = re.findall(r"(?:[0-9a-f]{8} ){3}[0-9a-f]{8}", table.partition("Texts in")[0])
        assert len(digests) % 4 == 0
        seen += len(digests)
    assert seen >= 4 * 15
