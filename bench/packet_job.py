"""One packet, from its contents to two signatures, in a process of its own.

`python -m bench.packet_job CASE.pickle` prints pages, CPU seconds with imports and the peak
of memory. The case was written by `bench_packet` a moment before.
"""

import json
import pickle
import resource
import sys
from datetime import timedelta
from pathlib import Path

from bench.peak import peak_kib
from ilocdoc.packet.press import PdfPress
from ilocdoc.record.documents import PacketContents
from tests.doubles.authority import Authority, cast
from tests.packet.samples import DAY, FORM


def main(path: Path) -> int:
    """Make the packet and print what it took."""
    contents: PacketContents = pickle.loads(path.read_bytes())
    members = cast(Authority())
    first, second = members["99010"], members["99020"]
    press = PdfPress()
    pdf, annex = press.packet(contents, form=FORM)
    del contents
    pdf = press.certify(pdf, signer=first.signer, officer=first.officer, at=DAY)
    later = DAY + timedelta(hours=1)
    pdf = press.approve(pdf, signer=second.signer, officer=second.officer, at=later)
    used = resource.getrusage(resource.RUSAGE_SELF)
    told = {
        "cpu_s": round(used.ru_utime + used.ru_stime, 3),
        "peak_mb": round(peak_kib() / 1024, 1),
        "mb": round(len(pdf) / 1e6, 2),
        "annex_mb": round(len(annex) / 1e6, 2),
    }
    path.with_suffix(".pdf").write_bytes(pdf)
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
