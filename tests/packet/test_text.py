"""Text of people: every script drawn, nothing executed, nothing lost without a trace."""

import json
import re

import pytest
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import getFont

from ilocdoc.packet.document_font import unicode_map
from ilocdoc.packet.flowables import Prose
from ilocdoc.packet.safe_markup import PARAGRAPH_LIMIT, SafeMarkup, esc, joined, paragraphs
from ilocdoc.packet.shaping import Glyph, ShapedFont
from ilocdoc.packet.typefaces import ARABIC, DEVANAGARI, SANS, SERIF, THAI, face_for, prepare
from tests.packet import judges
from tests.packet.samples import FORM, bare_report
from tests.packet.texts import HOSTILE, NAMES, RIGHT_TO_LEFT

DIRECTIONS = re.compile("[\u202a-\u202c]")
"""What poppler writes around text that runs from the right."""


def flat(text: str) -> str:
    return " ".join(text.split())


def test_names_of_many_scripts_can_be_copied_out_again(many_names, file_of):
    said = DIRECTIONS.sub("", flat(judges.words(file_of(many_names))))
    for script, name in {**NAMES, **RIGHT_TO_LEFT}.items():
        assert said.count(name) >= 3, script


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


def test_every_face_of_many_scripts_is_in_the_file(many_names, file_of):
    rows = judges.run("pdffonts", file_of(many_names)).splitlines()[2:]
    assert all("yes yes yes" in row for row in rows)


def shaped(text: str, face: str) -> tuple[Glyph, ...]:
    prepare()
    assert face_for(text[0], base=SANS) == face
    font = getFont(face)
    assert isinstance(font, ShapedFont)
    return font.shape(text)


def test_arabic_is_joined_and_drawn_from_the_right():
    last, *_others, first = shaped("محمد", ARABIC)
    assert (first.text, last.text) == ("م", "د")
    alone = shaped("م", ARABIC)[0]
    assert first.number != alone.number, "the first letter joins the next one"
    assert esc("محمد").spoken == "محمد"
    assert esc("Quill").spoken == ""


def test_numbers_run_from_the_left_inside_what_runs_from_the_right():
    drawn = "".join(each.text for each in shaped("محمد 12.50 علي", ARABIC))
    assert "12.50" in drawn
    assert drawn.index("ي") < drawn.index("12.50") < drawn.index("م")


def test_devanagari_letters_stack_and_change_places():
    stacked = shaped("क्ष", DEVANAGARI)
    assert len(stacked) == 1
    sign, letter = shaped("षि", DEVANAGARI)
    assert sign.width < letter.width, "the sign is spoken after the letter and drawn before it"


def test_marks_of_thai_stand_above_one_another_and_take_no_room():
    letter, above, tone = shaped("ที่", THAI)
    assert (above.advance, tone.advance) == (0, 0)
    assert letter.advance > 0


def test_a_joiner_is_kept_only_where_a_script_is_written_with_it():
    assert esc("नमी\u200cय").plain == "नमी\u200cय"
    assert esc("a\u200db").plain == "ab"
    assert esc("\U0001f468\u200d\U0001f469").plain == "\U0001f468\U0001f469"


def test_a_document_does_not_depend_on_those_drawn_before_it(house):
    first = bare_report(synopsis="علي क्ष ที่", place="שרה")
    others = bare_report(synopsis=" ".join((*NAMES.values(), *RIGHT_TO_LEFT.values())))
    before = house.press.report_document(first, form=FORM, draft=False)
    house.press.report_document(others, form=FORM, draft=False)
    assert house.press.report_document(first, form=FORM, draft=False) == before


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


def test_a_document_with_hostile_text_can_be_signed(house, hostile):
    assert house.press.verify(house.signed(hostile), root_der=house.authority.root_der).accepted


def test_values_taller_than_a_page_are_split_and_nothing_is_left_out(tall, file_of):
    body = [
        line
        for line in judges.words(file_of(tall)).splitlines()
        if line not in ("Chicago Police Department", "Federal Enforcement Incident Report")
    ]
    assert flat(" ".join(body)).count("left window") > 990


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
