"""A store that was put back: found by whatever remembers it, shown, released, never erased."""

import base64
import json
import shutil
from pathlib import Path

import pytest

from ilocdoc.__main__ import main
from ilocdoc.casework.drafting import start_report
from ilocdoc.casework.giving_out import export_ledger
from ilocdoc.casework.releasing import doubts, release_store
from ilocdoc.casework.sessions import leave
from ilocdoc.casework.shift import sign_act
from ilocdoc.record.errors import RefusedError, UnlockError
from ilocdoc.record.ids import OfficerId
from ilocdoc.record.ledger import EntryKind
from ilocdoc.record.rollback import Anchor
from ilocdoc.record.sessions import LockReason, Parting
from ilocdoc.vault.ledger_export import judge_export, write_export
from ilocdoc.vault.rollbacks import device_stream
from ilocdoc.vault.spool import DeviceSpool
from ilocdoc.wire.messages import StreamHead
from tests.doubles.authority import PASSPHRASE
from tests.doubles.working_laptop import WorkingLaptop

QUILL, PELL, VANE = "99001", "99010", "99002"
ANCHORS = {
    "spool": "DELETE FROM spool WHERE stream = ? AND seq > ?",
    "mark": "DELETE FROM anchor WHERE stream = ? AND anchor = 'mark' AND ? > 0",
    "receipt": "DELETE FROM confirmed WHERE stream = ? AND ? > 0",
}


@pytest.fixture
def laptop(tmp_path: Path):
    laptop = WorkingLaptop(tmp_path / "laptop", QUILL, PELL, VANE)
    yield laptop
    laptop.close()


def work(laptop: WorkingLaptop, *, reports: int = 2) -> None:
    for _ in range(reports):
        start_report(laptop[QUILL], answers={"place": "3300 W Testbed Rd"})


def officer_folder(laptop: WorkingLaptop) -> Path:
    return laptop.folder / "officers" / QUILL


def device_files(laptop: WorkingLaptop) -> list[Path]:
    return [each for each in laptop.folder.iterdir() if each.name.startswith("device")]


def keep(laptop: WorkingLaptop, into: Path) -> None:
    """A thief's copy of the whole folder, with the laptop off."""
    laptop.close()
    shutil.copytree(laptop.folder, into)


def put_back_officer(laptop: WorkingLaptop, copy: Path) -> None:
    laptop.close()
    shutil.rmtree(officer_folder(laptop))
    shutil.copytree(copy / "officers" / QUILL, officer_folder(laptop))


def put_back_device(laptop: WorkingLaptop, copy: Path) -> None:
    laptop.close()
    for each in device_files(laptop):
        each.unlink()
    for each in copy.iterdir():
        if each.name.startswith("device"):
            shutil.copy(each, laptop.folder)


@pytest.fixture
def older(laptop, tmp_path) -> Path:
    """A copy from before two reports that headquarters signed for."""
    work(laptop)
    keep(laptop, tmp_path / "older")
    work(laptop)
    laptop.sign_for(QUILL)
    laptop.close()
    return tmp_path / "older"


def told(laptop: WorkingLaptop) -> list[str]:
    """Kinds in the laptop's own ledger."""
    volume = laptop.station.volume
    parcels, _sessions = DeviceSpool(volume).parcels(device_stream(volume), after=0, limit=1000)
    return [json.loads(base64.b64decode(each.envelope["payload"]))["kind"] for each in parcels]


def test_nothing_is_in_doubt_on_an_ordinary_day(laptop):
    for _ in range(3):
        work(laptop)
        assert laptop[QUILL].vault.doubt is None
        laptop.close()
    assert doubts(laptop[PELL]) == []


def test_nothing_is_in_doubt_after_a_kill_before_the_copies_were_handed_over(laptop):
    """The laptop's store may be behind a member's volume; it asks for what it lacks."""
    work(laptop)
    laptop.station.volume.database.run(
        "DELETE FROM spool WHERE seq > 2 AND stream = ?",
        (laptop[QUILL].vault.own.stream.stream,),
    )
    laptop.station.volume.database.run("DELETE FROM anchor")
    laptop.close()
    assert laptop[QUILL].vault.doubt is None


def test_an_older_volume_is_found_told_and_read_only(laptop, older):
    put_back_officer(laptop, older)
    shift = laptop[QUILL]
    doubt = shift.vault.doubt
    assert (doubt.owner, doubt.is_read_only) == (QUILL, True)
    assert doubt.expected_seq > doubt.found_seq
    assert told(laptop).count("rollback.suspected") == 1
    assert len(shift.vault.rows()) == 2
    with pytest.raises(RefusedError, match="older than they were"):
        start_report(shift)
    assert len(shift.vault.rows()) == 2


def test_a_doubt_is_told_once_and_stays_until_it_is_released(laptop, older):
    put_back_officer(laptop, older)
    for _ in range(3):
        assert laptop[QUILL].vault.doubt is not None
        laptop.close()
    laptop[PELL].vault.rows()
    assert told(laptop).count("rollback.suspected") == 1


@pytest.mark.parametrize("left", sorted(ANCHORS))
def test_any_one_anchor_is_enough(laptop, older, left):
    stream = laptop[QUILL].vault.own.stream.stream
    volume = laptop.station.volume
    before = int(volume.database.one("SELECT max(seq) FROM spool WHERE stream = ?", (stream,))[0])
    for name, statement in ANCHORS.items():
        if name != left:
            volume.database.run(statement, (stream, before - 3))
    put_back_officer(laptop, older)
    doubt = laptop[QUILL].vault.doubt
    assert doubt is not None
    assert doubt.anchor.value == left


def test_with_every_anchor_gone_the_laptop_itself_does_not_know(laptop, older):
    """What only headquarters and printed packets find; see the journey with headquarters."""
    stream = laptop[QUILL].vault.own.stream.stream
    volume = laptop.station.volume
    for statement in (
        "DELETE FROM spool WHERE stream = ? AND seq > 4",
        "DELETE FROM anchor WHERE stream = ?",
        "DELETE FROM confirmed WHERE stream = ?",
    ):
        volume.database.run(statement, (stream,))
    put_back_officer(laptop, older)
    assert laptop[QUILL].vault.doubt is None


def test_both_put_back_is_found_by_headquarters_alone(laptop, older):
    put_back_officer(laptop, older)
    put_back_device(laptop, older)
    assert laptop[QUILL].vault.doubt is None
    stream = laptop[QUILL].vault.own.stream.stream
    # The next hello answers with a head that is not here; sync says so to the spool.
    ahead = StreamHead(stream=stream, seq=99, hash="a" * 64)
    DeviceSpool(laptop.station.volume).note_beyond(ahead)
    laptop.close()
    doubt = laptop[QUILL].vault.doubt
    assert (doubt.anchor, doubt.expected_seq) == (Anchor.HEADQUARTERS, 99)


def test_an_older_store_of_the_laptop_is_found_by_the_member_and_stops_nobody(laptop, older):
    for _ in range(2):
        with pytest.raises(UnlockError):
            laptop.wrong(QUILL)
    work(laptop, reports=1)
    put_back_device(laptop, older)
    shift = laptop[QUILL]
    assert shift.vault.doubt.is_of_laptop
    assert not shift.vault.doubt.is_read_only
    assert EntryKind.ROLLBACK_SUSPECTED in [each.kind for each in shift.vault.entries()]
    start_report(shift)


def test_a_deleted_log_is_found(laptop, tmp_path):
    """The power goes, and the log with the newest commits is taken away."""
    work(laptop)
    laptop.close()
    work(laptop, reports=3)
    copy = tmp_path / "pulled"
    shutil.copytree(laptop.folder, copy)
    laptop.close()
    shutil.rmtree(laptop.folder)
    shutil.copytree(copy, laptop.folder)
    (log,) = officer_folder(laptop).glob("*.db-wal")
    assert log.stat().st_size > 0
    log.unlink()
    doubt = laptop[QUILL].vault.doubt
    assert doubt is not None
    assert doubt.expected_seq - doubt.found_seq >= 3


def test_entries_that_were_cut_off_do_not_fit_the_seal(laptop):
    work(laptop)
    vault = laptop[QUILL].vault
    stream = vault.own.stream.stream
    vault.volume.database.run("DROP TRIGGER entry_is_not_deleted")
    vault.volume.database.run("DELETE FROM entry WHERE seq = (SELECT max(seq) FROM entry)")
    for table in ("spool", "anchor"):
        laptop.station.volume.database.run(f"DELETE FROM {table} WHERE stream = ?", (stream,))
    laptop.close()
    assert laptop[QUILL].vault.doubt.anchor is Anchor.SEAL


# --- the way out ---------------------------------------------------------------------------


def test_a_supervisor_releases_it_and_the_ledger_goes_on_without_a_fork(laptop, older, tmp_path):
    spool_before = DeviceSpool(laptop[VANE] and laptop.station.volume)
    stream = next(each.stream for each in laptop.station.volume.streams() if each.owner == QUILL)
    head = spool_before.head(stream)
    put_back_officer(laptop, older)
    assert laptop[QUILL].vault.doubt is not None
    (doubt,) = doubts(laptop[PELL])
    release_store(laptop[PELL], doubt, reason="The disk was restored by the device desk.")
    assert doubts(laptop[PELL]) == []
    laptop.close()
    shift = laptop[QUILL]
    assert shift.vault.doubt is None
    entries = shift.vault.entries()
    assert entries[head.seq - 1].hash == head.hash
    assert EntryKind.VOLUME_RESTORED in [each.kind for each in entries[head.seq :]]
    start_report(shift)
    shift.vault.require_sound()
    laptop.sign_for(QUILL)
    write_export(export_ledger(shift), tmp_path / "out", at=entries[-1].at, with_bodies=True)
    verdict = judge_export(tmp_path / "out", root_der=laptop.enrolled.authority.root_der)
    assert verdict.accepted, verdict.reasons
    assert any("lost with an older store" in each for each in verdict.reasons)


def test_nobody_releases_themselves_and_an_officer_releases_nobody(laptop, older):
    put_back_officer(laptop, older)
    assert laptop[QUILL].vault.doubt is not None
    (doubt,) = doubts(laptop[PELL])
    for star in (QUILL, VANE):
        with pytest.raises(RefusedError, match="Another supervisor"):
            release_store(laptop[star], doubt, reason="it is fine")
    with pytest.raises(RefusedError, match="reason"):
        release_store(laptop[PELL], doubt, reason=" ")


def test_a_forged_release_releases_nothing(laptop, older):
    put_back_officer(laptop, older)
    assert laptop[QUILL].vault.doubt is not None
    (doubt,) = doubts(laptop[PELL])
    forged = sign_act(
        laptop[VANE],
        EntryKind.VOLUME_RESTORED,
        at="2026-10-20T17:00:00.000000Z",
        of=doubt.owner,
        expected_hash=doubt.expected_hash,
        found_hash=doubt.found_hash,
    )
    laptop[VANE].vault.laptop.release(doubt, forged)
    laptop.close()
    assert laptop[QUILL].vault.doubt is not None


def test_what_this_laptop_does_not_have_is_not_released(laptop, older):
    put_back_officer(laptop, older)
    put_back_device(laptop, older)
    stream = laptop[QUILL].vault.own.stream.stream
    DeviceSpool(laptop.station.volume).note_beyond(StreamHead(stream=stream, seq=99, hash="a" * 64))
    laptop.close()
    assert laptop[QUILL].vault.doubt is not None
    (doubt,) = doubts(laptop[PELL])
    with pytest.raises(RefusedError, match="headquarters does"):
        release_store(laptop[PELL], doubt, reason="it is fine")


def test_a_read_only_volume_still_locks(laptop, older):
    put_back_officer(laptop, older)
    shift = laptop.shifts.pop(OfficerId(QUILL), None) or laptop[QUILL]
    leave(shift, Parting(at="2026-10-20T17:00:00.000000Z", reason=LockReason.KEY, place=""))
    laptop.shifts.pop(QUILL, None)


def test_a_supervisor_releases_it_from_the_command_line(laptop, older, tmp_path, capsys):
    put_back_officer(laptop, older)
    assert laptop[QUILL].vault.doubt is not None
    laptop.close()
    words = tmp_path / "words"
    words.write_text(PASSPHRASE + "\n")
    command = ["release", "--data", str(laptop.folder), "--by", PELL, "--reason", "Disk restored"]
    assert main([*command, "--passphrase-file", str(words)]) == 0
    assert f"Released: {QUILL}." in capsys.readouterr().out
    assert laptop[QUILL].vault.doubt is None
    laptop.close()
    assert main([*command, "--passphrase-file", str(words)]) == 0
    assert "Nothing on this laptop is in doubt." in capsys.readouterr().out
