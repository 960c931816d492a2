"""Files on their way in, seen in the window: told, stopped, gone on with, looked at."""

import io
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtWidgets import QLabel

from ilocdoc.casework import evidence as evidence_verbs
from ilocdoc.desktop.evidence_page import EvidencePage
from ilocdoc.desktop.taking_in import Step
from ilocdoc.record.intake import Phase, Progress
from ilocdoc.record.ledger import EntryKind
from tests.desktop.conftest import Driver
from tests.desktop.test_first_day import Start
from tests.doubles.memory_evidence import MemoryEvidence
from tests.doubles.memory_laptop import MemoryLaptop


@pytest.fixture
def page(driver: Driver) -> EvidencePage:
    driver.tap("new_report")
    driver.tap("open_full")
    driver.tap("section:files")
    found = driver.find("evidence_page")
    assert isinstance(found, EvidencePage)
    return found


def picture(path: Path, colour: str = "red") -> Path:
    out = io.BytesIO()
    Image.new("RGB", (320, 200), colour).save(out, "JPEG")
    path.write_bytes(out.getvalue())
    return path


def shown(driver: Driver) -> str:
    labels = driver.window.findChildren(QLabel)
    return "\n".join(each.text() for each in labels if each.isVisible())


class Gate:
    """Lets a file go so far and no further, until it is opened."""

    def __init__(self) -> None:
        self.reached, self.opened = threading.Event(), threading.Event()

    def pass_through(self, real: Callable[..., object]) -> Callable[..., object]:
        def seal(store: MemoryEvidence, intake, *, at, watch):
            watch(Progress(phase=Phase.SEALING, done_bytes=1, size_bytes=10))
            self.reached.set()
            assert self.opened.wait(20)
            return real(store, intake, at=at, watch=watch)

        return seal


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch):
    made = Gate()
    real = MemoryEvidence.seal_file
    monkeypatch.setattr(MemoryEvidence, "seal_file", made.pass_through(real))
    yield made
    made.opened.set()


def test_the_card_may_go_only_when_every_file_is_kept(driver, page, gate, tmp_path):
    page.add_paths([picture(tmp_path / "one.jpg"), picture(tmp_path / "two.jpg", "blue")])
    driver.qtbot.waitUntil(gate.reached.is_set, timeout=20_000)
    driver.qtbot.waitUntil(lambda: "Do not remove the card: 2 files to go" in shown(driver))
    assert not driver.has("safe_to_remove")
    gate.opened.set()
    driver.qtbot.waitUntil(lambda: not page.is_busy)
    driver.settle()
    assert driver.has("safe_to_remove")
    assert "2 files are sealed, read back and compared." in shown(driver)


def test_a_file_that_failed_keeps_the_card_in_place(driver, page, tmp_path):
    page.add_paths([picture(tmp_path / "one.jpg"), tmp_path / "gone.jpg"])
    driver.qtbot.waitUntil(lambda: not page.is_busy)
    driver.settle()
    assert not driver.has("safe_to_remove")
    assert "Not taken in. Keep the original." in shown(driver)
    driver.tap("cancel:gone.jpg")
    assert driver.has("safe_to_remove")


def test_a_failed_file_is_tried_again(driver, page, tmp_path):
    page.add_paths([tmp_path / "late.jpg"])
    driver.qtbot.waitUntil(lambda: not page.is_busy)
    picture(tmp_path / "late.jpg")
    driver.tap("go_on:late.jpg")
    driver.qtbot.waitUntil(lambda: len(driver.report.draft.evidence) == 1)
    assert driver.has("safe_to_remove")


def test_a_file_is_paused_and_gone_on_with(driver, page, gate, tmp_path):
    page.add_paths([picture(tmp_path / "one.jpg")])
    driver.qtbot.waitUntil(gate.reached.is_set, timeout=20_000)
    driver.find("pause:one.jpg").click()
    gate.opened.set()
    driver.settle()
    assert [each.step for each in page._files()] == [Step.PAUSED]
    assert "1 file paused" in shown(driver)
    assert driver.report.draft.evidence == ()
    driver.tap("go_on:one.jpg")
    driver.settle()
    assert len(driver.report.draft.evidence) == 1


def test_all_files_are_paused_and_gone_on_with_together(driver, page, gate, tmp_path):
    page.add_paths([picture(tmp_path / f"{n}.jpg") for n in range(3)])
    driver.qtbot.waitUntil(gate.reached.is_set, timeout=20_000)
    driver.find("pause_all").click()
    gate.opened.set()
    driver.settle()
    assert {each.step for each in page._files()} == {Step.PAUSED}
    driver.tap("go_on_all")
    driver.settle()
    assert len(driver.report.draft.evidence) == 3


def test_a_cancelled_file_is_given_up_and_the_others_are_kept(driver, page, gate, tmp_path):
    page.add_paths([picture(tmp_path / f"{n}.jpg") for n in range(3)])
    driver.qtbot.waitUntil(gate.reached.is_set, timeout=20_000)
    driver.find("cancel:0.jpg").click()
    driver.find("cancel:1.jpg").click()
    gate.opened.set()
    driver.settle()
    assert [each.name for each in driver.report.draft.evidence] == ["2.jpg"]
    assert driver.desk.writing._shift.vault.evidence.begun() == []


def test_a_file_goes_on_its_way_when_the_report_is_left(driver, page, gate, tmp_path):
    page.add_paths([picture(tmp_path / "one.jpg")])
    driver.qtbot.waitUntil(gate.reached.is_set, timeout=20_000)
    report_id = driver.report.report_id
    driver.desk.writing.forget()
    gate.opened.set()
    driver.settle()
    draft = driver.desk.writing._shift.vault.case(report_id).draft
    assert [each.name for each in draft.evidence] == ["one.jpg"]


def test_what_an_earlier_session_did_not_finish_is_offered_by_name(
    start: Start, laptop: MemoryLaptop, tmp_path: Path
) -> None:
    first = start(laptop).sign_in()
    first.tap("new_report")
    report_id, shift = first.report.report_id, first.desk.writing._shift
    for name in ("one.jpg", "two.jpg"):
        evidence_verbs.begin_file(shift, report_id, picture(tmp_path / name))
    again = start(laptop).sign_in()
    again.desk.go("go:reports")
    assert "2 files were not finished" in shown(again)
    again.tap("unfinished:one.jpg")
    assert "2 files were not finished" in shown(again)
    again.tap("go_on_all")
    again.settle()
    assert [each.name for each in again.report.draft.evidence] == ["one.jpg", "two.jpg"]
    assert again.has("safe_to_remove")


def test_what_was_not_finished_may_be_given_up(
    start: Start, laptop: MemoryLaptop, tmp_path: Path
) -> None:
    first = start(laptop).sign_in()
    first.tap("new_report")
    shift = first.desk.writing._shift
    evidence_verbs.begin_file(shift, first.report.report_id, picture(tmp_path / "one.jpg"))
    again = start(laptop).sign_in()
    again.tap("unfinished:one.jpg")
    again.tap("cancel:one.jpg")
    assert again.desk.writing._shift.vault.evidence.begun() == []
    assert not again.has("safe_to_remove")


def test_the_same_content_twice_is_two_files_with_a_note(driver, page, tmp_path):
    page.add_paths([picture(tmp_path / "one.jpg"), picture(tmp_path / "copy.jpg")])
    driver.qtbot.waitUntil(lambda: not page.is_busy)
    driver.settle()
    assert len(driver.report.draft.evidence) == 2
    assert "Same content as one.jpg. Both are kept." in shown(driver)


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_a_picture_is_shown_and_its_showing_is_told_once(driver, page, tmp_path):
    page.add_paths([picture(tmp_path / "one.jpg")])
    driver.qtbot.waitUntil(lambda: not page.is_busy)
    driver.settle()
    vault = driver.desk.writing._shift.vault

    def viewed() -> int:
        return sum(each.kind is EntryKind.EVIDENCE_VIEWED for each in vault.entries())

    assert viewed() == 0, "a small picture in the list is no looking"
    for _ in range(2):
        driver.tap("view:one.jpg")
        driver.find("picture_view")
        driver.tap("close_picture")
    assert viewed() == 1


def test_what_is_no_picture_cannot_be_looked_at_and_is_kept_all_the_same(driver, page, tmp_path):
    odd = tmp_path / "odd.jpg"
    odd.write_bytes(b"MZ not a picture")
    page.add_paths([odd])
    driver.qtbot.waitUntil(lambda: not page.is_busy)
    driver.settle()
    assert len(driver.report.draft.evidence) == 1
    assert not driver.find("view:odd.jpg").isEnabled()


def test_files_without_a_record_are_told_of(driver, laptop):
    driver.desk.writing._shift.vault.evidence.files["alone"] = b"x"
    driver.desk.go("go:sync")
    driver.settle()
    assert "1 sealed file belongs to no report that you know" in shown(driver).replace("\n", " ")
