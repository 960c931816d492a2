"""A volume with destroyed pages: what is left of it, and of its copies, in a new one."""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ilocdoc.__main__ import main
from ilocdoc.casework.shift import new_entry
from ilocdoc.record.errors import DamagedError, LockedOutError, NewerVaultError, UnlockError
from ilocdoc.record.ids import OfficerId, ReportId
from ilocdoc.record.ledger import ACT_TYPE, EntryKind
from ilocdoc.vault.backups import Backups
from ilocdoc.vault.device_salvage import salvage_device
from ilocdoc.vault.open_vault import OpenVault
from ilocdoc.vault.row_rescue import Rescue, copy_readable
from ilocdoc.vault.salvaging import salvage_officer
from ilocdoc.vault.spool import DeviceSpool
from ilocdoc.vault.station import LaptopStation
from ilocdoc.wire.envelope import seal_envelope
from tests.contracts.test_vault import AT, draft, sealed
from tests.doubles.enrolled_laptop import PASSPHRASE, EnrolledLaptop

STAR = OfficerId("99001")
PAGE = 4096
REPORTS = 30


def report(number: int) -> ReportId:
    return ReportId(f"0192f0c0-0000-7000-8000-{number:012d}")


def fill(vault: OpenVault, *, first: int = 1) -> None:
    act = seal_envelope(ACT_TYPE, b'{"kind":"report.submitted"}', signer=vault.signer)
    for number in range(first, first + REPORTS):
        made = replace(
            draft(answers={"place": f"number {number} " + "x" * 3000}), report_id=report(number)
        )
        with vault.transaction() as opened:
            opened.put_version(sealed(made), title="x", state="submitted")
            opened.append(
                new_entry(EntryKind.REPORT_SUBMITTED, act, at=AT, report=made.report_id, actor=STAR)
            )
    with vault.transaction() as opened:
        opened.put_draft(draft(report_id=report(900)), title="a draft", state="draft")


@pytest.fixture
def laptop(tmp_path: Path) -> EnrolledLaptop:
    return EnrolledLaptop(tmp_path / "laptop").enrol(STAR)


@pytest.fixture
def filled(laptop: EnrolledLaptop) -> EnrolledLaptop:
    station = laptop.station()
    vault = station.unlock(STAR, PASSPHRASE)
    fill(vault)
    vault.close()
    station.close()
    return laptop


def volume(laptop: EnrolledLaptop) -> Path:
    return laptop.folder / "officers" / STAR / "vault-1.db"


def destroy(path: Path, pages: list[int]) -> bytes:
    """Flip a byte in each of some pages, counted from 1; returns the file as it is now."""
    data = bytearray(path.read_bytes())
    for page in pages:
        data[(page - 1) * PAGE + 2000] ^= 1
    path.write_bytes(data)
    return bytes(data)


def pages_of(laptop: EnrolledLaptop, table: str) -> list[int]:
    """Return the pages whose loss costs some rows of a table, and not the whole table."""
    station = laptop.station()
    vault = station.unlock(STAR, PASSPHRASE)
    database = vault.volume.database
    key, pages = database._key, database.one("PRAGMA page_count")[0]
    (total,) = database.one(f"SELECT count(*) FROM {table}")
    vault.close()
    station.close()
    found, whole = [], volume(laptop).read_bytes()
    spare = volume(laptop).with_name("spare.db")
    for page in range(3, pages + 1):
        spare.write_bytes(whole)
        destroy(spare, [page])
        rescue = Rescue(spare, key)
        if 0 < len(list(rescue.rows(table, rescue.columns(table), most=total))) < total:
            found.append(page)
        rescue.close()
    for left in volume(laptop).parent.glob("spare*"):
        left.unlink()
    return found


def salvaged(laptop: EnrolledLaptop, check: Callable[[OpenVault], None]):
    station: LaptopStation = laptop.station()
    try:
        told = salvage_officer(station, STAR, PASSPHRASE)
        vault = station.unlock(STAR, PASSPHRASE)
        vault.require_sound()
        check(vault)
        vault.close()
    finally:
        station.close()
    return told


def test_only_the_rows_on_destroyed_pages_are_missing_and_each_is_named(
    filled: EnrolledLaptop,
) -> None:
    damaged = destroy(volume(filled), pages_of(filled, "version")[3:6])

    def check(vault: OpenVault) -> None:
        entries = vault.entries()
        assert [each.kind for each in entries][-2:] == [
            EntryKind.VOLUME_SALVAGED,
            EntryKind.SESSION_UNLOCKED,
        ]
        assert vault.case(report(900)).draft is not None
        kept = [row.report_id for row in vault.rows() if vault.case(row.report_id).versions]
        assert REPORTS - 4 <= len(kept) < REPORTS

    told = salvaged(filled, check)
    assert told.keeps_stream
    assert 1 <= len(told.missing) <= 4
    assert all(each.startswith("sealed report 0192f0c0") for each in told.missing)
    assert told.reopened > 0
    assert volume(filled).read_bytes() == damaged, "the damaged file is evidence"


def test_what_is_destroyed_is_taken_from_the_daily_copy(filled: EnrolledLaptop) -> None:
    station = filled.station()
    vault = station.unlock(STAR, PASSPHRASE)
    Backups(vault.volume.database).make(filled.clock.now())
    fill(vault, first=101)
    vault.close()
    station.close()
    destroy(volume(filled), pages_of(filled, "version")[2:5])

    def check(vault: OpenVault) -> None:
        for number in range(1, REPORTS + 1):
            assert vault.case(report(number)).versions

    told = salvaged(filled, check)
    assert told.from_copies > 0
    assert told.keeps_stream


def test_a_ledger_with_a_gap_is_left_behind_and_a_new_stream_names_it(
    filled: EnrolledLaptop,
) -> None:
    destroy(volume(filled), pages_of(filled, "entry")[5:6])

    def check(vault: OpenVault) -> None:
        first = vault.entries()[0]
        assert first.kind is EntryKind.STREAM_OPENED
        assert vault.volume.stream(STAR).previous
        assert vault.volume.stream(STAR).previous != first.stream
        known = vault.entries(report(1))
        assert [each.kind for each in known] == [EntryKind.REPORT_SUBMITTED]
        assert known[0].stream == vault.volume.stream(STAR).previous

    told = salvaged(filled, check)
    assert not told.keeps_stream
    assert any(each.startswith("ledger entry ") for each in told.missing)


def test_a_store_that_does_not_open_at_all_comes_back_from_its_copy(
    filled: EnrolledLaptop,
) -> None:
    station = filled.station()
    vault = station.unlock(STAR, PASSPHRASE)
    Backups(vault.volume.database).make(filled.clock.now())
    fill(vault, first=101)
    vault.close()
    station.close()
    volume(filled).write_bytes(random.Random(1).randbytes(volume(filled).stat().st_size))
    station = filled.station()
    with pytest.raises(DamagedError):
        station.unlock(STAR, PASSPHRASE)
    station.close()

    def check(vault: OpenVault) -> None:
        assert len(vault.rows()) == REPORTS + 1
        assert not vault.entries(report(101))

    told = salvaged(filled, check)
    assert not told.keeps_stream, "headquarters may have what came after the copy"
    assert f"sealed report {report(101)} of 2026-10-20" in told.missing


def test_a_copy_holds_no_key_of_the_seal(filled: EnrolledLaptop) -> None:
    station = filled.station()
    vault = station.unlock(STAR, PASSPHRASE)
    assert vault.volume.database.one("SELECT count(*) FROM seal_key") == (1,)
    copy = vault.volume.database.another(Backups(vault.volume.database).make())
    assert copy.one("SELECT count(*) FROM seal_key") == (0,)
    copy.close()
    vault.close()
    station.close()


def test_a_store_of_a_newer_program_is_not_salvaged_by_an_older_one(
    filled: EnrolledLaptop,
) -> None:
    station = filled.station()
    vault = station.unlock(STAR, PASSPHRASE)
    vault.volume.database.run("PRAGMA user_version = 900")
    vault.close()
    with pytest.raises(NewerVaultError):
        salvage_officer(station, STAR, PASSPHRASE)
    station.close()


def test_salvage_counts_wrong_tries_as_signing_in_does(filled: EnrolledLaptop) -> None:
    station = filled.station()
    for _ in range(5):
        with pytest.raises(UnlockError):
            salvage_officer(station, STAR, "not the passphrase at all")
    with pytest.raises(LockedOutError):
        salvage_officer(station, STAR, PASSPHRASE)
    station.close()


def test_sectors_that_the_disk_does_not_give_become_zeros(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "old.db"
    source.write_bytes(bytes(range(256)) * 256)
    monkeypatch.setattr("ilocdoc.vault.row_rescue.os.pread", _bad_at(8192))
    assert copy_readable(source, tmp_path / "new.db") == 1
    copied = (tmp_path / "new.db").read_bytes()
    assert copied[:8192] == source.read_bytes()[:8192]
    assert copied[8192:12288] == bytes(4096)
    assert copied[12288:] == source.read_bytes()[12288:]


def _bad_at(place: int) -> Callable[[int, int, int], bytes]:
    import os

    real = os.pread

    def read(handle: int, size: int, start: int) -> bytes:
        if start <= place < start + size:
            raise OSError(5, "Input/output error")
        return real(handle, size, start)

    return read


def test_the_command_tells_in_plain_sentences_what_came_back(
    filled: EnrolledLaptop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text(PASSPHRASE + "\n")
    line = ["salvage", "--data", str(filled.folder), "--officer", STAR]
    assert main([*line, "--passphrase-file", str(secret)]) == 0
    said = capsys.readouterr().out
    assert "The ledger is whole and goes on." in said
    assert "nothing that the ledger knows of" in said
    assert "kept as vault-1.db" in said


# --- the laptop's own store ----------------------------------------------------------------


def test_members_sign_in_again_after_the_laptops_own_store_was_damaged(
    filled: EnrolledLaptop,
) -> None:
    path = filled.folder / "device.db"
    station = filled.station()
    database = station.volume.database
    Backups(database).make(filled.clock.now())
    (root,) = database.one("SELECT rootpage FROM sqlite_master WHERE name = 'spool'")
    (pages,) = database.one("PRAGMA page_count")
    station.close()
    damaged = destroy(path, [each for each in range(root + 1, pages + 1) if each % 3 == 0])
    told = salvage_device(filled.folder)
    assert (filled.folder / told.damaged).read_bytes() == damaged
    station = filled.station()
    vault = station.unlock(STAR, PASSPHRASE)
    vault.require_sound()
    head = DeviceSpool(station.volume).head(vault.entries()[-1].stream)
    assert head.seq == len(vault.entries())
    vault.close()
    station.close()


def test_a_laptops_store_of_noise_comes_back_from_its_copy_and_gives_no_number_twice(
    filled: EnrolledLaptop, capsys: pytest.CaptureFixture[str]
) -> None:
    station = filled.station()
    assert station.volume.next_number("261020") == 1
    Backups(station.volume.database).make(filled.clock.now())
    assert station.volume.next_number("261020") == 2
    station.close()
    path = filled.folder / "device.db"
    path.write_bytes(random.Random(1).randbytes(path.stat().st_size))
    with pytest.raises(DamagedError):
        filled.station()
    assert main(["salvage", "--data", str(filled.folder)]) == 0
    assert "kept as damaged-device-1.db" in capsys.readouterr().out
    station = filled.station()
    assert station.volume.next_number("261020") > 2
    vault = station.unlock(STAR, PASSPHRASE)
    head = DeviceSpool(station.volume).head(vault.entries()[-1].stream)
    assert head.seq == len(vault.entries())
    vault.close()
    station.close()


def test_a_laptops_store_without_any_copy_is_left_as_it_is(filled: EnrolledLaptop) -> None:
    path = filled.folder / "device.db"
    path.write_bytes(random.Random(1).randbytes(path.stat().st_size))
    noise = path.read_bytes()
    with pytest.raises(DamagedError):
        salvage_device(filled.folder)
    assert path.read_bytes() == noise
