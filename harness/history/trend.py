"""What a suite's runs came to over time: passing, latency, cost, flaky cases."""

from collections.abc import Iterator, Sequence
from typing import Literal

from harness.compact import unit_numbers
from harness.data.comparison import Estimate
from harness.data.noun import Noun
from harness.history.runs import FinishedRun
from harness.pairs.means import mean_interval
from harness.store import RunReader

CONFIDENCE = 0.95


class TrendPoint(Noun, frozen=True, kw_only=True):
    """One target in one finished run; None: not known."""

    run: FinishedRun
    target: str
    role: Literal["baseline", "candidate"]
    revision: str | None
    cases: int
    """That it answered."""
    pass_rate: Estimate | None
    p50_s: float | None
    p95_s: float | None
    cost_usd: float | None
    flaky: tuple[str, ...]
    """Ids of the cases whose own repeats disagree, in the order of the plan."""


def trend_of(runs: Sequence[FinishedRun]) -> Iterator[TrendPoint]:
    """Give a point a run and target, in the order of the runs, the baseline first.

    Passing is counted from the judgements that are stored, everything else is read from
    `result.json`. Raises StoreError for a run file that is damaged.
    """
    for run in runs:
        sides: dict[str, _Side] = {name: _Side() for name in run.targets}
        with RunReader(run.folder) as reader:
            for target, case_id, cluster, passed, answered in reader.pass_shares():
                if target in sides:
                    sides[target].add(case_id, cluster, passed / answered)
        for place, (name, side) in enumerate(sides.items()):
            revision = run.part("targets", name, "revision")
            yield TrendPoint(
                run=run,
                target=name,
                role="candidate" if place else "baseline",
                revision=revision if isinstance(revision, str) else None,
                cases=len(side.shares),
                pass_rate=side.pass_rate(),
                p50_s=run.number("latency", name, "p50_s"),
                p95_s=run.number("latency", name, "p95_s"),
                cost_usd=run.number("targets", name, "cost_usd"),
                flaky=tuple(side.flaky),
            )


class _Side:
    def __init__(self) -> None:
        self.shares: list[float] = []
        self.clusters: list[str | None] = []
        self.flaky: list[str] = []

    def add(self, case_id: str, cluster: str | None, share: float) -> None:
        self.shares.append(share)
        self.clusters.append(cluster)
        if 0 < share < 1:
            self.flaky.append(case_id)

    def pass_rate(self) -> Estimate | None:
        """Give the mean over cases with its interval; clusters are the units where there are."""
        import numpy as np

        if not self.shares:
            return None
        shares = np.asarray(self.shares, dtype=np.float64)
        found = mean_interval(shares, unit_numbers(self.clusters), CONFIDENCE)
        return Estimate(
            value=found.estimate,
            low=found.low,
            high=found.high,
            confidence=found.confidence,
            method=found.method,
        )
