"""The form: rows, absences, undo, prompts, times, duties."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from ilocdoc.casework.drafting import start_report
from ilocdoc.desktop.places import Place
from ilocdoc.desktop.prompts import EMS_HINT, EMS_WORDS
from ilocdoc.record.findings import DutyState
from tests.desktop.conftest import Driver
from tests.desktop.test_first_day import Start, open_first
from tests.doubles.memory_laptop import MemoryLaptop

CONTROL = Qt.KeyboardModifier.ControlModifier


def open_form(driver: Driver, section: str = "scene") -> None:
    driver.tap("new_report")
    driver.tap("open_full")
    driver.tap(f"section:{section}")


def kept(driver: Driver) -> dict[str, object]:
    driver.settle()
    (report,) = driver.laptop.vaults["99001"].reports.values()
    return report.draft.answers


def test_a_row_is_added_filled_and_named_after_what_it_says(driver: Driver) -> None:
    open_form(driver, "federal")
    driver.tap("add:agents")
    driver.type("f:agents[0].label", "Agent 1")
    driver.qtbot.waitUntil(lambda: kept(driver)["agents"][0].get("label") == "Agent 1")
    assert driver.find("row:agents[0]").text() == "Federal agent 1: Agent 1"


def test_the_keys_are_on_the_first_question_of_a_new_row(driver: Driver) -> None:
    open_form(driver)
    driver.press(Qt.Key.Key_F9)
    assert driver.find("f:agents[0].label").hasFocus()


def test_a_removed_row_can_be_put_back_where_it_was(driver: Driver) -> None:
    open_form(driver, "federal")
    for number in range(2):
        driver.tap("add:agents")
        driver.type(f"f:agents[{number}].label", f"Agent {number + 1}")
    driver.tap("remove:agents[0]")
    assert driver.find("f:agents[0].label").text() == "Agent 2"
    driver.tap("unremove:agents")
    assert driver.find("f:agents[0].label").text() == "Agent 1"
    assert driver.find("f:agents[1].label").text() == "Agent 2"


def test_rows_start_folded_when_there_are_many(start: Start, laptop: MemoryLaptop) -> None:
    author = laptop.shift("99001")
    rows = [{"id": author.new_id(), "label": f"Agent {n}"} for n in range(4)]
    start_report(author, answers={"agents": rows})
    driver = start(laptop).sign_in()
    open_first(driver, "report_list")
    driver.tap("section:federal")
    assert not driver.has("f:agents[3].label")
    driver.tap("row:agents[3]")
    assert driver.find("f:agents[3].label").text() == "Agent 3"


def test_a_link_offers_the_rows_of_other_pages(driver: Driver) -> None:
    open_form(driver, "federal")
    driver.tap("add:agents")
    driver.type("f:agents[0].label", "Agent 1")
    row_id = driver.report.rows("agents")[0]["id"]
    driver.tap("add:identification_attempts")
    assert driver.find(f"f:identification_attempts[0].agent={row_id}").text().endswith("Agent 1")


def test_a_question_is_left_without_a_value_and_says_which_way(driver: Driver) -> None:
    open_form(driver)
    driver.tap("f:event_number?")
    driver.tap("f:event_number?=not_asked")
    driver.type("f:event_number?reason", "No event was opened")
    assert driver.report.answer(Place(field="event_number")) == {
        "absent": "not_asked",
        "reason": "No event was opened",
    }
    assert driver.find("f:event_number?").text() == "Not asked"
    assert not driver.has("f:event_number")
    driver.tap("f:event_number?=not_asked")
    assert driver.report.answer(Place(field="event_number")) is None
    assert driver.has("f:event_number")


def test_a_hidden_answer_is_kept_while_the_report_is_a_draft(driver: Driver) -> None:
    open_form(driver, "force")
    driver.tap("f:force_reported=yes")
    driver.tap("add:force_events")
    driver.tap("f:force_reported=no")
    assert not driver.has("row:force_events[0]")
    driver.tap("f:force_reported=yes")
    assert driver.has("row:force_events[0]")


def test_undo_and_redo_take_back_taps_texts_and_rows(driver: Driver) -> None:
    open_form(driver)
    driver.type("f:place", "12 N Example Ave")
    driver.tap("section:force")
    driver.tap("f:force_reported=yes")
    driver.press(Qt.Key.Key_Z, CONTROL)
    assert driver.report.answer(Place(field="force_reported")) is None
    assert not driver.find("f:force_reported=yes").isChecked()
    driver.tap("section:scene")
    driver.press(Qt.Key.Key_Z, CONTROL)
    assert driver.find("f:place").text() == ""
    driver.press(Qt.Key.Key_Y, CONTROL)
    driver.press(Qt.Key.Key_Y, CONTROL)
    assert driver.report.answer(Place(field="place")) == "12 N Example Ave"
    assert driver.report.answer(Place(field="force_reported")) == "yes"


def test_letters_typed_in_one_go_are_one_step_of_undo(driver: Driver) -> None:
    open_form(driver)
    driver.type("f:place", "abc")
    assert len(driver.report.undo_stack) == 1
    driver.press(Qt.Key.Key_Z, CONTROL, on=driver.find("f:place"))
    assert driver.report.answer(Place(field="place")) is None


def test_a_fault_is_told_when_the_question_is_left_and_not_before(driver: Driver) -> None:
    open_form(driver)
    driver.type("f:event_number", "12")
    driver.report.judge()
    faults = [
        each for each in driver.window.findChildren(QLabel) if each.property("role") == "fault"
    ]
    assert not any(each.isVisible() and each.text() for each in faults)
    driver.find("f:place").setFocus()
    assert any("five digits" in each.text() for each in faults if each.isVisible())


def test_a_tap_records_a_time_that_can_be_taken_back_at_once(driver: Driver) -> None:
    open_form(driver)
    driver.press(Qt.Key.Key_F4)
    (started, told) = driver.report.draft.stamps
    assert (started.kind, told.kind, told.struck) == ("started", "supervisor_told", "")
    driver.tap("undo_notice")
    assert driver.report.draft.stamps[1].struck == "Taken back at once."


def test_a_time_is_struck_through_with_a_reason_and_stays_readable(driver: Driver) -> None:
    open_form(driver)
    driver.tap("stamp_agents_left")
    driver.tap("strike:agents_left")
    driver.type("strike_reason:agents_left", "They came back.")
    driver.press(Qt.Key.Key_Return, on=driver.find("strike_reason:agents_left"))
    assert driver.report.draft.stamps[1].struck == "They came back."
    texts = [each.text() for each in driver.window.findChildren(QLabel) if each.isVisible()]
    assert "Agents left" in texts
    assert "Struck: They came back." in texts


def test_another_moment_is_named_in_a_line(driver: Driver) -> None:
    open_form(driver)
    driver.tap("stamp_other")
    driver.type("stamp_note", "Street closed")
    driver.press(Qt.Key.Key_Return, on=driver.find("stamp_note"))
    assert driver.report.draft.stamps[1].note == "Street closed"


def test_an_injury_without_a_call_is_told_on_every_page_until_the_tap(driver: Driver) -> None:
    open_form(driver, "care")
    assert not driver.has("ems_callout")
    driver.tap("f:injury_reported=yes")
    driver.tap("section:account")
    assert driver.find("ems_callout").text() == EMS_WORDS
    texts = [each.text() for each in driver.window.findChildren(QLabel) if each.isVisible()]
    assert EMS_HINT in texts
    driver.tap("ems_callout")
    assert not driver.has("ems_callout")


def test_the_ems_tap_answers_the_care_question_with_the_same_time(driver: Driver) -> None:
    open_form(driver, "care")
    driver.tap("f:injury_reported=yes")
    driver.press(Qt.Key.Key_F2)
    (care,) = driver.report.rows("medical")
    assert care["requested_at"]["at"] == "2026-10-20T12:00:00-05:00"
    assert care["requested_by"] == "99001"
    duty = next(each for each in driver.report.findings.duties if each.name == "ems")
    assert duty.state is DutyState.DONE
    driver.tap("undo_notice")
    assert driver.report.rows("medical") == []


def test_taking_a_second_ems_time_back_takes_nothing_else_back(driver: Driver) -> None:
    open_form(driver, "care")
    driver.tap("f:injury_reported=yes")
    driver.press(Qt.Key.Key_F2)
    driver.press(Qt.Key.Key_F2)
    driver.tap("undo_notice")
    assert len(driver.report.rows("medical")) == 1
    assert driver.report.answer(Place(field="injury_reported")) == "yes"


def test_ten_minutes_without_ems_are_told(driver: Driver) -> None:
    open_form(driver, "care")
    driver.tap("f:injury_reported=yes")
    driver.press(Qt.Key.Key_F2)
    assert not driver.has("ems_here_callout")
    driver.laptop.clock.move_on(minutes=11)
    driver.report.judge()
    assert driver.has("ems_here_callout")
    driver.tap("ems_here_callout")
    assert not driver.has("ems_here_callout")


def test_what_is_due_in_time_is_told_beside_the_duties_and_leads_there(driver: Driver) -> None:
    open_form(driver, "care")
    driver.tap("f:injury_reported=yes")
    driver.press(Qt.Key.Key_F2)
    assert not driver.has("task:A-02")
    driver.laptop.clock.move_on(minutes=11)
    driver.report.judge()
    driver.tap("section:scene")
    driver.tap("task:A-02")
    assert driver.window.desk.writing.form.current == "care"


def test_what_was_shown_is_kept_with_the_draft(driver: Driver) -> None:
    open_form(driver, "scene")
    driver.tap("f:federal_property=yes")
    (kept_report,) = driver.laptop.vaults["99001"].reports.values()
    assert "A-11" in {each.rule for each in kept_report.draft.prompts}
    driver.tap("f:federal_property=no")
    prompt = next(each for each in driver.report.prompts if each.rule == "A-11")
    assert prompt.state == "done"


def test_a_prompt_is_set_aside_only_with_a_reason_and_asked_again(driver: Driver) -> None:
    open_form(driver, "scene")
    driver.tap("f:federal_property=yes")
    prompt = next(each for each in driver.report.prompts if each.rule == "A-11")
    assert prompt.state == "open"
    driver.tap("aside:A-11")
    driver.press(Qt.Key.Key_Return, on=driver.find("aside_reason:A-11"))
    assert driver.has("close_notice")
    driver.type("aside_reason:A-11", "The supervisor decided")
    driver.press(Qt.Key.Key_Return, on=driver.find("aside_reason:A-11"))
    prompt = next(each for each in driver.report.prompts if each.rule == "A-11")
    assert (prompt.state, prompt.reason) == ("overridden", "The supervisor decided")
    driver.tap("unset:A-11")
    assert driver.has("aside:A-11")


def test_what_is_still_needed_is_named_beside_next_and_never_counted(driver: Driver) -> None:
    open_form(driver)
    texts = [each.text() for each in driver.window.findChildren(QLabel) if each.isVisible()]
    needed = next(each for each in texts if each.startswith("Still needed here:"))
    assert "Place" in needed
    assert not any(letter.isdigit() for letter in needed)


def test_unicode_text_reaches_the_vault_whole(driver: Driver) -> None:
    open_form(driver)
    line = driver.find("f:place")
    line.setFocus()
    line.setText("Zażółć 12 № é")
    line.textEdited.emit(line.text())
    driver.qtbot.waitUntil(lambda: kept(driver).get("place") == "Zażółć 12 № é")


def test_tab_goes_from_a_question_to_its_absence_and_on_to_the_next(driver: Driver) -> None:
    open_form(driver)
    place = driver.find("f:place")
    place.setFocus()
    QTest.keyClick(place, Qt.Key.Key_Tab)
    assert driver.find("f:place?").hasFocus()
    QTest.keyClick(driver.find("f:place?"), Qt.Key.Key_Tab)
    assert driver.find("f:occurred_from").hasFocus()
