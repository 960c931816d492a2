"""The one harness of `make bench`: every figure beside its peer or floor in one run.

A bench module offers `benches() -> list[Bench]`. The two sides of a bench run in turn,
A B A B …, so a drifting machine bends both; medians are kept.
"""

import importlib
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """One measured thing and what it is held against."""

    name: str
    run: Callable[[], float | None]
    """Is timed; or returns its own figure in ms, when that is no mean (a percentile)."""
    against: str
    peer: Callable[[], float | None]
    target: float
    """Largest ratio (run / peer) that is good enough."""
    repeats: int = 7
    scale: float = 1.0
    """Operations per call, so that figures are per operation."""
    unit: str = "ms"
    """Of an own figure that is no time in ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of results.json."""

    name: str
    value: float
    unit: str
    against: str
    against_value: float
    ratio: float
    target: float
    met: bool


def _timed_ms(call: Callable[[], float | None], scale: float) -> float:
    started = time.perf_counter()
    own = call()
    if own is not None:
        return own
    return (time.perf_counter() - started) * 1000 / scale


def measure(bench: Bench) -> Figure:
    """Run both sides in turn and return the medians, in ms per operation."""
    bench.run()
    bench.peer()
    ours, theirs = [], []
    for _ in range(bench.repeats):
        ours.append(_timed_ms(bench.run, bench.scale))
        theirs.append(_timed_ms(bench.peer, bench.scale))
    value, other = statistics.median(ours), statistics.median(theirs)
    ratio = value / other if other else float("inf")
    return Figure(
        name=bench.name,
        value=round(value, 4),
        unit=bench.unit,
        against=bench.against,
        against_value=round(other, 4),
        ratio=round(ratio, 3),
        target=bench.target,
        met=ratio <= bench.target,
    )


def table(figures: Iterable[Figure]) -> str:
    """Return the figures as a table for people."""
    lines = [f"{'what':42} {'value':>16}   {'beside':34} {'value':>10} {'ratio':>7} {'target':>7}"]
    for each in figures:
        mark = "" if each.met else "  missed"
        lines.append(
            f"{each.name:42} {each.value:10.3f} {each.unit:>5}   {each.against:34}"
            f" {each.against_value:10.3f}"
            f" {each.ratio:7.2f} {each.target:7.2f}{mark}"
        )
    return "\n".join(lines)


def main() -> int:
    """Run every bench module and write bench/results.json."""
    figures = []
    for path in sorted((ROOT / "bench").glob("bench_*.py")):
        for bench in importlib.import_module(f"bench.{path.stem}").benches():
            figures.append(measure(bench))
            print(table(figures[-1:]).splitlines()[1], flush=True)
    RESULTS.write_text(json.dumps([asdict(each) for each in figures], indent=1) + "\n")
    print("\n" + table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
