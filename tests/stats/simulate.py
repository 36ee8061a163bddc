"""Simulates suites and intervals many times over, and writes what came of it.

python -m tests.stats.simulate                          1,000 suites a row, intervals; two hours
python -m tests.stats.simulate --suites 10 --runs 100   a short look
python -m tests.stats.simulate --write docs/statistics.md    puts the tables there
"""

import argparse
import re
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from math import exp, lgamma, log, sqrt
from pathlib import Path

import numpy as np

from harness import pipeline, stats
from harness.api import Call, Provider, Request
from harness.clock import Clock
from harness.credentials import open_wallet
from harness.data.exchange import Response, Timings
from harness.data.noun import replace
from harness.data.record import Record
from harness.data.suite import Case, Gate, RunSettings, Suite, Target
from harness.data.verdict import Verdict
from harness.pipeline import calls
from harness.registry import Registry, load_registry
from harness.stages.report import Occasion
from harness.store import RunHeader, RunReader, RunWriter, codec
from harness.transport import Finished, Ticket

LABELS = ("POSITIVE", "NEGATIVE")
PINS = ("a" * 40, "b" * 40)


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """How often a case changes sides, and what the verdict must hold to."""

    name: str
    worse: float
    """Share of cases that pass before and fail now."""
    better: float

    @property
    def drop(self) -> float:
        return self.worse - self.better


TRUTHS = (
    Truth(name="the same, 1 % of cases differ", worse=0.005, better=0.005),
    Truth(name="the same, 4 % of cases differ", worse=0.02, better=0.02),
    Truth(name="2 points worse: at the margin", worse=0.03, better=0.01),
    Truth(name="5 points worse", worse=0.06, better=0.01),
    Truth(name="20 points worse", worse=0.21, better=0.01),
)
MARGIN = 0.02


class SimulatedTransport:
    """Answers every request from a table, at once: no socket is opened."""

    name = "simulated"
    held_bytes = 0

    def __init__(self, right: Mapping[str, Sequence[bool]]) -> None:
        self._right = right
        self._ended: list[Finished] = []
        self.sent = 0

    def submit(self, ticket: Ticket) -> None:
        self.sent += 1
        side, _, number = ticket.request.body.decode().partition(" ")
        is_right = self._right[side][int(number)]
        label = LABELS[(int(number) + (not is_right)) % 2]
        body = f'[[{{"label": "{label}", "score": 0.9}}]]'.encode()
        pin = PINS[side == "candidate"]
        response = Response(status=200, headers={"x-sha": pin}, body=body)
        timings = Timings(connect_s=0.0, first_byte_s=0.01, total_s=0.01)
        done = Finished(key=ticket.key, response=response, fault=None, timings=timings)
        self._ended.append(done)

    def finished(self, timeout_s: float) -> Sequence[Finished]:
        ended, self._ended = self._ended, []
        return ended

    def close(self) -> None:
        pass


class Silent:
    """Sees a run go by and says nothing."""

    def planned(self, calls: int, pending: int) -> None: ...

    def ended(self, target: str, case_id: str, record: Record | None) -> None: ...

    def warned(self, message: str) -> None: ...


def request_of(call: Call) -> Request:
    text = f"{call.target.name} {call.case.inputs}"
    return Request(url="http://127.0.0.1:9/simulated", body=text.encode())


def world() -> Registry:
    """Give the installed plugins, with a provider that asks nobody."""
    found = load_registry()
    plain = found.providers["hf-endpoint"]
    asking = Provider(
        name="simulated", request=request_of, output=plain.output, served=plain.served
    )
    providers = {**found.providers, "simulated": asking}
    # Modules None: no other process could load these plugins.
    return replace(found, providers=providers, modules=None)


def suite_of(gates: tuple[Gate, ...], run: RunSettings) -> Suite:
    targets = tuple(
        Target(name=name, provider="simulated", model="lab/labels", revision=pin)
        for name, pin in zip(("baseline", "candidate"), PINS, strict=True)
    )
    return Suite(
        name="simulated",
        task="text-classification",
        targets=targets,
        gates=gates,
        run=run,
        path=Path("simulated.yaml"),
        source_sha256="0" * 64,
    )


def cases_of(count: int) -> Iterator[Case]:
    for number in range(count):
        yield Case(id=f"c{number}", inputs=str(number), expect=LABELS[number % 2])


@contextmanager
def answered_by(transport: SimulatedTransport) -> Iterator[None]:
    """Let the pipeline send its calls to it, in place of the network."""
    real = calls.open_transport
    calls.open_transport = lambda _name, *, workers: transport  # type: ignore[assignment]
    try:
        yield
    finally:
        calls.open_transport = real


def one_run(
    registry: Registry, suite: Suite, right: Mapping[str, Sequence[bool]]
) -> tuple[Verdict, int]:
    """Give the verdict of a whole run, from its plan, and how many calls were sent."""
    transport = SimulatedTransport(right)
    around = pipeline.Surroundings(
        registry=registry,
        wallet=open_wallet({}),
        clock=Clock(),
        stop=threading.Event(),
        listener=Silent(),
    )
    with tempfile.TemporaryDirectory(prefix="revgate-", dir=_memory()) as place:
        folder = Path(place)
        with closing(RunWriter(folder, create=True)) as writer, answered_by(transport):
            header = RunHeader(
                run_id="simulated", started_at=1.8e9, suite=codec.suite_to_json(suite),
                environment={}, plugins={},
            )  # fmt: skip
            writer.put_header(header)
            pipeline.store_plan(suite, cases_of(len(right["baseline"])), writer)
            if not pipeline.make_calls(suite, writer, around):
                raise RuntimeError("a simulated run was not complete")
        with RunReader(folder) as reader:
            stored = list(reader.cases())
    occasion = Occasion(
        run_id="simulated", started_at=1.8e9, finished_at=1.8e9, environment={}, reproduce=(),
        warnings=(),
    )  # fmt: skip
    dossier = pipeline.conclude(suite, lambda: iter(stored), occasion, registry)
    return dossier.verdict, transport.sent


def _memory() -> str | None:
    """Give where files are kept in memory, where there is such a place."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


@dataclass(slots=True)
class Rates:
    """What became of the simulated suites of one truth."""

    outcomes: Counter[str] = field(default_factory=Counter)
    asked: list[int] = field(default_factory=list)
    """Calls sent, a suite."""

    def rate(self, outcome: str) -> float:
        return self.outcomes[outcome] / sum(self.outcomes.values())


def simulated(
    truth: Truth,
    suites: int,
    cases: int,
    seed: int,
    stop: str = "end",
    registry: Registry | None = None,
) -> Rates:
    """Give the rates over suites of so many cases, their gates the default ones."""
    registry = registry or world()
    chance = np.random.default_rng(seed)
    found = Rates()
    for number in range(suites):
        drawn = chance.random(cases)
        worse, better = (
            drawn < truth.worse,
            (drawn >= truth.worse) & (drawn < truth.worse + truth.better),
        )
        common = chance.random(cases) < 0.9
        right = {"baseline": (common | worse) & ~better, "candidate": (common | better) & ~worse}
        run = RunSettings(seed=seed + number, stop=stop)  # type: ignore[arg-type]
        gates = (Gate(metric="pass_rate", max_drop=MARGIN),)
        verdict, sent = one_run(registry, suite_of(gates, run), right)
        found.outcomes[verdict.outcome] += 1
        found.asked.append(sent)
    return found


def exact(truth: Truth, cases: int) -> dict[str, float]:
    """Give the chances of every outcome of a suite that is asked in full, reckoned, not drawn.

    Over all numbers of cases lost and won that are at all likely (multinomial).
    """
    found = {"pass": 0.0, "fail": 0.0, "inconclusive": 0.0}
    for lost in range(cases + 1):
        for won in range(cases + 1 - lost):
            same = cases - lost - won
            ways = lgamma(cases + 1) - lgamma(lost + 1) - lgamma(won + 1) - lgamma(same + 1)
            chance = exp(
                ways
                + lost * log(truth.worse)
                + won * log(truth.better)
                + same * log(1 - truth.worse - truth.better)
            )
            if chance < 1e-9:
                continue
            interval = stats.paired_proportion(lost, won, cases)
            passes, fails = interval.low >= -MARGIN, interval.high < -MARGIN
            found["pass" if passes else "fail" if fails else "inconclusive"] += chance
    return found


def most(rate: float, runs: int) -> float:
    """Give the rate with three standard errors on top."""
    return rate + 3 * sqrt(rate * (1 - rate) / runs)


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Give a Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def share(value: float) -> str:
    return f"{value * 100:.1f} %"


def table_of_suites(suites: int, seed: int = 1) -> str:
    """Give what became of so many suites of every truth, asked in full and stopping early."""
    registry = world()
    rows = []
    for stop, cases in (("end", 300), ("early", 1_000)):
        for number, truth in enumerate(TRUTHS):
            found = simulated(truth, suites, cases, seed + 10_000 * number, stop, registry)
            asked = f"{cases:,}" if stop == "end" else f"early, of {cases:,}"
            rates = [share(found.rate(name)) for name in ("pass", "fail", "inconclusive")]
            median = f"{int(np.median(found.asked)) // 2:,}"
            rows.append([truth.name, asked, f"{suites:,}", *rates, median])
            print(*rows[-1], sep=" | ", file=sys.stderr, flush=True)
    heads = ("truth", "cases", "suites", "pass", "fail", "inconclusive", "median cases asked")
    return table(heads, rows)


def deltas_of(
    chance: np.random.Generator, n: int, rate: float, repeats: int, cluster: int
) -> tuple[np.ndarray, np.ndarray]:
    """Give (before, after), means of `repeats` yes or no answers, alike within a cluster.

    A case differs with chance `rate`, as often for the worse as for the better: the truth is 0.
    """
    drawn = chance.random(-(-n // cluster)).repeat(cluster)[:n]
    lost, won = drawn < rate / 2, (drawn >= rate / 2) & (drawn < rate)
    level = chance.random(n)
    before = np.where(lost, 1.0, np.where(won, 0.0, level > 0.1))
    after = np.where(lost, 0.0, np.where(won, 1.0, level > 0.1))
    if repeats > 1:
        noise = chance.binomial(repeats, 0.9, (2, n)) / repeats
        before, after = before * noise[0], after * noise[1]
    return before, after


def coverage(n: int, rate: float, repeats: int, cluster: int, runs: int, seed: int) -> float:
    """Give how often the interval of the difference holds the truth, 0."""
    chance = np.random.default_rng([seed, n, int(rate * 1000), repeats, cluster])
    held = 0
    for number in range(runs):
        before, after = deltas_of(chance, n, rate, repeats, cluster)
        if repeats == 1 and cluster == 1:
            worse, better = int((before > after).sum()), int((before < after).sum())
            found = stats.paired_proportion(worse, better, n)
        else:
            labels = [i // cluster for i in range(n)] if cluster > 1 else None
            found = stats.paired_mean(after - before, seed=number, clusters=labels)
        held += found.low <= 0.0 <= found.high
    return held / runs


def table_of_intervals(runs: int, seed: int = 1) -> str:
    """Give the coverage of the interval of a difference over a grid."""
    rows = []
    for n in (10, 20, 50, 200, 1000):
        for rate in (0.0, 0.01, 0.1, 0.5):
            singles = coverage(n, rate, 1, 1, runs, seed)
            few = max(2, runs // (10 if n > 200 else 4))
            others = [
                coverage(n, rate, repeats, cluster, few, seed)
                for repeats, cluster in ((5, 1), (1, 5), (5, 5))
            ]
            rows.append([n, f"{rate:g}", *(f"{value:.3f}" for value in (singles, *others))])
            print(*rows[-1], sep=" | ", file=sys.stderr, flush=True)
    heads = ("cases", "share that differs", "1 answer", "5 repeats", "clusters of 5", "both")
    return table(heads, rows)


def put(path: Path, name: str, text: str) -> None:
    """Put a table between the marks of its name in a page."""
    page = path.read_text(encoding="utf-8")
    marks = rf"(<!-- {name} -->\n).*?(<!-- end of {name} -->)"
    if re.search(marks, page, re.DOTALL) is None:
        raise SystemExit(f"{path}: has no place for the table of {name}")
    found = re.sub(marks, lambda m: f"{m[1]}\n{text}\n\n{m[2]}", page, count=1, flags=re.DOTALL)
    path.write_text(found, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--suites", type=int, default=1_000, help="suites a row; 0: none")
    parser.add_argument("--runs", type=int, default=1_000, help="samples a cell; 0: none")
    parser.add_argument("--write", type=Path, help="the page the tables go to")
    options = parser.parse_args()
    tables = {}
    if options.runs:
        tables["intervals"] = table_of_intervals(options.runs)
    if options.suites:
        tables["suites"] = table_of_suites(options.suites)
    for name, text in tables.items():
        print(text, end="\n\n")
        if options.write:
            put(options.write, name, text)


if __name__ == "__main__":
    main()
