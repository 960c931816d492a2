"""One report document in a process of its own: the first time, and when all is loaded.

`python -m bench.report_job CASE.pickle` prints CPU seconds of both and the peak of memory.
"""

import json
import pickle
import resource
import sys
import time
from pathlib import Path

from bench.peak import peak_kib
from ilocdoc.packet.bindery import bind_report
from ilocdoc.record.report import version_from_json
from tests.packet.samples import FORM

AGAIN = 3


def main(path: Path) -> int:
    """Draw the report and print what it took."""
    version = version_from_json(pickle.loads(path.read_bytes()))
    pdf = bind_report(version, form=FORM, draft=False)
    used = resource.getrusage(resource.RUSAGE_SELF)
    warm = []
    for _ in range(AGAIN):
        before = time.process_time()
        bind_report(version, form=FORM, draft=False)
        warm.append(time.process_time() - before)
    path.with_name("ours.pdf").write_bytes(pdf)
    told = {
        "cpu_s": round(used.ru_utime + used.ru_stime, 3),
        "warm_s": round(sorted(warm)[AGAIN // 2], 3),
        "peak_mb": round(peak_kib() / 1024, 1),
    }
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
