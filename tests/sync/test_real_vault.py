"""The real vault, enrolled and synced over real HTTPS with the simulated headquarters."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ilocdoc.record.exchange import Line
from ilocdoc.wire.messages import PART_BYTES
from tests.doubles.field_laptop import FieldLaptop
from tests.doubles.roads import Fault, FaultyRoad, https_server
from tests.doubles.simulated_headquarters import SimulatedHeadquarters

QUILL, PELL = "99001", "99010"


@pytest.fixture
def field(road: FaultyRoad, hq: SimulatedHeadquarters, tmp_path: Path) -> Iterator[FieldLaptop]:
    with https_server(road) as url:
        laptop = FieldLaptop(tmp_path / "laptop", url)
        laptop.enrol(hq.code())
        for star in (QUILL, PELL):
            laptop.enrol_officer(star, hq.code(star))
        yield laptop
        laptop.close()


def test_entries_mail_and_evidence_arrive_and_mail_is_opened(field, hq):
    vault = field.unlock(QUILL)
    field.note()
    letter = field.write(QUILL, PELL, b"a sealed report")
    blob = field.attach(b"x" * (PART_BYTES + 7))
    outcome = field.sync()
    assert (outcome.line, outcome.headline) == (Line.FINE, "")
    assert outcome.waiting.is_nothing
    assert sorted(hq.kept.hashes()) == field.hashes()
    assert (hq.kept.letters(), hq.kept.complete_blobs()) == ([letter], [blob])
    vault.close()
    sergeant = field.unlock(PELL)
    assert [content for _, content in sergeant.deliveries()] == [b"a sealed report"]
    sergeant.close()


def test_a_laptop_that_was_killed_goes_on_after_a_restart(field, road, hq):
    field.note()
    blob = field.attach(b"y" * (3 * PART_BYTES))
    road.once(Fault.LOST_ANSWER, path="/parts/1")
    assert field.sync().line is Line.OFFLINE
    field.restart()
    outcome = field.sync()
    assert outcome.waiting.is_nothing
    assert hq.kept.complete_blobs() == [blob]


def test_headquarters_that_went_back_in_time_gets_everything_again(field, hq):
    field.note()
    field.sync()
    old = hq.backup()
    field.unlock(QUILL).close()
    letter, blob = field.write(QUILL, PELL, b"later"), field.attach(b"later")
    assert field.sync().waiting.is_nothing
    hq.restore(old)
    assert hq.kept.letters() == []
    outcome = field.sync()
    assert outcome.waiting.is_nothing
    assert sorted(hq.kept.hashes()) == field.hashes()
    assert (hq.kept.letters(), hq.kept.complete_blobs()) == ([letter], [blob])


def test_a_newer_roster_reaches_the_vault(field, hq):
    hq.kept.roster_version += 1
    field.sync()
    assert field.volume.roster_version == hq.kept.roster_version


def test_a_container_that_vanished_is_told_and_the_rest_is_sent(field, hq):
    gone, kept = field.attach(b"gone"), field.attach(b"kept", priority=1)
    next(field.volume.evidence_folder.glob(f"{gone[:8]}*")).unlink()
    outcome = field.sync()
    assert "missing" in outcome.headline
    assert hq.kept.complete_blobs() == [kept]
