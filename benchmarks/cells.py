"""Which work is measured, by whom, how often: the cells of the results."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.work import Work

OURS = "revgate"
LIMITS = ("bare pycurl", "bare pycurl threads", "bare requests")
RIVALS = ("lm-eval", "inspect-ai", "promptfoo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A piece of work and those who do it in turns."""

    group: str
    """What it is for; chosen by `--cells`."""
    work: Work
    contenders: tuple[str, ...]
    rounds: int
    rival_rounds: int = 0
    """Of other programs: they are slow, and their ratios are far from any limit."""

    def turns(self, number: int) -> tuple[str, ...]:
        """Give who is measured in a round, another one first each time."""
        there = [
            name
            for name in self.contenders
            if number < (self.rival_rounds if name in RIVALS else self.rounds)
        ]
        shift = number % len(there) if there else 0
        return (*there[shift:], *there[:shift])


def cells(*, rounds: int, calls: int, many_calls: int, rival_rounds_of_many: int) -> list[Cell]:
    """Give every cell in the order they are measured, the most wanted first."""
    few = (OURS, *LIMITS)
    everybody = (*few, *RIVALS)
    speed = [
        Cell(
            group="speed",
            work=Work(calls=calls, concurrency=32),
            contenders=everybody,
            rounds=rounds,
            rival_rounds=rounds,
        ),
        Cell(
            group="speed",
            work=Work(calls=many_calls, concurrency=32),
            contenders=everybody,
            rounds=rounds,
            rival_rounds=rival_rounds_of_many,
        ),
    ]
    latency = [
        Cell(
            group="latency",
            work=Work(calls=calls, concurrency=concurrency, delay_ms=50),
            contenders=everybody,
            rounds=rounds,
            rival_rounds=1,
        )
        for concurrency in (8, 64, 256)
    ]
    others = [
        Work(calls=calls, concurrency=8),
        Work(calls=calls, concurrency=64),
        Work(calls=calls, concurrency=256),
        Work(calls=calls, concurrency=32, delay_ms=50),
        Work(calls=calls, concurrency=32, has_tls=True),
        Work(calls=calls, concurrency=64, delay_ms=50, has_tls=True),
    ]
    rest = [Cell(group="rest", work=work, contenders=few, rounds=rounds) for work in others]
    memory = [
        Cell(group="memory", work=Work(calls=count, concurrency=32), contenders=(OURS,), rounds=1)
        for count in memory_calls(many_calls)
        if count != many_calls  # measured for its speed already
    ]
    return [*speed, *latency, *rest, *memory]


def memory_calls(many_calls: int) -> Sequence[int]:
    """Give the numbers of calls between which memory must not grow."""
    return (many_calls // 20, many_calls, many_calls * 10)
