"""Running the sealing library, which starts an event loop of its own, also where one is running already."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def apart(work: Callable[[], Result]) -> Result:
    """What `work` gives, done in a thread of its own: a second loop in one thread is refused, and callers need not know."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(work).result()
