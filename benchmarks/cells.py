"""Which work is measured, by whom, how often: the cells of the results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.table import Table
from benchmarks.work import Work

OURS = "revgate"
LIMITS = ("bare pycurl", "bare pycurl threads", "bare requests")
RIVALS = ("lm-eval", "inspect-ai", "promptfoo")
MINUTES_EACH = ("inspect-ai", "promptfoo")
"""Those of them that take minutes for a round of many calls."""
LATENCY_AT = (8, 64, 256)
"""Concurrencies at which latency shown is held against the truth."""
JUDGED_APART_FROM = 2_000
"""Calls from which on revgate stores and judges in a process of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A piece of work and those who do it in turns."""

    group: str
    """What it is for; chosen by `--cells`."""
    work: Work
    contenders: tuple[str, ...]
    rounds: int
    rounds_of: Mapping[str, int] = field(default_factory=dict)
    """Of those who do another number of them, by name."""
    adds_up: bool = False
    """Whether the memory of all processes is added up while they run."""

    @property
    def most_rounds(self) -> int:
        """Give the rounds of who does most of them."""
        return max(map(self.rounds_by, self.contenders), default=0)

    def turns(self, number: int) -> tuple[str, ...]:
        """Give who is measured in a round, another one first each time."""
        there = [name for name in self.contenders if number < self.rounds_by(name)]
        shift = number % len(there) if there else 0
        return (*there[shift:], *there[:shift])

    def rounds_by(self, name: str) -> int:
        """Give the rounds that one contender does."""
        return self.rounds_of.get(name, self.rounds)


def cells(
    *,
    rounds: int,
    calls: int,
    many_calls: int,
    rival_rounds_of_many: int = 1,
    rival_rounds_of_latency: int = 1,
) -> list[Cell]:
    """Give every cell in the order they are measured, the most wanted first."""
    everybody = (OURS, *LIMITS, *RIVALS)
    speed = [
        Cell(
            group="speed",
            work=Work(calls=calls, concurrency=32),
            contenders=everybody,
            rounds=rounds,
            adds_up=True,
        ),
        Cell(
            group="speed",
            work=Work(calls=many_calls, concurrency=32),
            contenders=everybody,
            rounds=rounds,
            rounds_of=dict.fromkeys(MINUTES_EACH, rival_rounds_of_many),
            adds_up=True,
        ),
    ]
    latency = [
        Cell(
            group="latency",
            work=Work(calls=calls, concurrency=concurrency, delay_ms=50),
            contenders=everybody,
            rounds=rounds,
            rounds_of=dict.fromkeys(RIVALS, rival_rounds_of_latency),
        )
        for concurrency in LATENCY_AT
    ]
    return [*speed, *latency, *_memory(rounds, many_calls), *_rest(rounds, calls, many_calls)]


def _memory(rounds: int, many_calls: int) -> list[Cell]:
    return [
        Cell(
            group="memory",
            work=Work(calls=count, concurrency=32),
            contenders=(OURS,),
            rounds=min(rounds, 3),
            adds_up=True,
        )
        for count in memory_calls(many_calls)
        if count != many_calls  # measured for its speed already
    ]


def _rest(rounds: int, calls: int, many_calls: int) -> list[Cell]:
    """Give what fills the matrix: the longer a round takes, the fewer there are."""
    few, one = min(rounds, 3), min(rounds, 1)
    works = [
        (Work(calls=calls, concurrency=8), rounds, rounds),
        (Work(calls=calls, concurrency=64), rounds, rounds),
        (Work(calls=calls, concurrency=256), rounds, rounds),
        (Work(calls=calls, concurrency=32, delay_ms=50), rounds, rounds),
        (Work(calls=calls, concurrency=32, has_tls=True), rounds, rounds),
        (Work(calls=calls, concurrency=64, delay_ms=50, has_tls=True), rounds, rounds),
        (Work(calls=calls, concurrency=8, has_tls=True), few, few),
        (Work(calls=calls, concurrency=64, has_tls=True), few, few),
        (Work(calls=calls, concurrency=256, has_tls=True), few, few),
        (Work(calls=many_calls, concurrency=8), few, one),
        (Work(calls=many_calls, concurrency=64), few, one),
        (Work(calls=many_calls, concurrency=256), few, one),
        (Work(calls=many_calls, concurrency=32, has_tls=True), few, one),
        (Work(calls=calls, concurrency=32, delay_ms=50, has_tls=True), one, one),
        (Work(calls=calls, concurrency=256, delay_ms=50, has_tls=True), one, one),
        (Work(calls=many_calls, concurrency=256, delay_ms=50), one, one),
    ]
    return [
        Cell(
            group="rest",
            work=work,
            contenders=(OURS, *LIMITS),
            rounds=usual,
            rounds_of={"bare requests": slow},
        )
        for work, usual, slow in works
    ]


def memory_calls(many_calls: int) -> Sequence[int]:
    """Give the numbers of calls between which memory must not grow.

    From `JUDGED_APART_FROM` calls on revgate runs two processes: as many calls as that, and half
    as many, tell what the second one adds.
    """
    return (many_calls // 20, many_calls // 10, many_calls, many_calls * 10)


def missing(planned: Sequence[Cell], table: Table) -> list[str]:
    """Say which rounds of what is planned are not in the table, a line for each work."""
    lines = []
    for cell in planned:
        counts = {
            name: (len(table.of(cell.work, name)), cell.rounds_by(name)) for name in cell.contenders
        }
        said = [
            f"{name} ({there} of {wanted} rounds)" if there else name
            for name, (there, wanted) in counts.items()
            if there < wanted
        ]
        if said:
            lines.append(f"{cell.work.name}: {', '.join(said)}")
    return lines
