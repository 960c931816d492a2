"""The real vault and the real headquarters: what a laptop keeps, headquarters gets, once."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ilocdoc.record.exchange import Line
from ilocdoc.wire.messages import PART_BYTES
from tests.doubles.field_laptop import FieldLaptop
from tests.doubles.headquarters import RealHeadquarters

QUILL, PELL = "99001", "99010"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealHeadquarters]:
    with RealHeadquarters(tmp_path_factory.mktemp("hq") / "data") as headquarters:
        yield headquarters


def enrolled(folder: Path, real: RealHeadquarters) -> FieldLaptop:
    made = FieldLaptop(folder, real.url)
    made.clock.at = datetime.now(UTC)
    made.enrol(real.code_for_device())
    for star in (QUILL, PELL):
        made.enrol_officer(star, real.code_for_officer(star))
    return made


@pytest.fixture
def laptop(real: RealHeadquarters, tmp_path: Path) -> Iterator[FieldLaptop]:
    made = enrolled(tmp_path / "laptop", real)
    yield made
    made.close()


def test_entries_mail_and_evidence_arrive_once_although_headquarters_is_killed(real, laptop):
    laptop.unlock(QUILL).close()
    laptop.note()
    first = laptop.sync()
    assert (first.line, first.headline, first.waiting.is_nothing) == (Line.FINE, "", True)

    laptop.write(QUILL, PELL, b"a sealed report")
    blob = laptop.attach(b"v" * (2 * PART_BYTES + 3))
    laptop.note()
    real.kill()
    down = laptop.sync()
    assert (down.line, down.waiting.entries, down.waiting.files) == (Line.HQ_DOWN, 1, 1)

    real.restart()
    outcome = laptop.sync(audit=True)
    assert (outcome.line, outcome.headline) == (Line.FINE, "")
    assert outcome.waiting.is_nothing
    assert (outcome.sent_letters, outcome.received_letters) == (1, 1)
    sergeant = laptop.unlock(PELL)
    assert [content for _, content in sergeant.deliveries()] == [b"a sealed report"]
    sergeant.close()

    laptop.sync()
    kept = real.sql("SELECT hash FROM entry")
    assert sorted(str(row[0]) for row in kept) == laptop.hashes()
    complete = real.sql("SELECT sha256 FROM blob WHERE completed_at IS NOT NULL")
    assert [row[0] for row in complete] == [blob]
    assert real.command("check").endswith("Sound.\n")


def test_a_headquarters_made_from_a_backup_gets_everything_again(tmp_path):
    data = tmp_path / "laptop"
    with RealHeadquarters(tmp_path / "first") as first:
        laptop = enrolled(data, first)
        laptop.note()
        laptop.sync()
        first.command("backup", "--out", str(tmp_path / "backup"))
        laptop.note()
        letter = laptop.write(QUILL, PELL, b"after the backup")
        blob = laptop.attach(b"after the backup")
        assert laptop.sync().waiting.is_nothing
        port = int(first.url.rpartition(":")[2])
    with RealHeadquarters(tmp_path / "second", backup=tmp_path / "backup", port=port) as second:
        outcome = laptop.sync(audit=True)
        assert (outcome.line, outcome.headline) == (Line.FINE, "")
        assert outcome.waiting.is_nothing
        kept = second.sql("SELECT hash FROM entry")
        assert sorted(str(row[0]) for row in kept) == laptop.hashes()
        assert [row[0] for row in second.sql("SELECT id FROM delivery")] == [letter]
        complete = second.sql("SELECT sha256 FROM blob WHERE completed_at IS NOT NULL")
        assert [row[0] for row in complete] == [blob]
    laptop.close()
