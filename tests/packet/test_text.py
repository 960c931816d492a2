"""Text of people: every script drawn, nothing executed, nothing lost without a trace."""

import json

import pytest
from reportlab.lib.styles import ParagraphStyle

from ilocdoc.packet.flowables import Prose
from ilocdoc.packet.safe_markup import PARAGRAPH_LIMIT, SafeMarkup, esc, joined, paragraphs
from ilocdoc.packet.typefaces import SANS, SERIF, face_for, prepare, unicode_map
from tests.packet import judges
from tests.packet.samples import FORM, bare_report

NAMES = {
    "Spanish": "Íñigo Ñúñez Güell",
    "Polish": "Zażółć Gęślą-Jaźń",
    "Vietnamese": "Nguyễn Thị Phượng",
    "Russian": "Алексей Ёжиков",
    "Greek": "Ελένη Παπαδοπούλου",
    "Chinese": "王小明",
    "Korean": "김민수",
    "Thai": "สมชาย ใจดี",
    "Amharic": "አበበ ቢቂላ",
    "emoji": "Sam 🙂 🚗",
    "quotation": "“O’Neil” — ‘x’ … ≥ 5 × 2",
}
RIGHT_TO_LEFT = {"Arabic": "محمد عبد الله", "Hebrew": "שרה כהן"}

HOSTILE = [
    '<img src="/etc/hostname"/>',
    '<img src="file:///etc/hostname" width="10" height="10"/>',
    '<a href="javascript:app.alert(1)">x</a>',
    '<a href="http://attacker.example/">x</a>',
    '<font name="Nothing" color="[[[getattr(pow,1)]]]">x</font>',
    '<para><onDraw name="evil" label="x"/></para>',
    "a < b & c > d &amp; &#x41; </para><para>",
    "<br/><b>bold</b><!-- -->",
    "%(x)s {0} $HOME `id`",
    "\x00\x01\x1b[31m\x7f\x85",
    "\u202etxt.exe\u202c \u2066x\u2069 \u200f",
    "\ue000\uf8ff\U000f0000",
    "\ufeffbyte\u200border\u2060mark\u00ad",
    "e\u0301 decomposed",
    "W" * 20_000,
    "word " * 20_000,
    "\n" * 50 + "end",
    "tab\tand\r\nline",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 family",
    "\u202e" * 500,
]


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def many_names(house) -> bytes:
    people = [
        {"id": f"p{n}", "name": name, "person_roles": ["witness"], "minor": "no"}
        for n, name in enumerate((*NAMES.values(), *RIGHT_TO_LEFT.values()))
    ]
    words = "\n".join((*NAMES.values(), *RIGHT_TO_LEFT.values()))
    version = bare_report(people=people, synopsis=words)
    return house.press.report_document(version, form=FORM, draft=False)


def test_names_of_many_scripts_can_be_copied_out_again(many_names, file_of):
    said = flat(judges.words(file_of(many_names)))
    for script, name in NAMES.items():
        assert name in said, script


def test_right_to_left_names_keep_their_letters_and_can_be_read_out(many_names, file_of):
    path = file_of(many_names)
    spoken = judges.run("pdfinfo", "-struct", path)
    import io

    import pikepdf

    actual = []
    with pikepdf.open(io.BytesIO(many_names)) as pdf:
        actual = [
            str(each.ActualText)
            for each in pdf.objects
            if isinstance(each, pikepdf.Dictionary) and "/ActualText" in each
        ]
    assert spoken
    for name in RIGHT_TO_LEFT.values():
        assert any(name in text for text in actual)


def test_many_scripts_stay_an_accessible_archive_document(many_names, file_of):
    assert judges.vera(file_of(many_names)) == []
    rows = judges.run("pdffonts", file_of(many_names)).splitlines()[2:]
    assert all("yes yes yes" in row for row in rows)


def test_arabic_is_joined_and_drawn_from_the_right():
    drawn = esc("محمد").xml
    # Final dal, medial meem, medial hah, initial meem: from the left, as they are drawn.
    assert "\ufeaa\ufee4\ufea4\ufee3" in drawn
    assert esc("محمد").spoken == "محمد"
    assert esc("Quill").spoken == ""


@pytest.fixture(scope="module")
def hostile(house) -> bytes:
    people = [
        {"id": f"p{n}", "name": text[:80], "description": text[:300], "person_roles": ["witness"]}
        for n, text in enumerate(HOSTILE)
    ]
    agents = [{"id": "a", "label": HOSTILE[0][:40], "agency": HOSTILE[2], "supervisor": "no"}]
    version = bare_report(
        people=people,
        agents=agents,
        place=HOSTILE[2],
        synopsis="\n".join(HOSTILE),
        narrative_observed=HOSTILE[14],
        narrative_told=HOSTILE[15],
        unknown_question={"x": HOSTILE},
        district={"absent": "refused", "reason": HOSTILE[0]},
        position={"lat": HOSTILE[0], "lon": HOSTILE[1], "source": HOSTILE[2]},
        occurred_from={"at": HOSTILE[0], "typed": HOSTILE[1], "precision": "exact"},
        weather=[HOSTILE[0], HOSTILE[6]],
    )
    return house.press.report_document(version, form=FORM, draft=False)


def test_hostile_text_is_printed_and_nothing_else(hostile, file_of):
    import io

    import pikepdf

    path = file_of(hostile)
    with pikepdf.open(io.BytesIO(hostile)) as pdf:
        for each in pdf.objects:
            if isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
                forbidden = {"/URI", "/JS", "/AA", "/OpenAction"}
                assert not forbidden & set(each.keys())
                # In the structure tree, A holds attributes; anywhere else, an action.
                assert "/A" not in each or each.Type == "/StructElem"
                assert each.get("/Subtype") != "/Image"
    said = flat(judges.words(path))
    assert '<img src="/etc/hostname"/>' in said
    assert "javascript:app.alert(1)" in said
    assert "[U+202E]txt.exe[U+202C]" in said
    assert "[U+0000][U+0001][U+001B]" in said
    assert "[U+E000]" in said
    assert "byteordermark" in said
    assert "a < b & c > d &amp;" in said


def test_hostile_text_leaves_an_accessible_archive_document(house, hostile, file_of):
    assert judges.vera(file_of(hostile)) == []
    assert house.press.verify(house.signed(hostile), root_der=house.authority.root_der).accepted


def test_values_taller_than_a_page_are_split_and_nothing_is_left_out(house, file_of):
    from dataclasses import replace

    from tests.packet.samples import rich_report

    sentence = "The driver pointed to the left window of the car. "
    version = rich_report()
    draft = version.draft
    long = replace(
        draft,
        answers={"place": sentence * 200, "rd_number": {"absent": "unknown", "reason": sentence}},
        prompts=(replace(draft.prompts[1], before=sentence * 200, after=sentence * 200),),
        stamps=(replace(draft.stamps[0], note=sentence * 200),),
        evidence=(replace(draft.evidence[0], caption=sentence * 200),),
    )
    pdf = house.press.report_document(replace(version, draft=long), form=FORM, draft=False)
    path = file_of(pdf)
    body = [
        line
        for line in judges.words(path).splitlines()
        if line not in ("Chicago Police Department", "Federal Enforcement Incident Report")
    ]
    assert flat(" ".join(body)).count("left window") > 990
    assert judges.vera(path) == []


def test_a_plain_text_cannot_reach_the_markup_parser():
    with pytest.raises(AssertionError, match="not safe markup"):
        Prose("<img src='x'/>", ParagraphStyle("x"), element=None)


def test_markup_comes_from_one_function_only():
    """No module but the sanitiser and its few typed helpers makes SafeMarkup."""
    import ast
    from pathlib import Path

    import ilocdoc.packet

    makers = {}
    for path in Path(ilocdoc.packet.__file__).parent.glob("*.py"):
        calls = [
            node
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "SafeMarkup"
        ]
        if calls:
            makers[path.name] = len(calls)
    assert set(makers) == {"safe_markup.py", "story.py", "tables.py"}


def test_no_text_is_lost_when_it_is_cut():
    for text in ("a b " * 5000, "x" * 12_345, "one\ntwo\n\nthree", ""):
        cut = paragraphs(text)
        assert all(len(each) <= PARAGRAPH_LIMIT for each in cut)
        assert "".join(cut).replace("\n", "") == text.replace("\n", "")


def test_line_ends_and_tabs_become_breaks_and_spaces():
    markup = esc("a\tb\r\nc")
    assert (markup.xml, markup.plain) == ("a b<br/>c", "a b\nc")


def test_joined_markups_keep_both_readings():
    both = joined([esc("Ana"), esc("محمد")])
    assert isinstance(both, SafeMarkup)
    assert both.plain == "Ana, محمد"
    assert both.spoken == "Ana, محمد"
    assert joined([]).xml == ""


def test_a_character_that_no_face_has_is_shown_by_its_number():
    prepare()
    assert face_for("A", base=SERIF) == SERIF
    assert face_for("王", base=SERIF) == "NotoSansSC-Regular"
    assert face_for("\U00012000", base=SERIF) == ""
    assert esc("\U00012000", base=SANS).plain == "[U+12000]"
    assert esc("\U00020bb7田", base=SANS).plain == "[U+20BB7]田"


def test_character_maps_are_utf_16():
    said = unicode_map([0, 0x41, 0x1F642, 0xFEFF])
    assert "<01> <0041>" in said
    assert "<02> <D83DDE42>" in said
    assert "FEFF" not in said
    many = unicode_map(list(range(1, 256)))
    assert many.count("beginbfchar") == 3


def test_the_record_keeps_the_text_untouched(hostile, file_of):
    record = json.loads(judges.attachment(file_of(hostile), "report.json"))
    assert record["answers"]["place"] == HOSTILE[2]
    assert record["answers"]["synopsis"] == "\n".join(HOSTILE)
