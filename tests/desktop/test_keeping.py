"""What is typed is kept: at rest, at taps, never a second late; and nothing is lost on errors."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from ilocdoc.desktop.autosave import LONGEST_MS, REST_MS, Kept
from ilocdoc.vault.station import LaptopStation
from ilocdoc.wire.copies import open_copy
from tests.desktop.conftest import Driver
from tests.doubles.clocks import StoppedClock
from tests.doubles.enrolled_laptop import PASSPHRASE, EnrolledLaptop


def kept_answers(driver: Driver) -> dict[str, object]:
    (kept,) = driver.laptop.vaults["99001"].reports.values()
    return kept.draft.answers


def new_report(driver: Driver) -> None:
    driver.tap("new_report")


def test_a_tap_is_kept_without_waiting_for_a_rest(driver: Driver) -> None:
    new_report(driver)
    driver.tap("f:injury_reported=no")
    assert kept_answers(driver)["injury_reported"] == "no"


def test_typing_is_kept_after_a_rest(driver: Driver) -> None:
    new_report(driver)
    driver.type("f:place", "12 N Example Ave")
    assert driver.report.autosave.is_settled is False
    driver.qtbot.waitUntil(lambda: kept_answers(driver).get("place") == "12 N Example Ave")


def test_typing_without_a_rest_is_kept_all_the_same(driver: Driver) -> None:
    new_report(driver)
    line = driver.find("f:place")
    line.setFocus()
    # Keys come faster than any rest, for longer than the longest wait.
    until = time.monotonic() + LONGEST_MS / 1000 + 0.3
    while time.monotonic() < until:
        QTest.keyClicks(line, "x")
        QTest.qWait(REST_MS // 20)
    assert str(kept_answers(driver)["place"]).startswith("x")


def test_leaving_for_another_section_keeps_at_once(driver: Driver) -> None:
    new_report(driver)
    driver.tap("open_full")
    driver.type("f:place", "12 N Example Ave")
    driver.tap("section:force")
    assert kept_answers(driver)["place"] == "12 N Example Ave"


def test_a_full_disk_is_told_keeps_the_text_and_can_be_tried_again(driver: Driver) -> None:
    new_report(driver)
    vault = driver.laptop.vaults["99001"]
    vault.fill_up()
    driver.type("f:place", "12 N Example Ave")
    driver.qtbot.waitUntil(lambda: driver.report.autosave.state is Kept.FAILED)
    told = driver.window.desk.status.saved.text
    assert told == "Not saved: the disk is full. Your text is still here."
    assert driver.find("f:place").text() == "12 N Example Ave"
    vault.room = None
    driver.tap("save_again")
    assert kept_answers(driver)["place"] == "12 N Example Ave"
    assert driver.window.desk.status.saved.text.startswith("Saved on this laptop")


def test_a_time_that_could_not_be_kept_is_told(driver: Driver) -> None:
    new_report(driver)
    driver.laptop.vaults["99001"].fill_up()
    driver.press(Qt.Key.Key_F2)
    assert driver.has("notices")
    driver.laptop.vaults["99001"].room = None


def test_the_state_line_counts_the_seconds_since_the_last_save(driver: Driver) -> None:
    new_report(driver)
    status = driver.window.desk.status
    assert status.saved.text == "Saved on this laptop, just now"


def test_what_was_typed_a_second_before_a_kill_is_there_after_it(tmp_path: Path) -> None:
    EnrolledLaptop(tmp_path / "laptop").enrol("99001")
    said = tmp_path / "typed.jsonl"
    typist = subprocess.Popen(
        [sys.executable, "-m", "tests.desktop.typist", str(tmp_path / "laptop"), str(said)],
        env={
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
    )
    try:
        wait_for_lines(said, least=100)
    finally:
        typist.send_signal(signal.SIGKILL)
        killed_at = time.monotonic()
        typist.wait()
    typed = [json.loads(line) for line in said.read_text().splitlines()[:-1]]
    due = [each["text"] for each in typed if each["at"] < killed_at - 1.0]
    assert due, "nothing was typed a second before the kill"
    station = LaptopStation(tmp_path / "laptop", clock=StoppedClock())
    vault = station.unlock("99001", PASSPHRASE)
    (row,) = vault.rows()
    draft = vault.case(row.report_id).draft
    assert draft is not None
    kept = draft.answers.get("place", "")
    vault.close()
    station.close()
    assert kept.startswith(due[-1])


def wait_for_lines(path: Path, *, least: int) -> None:
    until = time.monotonic() + 40
    while time.monotonic() < until:
        if path.exists() and path.read_text().count("\n") >= least:
            return
        time.sleep(0.05)
    raise AssertionError(f"the typist did not begin: {path}")


def test_what_the_disk_does_not_take_can_be_saved_elsewhere_sealed(
    driver: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_report(driver)
    vault = driver.laptop.vaults["99001"]
    assert not driver.find("save_copy", visible=False).isVisible()
    vault.fill_up()
    driver.type("f:place", "12 N Example Ave")
    driver.qtbot.waitUntil(driver.find("save_copy", visible=False).isVisible)
    place = tmp_path / "draft.sealed"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(place), ""))
    driver.tap("save_copy")
    driver.settle()
    assert b"Example" not in place.read_bytes()
    copied = json.loads(open_copy(place.read_bytes(), key=vault._member.opening))
    assert copied["answers"]["place"] == "12 N Example Ave"
    driver.tap("save_copy")
    driver.settle()
    assert place.stat().st_size, "a copy is never written over"
    vault.room = None
    driver.tap("save_again")
    driver.settle()
    assert kept_answers(driver)["place"] == "12 N Example Ave"
    assert not driver.find("save_copy", visible=False).isVisible()
