"""Receipts are noted in the laptop's own ledger, and notes do not call for notes."""

import base64
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ilocdoc.record.rollback import Anchor
from ilocdoc.sync.ports import Laptop
from ilocdoc.vault.receipts import NotingSpool
from ilocdoc.vault.spool import DeviceSpool
from ilocdoc.vault.station import LaptopStation
from tests.doubles.field_laptop import FieldLaptop
from tests.doubles.roads import FaultyRoad, https_server
from tests.doubles.simulated_headquarters import SimulatedHeadquarters

QUILL, PELL = "99001", "99010"


class NotingLaptop(FieldLaptop):
    def side(self) -> Laptop:
        return replace(super().side(), spool=NotingSpool(self.volume, now=self.clock.now))


@pytest.fixture
def field(road: FaultyRoad, hq: SimulatedHeadquarters, tmp_path: Path) -> Iterator[NotingLaptop]:
    with https_server(road) as url:
        laptop = NotingLaptop(tmp_path / "laptop", url)
        laptop.enrol(hq.code())
        for star in (QUILL, PELL):
            laptop.enrol_officer(star, hq.code(star))
        yield laptop
        laptop.close()


def own_kinds(field: FieldLaptop) -> list[str]:
    device = next(each for each in field.volume.streams() if each.owner == field.volume.device)
    parcels, _sessions = DeviceSpool(field.volume).parcels(device.stream, after=0, limit=100)
    return [json.loads(base64.b64decode(each.envelope["payload"]))["kind"] for each in parcels]


def test_an_exchange_notes_a_receipt_for_each_members_ledger_and_carries_the_note(field, hq):
    field.note()
    for star in (QUILL, PELL):
        field.unlock(star).close()
    outcome = field.sync()
    assert outcome.waiting.is_nothing
    assert own_kinds(field) == [
        "stream.opened",
        "session.failed",
        "sync.receipt",
        "sync.receipt",
    ]
    assert sorted(hq.kept.hashes()) == field.hashes()


def test_an_exchange_with_nothing_new_notes_nothing(field):
    field.unlock(QUILL).close()
    field.sync()
    before = own_kinds(field)
    for _ in range(3):
        assert field.sync().waiting.is_nothing
    assert own_kinds(field) == before


def test_the_laptops_own_entries_alone_ask_for_no_note(field):
    field.note()
    for _ in range(3):
        assert field.sync().waiting.is_nothing
    assert own_kinds(field) == ["stream.opened", "session.failed"]


def test_a_whole_older_laptop_is_found_by_headquarters_and_read_only_from_then_on(
    field, hq, tmp_path
):
    """Officers' volumes and the laptop's store put back together are sound to one another."""
    field.unlock(QUILL).close()
    field.sync()
    field.close()
    shutil.copytree(field.folder, tmp_path / "older")
    field.station = LaptopStation(field.folder, clock=field.clock)
    for _ in range(2):
        field.unlock(QUILL).close()
    field.sync()
    field.close()
    shutil.rmtree(field.folder)
    shutil.copytree(tmp_path / "older", field.folder)
    field.station = LaptopStation(field.folder, clock=field.clock)
    vault = field.unlock(QUILL)
    assert vault.doubt is None
    vault.close()
    for _ in range(3):
        outcome = field.sync()
        assert "Headquarters holds" in outcome.headline
    vault = field.unlock(QUILL)
    assert vault.doubt.anchor is Anchor.HEADQUARTERS
    assert vault.doubt.is_read_only
    vault.close()
    assert own_kinds(field).count("sync.refused") == 1
