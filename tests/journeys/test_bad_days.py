"""Bad input and bad days: one clear sentence, what to do, a code, nothing lost."""

import shutil
import socket

import pytest

from ilocdoc.shelf import form_file


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def complaint(done) -> list[str]:
    """What was said on the way out: a headline and an advice, and no traceback."""
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 2, done.stderr
    assert all(line.endswith((".", "DIR")) for line in lines), lines
    return lines


def test_a_wrong_passphrase(department, tmp_path):
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("not the passphrase at all\n")
    scenario = form_file("scenarios", "S7.toml")
    done = department.run(
        *("replay", scenario, "--data", department.laptop, "--passphrase-file", wrong)
    )
    assert done.returncode == 4
    assert complaint(done)[0] == "The name or passphrase is not right."


def test_a_folder_that_was_never_enrolled(department, tmp_path):
    scenario = form_file("scenarios", "S7.toml")
    done = department.run(
        *("replay", scenario, "--data", tmp_path / "new"),
        *("--passphrase-file", department.passphrase),
    )
    assert complaint(done)[0] == "This laptop is not enrolled."


def test_a_scenario_with_a_misspelt_word(department, tmp_path):
    scenario = tmp_path / "bad.toml"
    scenario.write_text(
        'scenario = "x"\ntitle = "x"\nstarts = 2026-10-21T08:00:00-05:00\n'
        '[[acts]]\ndo = "sync"\nsyncc = 1\n'
    )
    done = department.run(
        *("replay", scenario, "--data", department.laptop),
        *("--passphrase-file", department.passphrase),
    )
    assert done.returncode == 2
    assert "`syncc` is not a word of scenarios" in complaint(done)[0]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 broken", b"\x00" * 5000])
def test_a_broken_packet(department, tmp_path, content):
    packet = tmp_path / "packet.pdf"
    packet.write_bytes(content)
    done = department.run("verify", packet, "--trust", department.hq.root_pem)
    assert done.returncode == 1
    assert done.stdout.startswith("NOT GENUINE\n  ")
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize("trust", ["missing.pem", "bad.pem"])
def test_a_root_that_cannot_be_used(department, tmp_path, trust):
    (tmp_path / "packet.pdf").write_bytes(b"x")
    (tmp_path / "bad.pem").write_text("no certificate")
    done = department.run("verify", tmp_path / "packet.pdf", "--trust", tmp_path / trust)
    assert complaint(done)


def test_headquarters_that_does_not_answer(department, tmp_path):
    code = department.hq.code_for_device()
    url = f"https://127.0.0.1:{free_port()}"
    done = department.run("enrol", "--hq", url, "--code", code, "--data", tmp_path / "new")
    assert done.returncode == 8
    assert complaint(done)


def test_a_code_of_another_headquarters(department, tmp_path):
    code = department.hq.code_for_device()[:-4] + "0000"
    done = department.run(
        "enrol", "--hq", department.hq.url, "--code", code, "--data", tmp_path / "n"
    )
    assert done.returncode != 0
    assert complaint(done)
    done = department.run("status", "--data", tmp_path / "n")
    assert "Traceback" not in done.stderr


def test_a_folder_written_by_a_newer_program(department, tmp_path):
    import sqlcipher3

    from ilocdoc.vault.slots import derive

    newer = tmp_path / "newer"
    shutil.copytree(department.laptop, newer)
    key = derive((newer / "device.key").read_bytes(), "db")
    connection = sqlcipher3.connect(str(newer / "device.db"))
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute("PRAGMA user_version = 99")
    connection.commit()
    connection.close()
    done = department.run("status", "--data", newer)
    assert done.returncode == 5
    assert complaint(done)[0] == "This folder was written by a newer version of ilocdoc."


def test_a_second_program_on_the_same_folder(department):
    from ilocdoc.vault.device_volume import DeviceVolume

    volume = DeviceVolume(department.laptop)
    try:
        done = department.run("salvage", "--data", department.laptop)
        told = department.run("status", "--data", department.laptop)
    finally:
        volume.close()
    assert done.returncode == 5
    assert complaint(done)[0] == "Another ilocdoc is already using this folder."
    assert told.returncode == 0, "what is unsent can be asked all the same"
