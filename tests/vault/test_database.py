from pathlib import Path

import pytest

from ilocdoc.record.errors import (
    DamagedError,
    DiskFullError,
    InUseError,
    NewerVaultError,
    VaultError,
)
from ilocdoc.vault import database as room
from ilocdoc.vault.database import Database, FolderLock

KEY = bytes(range(32))
STEPS = ("CREATE TABLE note (text TEXT NOT NULL) STRICT",)


def opened(folder: Path) -> Database:
    database = Database(folder / "vault.db", KEY)
    database.migrate(STEPS, application_id=7, before=list)
    return database


def test_what_was_committed_is_there_after_reopening_and_nowhere_in_clear(tmp_path: Path) -> None:
    database = opened(tmp_path)
    with database.transaction():
        database.run("INSERT INTO note VALUES (?)", ["a canary in the coal mine"])
    database.close()
    for path in tmp_path.iterdir():
        assert b"canary" not in path.read_bytes()
    again = opened(tmp_path)
    assert again.all("SELECT text FROM note") == [("a canary in the coal mine",)]
    again.close()


def test_an_exception_inside_a_transaction_keeps_nothing(tmp_path: Path) -> None:
    database = opened(tmp_path)
    with pytest.raises(ZeroDivisionError), database.transaction():
        database.run("INSERT INTO note VALUES ('half')")
        raise ZeroDivisionError
    assert database.all("SELECT * FROM note") == []
    database.close()


def test_a_wrong_key_opens_nothing_and_says_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    opened(tmp_path).close()
    with pytest.raises(DamagedError):
        Database(tmp_path / "vault.db", bytes(32))
    assert capfd.readouterr() == ("", "")


def test_a_newer_schema_is_refused_and_not_touched(tmp_path: Path) -> None:
    database = opened(tmp_path)
    database.run("PRAGMA user_version = 9")
    with pytest.raises(NewerVaultError):
        database.migrate(STEPS, application_id=7, before=list)
    assert database.one("PRAGMA user_version") == (9,)
    database.close()


def test_a_full_disk_is_a_clear_error_and_the_rest_stays(tmp_path: Path) -> None:
    database = opened(tmp_path)
    with database.transaction():
        database.run("INSERT INTO note VALUES ('kept')")
    database.all("PRAGMA wal_checkpoint(TRUNCATE)")
    pages = database.one("PRAGMA page_count")[0]
    database.all(f"PRAGMA max_page_count = {pages + 1}")
    with pytest.raises(DiskFullError), database.transaction():
        for _ in range(50):
            database.run("INSERT INTO note VALUES (?)", ["x" * 4000])
    assert database.all("SELECT text FROM note") == [("kept",)]
    database.close()


def test_a_flipped_byte_is_named_as_damage(tmp_path: Path) -> None:
    database = opened(tmp_path)
    with database.transaction():
        for _ in range(50):
            database.run("INSERT INTO note VALUES (?)", ["x" * 4000])
    database.check()
    database.close()
    path = tmp_path / "vault.db"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    again = Database(path, KEY)
    with pytest.raises(DamagedError):
        again.check()
    again.close()


def test_a_second_instance_is_kept_out_until_the_first_goes(tmp_path: Path) -> None:
    first = FolderLock(tmp_path)
    with pytest.raises(InUseError):
        FolderLock(tmp_path)
    first.release()
    FolderLock(tmp_path).release()


def test_a_file_that_cannot_be_opened_on_a_full_disk_says_that_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(tmp_path).close()
    # SQLite cannot make the file beside it that WAL needs, as on a disk without room.
    (tmp_path / "vault.db-wal").mkdir()
    with pytest.raises(VaultError) as refused:
        Database(tmp_path / "vault.db", KEY)
    assert not isinstance(refused.value, DiskFullError | DamagedError)
    monkeypatch.setattr(room, "has_room", lambda _folder: False)
    with pytest.raises(DiskFullError):
        Database(tmp_path / "vault.db", KEY)


def test_the_reserve_is_given_up_and_the_whole_block_is_done_again_unseen(tmp_path: Path) -> None:
    database, given = opened(tmp_path), []
    pages = database.one("PRAGMA page_count")[0]
    database.all(f"PRAGMA max_page_count = {pages + 1}")

    def give() -> bool:
        given.append(1)
        database._connection.rollback()
        database.all("PRAGMA max_page_count = 1000000")
        return True

    database.give_room = give
    with database.transaction():
        for number in range(50):
            database.run("INSERT INTO note VALUES (?)", [f"{number}" + "x" * 4000])
    assert [text.rstrip("x") for (text,) in database.all("SELECT text FROM note")] == [
        str(number) for number in range(50)
    ]
    assert given == [1]
    database.close()


def test_the_file_of_another_application_is_refused(tmp_path: Path) -> None:
    opened(tmp_path).close()
    other = Database(tmp_path / "vault.db", KEY)
    with pytest.raises(DamagedError):
        other.migrate(STEPS, application_id=8, before=list)
    other.close()


def test_a_step_that_fails_leaves_the_schema_and_its_number_as_they_were(tmp_path: Path) -> None:
    database = opened(tmp_path)
    with pytest.raises(VaultError):
        database.migrate(
            (*STEPS, "CREATE TABLE a (b);; SELECT nonsense"), application_id=7, before=list
        )
    assert database.one("PRAGMA user_version") == (1,)
    assert database.all("SELECT name FROM sqlite_master WHERE name = 'a'") == []
    database.close()


def test_a_log_that_is_left_tells_of_an_unclean_stop(tmp_path: Path) -> None:
    database = opened(tmp_path)
    assert not database.was_unclean
    copy = tmp_path / "after-the-cut"
    copy.mkdir()
    for name in ("vault.db", "vault.db-wal"):
        (copy / name).write_bytes((tmp_path / name).read_bytes())
    database.close()
    assert not Database(tmp_path / "vault.db", KEY).was_unclean
    assert Database(copy / "vault.db", KEY).was_unclean


def test_a_bad_page_in_the_middle_of_a_long_value_is_no_zeros_but_damage(tmp_path: Path) -> None:
    database = opened(tmp_path)
    with database.transaction():
        for letter in "xyz":
            database.run("INSERT INTO note VALUES (?)", [letter * 20_000])
    database.close()
    path = tmp_path / "vault.db"
    whole = path.read_bytes()
    for page in range(2, len(whole) // 4096):
        data = bytearray(whole)
        data[page * 4096 + 100] ^= 1
        path.write_bytes(data)
        again = Database(path, KEY)
        for letter in "xyz":
            try:
                found = again.all("SELECT text FROM note WHERE text >= ? LIMIT 1", [letter])
            except DamagedError:
                continue
            assert found == [(letter * 20_000,)], page
        again.close()
