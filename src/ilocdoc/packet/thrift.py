"""Memory: a limit while something of a stranger is read, a pause while pages are drawn."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

if sys.platform != "win32":
    import resource


@contextmanager
def little_memory(most_bytes: int) -> Iterator[None]:
    """Let the whole process take no more address space while the block lasts.

    A few bytes of a PDF can unpack to more than any machine has; with this, reading them
    fails instead of the machine. For a command that does nothing else; where the system has
    no such limit, there is none.
    """
    if sys.platform == "win32":
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_AS)
    lowest = min(each for each in (*before, most_bytes) if each != resource.RLIM_INFINITY)
    resource.setrlimit(resource.RLIMIT_AS, (lowest, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


@contextmanager
def collecting_later() -> Iterator[None]:
    """Look for unused objects only after the block, which makes many and drops none.

    A long document is hundreds of thousands of objects; walking over them again and again
    is a third of the work of drawing it.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
        # What was made in the block is young; nothing older is looked at.
        gc.collect(0)
