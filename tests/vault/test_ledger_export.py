"""An exported ledger proves itself to somebody who has nothing but Python."""

import base64
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from ilocdoc.__main__ import main
from ilocdoc.casework.drafting import abandon_draft, start_report
from ilocdoc.casework.giving_out import export_ledger
from ilocdoc.casework.submitting import submit_report
from ilocdoc.vault.ledger_export import write_export
from tests.doubles.authority import PASSPHRASE, pem_of
from tests.doubles.working_laptop import WorkingLaptop
from tests.vault.altered_exports import ALTERED, AT, PELL, QUILL, Export


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory):
    """Quill begins, gives up, submits; headquarters signs; the ledger is exported."""
    folder = tmp_path_factory.mktemp("export")
    laptop = WorkingLaptop(folder / "laptop", QUILL, PELL)
    shift = laptop[QUILL]
    for number in range(3):
        given_up = start_report(shift, answers={"place": "3300 W Testbed Rd"})
        abandon_draft(shift, given_up.report_id, reason=f"Begun twice, {number}")
    draft = start_report(shift, answers={"place": "3300 W Testbed Rd"})
    submit_report(shift, draft.report_id)
    laptop.sign_for(QUILL)
    write_export(export_ledger(shift), folder / "good", at=AT, with_bodies=True)
    bare = export_ledger(shift, with_bodies=False)
    write_export(bare, folder / "bare", at=AT, with_bodies=False)
    (folder / "root.pem").write_text(pem_of(laptop.enrolled.authority.root_der))
    yield folder, laptop
    laptop.close()


@pytest.fixture
def good(made, tmp_path: Path) -> Export:
    folder, laptop = made
    return Export(folder / "good", folder / "root.pem", laptop).copy(tmp_path / "export")


def test_a_good_export_is_genuine_and_says_how_far_headquarters_signed(good):
    done = good.check()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("GENUINE\n")
    count = len(good.lines)
    assert f"{count} entries follow from one another and are signed." in done.stdout
    assert f"Headquarters signed for the entries up to {count - 1}." in done.stdout
    assert "Signed by P.O. Alder Quill" in done.stdout


def test_every_entry_can_be_read(good):
    said = good.check("--list").stdout
    assert "draft.abandoned" in said
    assert "Begun twice, 1" in said


def test_without_a_root_the_fingerprint_is_told(good):
    done = subprocess.run(
        [sys.executable, "-I", "verify_ledger.py", "."],
        cwd=good.folder,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
    root = hashlib.sha256(good.laptop.enrolled.authority.root_der).hexdigest()
    assert done.returncode == 0
    assert root in done.stdout


def test_an_export_without_bodies_is_genuine_and_names_nobodys_words(made, tmp_path):
    folder, laptop = made
    bare = Export(folder / "bare", folder / "root.pem", laptop)
    done = bare.check()
    assert done.returncode == 0
    assert "bodies were left out of this export on purpose" in done.stdout
    assert b"Begun twice" not in b"".join(
        base64.b64decode(each.get("body", "")) for each in bare.lines
    )


def test_the_sums_are_those_of_the_usual_tool(good):
    done = subprocess.run(
        ["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=good.folder, check=False
    )
    assert done.returncode == 0


@pytest.mark.parametrize("alter", ALTERED, ids=lambda each: each.__name__)
def test_an_altered_export_is_not_genuine_and_the_first_bad_entry_is_named(good, alter):
    first = alter(good)
    done = good.check()
    assert (done.returncode, done.stderr) == (1, ""), done.stdout
    assert done.stdout.startswith("NOT GENUINE\n")
    if first:
        assert f"First bad entry: {first}\n" in done.stdout


# --- the commands ------------------------------------------------------------------------


@pytest.fixture
def passphrase(tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    path.write_text(PASSPHRASE + "\n")
    return path


def exported(laptop: WorkingLaptop, out: Path, passphrase: Path, *more: str) -> int:
    return main(
        [
            *("export", "ledger", "--data", str(laptop.folder), "--officer", QUILL),
            *("--out", str(out), "--passphrase-file", str(passphrase), *more),
        ]
    )


@pytest.fixture
def laptop(tmp_path: Path):
    laptop = WorkingLaptop(tmp_path / "laptop", QUILL)
    start_report(laptop[QUILL], answers={"place": "3300 W Testbed Rd"})
    laptop.close()
    (tmp_path / "root.pem").write_text(pem_of(laptop.enrolled.authority.root_der))
    return laptop


def test_the_command_writes_what_the_other_command_accepts(laptop, tmp_path, passphrase, capsys):
    assert exported(laptop, tmp_path / "out", passphrase) == 0
    assert "entries are in" in capsys.readouterr().out
    assert main(["verify", str(tmp_path / "out"), "--trust", str(tmp_path / "root.pem")]) == 0
    assert capsys.readouterr().out.startswith("GENUINE\n")
    assert {each.name for each in (tmp_path / "out").iterdir()} == {
        *("about.json", "certificates.pem", "ledger.jsonl", "receipts.jsonl"),
        *("README.txt", "SHA256SUMS", "verify_ledger.py"),
    }
    assert all(each.stat().st_mode & 0o077 == 0 for each in (tmp_path / "out").iterdir())


def test_the_other_command_names_the_first_bad_entry(laptop, tmp_path, passphrase, capsys):
    exported(laptop, tmp_path / "out", passphrase)
    lines = (tmp_path / "out" / "ledger.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "out" / "ledger.jsonl").write_bytes(lines[0] + b"".join(lines[2:]))
    capsys.readouterr()
    command = ["verify", str(tmp_path / "out"), "--trust", str(tmp_path / "root.pem"), "--json"]
    assert main(command) == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["accepted"], said["kind"]) == (False, "ledger")
    assert said["reasons"][0] == "First bad entry: 2."


def test_a_checker_that_lies_is_not_asked(laptop, tmp_path, passphrase, capsys):
    exported(laptop, tmp_path / "out", passphrase)
    (tmp_path / "out" / "verify_ledger.py").write_text("def examine(*_): raise SystemExit(0)\n")
    assert main(["verify", str(tmp_path / "out"), "--trust", str(tmp_path / "root.pem")]) == 1
    assert "verify_ledger.py is not the one that was exported" in capsys.readouterr().out


def test_a_folder_that_is_there_is_never_written_into(laptop, tmp_path, passphrase):
    (tmp_path / "out").mkdir()
    assert exported(laptop, tmp_path / "out", passphrase) == 3
    assert not list((tmp_path / "out").iterdir())


def test_a_folder_that_is_no_export_is_told_apart(tmp_path, laptop):
    (tmp_path / "pictures").mkdir()
    command = ["verify", str(tmp_path / "pictures"), "--trust", str(tmp_path / "root.pem")]
    assert main(command) == 2


def test_a_wrong_passphrase_exports_nothing(laptop, tmp_path, passphrase):
    passphrase.write_text("not the passphrase\n")
    assert exported(laptop, tmp_path / "out", passphrase) == 4
    assert not (tmp_path / "out").exists()
