"""The way of a report through the window: officer, sergeant, detective."""

from collections.abc import Callable

from PySide6.QtCore import Qt

from ilocdoc.casework.drafting import start_report
from ilocdoc.casework.receiving import open_deliveries
from ilocdoc.casework.submitting import submit_report
from ilocdoc.record.exchange import Exchange, Line, Waiting
from tests.desktop.conftest import Driver
from tests.doubles.memory_laptop import MemoryLaptop
from tests.doubles.sample_report import full_answers

Start = Callable[..., Driver]


def complete_draft(laptop: MemoryLaptop, place: str = "1200 W Example St") -> str:
    """A draft of Alder Quill that nothing is missing in; returns its id."""
    author = laptop.shift("99001")
    return start_report(author, answers=full_answers(author, place=place)).report_id


def submitted(laptop: MemoryLaptop) -> str:
    """A report of Alder Quill that waits for review; returns its id."""
    report_id = complete_draft(laptop)
    submit_report(laptop.shift("99001"), report_id)
    open_deliveries(laptop.shift("99010"))
    return report_id


def state(laptop: MemoryLaptop, star: str, report_id: str) -> str:
    return laptop.vaults[star].reports[report_id].state


def open_first(driver: Driver, name: str) -> None:
    """Open the first row of a list by keyboard."""
    rows = driver.find(name)
    rows.setFocus()
    driver.press(Qt.Key.Key_Home, on=rows)
    driver.press(Qt.Key.Key_Return, on=rows)


def test_an_officer_starts_a_report_that_is_saved_before_anything_is_asked(driver: Driver) -> None:
    driver.press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    (kept,) = driver.laptop.vaults["99001"].reports.values()
    assert kept.draft.answers["occurred_from"]["typed"] == "now"
    assert kept.draft.answers["members"][0]["star"] == "99001"
    assert kept.draft.stamps[0].kind == "started"


def test_quick_answers_are_in_the_vault_and_in_the_full_form(driver: Driver) -> None:
    driver.tap("new_report")
    driver.tap("f:force_reported=yes")
    driver.type("f:place", "1200 W Example St")
    driver.tap("open_full")
    driver.tap("section:force")
    assert driver.find("f:force_reported=yes").isChecked()
    row = driver.laptop.vaults["99001"].rows()[0]
    assert row.title == "1200 W Example St"


def test_what_is_missing_is_listed_and_each_line_leads_to_its_question(driver: Driver) -> None:
    driver.tap("new_report")
    driver.tap("open_full")
    driver.tap("check")
    assert not driver.find("read_and_sign").isEnabled()
    driver.tap("missing:district")
    assert driver.window.desk.writing.form.current == "scene"
    assert driver.find("f:district").hasFocus()


def test_a_complete_report_is_read_signed_and_listed_as_waiting_to_send(
    start: Start, laptop: MemoryLaptop
) -> None:
    report_id = complete_draft(laptop)
    driver = start(laptop).sign_in()
    open_first(driver, "report_list")
    driver.tap("check")
    driver.tap("read_and_sign")
    assert state(laptop, "99001", report_id) == "draft"
    driver.tap("submit")
    assert state(laptop, "99001", report_id) == "submitted"
    model = driver.find("report_list").model()
    assert "Signed, waiting to send" in model.index(0).data()


def test_received_by_headquarters_is_said_only_of_a_confirmed_report(
    start: Start, laptop: MemoryLaptop
) -> None:
    submitted(laptop)
    laptop.answer = Exchange(
        line=Line.FINE,
        waiting=Waiting(entries=0, files=0, size_bytes=0, letters=0),
        next_in_s=3600,
    )
    driver = start(laptop).sign_in()
    model = driver.find("report_list").model()
    assert "Received" not in model.index(0).data()


def test_a_sergeant_reads_confirms_and_signs_exactly_what_was_shown(
    start: Start, laptop: MemoryLaptop
) -> None:
    report_id = submitted(laptop)
    driver = start(laptop).sign_in("99010")
    driver.tap("go:review")
    open_first(driver, "review_list")
    shown = driver.window.desk.review.queue.view.sha256
    assert not driver.find("approve").isEnabled()
    for number in range(3):
        driver.tap(f"check:{number}")
    driver.tap("approve")
    assert state(laptop, "99010", report_id) == "approved"
    kept = laptop.vaults["99010"].reports[report_id]
    assert kept.documents[0].sha256 == shown


def test_a_sergeant_returns_a_report_and_the_officer_sees_the_questions(
    start: Start, laptop: MemoryLaptop
) -> None:
    report_id = submitted(laptop)
    driver = start(laptop).sign_in("99010")
    driver.tap("go:review")
    open_first(driver, "review_list")
    driver.type("questions", "Who asked for a name?")
    driver.tap("return")
    assert state(laptop, "99010", report_id) == "returned"
    officer = start(laptop).sign_in("99001")
    assert "a report was returned" in officer.find("go:reports").accessibleName()
    open_first(officer, "report_list")
    questions = officer.find("questions")
    texts = [label.text() for label in questions.findChildren(type(questions.children()[1]))]
    assert "Who asked for a name?" in texts


def test_a_packet_is_prepared_by_a_sergeant_and_accepted_by_a_detective(
    start: Start, laptop: MemoryLaptop
) -> None:
    report_id = submitted(laptop)
    sergeant = start(laptop).sign_in("99010")
    sergeant.tap("go:review")
    open_first(sergeant, "review_list")
    for number in range(3):
        sergeant.tap(f"check:{number}")
    sergeant.tap("approve")
    sergeant.tap("go:refer")
    open_first(sergeant, "refer_list")
    assert not sergeant.find("prepare").isEnabled()
    sergeant.tap("attest")
    sergeant.tap("prepare")
    assert state(laptop, "99010", report_id) == "referral_prepared"
    detective = start(laptop).sign_in("99020")
    detective.tap("go:refer")
    open_first(detective, "refer_list")
    detective.tap("attest")
    detective.tap("accept")
    assert state(laptop, "99020", report_id) == "referral_accepted"
