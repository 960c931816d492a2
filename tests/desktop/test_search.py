"""Reports are found while somebody types, with the text around the hit."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from ilocdoc.casework.drafting import start_report
from ilocdoc.desktop.report_list import FOUND_ROLE, ROW_ROLE
from tests.desktop.conftest import Driver


def with_reports(driver: Driver) -> Driver:
    shift = driver.desk.writing._shift
    for place, text in (
        ("3300 W Testbed Rd", "A grey van stopped at the corner."),
        ("4100 S Testbed Ave", "A white car left."),
    ):
        start_report(shift, answers={"place": place, "narrative_observed": text})
    start_report(
        shift,
        answers={
            "place": "12 N Testbed Ct",
            "agents": [{"id": "a", "badge_number": "2?4"}],
            "people": [{"id": "p", "name": "Maren Holt"}],
        },
    )
    driver.desk.exchanging.refresh()
    driver.settle()
    return driver


def look_for(driver: Driver, typed: str) -> list[str]:
    field = driver.find("search")
    field.clear()
    driver.type("search", typed)
    driver.qtbot.waitUntil(lambda: not driver.desk.finding._pause.isActive())
    driver.settle()
    return titles(driver)


def titles(driver: Driver) -> list[str]:
    model = driver.desk.reports.list.rows_model
    return [model.index(row).data(ROW_ROLE).title for row in range(model.rowCount())]


def test_a_report_is_found_by_its_words_and_shows_them(driver):
    with_reports(driver)
    assert look_for(driver, "grey va") == ["3300 W Testbed Rd"]
    found = driver.desk.reports.list.rows_model.index(0).data(FOUND_ROLE)
    assert any(each.is_hit for each in found.pieces)
    driver.find("report_list").grab()


def test_a_badge_that_was_read_in_part_is_found(driver):
    with_reports(driver)
    assert look_for(driver, "2?4") == ["12 N Testbed Ct"]


def test_a_confidential_name_is_found_and_not_read_out(driver):
    with_reports(driver)
    assert look_for(driver, "maren") == ["12 N Testbed Ct"]
    said = driver.desk.reports.list.rows_model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "confidential" in said
    assert "Maren" not in said


def test_nothing_found_says_what_to_try(driver):
    with_reports(driver)
    assert look_for(driver, "zebra") == []
    assert "Try fewer letters" in driver.desk.reports._nothing.text()


def test_clearing_the_field_brings_all_reports_back(driver):
    with_reports(driver)
    look_for(driver, "grey")
    driver.press(Qt.Key.Key_Escape, on=driver.find("search"))
    assert len(titles(driver)) == 3


def test_a_filter_also_holds_for_what_was_found(driver):
    with_reports(driver)
    look_for(driver, "testbed")
    driver.tap("filter:returned")
    assert titles(driver) == []


def test_the_keys_lead_from_the_field_to_the_list_and_open(driver):
    with_reports(driver)
    look_for(driver, "grey")
    driver.press(Qt.Key.Key_Down, on=driver.find("search"))
    assert QApplication.focusWidget() is driver.desk.reports.list
    look_for(driver, "grey")
    driver.press(Qt.Key.Key_Return, on=driver.find("search"))
    assert driver.report.draft.answers["place"] == "3300 W Testbed Rd"


def test_ctrl_f_and_the_slash_lead_to_the_field(driver):
    driver.press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is driver.find("search")
    driver.find("report_list").setFocus()
    driver.press(Qt.Key.Key_Slash)
    assert QApplication.focusWidget() is driver.find("search")


def test_a_slash_in_a_text_is_a_slash(driver):
    driver.tap("new_report")
    driver.type("f:place", "3/4 W Testbed Rd")
    assert driver.find("f:place").text() == "3/4 W Testbed Rd"


def test_whatever_is_typed_is_no_fault(driver):
    with_reports(driver)
    for typed in ('"', "grey OR", "*", "(", "'; DROP TABLE report"):
        look_for(driver, typed)
    assert look_for(driver, "grey") == ["3300 W Testbed Rd"]


def test_words_are_read_into_the_index_in_quiet_moments(driver):
    with_reports(driver)
    finder = driver.desk.writing._shift.vault.finder
    driver.qtbot.waitUntil(lambda: not finder.waiting(most=1), timeout=20_000)
