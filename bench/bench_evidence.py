"""Taking evidence in beside a plain copy on the same disk."""

import atexit
import contextlib
import os
import shutil
import tempfile
from pathlib import Path

from bench.harness import Bench
from ilocdoc.record.errors import EvidenceError
from ilocdoc.record.ids import ReportId
from ilocdoc.record.intake import Phase, Progress, Wish
from ilocdoc.vault.attachments import Containers
from ilocdoc.wire.entries import Intake
from ilocdoc.wire.sealing import OpeningKey

FILE_BYTES = int(os.environ.get("ILOCDOC_BENCH_MIB", "1024")) * 1024 * 1024
BLOCK_BYTES = 1024 * 1024
LEAST_SHARE = 0.85
"""Of the throughput of the plain copy."""


def _until_checked(progress: Progress) -> Wish:
    return Wish.PAUSE if progress.phase is Phase.CHECKING else Wish.GO_ON


class Desk:
    """A source, a folder of containers, and a plain copy beside them."""

    def __init__(self, folder: Path) -> None:
        self._source, self._copy = folder / "video.bin", folder / "copy"
        with self._source.open("wb") as file:
            for _ in range(FILE_BYTES // BLOCK_BYTES):
                file.write(os.urandom(BLOCK_BYTES))
        self._containers = Containers(folder / "evidence", readers=[OpeningKey.generate().public])
        self._count = iter(range(1_000_000))
        self._ready = self._sealed()

    def _sealed(self) -> Intake:
        """Seal, and pause where checking begins."""
        intake = self._containers.begin(
            self._source, evidence_id=f"e{next(self._count)}", report_id=ReportId("r"), at=""
        )
        with contextlib.suppress(EvidenceError):
            self._containers.take_in(intake, at="", collected_by="99001", watch=_until_checked)
        assert self._containers.path(intake.evidence_id).exists()
        return intake

    def seal(self) -> None:
        self._containers.forget(self._sealed().evidence_id)

    def check(self) -> None:
        self._containers.take_in(
            self._ready, at="", collected_by="99001", watch=lambda _progress: Wish.GO_ON
        )

    def copy(self) -> None:
        with self._source.open("rb") as read, self._copy.open("wb") as written:
            while block := read.read(BLOCK_BYTES):
                written.write(block)
            written.flush()
            os.fsync(written.fileno())
        self._copy.unlink()

    def read_cold(self) -> None:
        with self._containers.path(self._ready.evidence_id).open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            while file.read(BLOCK_BYTES):
                pass


def benches() -> list[Bench]:
    """Return the benches of evidence; their folder lives as long as the process."""
    folder = Path(tempfile.mkdtemp(prefix="ilocdoc-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    desk, size = Desk(folder), f"{FILE_BYTES // BLOCK_BYTES} MiB"
    return [
        Bench(
            name=f"take in {size}: both hashes, fsync",
            run=desk.seal,
            against="1 MiB read/write loop and fsync",
            peer=desk.copy,
            target=1 / LEAST_SHARE,
        ),
        Bench(
            name=f"read {size} back: opened, both hashes",
            run=desk.check,
            against="1 MiB read loop, cold",
            peer=desk.read_cold,
            target=3,
        ),
    ]
