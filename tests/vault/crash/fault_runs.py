"""Runs the shift on a disk that refuses: the n-th operation of a kind fails, once or for ever."""

import errno
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.vault.crash.invariants import told_in, violations
from tests.vault.crash.recording import run_recorded
from tests.vault.crash.simulation import fast_folder

KINDS = {"O": 60, "W": 1900, "S": 210, "T": 45, "R": 13}
"""How many operations of a kind a shift does, about."""
REFUSALS = {errno.ENOSPC: "ENOSPC", errno.EIO: "EIO", errno.EDQUOT: "EDQUOT"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way in which a disk refuses."""

    kind: str
    at: int
    """Which operation of the kind, from 1."""
    code: int
    for_ever: bool

    def __str__(self) -> str:
        often = "from then on" if self.for_ever else "once"
        return f"{self.kind}{self.at} {REFUSALS[self.code]} {often}"


def faults(count: int, *, seed: int) -> Sequence[Fault]:
    """Return faults of every kind and code, spread over the whole shift."""
    chance = random.Random(seed)
    kinds, codes = sorted(KINDS), sorted(REFUSALS)
    return [
        Fault(
            kind=kinds[number % len(kinds)],
            at=chance.randint(1, KINDS[kinds[number % len(kinds)]]),
            code=codes[number // len(kinds) % len(codes)],
            for_ever=chance.random() < 0.4,
        )
        for number in range(count)
    ]


def run(fault: Fault, *, seed: int) -> tuple[list[str], Sequence[tuple[str, ...]]]:
    """Run a shift under a fault; returns what is wrong afterwards, and all that was told."""
    with tempfile.TemporaryDirectory(dir=fast_folder(), prefix="ilocdoc-fault-") as name:
        root = Path(name) / "laptop"
        root.mkdir()
        line = f"{fault.kind},{fault.at},{fault.code},{int(fault.for_ever)}"
        done = run_recorded(
            "tests.vault.crash.workload", str(root), str(seed), "", root=root, fail=line
        )
        told = told_in(done.said)
        wrong = violations(root, [each for each in told if each[0] != "refused"])
        if done.exit_code:
            wrong.append(f"not one of our errors: {done.errors.strip().splitlines()[-1:]}")
        return wrong, told
