"""Collects the columns two targets are compared by, one case at a time."""

from array import array
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, cast

from harness.api.kinds import Task
from harness.columns.measured import Measured
from harness.columns.pooled import Pool
from harness.columns.shapes import Shapes
from harness.columns.sided import Sided
from harness.data.comparison import Change, Flip, MeasureSummary, PairTable
from harness.data.suite import Case
from harness.latencies import measured_s
from harness.pairing import NAN, Side, pair_up

_COLUMNS = (
    "before_pass", "after_pass", "before_score", "after_score", "before_missing", "after_missing",
    "before_faults", "after_faults", "agreement", "agreement_missing", "before_latency_s",
    "after_latency_s",
)  # fmt: skip


@dataclass(slots=True, kw_only=True)
class PairColumns:
    """Collects one candidate's pairs; `table()` gives them."""

    task: Task
    candidate: str
    repeats: int
    ids: list[str] = field(default_factory=list)
    tags: list[tuple[str, ...]] = field(default_factory=list)
    clusters: list[str | None] = field(default_factory=list)
    columns: "dict[str, array[float]]" = field(
        default_factory=lambda: {name: array("d") for name in _COLUMNS}
    )
    latency_rows: "array[int]" = field(default_factory=lambda: array("q"))
    places: "array[int]" = field(default_factory=lambda: array("q"))
    before_flaky: list[bool] = field(default_factory=list)
    after_flaky: list[bool] = field(default_factory=list)
    first_was_baseline: list[bool] = field(default_factory=list)
    flips: list[Flip] = field(default_factory=list)
    changes: Counter[Change] = field(default_factory=Counter)
    measured: Measured = field(default_factory=Measured)
    sided: Sided = field(default_factory=Sided)
    shapes: Shapes = field(default_factory=Shapes)
    told: dict[str, None] = field(default_factory=dict)
    pool: Pool = field(default_factory=lambda: Pool(None))
    _tags_seen: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.pool = Pool(self.task.pooled)

    def add(self, case: Case, before: Side, after: Side, place: int = 0) -> None:
        """Take in one case; `place` is its place in the order of asking."""
        outcome = pair_up(self.task, case, self.candidate, before, after)
        row = len(self.ids)
        self._add_latencies(before, after)
        self.measured.add(row, outcome.every_measure)
        self.sided.add(row, before.answered, after.answered)
        self.shapes.add(row, outcome.shapes)
        self.pool.add(row, before, after)
        self.ids.append(case.id)
        self.places.append(place)
        self.tags.append(self._tags_seen.setdefault(case.tags, case.tags))
        self.clusters.append(case.cluster)
        self.before_flaky.append(before.is_flaky)
        self.after_flaky.append(after.is_flaky)
        agreements = outcome.agreements
        for name, value in (
            ("before_pass", before.pass_share),
            ("after_pass", after.pass_share),
            ("before_score", before.mean_score),
            ("after_score", after.mean_score),
            ("before_missing", 1 - len(before.answered) / self.repeats),
            ("after_missing", 1 - len(after.answered) / self.repeats),
            ("before_faults", len(before.records) - len(before.answered)),
            ("after_faults", len(after.records) - len(after.answered)),
            ("agreement", sum(agreements) / len(agreements) if agreements else NAN),
            ("agreement_missing", 1 - len(agreements) / self.repeats),
        ):
            self.columns[name].append(value)
        self.changes[outcome.change] += 1
        if outcome.flip is not None:
            self.flips.append(outcome.flip)
        self.told.update(dict.fromkeys(outcome.warnings))

    def _add_latencies(self, before: Side, after: Side) -> None:
        row = len(self.ids)
        for repeat, record in before.records.items():
            other = after.records.get(repeat)
            before_s = measured_s(record)
            after_s = measured_s(other) if other is not None else None
            if other is None or before_s is None or after_s is None:
                continue
            self.columns["before_latency_s"].append(before_s)
            self.columns["after_latency_s"].append(after_s)
            self.latency_rows.append(row)
            # Of three targets the first may be another one; the place in the plan tells these two.
            self.first_was_baseline.append(record.seq < other.seq)

    def table(self) -> PairTable:
        """Give the columns."""
        rows = len(self.ids)
        for row, measures in self.pool.measures():
            self.measured.add(row, measures)
        return PairTable(
            case_ids=self.ids,
            tags=self.tags,
            clusters=self.clusters,
            before_flaky=self.before_flaky,
            after_flaky=self.after_flaky,
            first_was_baseline=self.first_was_baseline,
            latency_rows=self.latency_rows,
            places=self.places,
            measures=self.measured.columns(rows),
            sided=self.sided.columns(rows),
            shape_changed=self.shapes.column(rows),
            **cast("dict[str, Any]", self.columns),
        )

    def measures(self) -> tuple[MeasureSummary, ...]:
        """Give the mean of every measure."""
        return self.measured.summaries(len(self.ids), self.clusters)

    def warnings(self, baseline: str) -> tuple[str, ...]:
        """Say what a reader should know of the pairs."""
        shapes = self.shapes.told(baseline, self.candidate)
        return (*self.told, *self.pool.told, *self.measured.warnings, *shapes)
