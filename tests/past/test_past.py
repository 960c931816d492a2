"""Folders that older programs left behind: each still opens, and what it held is there."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from ilocdoc.record.errors import NewerVaultError
from ilocdoc.record.ids import ReportId
from ilocdoc.vault import device_volume, officer_volume
from ilocdoc.vault.backups import backups_in
from ilocdoc.vault.station import LaptopStation
from tests.doubles.clocks import StoppedClock
from tests.doubles.enrolled_laptop import PASSPHRASE
from tests.past.build import AUTHOR, FACTS, HERE, name_of_today, schemas

KEPT = sorted(each.parent for each in HERE.glob(f"*/{FACTS}"))
HOW = (
    "The schema has a new step. Make the folder that keeps it for ever and commit it: "
    "PYTHONPATH=src:. .venv/bin/python -m tests.past.build"
)


def facts_of(folder: Path) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((folder / FACTS).read_text())
    return facts


def copied(folder: Path, into: Path) -> Path:
    shutil.copytree(folder, into, ignore=shutil.ignore_patterns(FACTS))
    return into


def test_todays_schema_has_its_folder() -> None:
    assert name_of_today() in {each.name for each in KEPT}, HOW


@pytest.mark.parametrize("folder", KEPT, ids=lambda each: each.name)
def test_no_step_that_a_volume_went_through_was_ever_edited(folder: Path) -> None:
    for name, now in schemas().items():
        then = facts_of(folder)["schemas"][name]
        assert now[: len(then)] == then, f"a step of the {name} schema was edited, not added"


@pytest.mark.parametrize("folder", KEPT, ids=lambda each: each.name)
def test_a_folder_of_an_older_program_opens_and_holds_what_it_held(
    folder: Path, tmp_path: Path
) -> None:
    facts = facts_of(folder)
    data = copied(folder, tmp_path / "laptop")
    station = LaptopStation(data, clock=StoppedClock())
    vault = station.unlock(AUTHOR, PASSPHRASE)
    vault.require_sound()
    assert vault.entries()[facts["entries"] - 1].hash == facts["head"]
    sealed = vault.case(ReportId(facts["submitted"]))
    assert sealed.versions[0].draft.answers["place"] == "4100 S Testbed Ave"
    assert [each.pdf for each in sealed.documents] == [b"%PDF-1.7 made up"]
    written = vault.case(ReportId(facts["draft"])).draft
    assert written is not None
    assert written.answers["account"] == "Ha"
    plain = vault.evidence.read(facts["evidence"]["id"], offset=0, size=1 << 20)
    assert hashlib.sha256(plain).hexdigest() == facts["evidence"]["sha256"]
    is_old = facts["schemas"]["officer"] != schemas()["officer"]
    assert bool(backups_in(vault.volume.folder)) == is_old, "a copy before the schema changed"
    vault.close()
    station.close()


@pytest.mark.parametrize("room", [officer_volume, device_volume], ids=["officer", "device"])
def test_an_older_program_refuses_the_folder_and_leaves_every_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: Any
) -> None:
    data = copied(KEPT[-1], tmp_path / "laptop")
    before = {each: each.read_bytes() for each in data.rglob("*.db")}
    monkeypatch.setattr(room, "_SCHEMA", room._SCHEMA[:-1])
    with pytest.raises(NewerVaultError):
        LaptopStation(data, clock=StoppedClock()).unlock(AUTHOR, PASSPHRASE)
    untouched = {each for each in before if each.read_bytes() == before[each]}
    kept = {each for each in before if ("officers" in each.parts) == (room is officer_volume)}
    assert kept <= untouched
