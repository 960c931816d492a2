"""Files that are there wholly or not at all, for their owner only."""

import resource
import stat

import pytest

from ilocdoc.disk import make_folder, write_file


def test_a_file_and_its_folders_are_for_their_owner_only(tmp_path):
    folder = tmp_path / "one" / "two"
    make_folder(folder)
    write_file(folder / "key", b"secret")
    assert (folder / "key").read_bytes() == b"secret"
    modes = [stat.S_IMODE(each.stat().st_mode) for each in (folder.parent, folder, folder / "key")]
    assert modes == [0o700, 0o700, 0o600]


def test_a_new_folder_is_made_durable_in_the_folder_that_holds_it(tmp_path, monkeypatch):
    synced = []
    monkeypatch.setattr("ilocdoc.disk.sync_folder", synced.append)
    make_folder(tmp_path / "one" / "two")
    make_folder(tmp_path / "one" / "two")
    assert synced == [tmp_path, tmp_path / "one"]


def test_a_file_for_which_there_is_no_room_leaves_the_old_one(tmp_path):
    path = tmp_path / "slots.json"
    write_file(path, b"old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        # The system takes the first 1000 bytes and says so; only the next write is refused.
        with pytest.raises(OSError, match="too large"):
            write_file(path, bytes(2000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == b"old"
