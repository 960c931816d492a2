"""What was half sealed when the laptop stopped is gone on with, or begun anew; never mixed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ilocdoc.record.errors import EvidenceError
from ilocdoc.record.intake import Phase, Progress, Wish
from ilocdoc.vault.attachments import Containers
from ilocdoc.vault.container import SEALED_CHUNK_BYTES
from ilocdoc.vault.taking_in import BLOCK_BYTES
from ilocdoc.wire.entries import Intake
from ilocdoc.wire.sealing import OpeningKey
from tests.vault.test_attachments import begin, names, seal, wanting

SIZE = 9 * BLOCK_BYTES + 12_345


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "evidence"


@pytest.fixture
def containers(folder: Path) -> Containers:
    return Containers(folder, readers=[OpeningKey.generate().public], owner="99001")


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "video.mp4"
    path.write_bytes(os.urandom(SIZE))
    return path


@pytest.fixture
def paused(containers: Containers, video: Path) -> Intake:
    """Five of nine blocks are sealed."""
    intake = begin(containers, video)
    with pytest.raises(EvidenceError, match="paused"):
        seal(containers, intake, wanting(Wish.PAUSE, after=5 * BLOCK_BYTES))
    return intake


def part_of(folder: Path) -> Path:
    return folder / "e1.99001.part"


def salt_used(containers: Containers, intake: Intake) -> bytes:
    """Go on; a new salt means from the beginning."""
    seal(containers, intake)
    return salt_of(containers.path("e1"))


def salt_of(path: Path) -> bytes:
    stored = path.read_bytes()
    front = 12 + int.from_bytes(stored[8:12], "big")
    return stored[front : front + 24]


def comes_back_whole(containers: Containers, intake: Intake, video: Path) -> bool:
    read = containers.read("e1", intake.file_key, offset=0, size=SIZE + 1)
    return read == video.read_bytes()


def test_a_paused_file_goes_on_where_it_was(containers, video, folder, paused):
    before = salt_of(part_of(folder))
    told: list[Progress] = []

    def watch(progress: Progress) -> Wish:
        told.append(progress)
        return Wish.GO_ON

    sealed = seal(containers, paused, watch)
    assert salt_of(containers.path("e1")) == before
    assert comes_back_whole(containers, paused, video)
    assert names(folder) == ["e1.ilev"]
    done = [each.done_bytes for each in told if each.phase is Phase.SEALING]
    assert done == sorted(done)
    assert sealed.item.size_bytes == SIZE


def test_it_has_the_same_sums_as_one_that_was_never_paused(containers, video, paused):
    sealed = seal(containers, paused)
    plain = containers.take_in(
        begin(containers, video, "e2"),
        at="now",
        collected_by="99001",
        watch=lambda _progress: Wish.GO_ON,
    )
    assert sealed.item.sha256 == plain.item.sha256


def test_a_file_may_be_paused_again_and_again(containers, video):
    intake = begin(containers, video)
    for blocks in (1, 3, 3, 8):
        with pytest.raises(EvidenceError, match="paused"):
            seal(containers, intake, wanting(Wish.PAUSE, after=blocks * BLOCK_BYTES))
    seal(containers, intake)
    assert comes_back_whole(containers, intake, video)


def test_a_file_paused_while_it_is_checked_is_checked_again(containers, video, folder):
    intake = begin(containers, video)
    with pytest.raises(EvidenceError, match="paused"):
        seal(containers, intake, wanting(Wish.PAUSE, phase=Phase.CHECKING))
    assert names(folder) == ["e1.ilev"]
    video.unlink()
    sealed = seal(containers, intake)
    assert sealed.item.size_bytes == SIZE, "a whole container needs its source no more"


@pytest.mark.parametrize("torn", [1, SEALED_CHUNK_BYTES - 1, 3 * BLOCK_BYTES])
def test_a_torn_end_is_cut_off_and_sealed_again(containers, video, folder, paused, torn):
    part = part_of(folder)
    os.truncate(part, part.stat().st_size - torn)
    before = salt_of(part)
    assert salt_used(containers, paused) == before
    assert comes_back_whole(containers, paused, video)


def test_an_end_of_zeros_is_cut_off_and_sealed_again(containers, video, folder, paused):
    """What a power cut leaves of blocks that were allocated and never written."""
    with part_of(folder).open("r+b") as file:
        file.seek(-2 * SEALED_CHUNK_BYTES, os.SEEK_END)
        file.write(bytes(2 * SEALED_CHUNK_BYTES))
    os.truncate(part_of(folder), SIZE + 10 * BLOCK_BYTES)
    before = salt_of(part_of(folder))
    assert salt_used(containers, paused) == before
    assert comes_back_whole(containers, paused, video)


def test_chunks_that_were_altered_are_not_gone_on_from(containers, video, folder, paused):
    with part_of(folder).open("r+b") as file:
        file.seek(2 * BLOCK_BYTES)
        file.write(b"altered")
    seal(containers, paused)
    assert comes_back_whole(containers, paused, video)


def test_another_source_of_the_same_name_is_sealed_from_its_beginning(
    containers, video, folder, paused
):
    before = salt_of(part_of(folder))
    video.write_bytes(os.urandom(SIZE))
    assert salt_used(containers, paused) != before, "no nonce is used twice"
    assert comes_back_whole(containers, paused, video)


@pytest.mark.parametrize("place", [0, 4 * BLOCK_BYTES, 5 * BLOCK_BYTES - 1])
def test_a_source_that_only_looks_the_same_is_sealed_from_its_beginning(
    containers, video, folder, paused, place
):
    before = salt_of(part_of(folder))
    with video.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)
        file.seek(place)
        file.write(bytes([byte[0] ^ 1]))
    os.utime(video, ns=(paused.modified_ns, paused.modified_ns))
    assert salt_used(containers, paused) != before
    assert comes_back_whole(containers, paused, video)


@pytest.mark.parametrize("junk", [b"", b"ILOCEV", b"x" * 100, b"ILOCEV\0\1\0\0\0\2{}"])
def test_a_part_that_is_no_container_is_begun_anew(containers, video, folder, junk):
    part_of(folder).write_bytes(junk)
    intake = begin(containers, video)
    seal(containers, intake)
    assert comes_back_whole(containers, intake, video)


def test_a_source_that_is_gone_leaves_the_part_to_nobody(containers, video, folder, paused):
    video.unlink()
    with pytest.raises(EvidenceError):
        seal(containers, paused)
    assert names(folder) == []


KILLED = """
import os, sys
from pathlib import Path
from ilocdoc.record.intake import Wish
from ilocdoc.vault.attachments import Containers
from ilocdoc.wire.entries import Intake
from ilocdoc.wire.sealing import OpeningKey
folder, path, size, modified, blocks = sys.argv[1:]
containers = Containers(Path(folder), readers=[OpeningKey.generate().public], owner="99001")
intake = Intake(evidence_id="e1", report_id="r1", path=path, size_bytes=int(size),
                modified_ns=int(modified), begun_at="now", file_key=b"k" * 32)
def watch(progress):
    if progress.done_bytes >= int(blocks) * 1024 * 1024:
        os.kill(os.getpid(), 9)
    return Wish.GO_ON
containers.take_in(intake, at="now", collected_by="99001", watch=watch)
"""


ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


@pytest.mark.parametrize("blocks", [1, 4, 9])
def test_a_killed_program_leaves_what_the_next_one_goes_on_with(containers, video, folder, blocks):
    status = video.stat()
    arguments = [folder, video, status.st_size, status.st_mtime_ns, blocks]
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, *map(str, arguments)], check=False, env=ENVIRONMENT
    )
    assert ended.returncode == -signal.SIGKILL
    assert names(folder) == ["e1.99001.part"]
    before = salt_of(part_of(folder))
    intake = Intake(
        evidence_id="e1",
        report_id="r1",
        path=str(video),
        size_bytes=status.st_size,
        modified_ns=status.st_mtime_ns,
        begun_at="now",
        file_key=b"k" * 32,
    )
    assert salt_used(containers, intake) == before
    assert comes_back_whole(containers, intake, video)
