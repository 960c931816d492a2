"""Crash states of one recording, each opened by the real program."""

import os
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.vault.crash.disk_model import LOSSES, MODELS, Disk
from tests.vault.crash.invariants import told_in, violations
from tests.vault.crash.recording import Recording, run_recorded


@dataclass(slots=True)
class Outcome:
    """How many states were opened, and what was wrong with which."""

    states: int = 0
    faulty: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)


def fast_folder() -> Path:
    """Return a folder in memory where there is one: the states need no real disk."""
    memory = Path("/dev/shm")
    return memory if os.access(memory, os.W_OK) else Path(tempfile.gettempdir())


def record(seed: int, *, mistake: str = "") -> Recording:
    """Run the workload once under the shim."""
    with tempfile.TemporaryDirectory(dir=fast_folder(), prefix="ilocdoc-crash-") as name:
        root, log = Path(name) / "laptop", Path(name) / "log"
        root.mkdir()
        recording = run_recorded(
            "tests.vault.crash.workload", str(root), str(seed), mistake, root=root, log=log
        )
    assert recording.exit_code == 0, recording.errors
    assert "submitted" in recording.said, recording.said
    return recording


def simulate(recording: Recording, *, states: int, seed: int) -> Outcome:
    """Open crash states of a recording: half of each model, spread over all moments."""
    outcome = Outcome()
    for number, model in enumerate(MODELS):
        share = states // 2 + (states % 2 if number == 0 else 0)
        for what, faults in _states(recording, model, share, random.Random(f"{seed}/{model}")):
            outcome.states += 1
            outcome.faulty += bool(faults)
            outcome.faults.update(faults)
            if faults and len(outcome.examples) < 5:
                outcome.examples.append(f"{what}: {faults}")
    return outcome


def _states(
    recording: Recording, model: str, states: int, chance: random.Random
) -> Iterator[tuple[str, list[str]]]:
    moments = sorted(chance.randint(1, len(recording.ops)) for _ in range(states))
    disk, done, said = Disk(recording.root, model), 0, b""
    for moment in moments:
        for op in recording.ops[done:moment]:
            disk.do(op)
            said += op.data if op.kind == "A" else b""
        done = moment
        loss = chance.choice(LOSSES)
        folder = Path(tempfile.mkdtemp(dir=fast_folder(), prefix="ilocdoc-state-"))
        try:
            disk.after_crash(folder, loss=loss, chance=chance)
            yield f"{model}, {loss}, after {moment}", violations(folder, told_in(said.decode()))
        finally:
            shutil.rmtree(folder)
