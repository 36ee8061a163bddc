"""Suite to plan: which call comes when."""

from array import array
from collections.abc import Iterator, Sequence
from random import Random

from harness.data.suite import RunSettings, Target

PlannedRow = tuple[int, str, int, bool]
"""(case number, target name, repeat, first of pair)"""


def plan(
    cases: int, targets: tuple[Target, ...], run: RunSettings, units: Sequence[int] | None = None
) -> Iterator[PlannedRow]:
    """Give every call of a run in the order it is started; warm-ups first, with negative repeats.

    Stored targets have a place in the plan for every answer, and no warm-up: nothing is called.

    The calls of one case to all targets stand next to each other. Who goes first is random but
    balanced: of every T consecutive cases each of the T targets goes first once. A run that may
    stop early takes the cases in random order, each with all of its repeats: what was asked by
    then is a random sample of the cases. `units` gives each case the number of its cluster, from 0
    on, of a suite that has some: these come in random order, each with all of its cases.
    """
    names = [target.name for target in targets]
    live = [target.name for target in targets if target.run is None]
    random = Random(run.seed)
    for number in range(run.warmup if cases else 0):
        yield from _row_group(number % cases, live, -1 - number // cases, 0)
    starts: list[int] = []
    for number, repeat in _order(cases, run, random, units):
        if not starts or (not number and run.stop == "end"):
            starts = list(range(len(names)))
            random.shuffle(starts)
        yield from _row_group(number, names, repeat, starts.pop())


def _order(
    cases: int, run: RunSettings, random: Random, units: Sequence[int] | None
) -> Iterator[tuple[int, int]]:
    """Give (case number, repeat) in the order of asking."""
    if run.stop == "early":
        order: Sequence[int]
        order = shuffled = array("Q", range(cases if units is None else max(units, default=-1) + 1))
        random.shuffle(shuffled)
        if units is not None:
            place = {unit: at for at, unit in enumerate(order)}
            order = sorted(range(cases), key=lambda number: place[units[number]])
        yield from ((number, repeat) for number in order for repeat in range(run.repeats))
    else:
        yield from ((number, repeat) for repeat in range(run.repeats) for number in range(cases))


def _row_group(number: int, names: list[str], repeat: int, start: int) -> Iterator[PlannedRow]:
    for place in range(len(names)):
        yield number, names[(start + place) % len(names)], repeat, place == 0


def planned_calls(cases: int, targets: Sequence[Target], run: RunSettings) -> tuple[int, int]:
    """Give (measured calls, warm-up calls) that a plan sends; stored answers are not called for."""
    live = sum(target.run is None for target in targets)
    warmups = run.warmup * live if cases else 0
    return cases * live * run.repeats, warmups
