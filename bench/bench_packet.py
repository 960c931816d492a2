"""Packets beside their budgets, and a report beside typst setting the same words."""

import hashlib
import json
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from bench.harness import ROOT, Bench
from bench.packet_cases import sized_case
from bench.typst_peer import write_peer
from ilocdoc.packet.report_layout import report_story
from ilocdoc.record.form_reading import read_form
from ilocdoc.record.report import version_from_json, version_to_json
from ilocdoc.wire.canonical import canonical_bytes
from tests.packet.samples import FORM

SIZES = {
    "18 pages, two signatures": {"people": 1, "rows": 4, "photos": 0, "sentences": 5},
    "50 pages, 20 photos": {"people": 20, "rows": 150, "photos": 20, "sentences": 300},
    "500 pages, 200 photos": {"people": 360, "rows": 2500, "photos": 200, "sentences": 2500},
}
"""The smallest packet of scenario S7 has 18 pages."""

BUDGETS = {
    "18 pages, two signatures": (1.5, 150),
    "50 pages, 20 photos": (3, 200),
    "500 pages, 200 photos": (25, 600),
}
"""CPU seconds with imports, peak of memory in MB."""


@lru_cache(maxsize=1)
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="ilocdoc-bench-")


def benches() -> list[Bench]:
    """Packets of three sizes, each with its annex, and a report of 43 pages."""
    return [bench for name in SIZES for bench in _packet(name)] + _typst()


def _packet(name: str) -> tuple[Bench, Bench]:
    told: dict[str, float] = {}

    def cpu() -> float:
        path = Path(_folder().name) / f"{name.partition(' ')[0]}.pickle"
        if not path.exists():
            path.write_bytes(pickle.dumps(sized_case(**SIZES[name])))
        told.update(_job("bench.packet_job", path))
        return told["cpu_s"]

    def memory() -> float:
        return told["peak_mb"]

    seconds, megabytes = BUDGETS[name]
    return (
        _against_budget(f"packet, {name}", cpu, seconds, unit="s CPU"),
        _against_budget(f"packet, {name}: memory", memory, megabytes, unit="MB"),
    )


def _against_budget(name: str, run: Callable[[], float], budget: float, *, unit: str) -> Bench:
    return Bench(
        name=name,
        run=run,
        against="budget",
        peer=lambda: float(budget),
        target=1,
        repeats=1,
        unit=unit,
    )


def _job(module: str, *arguments: str | Path) -> dict[str, float]:
    """Run a job in a process of its own and return what it took."""
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        capture_output=True,
        check=True,
        cwd=ROOT,
    )
    told: dict[str, float] = json.loads(done.stdout)
    return told


def _typst() -> list[Bench]:
    """The same report twice: in a program that runs already, and with a start from nothing."""

    def ours(which: str) -> Callable[[], float]:
        return lambda: _job("bench.report_job", _report() / "case.pickle")[which]

    def theirs() -> float:
        return _job("bench.typst_peer", _report())["cpu_s"]

    return [
        Bench(
            name=name,
            run=ours(which),
            against="typst, same words, a new process",
            peer=theirs,
            target=1.5,
            repeats=5,
            unit="s CPU",
        )
        for name, which in (
            ("report, 43 pages, in a running program", "warm_s"),
            ("report, 43 pages, in a new process", "cpu_s"),
        )
    ]


@lru_cache(maxsize=1)
def _report() -> Path:
    """Return a folder with the report, and the same words for typst."""
    folder = Path(_folder().name) / "report"
    folder.mkdir()
    case = sized_case(people=52, rows=4, photos=0, sentences=300)
    version = version_from_json(case.report)
    record = canonical_bytes(version_to_json(version))
    digest = hashlib.sha256(record).hexdigest()
    (folder / "case.pickle").write_bytes(pickle.dumps(case.report))
    story = report_story(version, read_form(FORM), digest=digest, draft=False)
    write_peer(story, record, folder=folder)
    return folder
