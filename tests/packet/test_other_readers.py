"""What other people's programs say of a packet: unsigned, signed once, twice, and stamped."""

import re

import pytest

from ilocdoc.packet.upgrading import add_time_stamp
from tests.doubles.stamp_authority import StampAuthority
from tests.packet import appended, attacks, judges

STAGES = ("unsigned", "once", "twice", "stamped")


@pytest.fixture(scope="module")
def stages(house, packet, tmp_path_factory) -> dict[str, bytes]:
    stamps = StampAuthority(tmp_path_factory.mktemp("stamps"))
    root, roots = house.authority.root_der, [stamps.root_der]
    stamped = add_time_stamp(packet.signed, ask=stamps.ask, root_der=root, stamp_roots=roots)
    once = house.certify(packet.main, "99010", minutes=181)
    return dict(zip(STAGES, (packet.main, once, packet.signed, stamped), strict=True))


@pytest.mark.parametrize("stage", STAGES)
def test_qpdf_and_poppler_read_every_stage(stages, stage, file_of):
    path = file_of(stages[stage])
    said = judges.run("qpdf", "--check", path)
    assert "No syntax or stream encoding errors" in said
    assert "WARNING" not in said
    about = judges.run("pdfinfo", path)
    assert re.search(r"Tagged:\s+yes", about)
    assert re.search(r"Page size:\s+612 x 792", about)
    fonts = judges.run("pdffonts", path).splitlines()[2:]
    assert fonts
    assert all(re.search(r"yes yes yes\s+\d+\s+0$", each) for each in fonts), fonts
    assert not any(name in "".join(fonts) for name in ("Helvetica", "Courier"))


def test_poppler_tells_the_stages_apart_and_only_in_words(stages, house, file_of):
    root = house.authority.root_der
    found = {}
    for stage in STAGES[1:]:
        said = judges.pdfsig(file_of(stages[stage], f"{stage}.pdf"), root_der=root)
        # The empty field of a file that was signed once stands behind.
        last = next(one for one in said.split("Signature #")[::-1] if "Signed Ranges" in one)
        found[stage] = (
            said.count("Signature is Valid."),
            said.count("Certificate is Trusted."),
            "Total document signed" in last.replace("Not total document signed", ""),
        )
    assert found == {"once": (1, 1, True), "twice": (2, 2, True), "stamped": (2, 2, True)}
    # Of a file that nobody signed it says so, and ends as if all were well.
    said = judges.run("pdfsig", "-nocert", file_of(stages["unsigned"]))
    assert said.count("The signature form field is not signed.") == 2
    assert "Valid" not in said


def test_poppler_ends_well_for_a_file_to_which_something_was_added(stages, file_of):
    """Its exit code says nothing; the last signature is no longer total."""
    altered = appended.incremental(appended.new_page_content)(stages["twice"])
    said = judges.run("pdfsig", "-nocert", file_of(altered))
    assert said.count("Signature is Valid.") == 2
    assert said.count("Not total document signed") == 2
    flipped = attacks.flipped(stages["twice"], 2000)
    assert "Digest Mismatch" in judges.run("pdfsig", "-nocert", file_of(flipped))


def test_mupdf_agrees_on_both_signatures_and_on_an_altered_file(stages, file_of):
    said = judges.run("mutool", "sign", "-v", file_of(stages["twice"]))
    assert said.count("Verifying signature") == 2
    assert "The signature is valid but there have been edits since signing." in said
    assert "The document is unchanged since signing." in said
    once = judges.run("mutool", "sign", "-v", file_of(stages["once"]))
    assert "The document is unchanged since signing." in once
    assert "Signature is not signed." in once
    altered = attacks.flipped(stages["twice"], 2000)
    said = judges.run("mutool", "sign", "-v", file_of(altered))
    assert "unchanged since signing" not in said
    assert "igest" in said


def test_the_outside_validator_accepts_every_stage_in_both_profiles(stages, file_of):
    paths = [file_of(stages[stage], f"{stage}.pdf") for stage in STAGES]
    assert judges.vera(*paths) == []
    broken = file_of(attacks.CHANGES["a hidden layer"](stages["twice"]), "broken.pdf")
    assert judges.vera(broken, flavours="3a")
