"""The window as a program: starts it, and replaces this process by it when it locks."""

import sys
from pathlib import Path

from ilocdoc.laptop import OpenLaptop, SystemClock, state_folder
from ilocdoc.record.sessions import LockReason
from ilocdoc.vault.process import become, end_children, forbid_dumps, taken_over


def run_desktop(
    data: Path, *, start_new: bool, theme: str, locked_by: str = "", carried: int = 0
) -> int:
    """Show the window until it is closed; returns the exit code.

    Args:
        data: The laptop's folder.
        start_new: True to begin with a new report after signing in.
        theme: day, night, red, or empty for the system's choice.
        locked_by: Value of a `LockReason`, when this program locked just before.
        carried: Number of an open file with the last words of that session; 0 for none.
    """
    # Qt is loaded for the window only: the commands beside it start in a tenth of a second.
    from ilocdoc.desktop.app import run

    forbid_dumps()
    # A worker that was begun in the very moment of the lock.
    end_children()
    left = taken_over(carried) if carried else b""

    def relaunch(reason: LockReason, unkept: bytes) -> None:
        ourselves = [] if getattr(sys, "frozen", False) else ["-m", "ilocdoc"]
        command = [sys.executable, *ourselves, "--data", str(data), "--locked", reason.value]
        become([*command, "--theme", theme] if theme else command, carried=unkept)

    clock = SystemClock()
    return run(
        lambda lane: OpenLaptop(
            data, clock=clock, lane=lane, carried=left, elsewhere=[state_folder()]
        ),
        start_new=start_new,
        theme=theme,
        relaunch=relaunch,
        locked_by=LockReason(locked_by) if locked_by else None,
    )
