"""The commands that copy a packet, as a clerk and a records officer use them."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from ilocdoc.__main__ import main
from tests.packet.conftest import House, Packet

LIST = """
[[withhold]]
path = "answers.agents[0].description"
reason = "5 ILCS 140/7(1)(c)"

[[withhold]]
words = "shopper"
reason = "5 ILCS 140/7(1)(d)(iv)"
"""


@pytest.fixture
def desk(tmp_path: Path, house: House, adults: Packet) -> Path:
    (tmp_path / "packet.pdf").write_bytes(adults.signed)
    (tmp_path / "root.pem").write_bytes(house.authority.root.public_bytes(Encoding.PEM))
    (tmp_path / "list.toml").write_text(LIST)
    return tmp_path


def run(desk: Path, *words: str) -> int:
    named = [str(desk / word[1:]) if word.startswith("@") else word for word in words]
    return main([*named, "--trust", str(desk / "root.pem")])


def test_a_filing_copy_is_written_once(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(desk, "export", "filing", "@packet.pdf", "--out", "@filing.pdf") == 0
    assert "not signed" in capsys.readouterr().out
    assert (desk / "filing.pdf").read_bytes().startswith(b"%PDF-1.7")
    assert run(desk, "verify", "@filing.pdf") == 1, "a filing copy is no signed document"
    assert run(desk, "export", "filing", "@packet.pdf", "--out", "@filing.pdf") == 2
    assert "nothing is overwritten" in capsys.readouterr().err


def test_a_redacted_edition_is_made_and_judged(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ("@packet.pdf", "--withhold", "@list.toml")
    kept = ("--out", "@redacted.pdf", "--openings", "@openings.json")
    assert run(desk, "export", "redacted", *given, *kept) == 0
    assert "items withheld" in capsys.readouterr().out
    judged = ("verify", "@redacted.pdf", "--packet", "@packet.pdf")
    assert run(desk, *judged, "--openings", "@openings.json") == 0
    assert capsys.readouterr().out.startswith("FAITHFUL COPY\n")
    openings = json.loads((desk / "openings.json").read_bytes())
    openings["R-1"]["value"] = "something else"
    (desk / "openings.json").write_text(json.dumps(openings))
    assert run(desk, *judged, "--openings", "@openings.json") == 1
    assert capsys.readouterr().out.startswith("NOT A FAITHFUL COPY\n")


def test_what_can_be_withheld_is_listed(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(desk, "export", "answers", "@packet.pdf") == 0
    assert "answers.weather\tWeather\n" in capsys.readouterr().out


def test_an_altered_packet_is_not_copied(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    packet = desk / "packet.pdf"
    packet.write_bytes(packet.read_bytes() + b" ")
    assert run(desk, "export", "filing", "@packet.pdf", "--out", "@filing.pdf") == 6
    assert "genuine referral packet only" in capsys.readouterr().err
    assert not (desk / "filing.pdf").exists()


def test_a_folder_that_is_not_there_is_named(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(desk, "export", "filing", "@packet.pdf", "--out", "@no/filing.pdf") == 2
    assert "There is no folder" in capsys.readouterr().err
