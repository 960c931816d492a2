"""Every kind of question is answered by keyboard and read back."""

from datetime import UTC, date, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from ilocdoc.desktop.choice_editors import FEW, Offer
from ilocdoc.desktop.editor import Editor
from ilocdoc.desktop.editors import EDITORS, Surroundings, editor_for
from ilocdoc.desktop.theme import Look
from ilocdoc.record.form import FieldType, Form
from ilocdoc.record.form_reading import read_form

NOW = datetime(2026, 10, 20, 16, 50, tzinfo=UTC)
MANY = ", ".join(f'{{ name = "c{n}", label = {{ en = "Choice {n}" }} }}' for n in range(FEW + 3))
SOURCE = f"""
form = "sample"
version = "1"
title = {{ en = "Sample" }}
languages = ["en"]
stages = ["draft", "submit", "approve", "referral"]
[choices]
few = [{{ name = "yes", label = {{ en = "Yes" }} }}, {{ name = "no", label = {{ en = "No" }} }}]
many = [{MANY}]
[[sections]]
name = "all"
label = {{ en = "All" }}
fields = [
  {{ name = "text", type = "text", label = {{ en = "Text" }} }},
  {{ name = "star", type = "text", format = "star", label = {{ en = "Star" }} }},
  {{ name = "lines", type = "text", appearance = "multiline", label = {{ en = "Lines" }} }},
  {{ name = "count", type = "integer", label = {{ en = "Count" }} }},
  {{ name = "one", type = "select_one few", appearance = "segmented", label = {{ en = "One" }} }},
  {{ name = "pick", type = "select_one many", label = {{ en = "Pick" }} }},
  {{ name = "some", type = "select_multiple few", label = {{ en = "Some" }} }},
  {{ name = "day", type = "date", label = {{ en = "Day" }} }},
  {{ name = "at", type = "datetime", label = {{ en = "At" }} }},
  {{ name = "where", type = "geopoint", label = {{ en = "Where" }} }},
  {{ name = "sure", type = "acknowledge", label = {{ en = "Sure" }} }},
  {{ name = "told", type = "note", label = {{ en = "Told" }} }},
  {{ name = "who", type = "link rows", label = {{ en = "Who" }} }},
  {{ name = "all_who", type = "links rows", label = {{ en = "All who" }} }},
  {{ name = "rows", type = "repeat", label = {{ en = "Rows" }}, row_label = {{ en = "Row" }}, fields = [ {{ name = "name", type = "text", label = {{ en = "Name" }} }} ] }},
]
"""  # noqa: E501 - inline tables stay on one line
CHICAGO_1435 = "2026-10-20T14:35:00-05:00"


class Bench:
    """Makes editors of the sample form and hears what they say."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.form: Form = read_form(SOURCE.encode())
        self.look = Look()
        self.people = [Offer(name="r1", label="Row 1"), Offer(name="r2", label="Row 2")]
        self.around = Surroundings(
            form=self.form,
            look=self.look,
            now=lambda: NOW,
            day=date(2026, 10, 20),
            linked=lambda _targets: self.people,
        )
        self.heard: list[object] = []
        self.box = QWidget()
        self.box.resize(900, 700)
        qtbot.addWidget(self.box)
        self.box.show()

    def editor(self, name: str) -> Editor:
        editor = editor_for(self.form.field(name), path=name, around=self.around)
        editor.setParent(self.box)
        editor.resize(880, 600)
        editor.edited.connect(self.heard.append)
        editor.show_answer(None)
        editor.show()
        QApplication.processEvents()
        return editor

    def control(self, editor: Editor, suffix: str = "") -> QWidget:
        name = editor.focus_widget().objectName().split("=")[0] if not suffix else ""
        wanted = name or f"f:{editor._path}{suffix}"
        return editor.findChild(QWidget, wanted) or editor.focus_widget()

    def type(self, widget: QWidget, text: str) -> None:
        widget.setFocus()
        QTest.keyClicks(widget, text)


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    return Bench(qtbot)


def test_every_kind_of_question_has_an_editor_and_no_editor_lacks_a_kind() -> None:
    assert set(EDITORS) | {FieldType.REPEAT} == set(FieldType)


def test_a_line_of_text_is_typed_and_read_back(bench: Bench) -> None:
    editor = bench.editor("text")
    bench.type(bench.control(editor), "1200 W Example St")
    assert bench.heard[-1] == "1200 W Example St"
    again = bench.editor("text")
    again.show_answer(bench.heard[-1])
    assert again.findChild(QLineEdit).text() == "1200 W Example St"


def test_showing_an_answer_is_not_editing_it(bench: Bench) -> None:
    shown = {
        "text": "x",
        "lines": "x\ny",
        "count": 3,
        "one": "yes",
        "pick": "c3",
        "some": ["no"],
        "at": {"at": CHICAGO_1435, "typed": "1435", "precision": "exact"},
        "where": {"lat": "41.88000", "lon": "-87.63000", "accuracy_m": 5, "source": "gps"},
        "sure": "yes",
        "who": "r1",
        "all_who": ["r2"],
    }
    for name, answer in shown.items():
        bench.editor(name).show_answer(answer)
    assert bench.heard == []


def test_an_identifier_is_put_into_its_stored_form_when_the_line_is_left(bench: Bench) -> None:
    editor = bench.editor("star")
    line = bench.control(editor)
    bench.type(line, "99 001")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert bench.heard[-1] == "99001"


def test_paragraphs_are_typed_and_tab_leaves_them(bench: Bench) -> None:
    editor = bench.editor("lines")
    other = QLineEdit(bench.box)
    other.show()
    text = editor.findChild(QPlainTextEdit)
    bench.type(text, "One.")
    QTest.keyClick(text, Qt.Key.Key_Return)
    QTest.keyClicks(text, "Two.")
    assert bench.heard[-1] == "One.\nTwo."
    QTest.keyClick(text, Qt.Key.Key_Tab)
    assert not text.hasFocus()
    assert "\t" not in text.toPlainText()


def test_a_number_takes_digits_only(bench: Bench) -> None:
    bench.type(bench.control(bench.editor("count")), "1x2")
    assert bench.heard[-1] == 12


def test_one_of_few_is_chosen_by_space_moved_by_arrows_and_taken_back(bench: Bench) -> None:
    editor = bench.editor("one")
    yes = editor.findChild(QRadioButton, "f:one=yes")
    yes.setFocus()
    QTest.keyClick(yes, Qt.Key.Key_Space)
    assert bench.heard[-1] == "yes"
    QTest.keyClick(yes, Qt.Key.Key_Right)
    assert bench.heard[-1] == "no"
    no = editor.findChild(QRadioButton, "f:one=no")
    QTest.keyClick(no, Qt.Key.Key_Delete)
    assert bench.heard[-1] is None
    assert not no.isChecked()


def test_a_second_tap_takes_a_choice_back(bench: Bench) -> None:
    editor = bench.editor("one")
    yes = editor.findChild(QRadioButton, "f:one=yes")
    QTest.mouseClick(yes, Qt.MouseButton.LeftButton)
    QTest.mouseClick(yes, Qt.MouseButton.LeftButton)
    assert bench.heard == ["yes", None]


def test_one_of_many_is_found_by_typing_and_taken_by_enter(bench: Bench) -> None:
    editor = bench.editor("pick")
    button = bench.control(editor)
    QTest.keyClick(button, Qt.Key.Key_Space)
    find = editor.findChild(QLineEdit, "f:pick.find")
    QTest.keyClicks(find, "choice 11")
    QTest.keyClick(find, Qt.Key.Key_Return)
    assert bench.heard == ["c11"]
    assert button.text() == "Choice 11"
    assert find.isHidden() or not find.isVisible()


def test_escape_closes_a_long_list_and_keeps_the_answer(bench: Bench) -> None:
    editor = bench.editor("pick")
    editor.show_answer("c2")
    QTest.keyClick(bench.control(editor), Qt.Key.Key_Space)
    find = editor.findChild(QLineEdit, "f:pick.find")
    QTest.keyClick(find, Qt.Key.Key_Escape)
    assert bench.heard == []
    assert not find.isVisible()


def test_several_are_chosen_one_by_one(bench: Bench) -> None:
    editor = bench.editor("some")
    for name in ("yes", "no"):
        chip = editor.findChild(QWidget, f"f:some={name}")
        chip.setFocus()
        QTest.keyClick(chip, Qt.Key.Key_Space)
    assert bench.heard == [["yes"], ["yes", "no"]]
    QTest.keyClick(editor.findChild(QWidget, "f:some=yes"), Qt.Key.Key_Space)
    assert bench.heard[-1] == ["no"]


@pytest.mark.parametrize("typed", ["1435", "14:35"])
def test_a_time_is_typed_as_reports_write_it(bench: Bench, typed: str) -> None:
    editor = bench.editor("at")
    bench.type(bench.control(editor), typed)
    assert bench.heard[-1]["at"] == CHICAGO_1435
    assert bench.heard[-1]["precision"] == "exact"
    again = bench.editor("at")
    again.show_answer(bench.heard[-1])
    assert bench.control(again).text() == "1435"


def test_now_is_one_key(bench: Bench) -> None:
    editor = bench.editor("at")
    QTest.mouseClick(editor.findChild(QWidget, "f:at.now"), Qt.MouseButton.LeftButton)
    assert bench.heard[-1] == {
        "at": "2026-10-20T11:50:00-05:00",
        "typed": "now",
        "precision": "exact",
    }


def test_a_time_that_is_not_known_exactly_is_marked_about(bench: Bench) -> None:
    editor = bench.editor("at")
    bench.type(bench.control(editor), "1435")
    QTest.mouseClick(editor.findChild(QWidget, "f:at.about"), Qt.MouseButton.LeftButton)
    assert bench.heard[-1]["precision"] == "approximate"


def test_midnight_is_asked_about_and_answered_by_a_button(bench: Bench) -> None:
    editor = bench.editor("at")
    bench.type(bench.control(editor), "0000")
    # "000" is midnight already; the question stands since then.
    assert editor.fault
    pick = editor.findChild(QWidget, "f:at=end_of_day")
    QTest.mouseClick(pick, Qt.MouseButton.LeftButton)
    assert bench.heard[-1]["at"] == "2026-10-21T00:00:00-05:00"
    assert editor.fault == ""


def test_a_time_that_is_still_being_typed_says_nothing_yet_but_why(bench: Bench) -> None:
    editor = bench.editor("at")
    bench.type(bench.control(editor), "99")
    assert bench.heard == []
    assert editor.fault


@pytest.mark.parametrize(("name", "typed"), [("at", "1209"), ("at.day", "14 Feb 2026")])
def test_what_is_being_typed_is_never_rewritten_by_its_own_answer(
    bench: Bench, name: str, typed: str
) -> None:
    editor = bench.editor("at")
    editor.take_now()
    editor.edited.connect(editor.show_answer)
    line = editor.findChild(QLineEdit, f"f:{name}")
    line.selectAll()
    QTest.keyClicks(line, typed)
    assert line.text() == typed
    at = bench.heard[-1]["at"]
    assert at == ("2026-10-20T12:09:00-05:00" if name == "at" else "2026-02-14T11:50:00-06:00")


def test_leaving_a_time_writes_it_out_in_full(bench: Bench) -> None:
    editor = bench.editor("at")
    bench.type(bench.control(editor), "915")
    assert bench.control(editor).text() == "915"
    bench.control(editor).clearFocus()
    assert bench.control(editor).text() == "0915"


def test_leaving_a_time_that_is_none_takes_the_earlier_answer_away(bench: Bench) -> None:
    editor = bench.editor("at")
    line = bench.control(editor)
    bench.type(line, "1150")
    QTest.keyClicks(line, "7")
    assert bench.heard[-1]["at"] == "2026-10-20T11:50:00-05:00"
    line.clearFocus()
    assert bench.heard[-1] is None
    editor.show_answer(None)
    assert (line.text(), bool(editor.fault)) == ("11507", True), "it is still there to be mended"


def test_what_somebody_else_answers_is_shown_while_the_keys_are_here(bench: Bench) -> None:
    editor = bench.editor("at")
    line = bench.control(editor)
    bench.type(line, "1150")
    earlier = bench.heard[-1]
    line.selectAll()
    bench.type(line, "1209")
    editor.show_answer(earlier)
    assert line.text() == "1150"
    editor.show_answer(None)
    assert line.text() == ""


def test_a_day_is_typed_alone(bench: Bench) -> None:
    editor = bench.editor("day")
    bench.type(bench.control(editor), "14 Feb 2026")
    assert bench.heard[-1]["at"] == "2026-02-14T00:00:00-06:00"
    again = bench.editor("day")
    again.show_answer(bench.heard[-1])
    assert bench.control(again).text() == "14 Feb 2026"


def test_a_position_is_typed_in_degrees(bench: Bench) -> None:
    editor = bench.editor("where")
    bench.type(bench.control(editor), "41.88000, -87.63000")
    assert bench.heard[-1] == {
        "lat": "41.88000",
        "lon": "-87.63000",
        "accuracy_m": 0,
        "source": "map",
    }


def test_a_confirmation_is_given_and_taken_back(bench: Bench) -> None:
    box = bench.control(bench.editor("sure"))
    QTest.keyClick(box, Qt.Key.Key_Space)
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert bench.heard == ["yes", None]


def test_a_link_offers_the_rows_as_they_now_are(bench: Bench) -> None:
    editor = bench.editor("who")
    bench.people.append(Offer(name="r3", label="Row 3"))
    editor.show_answer(None)
    QApplication.processEvents()
    third = editor.findChild(QRadioButton, "f:who=r3")
    QTest.mouseClick(third, Qt.MouseButton.LeftButton)
    assert bench.heard == ["r3"]


def test_links_name_several_rows(bench: Bench) -> None:
    editor = bench.editor("all_who")
    for name in ("r1", "r2"):
        QTest.mouseClick(editor.findChild(QWidget, f"f:all_who={name}"), Qt.MouseButton.LeftButton)
    assert bench.heard[-1] == ["r1", "r2"]


def test_controls_follow_the_number_of_their_row(bench: Bench) -> None:
    editor = bench.editor("one")
    editor.rename("rows[3].one")
    assert editor.findChild(QRadioButton, "f:rows[3].one=yes") is not None
