"""The peak of memory of this very process."""

from pathlib import Path


def peak_kib() -> int:
    """Return the most memory that this process ever had at once, in KiB.

    Not `ru_maxrss`: Linux starts that at the size of whoever started the process.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(each for each in status.splitlines() if each.startswith("VmHWM:"))
    return int(line.split()[1])
