"""A file of any size is taken in with the same little memory."""

import os
import subprocess
import sys
from pathlib import Path

from ilocdoc.vault.taking_in import BLOCK_BYTES

MIB = int(os.environ.get("ILOCDOC_LARGE_MIB", "192"))
"""`make campaign` takes six gibibytes; sparse on the disk, whole in the container."""
MOST_ABOVE_IDLE = 64 * 1024 * 1024

MEASURED = """
import os, resource, sys
from pathlib import Path
from ilocdoc.record.intake import Wish
from ilocdoc.record.ids import ReportId
from ilocdoc.vault.attachments import Containers
from ilocdoc.wire.sealing import OpeningKey
folder, source = map(Path, sys.argv[1:])
containers = Containers(folder, readers=[OpeningKey.generate().public])
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
idle = peak()
intake = containers.begin(source, evidence_id="e1", report_id=ReportId("r"), at="")
sealed = containers.take_in(intake, at="", collected_by="1", watch=lambda _progress: Wish.GO_ON)
assert containers.read("e1", intake.file_key, offset=sealed.item.size_bytes - 4, size=9) == b"last"
print(peak() - idle, sealed.item.size_bytes)
"""


def test_memory_stays_far_below_the_size_of_the_file(tmp_path: Path) -> None:
    source = tmp_path / "long.mp4"
    with source.open("wb") as file:
        file.truncate(MIB * BLOCK_BYTES)
        file.seek(-4, os.SEEK_END)
        file.write(b"last")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    measured = subprocess.run(
        [sys.executable, "-c", MEASURED, str(tmp_path / "evidence"), str(source)],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    above, size = map(int, measured.stdout.split())
    assert size == MIB * BLOCK_BYTES
    assert above <= MOST_ABOVE_IDLE
    assert above < size / 2
