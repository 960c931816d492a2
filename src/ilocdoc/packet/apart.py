"""pyHanko runs an event loop of its own, which cannot be started inside another one."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def away_from_event_loop(act: Callable[[], Result]) -> Result:
    """Return what `act` returns; in a thread of its own when a loop runs in this one.

    The caller waits either way. Raises what `act` raises.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return act()
    with ThreadPoolExecutor(max_workers=1) as threads:
        return threads.submit(act).result()
