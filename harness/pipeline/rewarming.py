"""Warms the servers of a resumed run up again, before its next measured call."""

from collections.abc import Iterator

from harness.data.call import Slot
from harness.data.suite import Suite
from harness.errors import StoreError
from harness.store import RunReader


def warm_ups_again(suite: Suite, reader: RunReader, left: int | None) -> Iterator[Slot]:
    """Give the warm-ups that were made before the run was stopped, to be made once more.

    They have places behind the plan's last, and their answers are not kept: the plan has an answer
    for each. None where so many calls are `left` that they would be taken from measured ones.
    """
    planned = reader.count("plan")
    live = sum(target.run is None for target in suite.targets)
    if left is not None and left < planned - reader.count("exchange") + suite.run.warmup * live:
        return
    for place in range(min(planned, suite.run.warmup * live)):
        try:
            case, exchange = reader.exchange(place)
        except StoreError:
            continue  # it was not made before, and is in what is left of the plan
        yield Slot(
            seq=planned + place,
            case=case,
            target=exchange.target,
            repeat=exchange.repeat,
            first_of_pair=exchange.first_of_pair,
        )


def with_warm_ups(slots: Iterator[Slot], again: Iterator[Slot]) -> Iterator[Slot]:
    """Give slots with warm-ups before the first of them, should there be one."""
    for slot in slots:
        yield from again
        yield slot
