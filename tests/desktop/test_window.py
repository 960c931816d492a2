"""The window: signing in, keys, locking, idle, files, faults of ours."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPlainTextEdit, QWidget

from ilocdoc.desktop.crash_sheet import crash_text
from ilocdoc.desktop.evidence_page import EvidencePage
from ilocdoc.desktop.keys import KEYS, Command
from ilocdoc.desktop.words import ago_words, size_words, sync_words
from ilocdoc.record.errors import DamagedError
from ilocdoc.record.exchange import Exchange, Line, Waiting
from tests.desktop.conftest import Driver
from tests.desktop.test_first_day import Start, complete_draft, open_first
from tests.doubles.memory_laptop import NOTHING, PASSPHRASE, MemoryLaptop

SOME = Waiting(entries=3, files=2, size_bytes=2_100_000_000, letters=0)


def shown(driver: Driver) -> list[str]:
    return [each.text() for each in driver.window.findChildren(QLabel) if each.isVisible()]


def test_a_wrong_passphrase_is_told_and_the_line_is_empty_again(
    start: Start, laptop: MemoryLaptop
) -> None:
    driver = start(laptop)
    driver.tap("acknowledge")
    driver.tap("officer:99001")
    driver.type("passphrase", "wrong")
    driver.tap("sign_in")
    assert any("The name or passphrase is not right." in text for text in shown(driver))
    assert driver.find("passphrase").text() == ""
    driver.type("passphrase", PASSPHRASE)
    driver.press(Qt.Key.Key_Return)
    assert driver.window.desk is not None


def test_after_too_many_wrong_tries_a_release_is_asked_for(
    start: Start, laptop: MemoryLaptop
) -> None:
    driver = start(laptop)
    driver.tap("acknowledge")
    driver.tap("officer:99001")
    for _ in range(6):
        driver.type("passphrase", "wrong")
        driver.tap("sign_in")
    assert any("Release by radio or phone" in text for text in shown(driver))
    assert driver.has("release_code")


def test_who_signs_in_must_be_chosen_and_a_passphrase_entered(
    start: Start, laptop: MemoryLaptop
) -> None:
    driver = start(laptop)
    driver.tap("acknowledge")
    driver.tap("sign_in")
    assert any(text.startswith("Choose who is signing in") for text in shown(driver))


def test_the_rail_shows_only_what_a_member_may_do(start: Start, laptop: MemoryLaptop) -> None:
    officer = start(laptop).sign_in("99001")
    assert not officer.has("go:review")
    assert not officer.has("go:refer")
    sergeant = start(laptop).sign_in("99010")
    assert sergeant.has("go:review")
    assert sergeant.has("go:refer")
    detective = start(laptop).sign_in("99020")
    assert not detective.has("go:review")
    assert detective.has("go:refer")


def press_keys(driver: Driver, keys: str) -> None:
    """Press a key of the table, as Qt writes it."""
    combination = QKeySequence(keys)[0]
    target = QApplication.focusWidget() or driver.window
    QTest.keyClick(target, combination.key(), combination.keyboardModifiers())
    driver.settle()


def section(driver: Driver) -> str:
    form = driver.window.desk.writing.form
    return form.current if form is not None else ""


EFFECTS: dict[Command, Callable[[Driver], bool]] = {
    Command.NEW: lambda d: d.has("quick_done"),
    Command.STAMP_EMS_CALLED: lambda d: d.report.draft.stamps[-1].kind == "ems_called",
    Command.STAMP_EMS_HERE: lambda d: d.report.draft.stamps[-1].kind == "ems_here",
    Command.STAMP_SUPERVISOR: lambda d: d.report.draft.stamps[-1].kind == "supervisor_told",
    Command.NEXT_SECTION: lambda d: section(d) == "federal",
    Command.PREVIOUS_SECTION: lambda d: section(d) == "scene",
    Command.SUBMIT: lambda d: section(d) == "check",
    Command.SEARCH: lambda d: d.find("search").hasFocus(),
    Command.PREVIEW: lambda d: "Preview" in shown(d),
    Command.SAVE: lambda d: "Everything is saved on this laptop." in shown(d),
    Command.HELP: lambda d: "What is recorded about you" in shown(d),
    Command.NEXT_PANE: lambda d: not d.find("f:members[0].star").hasFocus(),
    Command.PREVIOUS_PANE: lambda d: not d.find("f:members[0].star").hasFocus(),
    Command.THEME: lambda d: d.look.theme == "night",
    Command.ADD_AGENT: lambda d: len(d.report.rows("agents")) == 1,
    Command.UNDO: lambda d: "x" not in d.report.rows("members")[0]["star"],
    Command.REDO: lambda d: "x" in d.report.rows("members")[0]["star"],
    Command.LARGER: lambda d: d.look.scale == 1.15,
    Command.SMALLER: lambda d: d.look.scale == 1.0,
    Command.USUAL_SIZE: lambda d: d.look.scale == 1.0,
    Command.CLOSE: lambda d: not d.has("notices"),
}
"""What each key has done; LOCK, ADD_FILES and SECTION are looked at on their own."""


def prepare(driver: Driver, command: Command) -> None:
    """The form with the keys in a text, and what the command is to act on."""
    driver.window.press(Command.SECTION, 2)
    driver.settle()
    driver.find("f:members[0].star").setFocus()
    if command in {Command.UNDO, Command.REDO}:
        driver.type("f:members[0].star", "x")
    if command is Command.REDO:
        driver.report.undo_stack.undo()
    if command in {Command.SMALLER, Command.USUAL_SIZE}:
        driver.look.step_scale(1)


def test_every_key_of_the_table_does_what_it_says(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        QFileDialog, "getOpenFileNames", lambda *_a, **_k: (asked.append("files"), ([], ""))[1]
    )
    driver.tap("new_report")
    for key in KEYS:
        for keys in key.keys:
            if key.command is Command.LOCK:
                continue
            prepare(driver, key.command)
            press_keys(driver, keys)
            if key.command is Command.SECTION:
                steps = driver.window.desk.writing.form.steps
                assert section(driver) == steps[key.number - 1][0]
            elif key.command is Command.ADD_FILES:
                assert asked == ["files"]
            else:
                assert EFFECTS[key.command](driver), keys
            driver.look.set_look(theme="day", scale=1.0)


def test_the_key_of_the_lock_locks(driver: Driver) -> None:
    press_keys(driver, next(each.keys[0] for each in KEYS if each.command is Command.LOCK))
    assert driver.relaunched == 1


def test_a_store_that_did_not_pass_its_check_is_told_after_signing_in(
    start: Start, laptop: MemoryLaptop
) -> None:
    laptop.faults = (DamagedError("The store did not pass its check."),)
    driver = start(laptop).sign_in()
    driver.qtbot.waitUntil(lambda: any("did not pass its check" in text for text in shown(driver)))


def test_the_help_page_lists_every_key(driver: Driver) -> None:
    driver.press(Qt.Key.Key_F1)
    texts = " ".join(shown(driver))
    for key in KEYS:
        if key.command is not Command.SECTION:
            assert key.words in texts


def test_theme_and_text_size_come_back_with_the_member(start: Start, laptop: MemoryLaptop) -> None:
    driver = start(laptop).sign_in()
    driver.press(Qt.Key.Key_F8)
    driver.press(Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    again = start(laptop).sign_in()
    assert (again.look.theme, again.look.scale) == ("night", 1.15)


def test_a_file_is_added_sealed_and_listed_with_its_digest(driver: Driver, tmp_path: Path) -> None:
    driver.tap("new_report")
    driver.tap("open_full")
    driver.tap("section:files")
    picture = tmp_path / "plate.jpg"
    picture.write_bytes(b"not really a picture")
    page = driver.find("evidence_page")
    assert isinstance(page, EvidencePage)
    page.add_paths([picture])
    driver.qtbot.waitUntil(lambda: not page.is_busy)
    driver.settle()
    (item,) = driver.report.draft.evidence
    assert item.name == "plate.jpg"
    assert any(item.sha256[:8] in text for text in shown(driver))
    driver.type("caption:plate.jpg", "A plate")
    driver.press(Qt.Key.Key_Return, on=driver.find("caption:plate.jpg"))
    assert driver.report.draft.evidence[0].caption == "A plate"


def test_a_file_that_cannot_be_read_is_told_and_nothing_is_kept(
    driver: Driver, tmp_path: Path
) -> None:
    driver.tap("new_report")
    driver.tap("open_full")
    driver.tap("section:files")
    page = driver.find("evidence_page")
    assert isinstance(page, EvidencePage)
    page.add_paths([tmp_path / "gone.jpg"])
    driver.qtbot.waitUntil(lambda: not page.is_busy)
    assert driver.report.draft.evidence == ()
    assert any(text.startswith("gone.jpg: This file cannot be taken in.") for text in shown(driver))


def test_only_files_are_taken_from_a_drop(driver: Driver) -> None:
    driver.tap("new_report")
    driver.tap("open_full")
    driver.tap("section:files")
    page = driver.find("evidence_page")
    assert page.acceptDrops()
    data = QMimeData()
    data.setUrls([QUrl("https://127.0.0.1/x")])
    assert not any(url.isLocalFile() for url in data.urls())


def test_a_crash_report_holds_no_words_of_the_report() -> None:
    with pytest.raises(ValueError) as caught:
        int("Jane Doe of 12 N Example Ave")
    text = crash_text(caught.value)
    assert "Jane" not in text
    assert "ValueError" in text
    assert "test_window.py" in text


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_a_fault_of_ours_is_shown_with_what_is_safe(driver: Driver) -> None:
    driver.window.show_crash(ValueError("Jane Doe"))
    sheet = driver.find("crash_sheet")
    assert any("is kept" in each.text() for each in sheet.findChildren(QLabel))
    assert "Jane" not in sheet.findChild(QPlainTextEdit).toPlainText()
    sheet.findChild(QWidget, "close_crash").click()
    assert not sheet.isVisible()


@pytest.mark.parametrize(
    ("line", "waiting", "words"),
    [
        (Line.OFFLINE, SOME, "Waiting for connection: 3 entries, 2 files (2.1 GB)"),
        (Line.FINE, SOME, "Sending: 3 entries, 2 files (2.1 GB)"),
        (Line.FINE, NOTHING, "All that is signed is with headquarters"),
        (Line.OFFLINE, NOTHING, "All that is signed is with headquarters"),
        (Line.PORTAL, SOME, "This network asks to sign in first"),
        (Line.INTERCEPTED, SOME, "Something answered that is not headquarters"),
        (Line.REFUSED, SOME, "Headquarters did not accept something"),
        (Line.HQ_DOWN, SOME, "Waiting for headquarters: 3 entries, 2 files (2.1 GB)"),
    ],
)
def test_the_line_is_told_in_plain_words(line: Line, waiting: Waiting, words: str) -> None:
    assert sync_words(Exchange(line=line, waiting=waiting, next_in_s=60), waiting).text == words


def test_sizes_and_times_are_told_for_people() -> None:
    assert [size_words(each) for each in (812, 4_100, 4_100_000)] == [
        "812 bytes",
        "4.1 kB",
        "4.1 MB",
    ]
    assert [ago_words(each) for each in (0.2, 3.7, 61)] == ["just now", "3 s ago", "1 min ago"]


def test_search_and_filters_narrow_the_list(start: Start, laptop: MemoryLaptop) -> None:
    complete_draft(laptop, "1200 W Example St")
    complete_draft(laptop, "Alder Park")
    driver = start(laptop).sign_in()
    model = driver.find("report_list").model()
    assert model.rowCount() == 2
    driver.type("search", "alder")
    assert model.rowCount() == 1
    driver.find("search").clear()
    driver.tap("filter:returned")
    assert model.rowCount() == 0
    driver.tap("filter:drafts")
    assert model.rowCount() == 2


def test_a_sealed_report_is_read_and_supplemented(start: Start, laptop: MemoryLaptop) -> None:
    from tests.desktop.test_first_day import submitted

    submitted(laptop)
    driver = start(laptop).sign_in()
    open_first(driver, "report_list")
    assert "Signed and submitted" in shown(driver)
    driver.tap("supplement")
    assert driver.report.draft.kind.value == "supplement"
