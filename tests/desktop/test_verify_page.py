"""A file from anywhere, dropped on the window or chosen in Help, and what is said of it."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel

from ilocdoc.desktop.verify_page import ACCEPTED, NOT_ACCEPTED, VERIFY
from ilocdoc.record.documents import Pages, SignatureNote, Verdict
from ilocdoc.record.errors import InputError

SIGNED = (
    SignatureNote(
        kind="certification",
        field="PreparingSupervisor",
        name="Sgt Rowan Pell",
        star="99010",
        at="2026-10-20T19:51:00.000000Z",
        certificate_sha256="ab" * 32,
        covers="file as it was then",
    ),
    SignatureNote(
        kind="approval",
        field="AcceptingMember",
        name="Det. Marlow Finch",
        star="99020",
        at="2026-10-20T21:31:00.000000Z",
        certificate_sha256="cd" * 32,
        covers="whole file",
    ),
)
GOOD = Verdict(
    accepted=True,
    kind="annex",
    reasons=("Nothing was added, removed or changed after the last signature.",),
    signers=("Sgt Rowan Pell", "Det. Marlow Finch"),
    not_checked=("whether what is written is true.",),
    pages=Pages.SAME,
    signatures=SIGNED,
    documents=(
        (
            "report-document-1.pdf",
            Verdict(accepted=True, kind="report", reasons=(), signers=(), pages=Pages.NOT_DRAWN),
        ),
    ),
)
BAD = Verdict(
    accepted=False,
    kind="packet",
    reasons=("The pages are not those that the embedded record gives.",),
    signers=("Sgt Rowan Pell",),
    pages=Pages.OTHER,
)


@pytest.fixture
def files(tmp_path, laptop) -> Path:
    for name, verdict in (("good.pdf", GOOD), ("bad.pdf", BAD)):
        (tmp_path / name).write_bytes(b"%PDF")
        laptop.verdicts[name] = verdict
    return tmp_path


def drop(driver, *paths: Path) -> bool:
    """Drag files over the desk and let go; whether they were taken."""
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(each)) for each in paths])
    where, action = QPoint(400, 300), Qt.DropAction.CopyAction
    pressed, key = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    over = QDragEnterEvent(where, action, content, pressed, key)
    over.ignore()
    QApplication.sendEvent(driver.desk, over)
    if not over.isAccepted():
        return False
    let_go = QDropEvent(QPointF(where), action, content, pressed, key)
    QApplication.sendEvent(driver.desk, let_go)
    driver.settle()
    return True


def words(driver) -> str:
    page = driver.desk.verify
    return "\n".join(each.text() for each in page.findChildren(QLabel) if each.isVisible())


def test_a_file_dropped_on_the_window_is_judged_and_told(driver, files):
    assert drop(driver, files / "good.pdf")
    said = words(driver)
    assert ACCEPTED in said
    assert "Confidential annex" in said
    assert "good.pdf" in said
    assert "Signed by Det. Marlow Finch, October 20, 2026, 4:31 PM in Chicago" in said
    assert "report-document-1.pdf: accepted; pages not re-rendered" in said
    assert "Whether what is written is true." in said
    assert not driver.find("verify_step", visible=False).isVisible()


def test_a_file_that_is_not_accepted_says_why(driver, files):
    drop(driver, files / "bad.pdf")
    said = words(driver)
    assert NOT_ACCEPTED in said
    assert "Why" in said
    assert "The pages are not those that the embedded record gives." in said
    assert ACCEPTED not in said


def test_help_leads_to_a_file_of_ones_choice(driver, files, monkeypatch):
    chosen = (str(files / "good.pdf"), "")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_given: chosen)
    driver.tap("go:help")
    driver.tap("verify_file")
    driver.tap("verify_choose")
    assert ACCEPTED in words(driver)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_given: ("", ""))
    driver.tap("verify_choose")
    assert ACCEPTED in words(driver)


def test_what_is_said_can_be_copied(driver, files):
    drop(driver, files / "good.pdf")
    driver.tap("verify_copy")
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith(f"good.pdf\n{ACCEPTED}")
    assert "Not checked: whether what is written is true." in copied


def test_a_file_that_cannot_be_read_is_told_on_the_page(driver, files, laptop, monkeypatch):
    def refuse(_path, *, say):
        raise InputError("The file gone.pdf cannot be read: no such file or directory.")

    monkeypatch.setattr(laptop, "judge", refuse)
    drop(driver, files / "gone.pdf")
    assert "cannot be read" in words(driver)


def test_of_two_files_only_the_last_is_told(driver, files, laptop, monkeypatch):
    """The first one is judged slowly."""
    from threading import Event

    go_on = Event()
    quick = laptop.judge

    def slow(path, *, say):
        if path.name == "bad.pdf":
            assert go_on.wait(20)
        return quick(path, say=say)

    monkeypatch.setattr(laptop, "judge", slow)
    driver.desk.go(VERIFY)
    driver.desk.verify.judge(files / "bad.pdf")
    driver.desk.verify.judge(files / "good.pdf")
    go_on.set()
    driver.settle()
    said = words(driver)
    assert ACCEPTED in said
    assert "bad.pdf" not in said


def test_several_files_and_pages_of_the_web_are_not_taken(driver, files):
    assert not drop(driver, files / "good.pdf", files / "bad.pdf")
    content = QMimeData()
    content.setUrls([QUrl("https://city.example/packet.pdf")])
    over = QDragEnterEvent(
        QPoint(400, 300),
        Qt.DropAction.CopyAction,
        content,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    over.ignore()
    QApplication.sendEvent(driver.desk, over)
    assert not over.isAccepted()
