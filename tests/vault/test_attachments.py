"""Files are taken in whole or not at all; the original is never touched."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ilocdoc.record.errors import DamagedError, DiskFullError, EvidenceError
from ilocdoc.record.ids import ReportId
from ilocdoc.record.intake import Phase, Progress, Wish
from ilocdoc.vault import attachments
from ilocdoc.vault.attachments import Containers
from ilocdoc.vault.source_file import media_type_of
from ilocdoc.vault.taking_in import BLOCK_BYTES
from ilocdoc.wire.entries import Intake, SealedFile
from ilocdoc.wire.sealing import OpeningKey

Watch = Callable[[Progress], Wish]


def go_on(_progress: Progress) -> Wish:
    return Wish.GO_ON


def begin(containers: Containers, path: Path, evidence_id: str = "e1") -> Intake:
    return containers.begin(path, evidence_id=evidence_id, report_id=ReportId("r1"), at="now")


def take_in(
    containers: Containers, path: Path, evidence_id: str = "e1", watch: Watch = go_on
) -> SealedFile:
    return seal(containers, begin(containers, path, evidence_id), watch)


def seal(containers: Containers, intake: Intake, watch: Watch = go_on) -> SealedFile:
    return containers.take_in(intake, at="now", collected_by="99001", watch=watch)


def wanting(wish: Wish, *, phase: Phase = Phase.SEALING, after: int = 2 * BLOCK_BYTES) -> Watch:
    def watch(progress: Progress) -> Wish:
        is_time = progress.phase is phase and progress.done_bytes >= after
        return wish if is_time else Wish.GO_ON

    return watch


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "evidence"


@pytest.fixture
def containers(folder: Path) -> Containers:
    return Containers(folder, readers=[OpeningKey.generate().public], owner="99001")


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "video.mp4"
    path.write_bytes(os.urandom(5 * BLOCK_BYTES + 7))
    return path


SIZES = [0, 1, 16_384, 16_385, BLOCK_BYTES, 3 * BLOCK_BYTES + 7, 8 * BLOCK_BYTES]


@pytest.mark.parametrize("size", SIZES)
def test_a_file_of_any_size_comes_back_byte_for_byte(containers, tmp_path, size):
    content = os.urandom(size)
    path = tmp_path / "video.mp4"
    path.write_bytes(content)
    sealed = take_in(containers, path)
    assert sealed.item.sha256 == hashlib.sha256(content).hexdigest()
    assert sealed.item.size_bytes == size
    assert containers.read("e1", sealed.file_key, offset=0, size=size + 1) == content
    stored = containers.path("e1").read_bytes()
    assert sealed.item.container_sha256 == hashlib.sha256(stored).hexdigest()
    assert path.read_bytes() == content


def test_no_run_of_the_plain_bytes_lies_on_the_disk(containers, tmp_path, folder):
    path = tmp_path / "note.txt"
    path.write_bytes(b"canary " * 5000)
    take_in(containers, path)
    for each in folder.rglob("*"):
        assert b"canary" not in each.read_bytes()


def test_both_passes_tell_how_far_they_are(containers, video):
    told: list[Progress] = []

    def watch(progress: Progress) -> Wish:
        told.append(progress)
        return Wish.GO_ON

    take_in(containers, video, watch=watch)
    size = video.stat().st_size
    for phase in Phase:
        done = [each.done_bytes for each in told if each.phase is phase]
        assert done == sorted(done)
        assert done[-1] == size
    assert {each.size_bytes for each in told} == {size}
    assert [each.phase for each in told] == sorted(
        (each.phase for each in told), key=list(Phase).index
    ), "checking begins when sealing has ended"


@pytest.mark.parametrize("left", [0, BLOCK_BYTES + 5])
def test_a_file_that_is_cut_off_while_it_is_read_is_not_taken_in(containers, video, folder, left):
    def cut_off(_progress: Progress) -> Wish:
        os.truncate(video, left)
        return Wish.GO_ON

    with pytest.raises(EvidenceError, match="changed while"):
        take_in(containers, video, watch=cut_off)
    assert names(folder) == []


def test_a_file_that_grows_while_it_is_read_is_refused(containers, video, folder):
    def grow(_progress: Progress) -> Wish:
        with video.open("ab") as file:
            file.write(b"more")
        return Wish.GO_ON

    with pytest.raises(EvidenceError, match="changed"):
        take_in(containers, video, watch=grow)
    assert names(folder) == []


def test_a_file_that_is_written_in_place_while_it_is_read_is_refused(containers, video, folder):
    def overwrite(_progress: Progress) -> Wish:
        with video.open("r+b") as file:
            file.write(b"other")
        os.utime(video, ns=(1, 1))
        return Wish.GO_ON

    with pytest.raises(EvidenceError, match="changed"):
        take_in(containers, video, watch=overwrite)
    assert names(folder) == []


@pytest.mark.parametrize("phase", list(Phase))
def test_a_cancelled_import_leaves_nothing_behind(containers, video, folder, phase):
    with pytest.raises(EvidenceError, match="cancelled"):
        take_in(containers, video, watch=wanting(Wish.CANCEL, phase=phase))
    assert names(folder) == []


def test_links_folders_pipes_and_devices_are_refused(containers, tmp_path):
    real = tmp_path / "real.jpg"
    real.write_bytes(b"x")
    link, pipe = tmp_path / "link.jpg", tmp_path / "pipe"
    link.symlink_to(real)
    os.mkfifo(pipe)
    odd = [Path("/dev/null"), tmp_path / "absent", tmp_path / "nul\0byte", tmp_path / ("x" * 4000)]
    for path in (link, pipe, tmp_path, *odd):
        with pytest.raises(EvidenceError):
            begin(containers, path)


def test_a_file_that_became_a_link_after_it_was_begun_is_refused(containers, video, tmp_path):
    intake = begin(containers, video)
    secret = tmp_path / "secret"
    secret.write_bytes(b"x")
    video.unlink()
    video.symlink_to(secret)
    with pytest.raises(EvidenceError):
        seal(containers, intake)


def test_an_altered_container_is_never_returned(containers, tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(os.urandom(100_000))
    sealed = take_in(containers, path)
    stored = bytearray(containers.path("e1").read_bytes())
    stored[-50_000] ^= 1
    containers.path("e1").write_bytes(stored)
    with pytest.raises(DamagedError):
        containers.read("e1", sealed.file_key, offset=0, size=100_000)


def test_a_container_exchanged_for_another_is_refused(containers, video, tmp_path):
    other = tmp_path / "other.mp4"
    other.write_bytes(b"other" * 1000)
    one, two = take_in(containers, video), take_in(containers, other, "e2")
    containers.path("e2").replace(containers.path("e1"))
    for key in (one.file_key, two.file_key):
        with pytest.raises(DamagedError):
            containers.read("e2", key, offset=0, size=10)
    with pytest.raises(DamagedError):
        containers.read("e1", one.file_key, offset=0, size=10)


def test_what_the_disk_does_not_give_back_is_not_taken_in(containers, video, folder):
    """A disk that loses a bit between the two passes."""

    def flip(progress: Progress) -> Wish:
        if progress.phase is Phase.CHECKING:
            with (folder / "e1.ilev").open("r+b") as file:
                file.seek(4 * BLOCK_BYTES)
                file.write(b"\0\0\0\0\0\0\0\0\0\0\0\0")
        return Wish.GO_ON

    with pytest.raises(DamagedError):
        take_in(containers, video, watch=flip)
    assert names(folder) == []


def test_a_container_exchanged_between_the_passes_is_not_taken_in(
    containers, video, folder, monkeypatch
):
    """Another sealing of the same file under the same key opens, but is not what was written."""
    intake = begin(containers, video)
    seal(containers, intake)
    container = folder / "e1.ilev"
    earlier = container.read_bytes()
    container.unlink()
    monkeypatch.setattr(attachments, "sync_folder", lambda _folder: container.write_bytes(earlier))
    with pytest.raises(DamagedError, match="read back"):
        seal(containers, intake)
    assert names(folder) == []


def test_a_file_is_refused_when_reports_would_have_no_room_left(containers, video, monkeypatch):
    monkeypatch.setattr(attachments, "LEAST_LEFT_BYTES", 2**60)
    with pytest.raises(DiskFullError, match="not enough room"):
        take_in(containers, video)


def test_parts_that_nothing_was_begun_for_are_swept_and_no_others(containers, folder):
    for name in ("half.99001.part", "begun.99001.part", "theirs.99002.part", "kept.ilev"):
        (folder / name).write_bytes(b"x")
    assert containers.sweep(begun={"begun"}) == 1
    assert names(folder) == ["begun.99001.part", "kept.ilev", "theirs.99002.part"]
    assert containers.stored() == {"kept"}


def test_the_type_comes_from_the_bytes_and_not_from_the_name():
    assert media_type_of(b"\xff\xd8\xff\xe0 whatever") == "image/jpeg"
    assert media_type_of(b"MZ\x90\x00") == "application/octet-stream"
    assert media_type_of(b"RIFF\x00\x00\x00\x00AVI LIST") == "video/x-msvideo"


def test_a_file_name_that_is_no_utf8_is_kept_as_far_as_it_can_be_read(containers, tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/P\xfc1.jpg"))
    path.write_bytes(b"x")
    assert take_in(containers, path).item.name == "P\ufffd1.jpg"
