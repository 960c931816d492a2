"""Five wrong tries, and every way out of it that there is or is not."""

import shutil

import msgspec
import pytest

from ilocdoc.record.errors import LockedOutError, RefusedError, UnlockError
from ilocdoc.record.ids import OfficerId
from ilocdoc.record.ledger import EntryKind, header_from_bytes
from ilocdoc.vault.front_door import FrontDoor
from ilocdoc.vault.spool import DeviceSpool
from ilocdoc.vault.station import LaptopStation
from ilocdoc.wire.envelope import Envelope
from ilocdoc.wire.sealing import Parcel
from tests.doubles.enrolled_laptop import PASSPHRASE, EnrolledLaptop

QUILL, VANE, PELL, FINCH = (OfficerId(each) for each in ("99001", "99002", "99010", "99020"))
WRONG = "not the passphrase"


@pytest.fixture(scope="module")
def enrolled(tmp_path_factory) -> EnrolledLaptop:
    return EnrolledLaptop(tmp_path_factory.mktemp("laptop")).enrol(QUILL, VANE, PELL)


@pytest.fixture
def laptop(enrolled, tmp_path) -> EnrolledLaptop:
    return enrolled.copied_to(tmp_path / "laptop")


@pytest.fixture
def station(laptop):
    station = laptop.station()
    yield station
    station.close()


def fail(station: LaptopStation, times: int = 1, *, officer: OfficerId = QUILL) -> None:
    for _ in range(times):
        with pytest.raises(UnlockError):
            station.unlock(officer, WRONG)


def is_open(station: LaptopStation, officer: OfficerId = QUILL) -> bool:
    try:
        station.unlock(officer, PASSPHRASE).close()
    except LockedOutError:
        return False
    return True


def told(station: LaptopStation) -> list[tuple[str, str]]:
    """What the laptop's own ledger says, after its opening: (kind, officer)."""
    device = next(each for each in station.volume.streams() if each.owner == "0A1B")
    rows = station.volume.database.all(
        "SELECT parcel FROM spool WHERE stream = ? ORDER BY seq", (device.stream,)
    )
    parcels = (msgspec.json.decode(row[0], type=Parcel) for row in rows)
    envelopes = (msgspec.convert(each.envelope, Envelope) for each in parcels)
    headers = [header_from_bytes(each.payload_bytes()) for each in envelopes]
    return [(each.kind.value, each.ids.get("officer", "")) for each in headers[1:]]


# --- the count ----------------------------------------------------------------------------


def test_the_fifth_wrong_try_locks_out_and_no_waiting_opens_again(laptop, station):
    fail(station, 4)
    with pytest.raises(LockedOutError):
        station.unlock(QUILL, WRONG)
    with pytest.raises(LockedOutError):
        station.unlock(QUILL, PASSPHRASE)
    laptop.clock.move_on(days=400)
    assert not is_open(station)


def test_each_try_and_the_lock_out_are_in_the_laptops_own_ledger(station):
    fail(station, 5)
    assert told(station) == [("session.failed", QUILL)] * 5 + [("session.locked_out", QUILL)]


def test_a_right_passphrase_starts_the_count_anew(station):
    for _ in range(3):
        fail(station, 4)
        assert is_open(station)


def test_tries_that_are_more_than_fifteen_minutes_old_do_not_count(laptop, station):
    fail(station, 4)
    laptop.clock.move_on(minutes=15, seconds=1)
    fail(station, 4)
    assert is_open(station)


def test_tries_within_fifteen_minutes_count_however_they_are_spread(laptop, station):
    for _ in range(4):
        fail(station)
        laptop.clock.move_on(minutes=3)
    fail(station)
    assert not is_open(station)


def test_another_member_is_not_locked_out_by_it(station):
    fail(station, 5)
    assert is_open(station, VANE)


def test_a_restart_of_the_program_does_not_buy_more_tries(laptop):
    for _ in range(5):
        station = laptop.station()
        fail(station)
        station.close()
    station = laptop.station()
    assert not is_open(station)
    station.close()


# --- clocks -------------------------------------------------------------------------------


@pytest.mark.parametrize("minutes", [16, -16, 60 * 24 * 365, -60 * 24 * 365])
def test_setting_the_clock_makes_no_try_older(laptop, station, minutes: int):
    fail(station, 4)
    laptop.clock.set_by(minutes=minutes)
    fail(station)
    assert not is_open(station)


def test_a_restart_of_the_machine_with_an_earlier_clock_makes_no_try_older(laptop, station):
    fail(station, 4)
    laptop.clock.restart()
    laptop.clock.set_by(hours=-5)
    fail(station)
    assert not is_open(station)


def test_a_clock_that_was_set_back_is_written_down_once(laptop, station):
    fail(station)
    laptop.clock.set_by(hours=-5)
    fail(station, 2)
    assert told(station).count(("clock.jumped", QUILL)) == 1


def test_a_clock_that_a_time_service_corrects_is_no_event(laptop, station):
    fail(station)
    laptop.clock.set_by(seconds=-90)
    fail(station)
    assert ("clock.jumped", QUILL) not in told(station)


def test_a_clock_that_was_years_ahead_and_was_set_right_locks_nobody_out(laptop, station):
    laptop.clock.set_by(days=3650)
    fail(station, 4)
    laptop.clock.set_by(days=-3650)
    assert is_open(station), "a right passphrase is right"
    fail(station, 4)
    laptop.clock.move_on(minutes=16)
    fail(station)
    assert is_open(station), "and the count goes by the clock that nobody can set"


# --- copies put back ------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["officers", "device.db", "elsewhere"])
def test_an_older_count_that_was_put_back_gains_nothing_and_is_suspected(laptop, tmp_path, what):
    home = tmp_path / "home"
    station = laptop.station(elsewhere=(home,))
    fail(station)
    station.close()
    shutil.copytree(laptop.folder, tmp_path / "old")
    shutil.copytree(home, tmp_path / "old-home")
    station = laptop.station(elsewhere=(home,))
    fail(station, 4)
    station.close()
    if what == "elsewhere":
        shutil.rmtree(home)
        shutil.copytree(tmp_path / "old-home", home)
    elif what == "officers":
        name = f"officers/{QUILL}/tries.json"
        shutil.copy(tmp_path / "old" / name, laptop.folder / name)
    else:
        for each in laptop.folder.glob("device.db*"):
            each.unlink()
        for each in (tmp_path / "old").glob("device.db*"):
            shutil.copy(each, laptop.folder)
    station = laptop.station(elsewhere=(home,))
    assert not is_open(station)
    assert ("rollback.suspected", QUILL) in told(station)
    station.close()


def test_the_whole_folder_put_back_is_still_locked_out_by_the_copy_elsewhere(laptop, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(laptop.folder, tmp_path / "old")
    station = laptop.station(elsewhere=(home,))
    fail(station, 5)
    station.close()
    shutil.rmtree(laptop.folder)
    shutil.copytree(tmp_path / "old", laptop.folder)
    station = laptop.station(elsewhere=(home,))
    assert not is_open(station)
    station.close()


def test_without_a_copy_elsewhere_the_whole_folder_put_back_buys_five_more_tries(laptop, tmp_path):
    """What is not possible: `docs/keys.md` says so."""
    shutil.copytree(laptop.folder, tmp_path / "old")
    station = laptop.station()
    fail(station, 5)
    station.close()
    shutil.rmtree(laptop.folder)
    shutil.copytree(tmp_path / "old", laptop.folder)
    station = laptop.station()
    assert is_open(station)
    station.close()


@pytest.mark.parametrize("content", [None, b"", b"x" * 500])
def test_a_count_that_was_deleted_or_edited_is_suspected(laptop, station, content):
    fail(station, 5)
    path = laptop.folder / "officers" / QUILL / "tries.json"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    assert not is_open(station)
    assert told(station)[-1] == ("rollback.suspected", QUILL)
    assert not is_open(station)
    assert told(station).count(("rollback.suspected", QUILL)) == 1, "told once, then mended"


def test_a_home_folder_that_cannot_be_written_keeps_nobody_out(laptop, tmp_path):
    (tmp_path / "home").write_text("a file")
    station = laptop.station(elsewhere=(tmp_path / "home",))
    fail(station)
    assert is_open(station)
    station.close()


# --- release ------------------------------------------------------------------------------


def test_headquarters_code_releases_once_and_opens_nothing(laptop, station):
    releases = FrontDoor(station)
    fail(station, 5)
    first = releases.challenge(QUILL)
    code = laptop.release_code(first)
    releases.release_by_code(QUILL, code.lower().replace("-", " "))
    assert releases.challenge(QUILL) is None
    with pytest.raises(UnlockError):
        station.unlock(QUILL, WRONG)
    assert is_open(station)
    assert ("session.released", QUILL) in told(station)
    fail(station, 5)
    assert releases.challenge(QUILL).text != first.text
    with pytest.raises(UnlockError, match="not the code"):
        releases.release_by_code(QUILL, code)
    assert not is_open(station)


def test_a_code_for_another_officer_is_refused(laptop, station):
    releases = FrontDoor(station)
    fail(station, 5)
    fail(station, 5, officer=VANE)
    with pytest.raises(UnlockError, match="not the code"):
        releases.release_by_code(QUILL, laptop.release_code(releases.challenge(VANE)))
    assert not is_open(station)


def test_a_code_of_another_laptop_is_refused(laptop, station, tmp_path):
    other = EnrolledLaptop(tmp_path / "other").enrol(QUILL)
    releases = FrontDoor(station)
    fail(station, 5)
    with pytest.raises(UnlockError, match="not the code"):
        releases.release_by_code(QUILL, other.release_code(releases.challenge(QUILL)))


@pytest.mark.parametrize("typed", ["", "AAAA-AAAA-AAAA", "é"])
def test_a_code_that_is_none_is_refused_and_written_down(station, typed):
    fail(station, 5)
    with pytest.raises(UnlockError):
        FrontDoor(station).release_by_code(QUILL, typed)
    assert told(station)[-1] == ("session.failed", QUILL)


def test_whoever_is_not_locked_out_needs_no_code(laptop, station):
    assert FrontDoor(station).challenge(QUILL) is None
    with pytest.raises(RefusedError):
        FrontDoor(station).release_by_code(QUILL, "AAAA-AAAA-AAAA")


def test_a_supervisor_of_the_unit_releases_with_the_own_passphrase(laptop, station):
    releases = FrontDoor(station)
    fail(station, 5)
    assert [each.id for each in releases.supervisors(QUILL)] == [PELL]
    releases.release_by_supervisor(QUILL, supervisor=PELL, passphrase=PASSPHRASE)
    assert is_open(station)
    vault = station.unlock(PELL, PASSPHRASE)
    released = next(e for e in vault.entries() if e.kind is EntryKind.SESSION_RELEASED)
    assert released.ids == {"actor": PELL, "officer": QUILL}
    vault.close()


def test_a_supervisor_with_a_wrong_passphrase_releases_nobody(station):
    fail(station, 5)
    with pytest.raises(UnlockError):
        FrontDoor(station).release_by_supervisor(QUILL, supervisor=PELL, passphrase=WRONG)
    assert not is_open(station)


@pytest.mark.parametrize("who", [VANE, QUILL, FINCH, OfficerId("99999")])
def test_nobody_else_releases(station, who):
    fail(station, 5)
    with pytest.raises(RefusedError):
        FrontDoor(station).release_by_supervisor(QUILL, supervisor=who, passphrase=PASSPHRASE)


def test_a_supervisor_of_another_unit_does_not_release(laptop):
    laptop.change_member(PELL, unit="011")
    station = laptop.station()
    fail(station, 5)
    assert FrontDoor(station).supervisors(QUILL) == []
    with pytest.raises(RefusedError):
        FrontDoor(station).release_by_supervisor(QUILL, supervisor=PELL, passphrase=PASSPHRASE)
    station.close()


def test_the_laptops_ledger_stays_sound_through_all_of_it(laptop, station):
    fail(station, 5)
    releases = FrontDoor(station)
    releases.release_by_code(QUILL, laptop.release_code(releases.challenge(QUILL)))
    device = next(each for each in station.volume.streams() if each.owner == "0A1B")
    assert DeviceSpool(station.volume).head(device.stream).seq == len(told(station)) + 1
