"""Access that headquarters ended: nobody unlocks, nothing is deleted, sealed work is sent."""

from pathlib import Path

import msgspec
import pytest

from ilocdoc.record.errors import DamagedError, RefusedError
from ilocdoc.record.ids import OfficerId
from ilocdoc.record.ledger import EntryKind
from ilocdoc.vault.database import Database
from ilocdoc.vault.device_volume import DeviceVolume
from ilocdoc.vault.following import follow_headquarters
from ilocdoc.vault.officer_volume import folder_of
from ilocdoc.vault.renewal import why_due
from ilocdoc.vault.slots import SLOTS_FILE, SupervisorSlot, derive, read_slots
from ilocdoc.vault.spool import DeviceSpool
from ilocdoc.vault.supervising import open_as_supervisor
from ilocdoc.wire.envelope import Envelope
from ilocdoc.wire.sealing import OpeningKey
from tests.doubles.authority import PASSPHRASE
from tests.doubles.enrolled_laptop import EnrolledLaptop
from tests.doubles.escrow_office import EscrowOffice
from tests.vault.rekeyed import FILE_CONTENT, QUILL, VANE, LaptopWithWork

PELL = OfficerId("99010")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> LaptopWithWork:
    return LaptopWithWork.make(tmp_path_factory.mktemp("made"))


@pytest.fixture
def laptop(made: LaptopWithWork, tmp_path: Path) -> LaptopWithWork:
    return made.copy(tmp_path)


def end(laptop: LaptopWithWork, *names: str) -> None:
    laptop.office.revoked = names
    laptop.office.publish()


def test_a_member_whose_access_ended_does_not_unlock_and_the_others_do(laptop):
    end(laptop, QUILL)
    station = laptop.laptop.station()
    with pytest.raises(RefusedError, match="ended this member's access"):
        station.unlock(QUILL, PASSPHRASE)
    station.unlock(VANE, PASSPHRASE).close()
    station.close()


def test_a_refusal_counts_as_no_wrong_try_and_asks_no_passphrase(laptop):
    end(laptop, QUILL)
    station = laptop.laptop.station()
    for _ in range(7):
        with pytest.raises(RefusedError):
            station.unlock(QUILL, "anything at all, wrong")
    station.close()
    end(laptop)
    assert laptop.holdings().file == FILE_CONTENT


def test_nobody_unlocks_a_laptop_out_of_service(laptop):
    end(laptop, "0A1B")
    station = laptop.laptop.station()
    for star in (QUILL, VANE):
        with pytest.raises(RefusedError, match="out of service"):
            station.unlock(star, PASSPHRASE)
    station.close()


def test_nothing_is_deleted_and_what_waits_still_waits_to_be_sent(laptop):
    before = {
        each: each.read_bytes()
        for each in laptop.folder.rglob("*")
        if each.is_file() and not each.name.startswith("device.db")
    }
    end(laptop, QUILL, "0A1B")
    station = laptop.laptop.station()
    waiting = DeviceSpool(station.volume).waiting()
    with pytest.raises(RefusedError):
        station.unlock(QUILL, PASSPHRASE)
    assert not waiting.is_nothing
    assert DeviceSpool(station.volume).waiting().entries >= waiting.entries
    station.close()
    assert all(each.read_bytes() == content for each, content in before.items())


def test_access_that_is_given_back_opens_the_same_volume(laptop):
    before = laptop.holdings()
    end(laptop, QUILL)
    end(laptop)
    assert laptop.holdings().case == before.case


def test_the_laptop_writes_down_once_whose_access_ended(laptop):
    end(laptop, QUILL)
    device = DeviceVolume(laptop.folder)
    for _ in range(3):
        follow_headquarters(device, now=laptop.laptop.clock.now())
    (stream,) = [each.stream for each in device.streams() if each.owner == "0A1B"]
    parcels, _ = DeviceSpool(device).parcels(stream, after=0, limit=1000)
    headers = [
        msgspec.json.decode(msgspec.convert(each.envelope, type=Envelope).payload_bytes())
        for each in parcels
    ]
    device.close()
    kinds = [each["kind"] for each in headers]
    assert kinds.count(EntryKind.OFFICER_REVOKED.value) == 1
    assert kinds.count(EntryKind.POLICY_CHANGED.value) == 1, "and the plan of escrow"


def test_a_supervisor_whose_access_ended_makes_a_new_key_due(laptop):
    slots = read_slots(laptop.slots_path)
    slot = SupervisorSlot(officer="99010", key="k", suite="s", stanza="x")
    with_one = msgspec.structs.replace(slots, slots=(*slots.slots, slot))
    assert why_due(with_one, plan=None, revoked=()) == ""
    assert why_due(with_one, plan=None, revoked=("99030",)) == ""
    assert why_due(with_one, plan=None, revoked=("99010",)) == "access_ended"


def test_a_supervisor_whose_access_ended_is_shut_out_by_a_new_key(tmp_path):
    """Taking the slot out is not enough: the old file with the old key opens nothing either."""
    laptop = EnrolledLaptop(tmp_path / "laptop").enrol(QUILL, PELL)
    office = EscrowOffice(laptop).publish()
    station = laptop.station()
    pell = station.unlock(PELL, PASSPHRASE)
    opening = OpeningKey.from_bytes(pell.volume.secret("opening"))
    pell.close()
    station.unlock(QUILL, PASSPHRASE).close()
    station.close()
    path = folder_of(laptop.folder, QUILL) / SLOTS_FILE
    before = read_slots(path)
    old_key = open_as_supervisor(before, supervisor=PELL, opening=opening)
    Database(path.with_name("vault-1.db"), derive(old_key, "db")).close()

    office.revoked = (PELL,)
    office.publish()
    station = laptop.station()
    station.unlock(QUILL, PASSPHRASE).close()
    station.close()
    after = read_slots(path)
    assert (after.generation, after.supervisor_slots()) == (2, ())
    assert after.escrow_slots()
    with pytest.raises(DamagedError):
        Database(path.with_name("vault-2.db"), derive(old_key, "db"))
    assert not path.with_name("vault-1.db").exists()
