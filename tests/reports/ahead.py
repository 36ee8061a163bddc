"""Makes the next thing while the last one is looked at."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_Given = TypeVar("_Given")
_Made = TypeVar("_Made")


def ahead(
    worker: ThreadPoolExecutor, make: Callable[[_Given], _Made], every: Iterable[_Given]
) -> Iterator[tuple[_Given, _Made]]:
    """Give each with what `make` makes of it, one being made while the one before is used.

    One at most waits, so what else is given to the worker has its turn soon.
    """
    last = None
    for given in every:
        coming = given, worker.submit(make, given)
        if last is not None:
            yield last[0], last[1].result()
        last = coming
    if last is not None:
        yield last[0], last[1].result()
