"""S7 and S5 from the officer's first key to the public row, every part a real one."""

import csv
import json
import os
import shutil
import subprocess

import pytest

from ilocdoc.casework.shift import act_of
from ilocdoc.record.ledger import EntryKind
from ilocdoc.shelf import form_file
from tests.journeys.conftest import PASSPHRASE
from tests.journeys.laptop_folder import case_of, newest, signed_in

S5_PLACE, S7_PLACE = "Plaza", "3300 W Testbed Rd"
pytestmark = pytest.mark.usefixtures("performed")


@pytest.fixture(scope="module")
def performed(department):
    """Both scenarios, each synced where it says so."""
    return {
        name: department.replay(form_file("scenarios", f"{name}.toml")) for name in ("S7", "S5")
    }


@pytest.fixture
def packet(department, tmp_path):
    """The packet that the detective accepted, and the annex beside it, as files."""
    with signed_in(department.laptop, "99020", PASSPHRASE) as shift:
        case = case_of(shift, S7_PLACE)
        path = tmp_path / "packet.pdf"
        path.write_bytes(newest(case, "packet_accepted").pdf)
    return path


def test_every_act_of_both_scenarios_was_done(performed):
    assert "packet approved and verified" in performed["S7"]
    assert "closed without a referral" in performed["S5"]


def test_everything_arrived_at_headquarters(department):
    # Looking into a volume is an entry too; it goes with the next exchange.
    department.sync()
    done = department.run("status", "--unsent", "--data", department.laptop)
    assert (done.returncode, done.stdout) == (
        0,
        "unsent: 0 entries, 0 letters, 0 files (0 bytes); drafts: 0\n",
    )
    assert "Sound." in department.hq.command("check")


def test_reports_are_confirmed_from_the_receipt(department):
    with signed_in(department.laptop, "99001", PASSPHRASE) as shift:
        rows = shift.vault.rows()
        assert len(rows) == 2
        assert all(each.confirmed for each in rows)


def test_stock_tools_and_our_own_accept_the_packet(department, packet):
    said = subprocess.run(
        ["pdfsig", "-nocert", packet], capture_output=True, text=True, check=True
    ).stdout
    assert said.count("Signature is Valid.") == 2
    assert said.rindex("Total document signed") > said.rindex("Signature #2")
    subprocess.run(["qpdf", "--check", packet], check=True, capture_output=True)
    told = json.loads(
        department.must("verify", packet, "--trust", department.hq.root_pem, "--json")
    )
    assert told["accepted"] is True
    assert told["signers"] == ["Sgt Rowan Pell", "Det. Marlow Finch"]


def test_a_packet_with_one_byte_changed_is_not_genuine(department, packet):
    data = bytearray(packet.read_bytes())
    data[len(data) // 3] ^= 1
    packet.write_bytes(data)
    done = department.run("verify", packet, "--trust", department.hq.root_pem)
    assert done.returncode == 1
    assert done.stdout.startswith("NOT GENUINE")
    assert "Traceback" not in done.stdout + done.stderr


def test_the_packet_holds_the_custody_of_its_author(department):
    with signed_in(department.laptop, "99020", PASSPHRASE) as shift:
        case = case_of(shift, S7_PLACE)
        kinds = [each.kind for each in shift.vault.entries(case.report_id)]
    assert kinds.count(EntryKind.EVIDENCE_IMPORTED) == 2
    assert kinds.count(EntryKind.REPORT_SUBMITTED) == 2


def test_both_versions_and_the_question_between_them_are_kept(department):
    with signed_in(department.laptop, "99010", PASSPHRASE) as shift:
        case = case_of(shift, S7_PLACE)
        assert [each.draft.version for each in case.versions] == [1, 2]
        said = [act_of(each)["kind"] for each in case.decisions]
    assert said == [
        "report.submitted",
        "report.returned",
        "report.submitted",
        "report.approved",
        "packet.prepared",
        "packet.accepted",
    ]


def test_the_public_row_counts_the_incident_and_names_nobody(department, tmp_path):
    out = tmp_path / "public"
    people = ("--by", "99050", "--second", "99060")
    department.hq.command("publish", "--period", "2026-Q4", "--out", str(out), *people)
    rows = list(csv.DictReader((out / "data.csv").read_text().splitlines()))
    assert {"measure", "count", "suppressed"} <= set(rows[0])
    (total,) = [
        each
        for each in rows
        if (each["measure"], each["dimension"], each["geography"])
        == ("incidents", "all", "Chicago")
    ]
    assert (total["count"], total["suppressed"]) == ("", "true"), "one incident is hidden, not zero"
    everything = "".join(
        each.read_text() for each in out.rglob("*") if each.suffix in {".html", ".csv", ".json"}
    )
    assert "TRAINING" in everything
    for secret in ("Exemplar", "Testbed", "JK000036", "99188", "LOC-", "Quill"):
        assert secret not in everything, secret


def test_no_log_holds_a_word_of_a_report(department):
    said = department.hq.log + (department.hq.data / "postgres" / "postgres.log").read_text()
    for secret in ("Exemplar", "Testbed", "JK000036", "spray", "99188"):
        assert secret not in said, secret


def test_a_second_sync_changes_nothing(department):
    department.sync()
    before = department.hq.command("check")
    assert "sent 0 entries, 0 files, 0 letters; received 0" in department.sync()
    assert department.hq.command("check") == before


@pytest.fixture(scope="module")
def copied(department, performed, tmp_path_factory):
    """The sergeant copies the whole case of S7 for the defence."""
    with signed_in(department.laptop, "99010", PASSPHRASE) as shift:
        number = case_of(shift, S7_PLACE).versions[-1].draft.local_number
    folder = tmp_path_factory.mktemp("disclosure") / "case"
    told = department.must(
        *("export", "case", "--data", department.laptop, "--officer", "99010"),
        *("--report", number, "--purpose", "discovery", "--out", folder),
        *("--passphrase-file", department.passphrase),
    )
    assert "of them originals" in told
    return folder


def test_a_whole_case_is_copied_and_stock_tools_and_our_own_accept_it(department, copied):
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=copied,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert done.stdout.count(": OK") == len([p for p in copied.rglob("*") if p.is_file()]) - 1
    root = department.hq.root_pem
    judged = department.must("verify", copied, "--trust", root)
    assert judged.startswith("GENUINE")
    assert len(list((copied / "originals").iterdir())) >= 1
    for pdf in (copied / "documents").glob("packet_accepted*.pdf"):
        department.must("verify", pdf, "--trust", root)


def test_a_copied_case_without_one_of_its_files_is_not_complete(department, copied, tmp_path):
    less = tmp_path / "less"
    shutil.copytree(copied, less)
    gone = next((less / "documents").iterdir())
    gone.unlink()
    done = department.run("verify", less, "--trust", department.hq.root_pem)
    assert done.returncode == 1
    assert f"The file documents/{gone.name} is missing." in done.stdout


def test_what_was_added_to_or_emptied_in_a_copied_case_is_named(department, copied, tmp_path):
    root = department.hq.root_pem
    more = {
        "link": lambda case: (case / "documents" / "more.pdf").symlink_to(case / "README.txt"),
        "pipe": lambda case: os.mkfifo(case / "documents" / "more.pdf"),
        "sums": lambda case: (case / "SHA256SUMS").write_text(""),
        "ledger": lambda case: (case / "ledger" / "more.pdf").write_text("x"),
        "elsewhere": lambda case: (
            (case / "ledger").rename(tmp_path / "l")
            and (case / "ledger").symlink_to(tmp_path / "l")
        ),
    }
    for name, add in more.items():
        case = tmp_path / name
        shutil.copytree(copied, case)
        add(case)
        done = department.run("verify", case, "--trust", root)
        assert (done.returncode, "Traceback" in done.stderr) == (1, False), name
        assert "NOT GENUINE" in done.stdout, name
