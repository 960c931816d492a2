"""What the last page tells a reader to type is typed, where nothing of this project is."""

import hashlib
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.doubles.authority import Authority
from tests.doubles.stamp_authority import StampAuthority
from tests.packet import attacks, judges

ORIGINAL = b"the original file, as it was taken in"


@dataclass(frozen=True)
class Said:
    """What the tools printed."""

    text: str
    signatures: int

    @property
    def is_good(self) -> bool:
        """What the page says that a reader must see."""
        last = self.text.rpartition("Signature #")[2].partition("Validation")[0]
        return (
            "No syntax or stream encoding errors found" in self.text
            and self.text.count("Signature is Valid.") == self.signatures
            and "Not total" not in last
            and "Total document signed" in last
            and "original.jpg: OK" in self.text
            and self.text.count("CAdES Verification successful") == self.signatures
        )


def commands_on(pdf: bytes, folder: Path) -> str:
    """The indented lines of the last page, as poppler reads them from the page itself."""
    path = folder / "printed.pdf"
    path.write_bytes(pdf)
    pages = re.search(r"Pages:\s+(\d+)", judges.run("pdfinfo", path))
    assert pages is not None
    last = judges.words(path, "-layout", "-f", pages[1], "-l", pages[1])
    assert "How to verify" in last
    inside = last.partition("With stock tools")[2].partition("Years later")[0]
    found = [line.strip() for line in inside.splitlines() if line.startswith("    ")]
    assert len(found) > 8
    return "\n".join(found) + "\n"


def typed(commands: str, pdf: bytes, folder: Path, *, kind: str, root: bytes) -> Said:
    """Type the commands in a folder that holds what a prosecutor has."""
    place = folder / "desk"
    (place / "originals").mkdir(parents=True, exist_ok=True)
    (place / f"{kind}.pdf").write_bytes(pdf)
    (place / "root.pem").write_bytes(root)
    (place / "originals" / "original.jpg").write_bytes(ORIGINAL)
    sums = f"{hashlib.sha256(ORIGINAL).hexdigest()}  original.jpg\n"
    (place / "originals" / "SHA256SUMS").write_text(sums)
    done = subprocess.run(
        ["/bin/sh", "-c", commands],
        cwd=place,
        env={"PATH": "/usr/bin:/bin", "HOME": str(place), "LC_ALL": "C.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=120,
    )
    return Said(done.stdout.decode(errors="replace"), 2 if kind == "packet" else 1)


@pytest.fixture(scope="module")
def root(house) -> bytes:
    return attacks.certificate_pem(house.authority)


def test_a_packet_is_verified_by_what_its_own_last_page_says(packet, root, tmp_path):
    commands = commands_on(packet.signed, tmp_path)
    said = typed(commands, packet.signed, tmp_path, kind="packet", root=root)
    assert said.is_good, said.text
    record = judges.attachment(tmp_path / "desk" / "packet.pdf", "report-without-confidential.json")
    assert hashlib.sha256(record).hexdigest() in said.text
    assert hashlib.sha256(record).hexdigest() in "".join(
        judges.words(tmp_path / "printed.pdf", "-l", "1").split()
    )


def test_the_file_beside_it_says_the_same_of_an_annex(packet, root, tmp_path):
    """An annex has no such page; its VERIFY.txt has the words."""
    path = tmp_path / "annex.pdf"
    path.write_bytes(packet.signed_annex)
    text = judges.attachment(path, "VERIFY.txt").decode()
    inside = text.partition("With stock tools")[2].partition("Years later")[0]
    commands = "\n".join(each for each in inside.splitlines() if each.startswith("    "))
    said = typed(commands, packet.signed_annex, tmp_path, kind="annex", root=root)
    assert said.is_good, said.text


def test_years_later_the_stamped_packet_is_verified_the_same_way(house, packet, root, tmp_path):
    from ilocdoc.packet.upgrading import add_time_stamp

    stamps = StampAuthority(tmp_path / "stamps")
    stamped = add_time_stamp(
        packet.signed,
        ask=stamps.ask,
        root_der=house.authority.root_der,
        stamp_roots=[stamps.root_der],
    )
    commands = commands_on(stamped, tmp_path)
    said = typed(commands, stamped, tmp_path, kind="packet", root=root)
    assert said.is_good, said.text


@pytest.mark.parametrize(
    "change",
    [
        "a changed byte",
        "new page content",
        "a note over the text",
        "another title",
        "an extra attachment",
        "an optimised copy",
        "no signatures",
        "Contents of zeros",
    ],
)
def test_what_the_page_says_finds_an_altered_packet(packet, root, tmp_path, change):
    commands = commands_on(packet.signed, tmp_path)
    if change == "a changed byte":
        altered = attacks.flipped(packet.signed, len(packet.main) // 2)
    else:
        altered = attacks.CHANGES[change](packet.signed)
    assert not typed(commands, altered, tmp_path, kind="packet", root=root).is_good


def test_what_the_page_says_finds_signatures_of_strangers(packet, tmp_path):
    commands = commands_on(packet.signed, tmp_path)
    stranger = attacks.certificate_pem(Authority())
    assert not typed(commands, packet.signed, tmp_path, kind="packet", root=stranger).is_good
