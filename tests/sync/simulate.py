"""`make simulate SEEDS=n`: seeded worlds; the last line says what was lost."""

import sys
from collections.abc import Callable

from ilocdoc.sync.line import PinnedLine
from tests.doubles.authority import Authority
from tests.sync.world import World, live_through


def simulate(
    seeds: int, *, line: type[PinnedLine] = PinnedLine, say: Callable[[str], None] = print
) -> tuple[int, int, int]:
    """Return how much was lost, wrong and stuck over all seeds from 0."""
    authority = Authority()
    lost = wrong = stuck = 0
    for seed in range(seeds):
        account = live_through(World(authority, line=line), seed)
        if not account.is_good:
            say(f"seed {seed}: {account}")
        lost += len(account.lost)
        wrong += len(account.wrong)
        stuck += len(account.stuck)
    say(f"simulated {seeds} runs: lost {lost}, wrong {wrong}, stuck {stuck}")
    return lost, wrong, stuck


if __name__ == "__main__":
    sys.exit(0 if simulate(int(sys.argv[1])) == (0, 0, 0) else 1)
