"""Files are taken in whole or not at all; the original is never touched."""

import hashlib
import os
from pathlib import Path

import pytest

from ilocdoc.record.errors import DamagedError, EvidenceError
from ilocdoc.vault.attachments import BLOCK_BYTES, Containers, media_type_of
from ilocdoc.wire.entries import SealedFile
from ilocdoc.wire.sealing import OpeningKey


def carry_on(_done: int, _size: int) -> bool:
    return True


def take_in(containers: Containers, path: Path, evidence_id: str = "e1") -> SealedFile:
    return containers.take_in(
        path, evidence_id=evidence_id, at="now", collected_by="99001", progress=carry_on
    )


@pytest.fixture
def containers(tmp_path: Path) -> Containers:
    return Containers(tmp_path / "evidence", readers=[OpeningKey.generate().public])


@pytest.mark.parametrize("size", [0, 1, 16_384, 16_385, BLOCK_BYTES, 3 * BLOCK_BYTES + 7])
def test_a_file_of_any_size_comes_back_byte_for_byte(containers, tmp_path, size):
    content = os.urandom(size)
    path = tmp_path / "video.mp4"
    path.write_bytes(content)
    sealed = take_in(containers, path)
    assert sealed.item.sha256 == hashlib.sha256(content).hexdigest()
    assert containers.read("e1", sealed.file_key, offset=0, size=size + 1) == content
    stored = containers.path("e1").read_bytes()
    assert sealed.item.container_sha256 == hashlib.sha256(stored).hexdigest()
    assert path.read_bytes() == content


def test_no_run_of_the_plain_bytes_lies_on_the_disk(containers, tmp_path):
    path = tmp_path / "note.txt"
    path.write_bytes(b"canary " * 5000)
    take_in(containers, path)
    for each in (tmp_path / "evidence").rglob("*"):
        assert b"canary" not in each.read_bytes()


@pytest.mark.parametrize("left", [0, BLOCK_BYTES + 5])
def test_a_file_that_is_cut_off_while_it_is_read_is_not_taken_in(containers, tmp_path, left):
    path = tmp_path / "video.mp4"
    path.write_bytes(bytes(5 * BLOCK_BYTES))

    def cut_off(_done: int, _size: int) -> bool:
        os.truncate(path, left)
        return True

    with pytest.raises(EvidenceError, match="changed while"):
        containers.take_in(path, evidence_id="e1", at="now", collected_by="99001", progress=cut_off)
    assert list((tmp_path / "evidence").iterdir()) == []


def test_a_cancelled_import_leaves_nothing_behind(containers, tmp_path):
    path = tmp_path / "video.mp4"
    path.write_bytes(bytes(5 * BLOCK_BYTES))
    with pytest.raises(EvidenceError, match="cancelled"):
        containers.take_in(
            path,
            evidence_id="e1",
            at="now",
            collected_by="99001",
            progress=lambda done, _size: done < 2 * BLOCK_BYTES,
        )
    assert list((tmp_path / "evidence").iterdir()) == []


def test_links_folders_and_pipes_are_refused(containers, tmp_path):
    real = tmp_path / "real.jpg"
    real.write_bytes(b"x")
    link, pipe = tmp_path / "link.jpg", tmp_path / "pipe"
    link.symlink_to(real)
    os.mkfifo(pipe)
    for path in (link, pipe, tmp_path, tmp_path / "absent"):
        with pytest.raises(EvidenceError):
            take_in(containers, path)


def test_a_file_that_grows_while_it_is_read_is_refused(containers, tmp_path):
    path = tmp_path / "growing.mp4"
    path.write_bytes(bytes(2 * BLOCK_BYTES))

    def grow(_done: int, _size: int) -> bool:
        with path.open("ab") as file:
            file.write(b"more")
        return True

    with pytest.raises(EvidenceError, match="changed"):
        containers.take_in(path, evidence_id="e1", at="now", collected_by="99001", progress=grow)
    assert list((tmp_path / "evidence").iterdir()) == []


def test_an_altered_container_is_never_returned(containers, tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(os.urandom(100_000))
    sealed = take_in(containers, path)
    stored = bytearray(containers.path("e1").read_bytes())
    stored[-50_000] ^= 1
    containers.path("e1").write_bytes(stored)
    with pytest.raises(DamagedError):
        containers.read("e1", sealed.file_key, offset=0, size=100_000)


def test_what_a_crash_left_half_written_is_swept_and_orphans_are_told(containers, tmp_path):
    folder = tmp_path / "evidence"
    (folder / "half.part").write_bytes(b"x")
    (folder / "alone.ilev").write_bytes(b"x")
    assert containers.sweep() == 1
    assert containers.orphans(known=["e1"]) == ["alone"]


def test_the_type_comes_from_the_bytes_and_not_from_the_name():
    assert media_type_of(b"\xff\xd8\xff\xe0 whatever") == "image/jpeg"
    assert media_type_of(b"MZ\x90\x00") == "application/octet-stream"
    assert media_type_of(b"RIFF\x00\x00\x00\x00AVI LIST") == "video/x-msvideo"


def test_a_file_name_that_is_no_utf8_is_kept_as_far_as_it_can_be_read(containers, tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/P\xfc1.jpg"))
    path.write_bytes(b"x")
    assert take_in(containers, path).item.name == "P\ufffd1.jpg"
