from pathlib import Path

import pytest

from ilocdoc.vault import reserve as room
from ilocdoc.vault.reserve import Reserve

SIZE = 256 * 1024


class Usage:
    def __init__(self, free: int) -> None:
        self.free = free


def disk_with(free: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "disk_usage", lambda _folder: Usage(free))


def test_the_reserve_holds_blocks_of_its_own_until_it_is_given_up(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path, most_bytes=SIZE)
    assert reserve.make() == SIZE
    about = (tmp_path / "reserve.bin").stat()
    assert about.st_blocks * 512 >= SIZE
    assert about.st_mode & 0o777 == 0o600
    assert reserve.give_up()
    assert not reserve.give_up()
    assert reserve.size_bytes == 0
    assert reserve.make() == SIZE


def test_on_a_small_disk_the_reserve_is_a_quarter_of_what_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk_with(8 * 1024 * 1024, monkeypatch)
    assert Reserve(tmp_path).make() == 2 * 1024 * 1024


def test_on_a_full_disk_no_reserve_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk_with(1_000_000, monkeypatch)
    assert Reserve(tmp_path).make() == 0
    assert list(tmp_path.iterdir()) == []


def test_a_reserve_that_finds_no_room_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int, _at: int, _size: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(room.os, "posix_fallocate", full)
    assert Reserve(tmp_path, most_bytes=SIZE).make() == 0
    assert list(tmp_path.iterdir()) == []
