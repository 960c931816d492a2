"""The `ilocdoc` command: what it prints and which exit code scripts get."""

import json
import os
import subprocess
import sys

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from ilocdoc import __version__, judging
from ilocdoc.__main__ import main
from ilocdoc.judging import judge_apart
from ilocdoc.packet.press import PdfPress
from ilocdoc.record.errors import DocumentError, InputError
from ilocdoc.record.verdicts import verdict_from_json, verdict_to_json
from tests.doubles.authority import Authority, cast
from tests.doubles.enrolled_laptop import PASSPHRASE, EnrolledLaptop
from tests.packet.samples import DAY, FORM, bare_report

CODE = "ABCD-EFGH-JKLM.0123456789abcdef0123456789abcdef"
ENROL = ("enrol", "--data", "{papers}/new", "--code", CODE, "--hq")


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    """A folder with a signed report document and the root it leads to."""
    folder = tmp_path_factory.mktemp("papers")
    authority, press = Authority(), PdfPress()
    members = cast(authority)
    pdf = press.report_document(bare_report(), form=FORM, draft=False)
    for star, sign in (("99001", press.certify), ("99010", press.approve)):
        pdf = sign(pdf, signer=members[star].signer, officer=members[star].officer, at=DAY)
    (folder / "report.pdf").write_bytes(pdf)
    root = x509.load_der_x509_certificate(authority.root_der)
    (folder / "root.pem").write_bytes(root.public_bytes(serialization.Encoding.PEM))
    return folder


def verify(papers, *more, file="report.pdf"):
    return main(["verify", str(papers / file), "--trust", str(papers / "root.pem"), *more])


def test_the_version_is_said(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert (ended.value.code, capsys.readouterr().out) == (0, f"ilocdoc {__version__}\n")


def test_a_genuine_document_is_named_with_its_signers(papers, capsys):
    assert verify(papers) == 0
    said = capsys.readouterr().out
    assert said.startswith("GENUINE\n")
    assert "Signed by P.O. Alder Quill" in said


def test_an_altered_document_is_told_by_exit_code_and_in_words(papers, capsys):
    (papers / "altered.pdf").write_bytes((papers / "report.pdf").read_bytes() + b"\n")
    assert verify(papers, "--json", file="altered.pdf") == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["accepted"], said["kind"]) == (False, "report")
    assert said["reasons"][0].endswith(".")


def test_the_answer_for_machines_names_what_was_and_was_not_checked(papers, capsys):
    assert verify(papers, "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["pages"] == "pages drawn again from the record: the same"
    assert [each["kind"] for each in said["signatures"]] == ["certification", "approval"]
    assert said["signatures"][0]["at"] == "2026-10-20T16:50:00.000000Z"
    assert said["signatures"][1]["covers"] == "whole file"
    assert len(said["not_checked"]) == 3
    assert verdict_to_json(verdict_from_json(said)) == said


def test_progress_is_told_beside_the_answer_and_only_when_it_is_wanted(papers, capsys):
    assert verify(papers, "--progress") == 0
    told = capsys.readouterr()
    assert told.err.splitlines()[0] == "Reading the file"
    assert "Drawing the pages again" in told.err
    assert told.out.startswith("GENUINE\n")
    assert "in Chicago, by the laptop's clock" in told.out
    assert "Not checked: whether what is written is true." in told.out
    assert verify(papers) == 0
    assert capsys.readouterr().err == ""


def test_a_file_is_judged_by_a_process_of_its_own(papers):
    told: list[str] = []
    root_pem = (papers / "root.pem").read_text()
    verdict = judge_apart(papers / "report.pdf", root_pem=root_pem, say=told.append)
    assert verdict.accepted
    assert verdict.signers == ("P.O. Alder Quill", "Sgt Rowan Pell")
    assert "Drawing the pages again" in told
    (papers / "junk.pdf").write_bytes(b"%PDF-1.7 junk")
    assert not judge_apart(papers / "junk.pdf", root_pem=root_pem, say=told.append).accepted
    with pytest.raises(InputError, match="cannot be read"):
        judge_apart(papers / "nothing.pdf", root_pem=root_pem, say=told.append)


def test_a_judge_that_takes_too_long_is_stopped(papers, monkeypatch):
    monkeypatch.setattr(judging, "_LONGEST_S", 0.01)
    root_pem = (papers / "root.pem").read_text()
    with pytest.raises(DocumentError, match="could not be judged"):
        judge_apart(papers / "report.pdf", root_pem=root_pem, say=lambda _words: None)


def test_a_foreign_root_is_told_in_words_and_names_nobody_in_the_log(papers):
    """In a program of its own: nothing else has set up logging."""
    root = x509.load_der_x509_certificate(Authority().root_der)
    (papers / "foreign.pem").write_bytes(root.public_bytes(serialization.Encoding.PEM))
    told = subprocess.run(
        [
            *(sys.executable, "-m", "ilocdoc", "verify", papers / "report.pdf"),
            *("--trust", papers / "foreign.pem"),
        ],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, told.stderr) == (1, "")
    assert "does not lead to the trusted root" in told.stdout


def test_an_annex_is_judged_with_its_packet(papers, capsys):
    assert verify(papers, "--annex", str(papers / "report.pdf")) == 1
    assert "not a packet and an annex" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["verify", "{papers}/report.pdf"],
        ["verify", "{papers}/report.pdf", "--trust", "{papers}/nothing.pem"],
        ["verify", "{papers}/report.pdf", "--trust", "{papers}/report.pdf"],
        ["verify", "{papers}/nothing.pdf", "--trust", "{papers}/root.pem"],
        ["status", "--data", "{papers}"],
        ["replay", "{papers}/x.toml", "--passphrase-file", "{papers}/nothing.txt"],
        ["replay", "{papers}/x.toml", "--passphrase-file", "{papers}/empty.txt"],
        ["replay", "{papers}/x.toml", "--passphrase-file", "{papers}"],
        ["replay", "{papers}/x.toml", "--passphrase-file", "{papers}/report.pdf"],
        ["replay", "{papers}/pipe", "--passphrase-file", "{papers}/word.txt"],
        ["verify", "{papers}/pipe", "--trust", "{papers}/root.pem"],
        ["verify", "/dev/zero", "--trust", "{papers}/root.pem"],
        ["verify", "{papers}/report.pdf", "--trust", "{papers}/pipe"],
        ["status", "--data", "{papers}/" + 300 * "x"],
        [*ENROL, "https://[bad"],
        [*ENROL, "https://127.0.0.1:99999"],
        [*ENROL, "https://127.0.0.1:abc"],
        [*ENROL, "https://somebody@127.0.0.1:1"],
        [*ENROL, "https://" + 70 * "x"],
        [*ENROL, "https://127.0.0.1:1", "--name", 5000 * "x"],
        [*ENROL, "https://127.0.0.1:1", "--name", ""],
    ],
)
def test_what_cannot_be_used_is_said_in_words_with_exit_code_2(papers, capsys, arguments):
    (papers / "empty.txt").touch()
    (papers / "word.txt").write_text("word")
    if not (papers / "pipe").exists():
        os.mkfifo(papers / "pipe")
    assert main([each.format(papers=papers) for each in arguments]) == 2
    sentence, advice, *rest = capsys.readouterr().err.splitlines()
    assert sentence.endswith(".")
    assert advice.endswith(".")
    assert rest == []


def test_status_tells_whether_work_is_only_on_this_laptop(tmp_path, capsys):
    data = tmp_path / "laptop"
    laptop = EnrolledLaptop(data).enrol("99001")
    assert main(["status", "--unsent", "--data", str(data)]) == 0
    station = laptop.station()
    station.unlock("99001", PASSPHRASE).close()
    station.close()
    assert main(["status", "--unsent", "--data", str(data)]) == 1
    assert main(["status", "--data", str(data)]) == 0
    assert "unsent: 2 entries" in capsys.readouterr().out


def test_a_passphrase_is_made_or_changed_without_the_window(tmp_path, capsys):
    assert main(["passphrase", "--suggest"]) == 0
    new = capsys.readouterr().out.strip()
    assert len(new.split()) == 5
    data = tmp_path / "laptop"
    EnrolledLaptop(data).enrol("99001")
    (tmp_path / "old").write_text(PASSPHRASE)
    (tmp_path / "new").write_text(new)
    words = ["passphrase", "--officer", "99001", "--data", str(data)]
    old_first = ["--passphrase-file", str(tmp_path / "old")]
    files = [*old_first, "--new-passphrase-file", str(tmp_path / "new")]
    weak = tmp_path / "weak"
    weak.write_text("passwordpassword")
    assert main([*words, *old_first, "--new-passphrase-file", str(weak)]) == 2
    assert "easy to guess" in capsys.readouterr().err
    assert main([*words, *files]) == 0
    assert main([*words, *files]) == 4, "the old one opens nothing now"
    assert main(["passphrase", *files]) == 2
