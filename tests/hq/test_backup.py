"""A backup brings everything back, and laptops bring what came after it."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from ilocdoc.hq import backup
from ilocdoc.hq.backup import back_up, require_whole
from ilocdoc.record.errors import HeadquartersError, InputError
from ilocdoc.wire.envelope import open_envelope, public_key_from_pem
from ilocdoc.wire.messages import ROSTER_TYPE, HelloAnswer, Receipt, Roster
from tests.doubles.headquarters import RealHeadquarters
from tests.hq.desk import Laptop
from tests.hq.test_evidence import FILE, complete, digest, offer, offer_of, parts_of, put
from tests.hq.test_serving import FarDesk


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealHeadquarters]:
    with RealHeadquarters(tmp_path_factory.mktemp("hq") / "data") as headquarters:
        yield headquarters


@pytest.fixture(scope="module")
def kept(real: RealHeadquarters, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of a headquarters that serves."""
    out = tmp_path_factory.mktemp("backups") / "first"
    real.command("backup", "--out", str(out))
    return out


def test_what_came_after_the_backup_is_offered_again_and_nothing_is_lost(
    real: RealHeadquarters, tmp_path: Path
) -> None:
    with FarDesk(real) as far:
        laptop = far.laptop()
        writer = laptop.streams[laptop.device]
        writer.write()
        first = laptop.sync()[0]
        send_evidence(laptop)
        real.command("backup", "--out", str(tmp_path / "backup"))
        writer.write()
        laptop.sync()
    with (
        RealHeadquarters(tmp_path / "new", backup=tmp_path / "backup") as restored,
        FarDesk(restored) as far,
    ):
        laptop.desk = far
        answer = laptop.hello()
        assert answer.epoch != first.epoch
        assert {head.stream: head.seq for head in answer.heads}[writer.id] == 1
        again = far.read(laptop.send(writer, writer.entries[1:]), Receipt)
        assert (again.seq, again.epoch) == (2, answer.epoch)
        assert offer(laptop, offer_of(FILE)).complete == 1
        assert restored.command("check").endswith("Sound.\n")


def test_laptops_take_the_roster_of_a_restored_headquarters(
    real: RealHeadquarters, tmp_path: Path
) -> None:
    with FarDesk(real) as far:
        laptop = far.laptop()
        backup_of_today = tmp_path / "backup"
        real.command("backup", "--out", str(backup_of_today))
        far.laptop("99001", "99010")
        newest = roster_of(far, laptop.hello()).version
    with (
        RealHeadquarters(tmp_path / "new", backup=backup_of_today) as restored,
        FarDesk(restored) as far,
    ):
        laptop.desk = far
        assert roster_of(far, laptop.hello(roster_version=newest)).version > newest


def roster_of(far: FarDesk, answer: HelloAnswer) -> Roster:
    assert answer.roster is not None
    key = public_key_from_pem(far.keys.signer_pem)
    return msgspec.json.decode(open_envelope(answer.roster, ROSTER_TYPE, key=key), type=Roster)


def send_evidence(laptop: Laptop) -> None:
    offer(laptop, offer_of(FILE))
    for number, part in enumerate(parts_of(FILE)):
        put(laptop, digest(FILE), number, part)
    assert complete(laptop, digest(FILE)).is_success


def test_the_offline_keys_are_not_in_a_backup_and_nobody_else_can_read_it(kept: Path) -> None:
    assert not (kept / "keys" / "offline").exists()
    assert (kept / "keys" / "ingest.key").exists()
    for each in (kept, *kept.rglob("*")):
        assert each.stat().st_mode & 0o077 == 0, each


@pytest.mark.parametrize("name", ["database.dump", "keys/ingest.key", "SHA256SUMS", "more"])
def test_a_damaged_backup_is_not_used(kept: Path, name: str) -> None:
    path = kept / name
    before = path.read_bytes() if path.exists() else b""
    path.write_bytes(before[:-1] + b"?")
    with pytest.raises(InputError):
        require_whole(kept)
    if before:
        path.write_bytes(before)
    else:
        path.unlink()
    require_whole(kept)


def test_a_folder_that_is_no_backup_is_not_used(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no finished backup"):
        require_whole(tmp_path)


def test_a_backup_never_overwrites_another(real: RealHeadquarters, kept: Path) -> None:
    with pytest.raises(AssertionError, match="exists already"):
        real.command("backup", "--out", str(kept))


def test_a_headquarters_is_never_overwritten_by_a_backup(
    real: RealHeadquarters, kept: Path
) -> None:
    with pytest.raises(AssertionError, match="already holds a headquarters"):
        real.command("restore", "--from", str(kept))


def test_a_backup_that_fails_leaves_nothing_that_looks_like_one(
    real: RealHeadquarters, tmp_path: Path
) -> None:
    with pytest.raises(HeadquartersError, match="pg_dump ended"):
        back_up(real.data, "host=/nowhere dbname=none", objects=None, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_full_disk_is_said_in_words(
    real: RealHeadquarters, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_anything: object) -> None:
        raise OSError

    monkeypatch.setattr(backup.shutil, "copyfile", full)
    with pytest.raises(HeadquartersError, match="could not be written"):
        back_up(real.data, "dbname=none", objects=None, out=tmp_path / "out")
