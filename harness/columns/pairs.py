"""Collects the columns two targets are compared by, one case at a time, in little memory."""

from dataclasses import dataclass, field
from typing import Any, cast

from harness.api.kinds import Task
from harness.columns.ends import Ends
from harness.columns.measured import Measured
from harness.columns.pooled import Pool
from harness.columns.shapes import Shapes
from harness.columns.sided import Sided
from harness.compact import (
    CodedColumn,
    DurationColumn,
    NameColumn,
    SharedColumn,
    StepColumn,
    TextColumn,
)
from harness.data.comparison import Change, MeasureSummary, PairTable
from harness.data.flips import FlipColumn
from harness.data.suite import Case
from harness.pairs.pairing import NAN, Side, pair_up
from harness.tallies.latencies import measured_s

_COLUMNS = (
    "before_pass", "after_pass", "before_score", "after_score", "before_missing", "after_missing",
    "before_faults", "after_faults", "agreement", "agreement_missing",
)  # fmt: skip


@dataclass(slots=True, kw_only=True)
class PairColumns:
    """Collects one candidate's pairs; `table()` gives them."""

    task: Task
    candidate: str
    repeats: int
    ids: TextColumn = field(default_factory=TextColumn)
    tags: SharedColumn[tuple[str, ...]] = field(default_factory=SharedColumn)
    clusters: NameColumn = field(default_factory=NameColumn)
    columns: tuple[CodedColumn, ...] = field(
        default_factory=lambda: tuple(CodedColumn() for _ in _COLUMNS)
    )
    before_latency_s: DurationColumn = field(default_factory=DurationColumn)
    after_latency_s: DurationColumn = field(default_factory=DurationColumn)
    latency_rows: StepColumn = field(default_factory=StepColumn)
    places: StepColumn = field(default_factory=StepColumn)
    before_flaky: SharedColumn[bool] = field(default_factory=SharedColumn)
    after_flaky: SharedColumn[bool] = field(default_factory=SharedColumn)
    first_was_baseline: SharedColumn[bool] = field(default_factory=SharedColumn)
    flips: FlipColumn = field(default_factory=FlipColumn)
    measured: Measured = field(default_factory=Measured)
    sided: Sided = field(default_factory=Sided)
    ends: Ends = field(default_factory=Ends)
    shapes: Shapes = field(default_factory=Shapes)
    told: dict[str, None] = field(default_factory=dict)
    pool: Pool = field(default_factory=lambda: Pool(None))

    def __post_init__(self) -> None:
        self.pool = Pool(self.task.pooled)

    def add(self, case: Case, before: Side, after: Side, place: int = 0) -> Change:
        """Take in one case, give what became of it; `place` is that in the order of asking."""
        outcome = pair_up(self.task, case, self.candidate, before, after)
        row = len(self.ids)
        self._add_latencies(before, after)
        self.measured.add(row, outcome.every_measure)
        self.sided.add(row, before.records.values(), after.records.values())
        self.ends.add(row, before, after)
        self.shapes.add(row, outcome.shapes)
        self.pool.add(row, before, after)
        self.ids.append(case.id)
        self.places.append(place)
        self.tags.append(case.tags)
        self.clusters.append(case.cluster)
        self.before_flaky.append(before.is_flaky)
        self.after_flaky.append(after.is_flaky)
        agreements = outcome.agreements
        values = (
            before.pass_share,
            after.pass_share,
            before.mean_score,
            after.mean_score,
            1 - len(before.answered) / self.repeats,
            1 - len(after.answered) / self.repeats,
            len(before.records) - len(before.answered) - before.uncounted,
            len(after.records) - len(after.answered) - after.uncounted,
            sum(agreements) / len(agreements) if agreements else NAN,
            1 - len(agreements) / self.repeats,
        )
        for column, value in zip(self.columns, values, strict=True):
            column.append(value)
        if outcome.flip is not None:
            self.flips.append(outcome.flip)
        if outcome.warnings:
            self.told.update(dict.fromkeys(outcome.warnings))
        return outcome.change

    def _add_latencies(self, before: Side, after: Side) -> None:
        row = len(self.ids)
        for repeat, record in before.records.items():
            other = after.records.get(repeat)
            before_s = measured_s(record)
            after_s = measured_s(other) if other is not None else None
            if other is None or before_s is None or after_s is None:
                continue
            self.before_latency_s.append(before_s)
            self.after_latency_s.append(after_s)
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
            before_latency_s=self.before_latency_s,
            after_latency_s=self.after_latency_s,
            latency_rows=self.latency_rows,
            places=self.places,
            measures=self.measured.columns(rows),
            sided={**self.sided.columns(rows), **self.ends.columns(rows)},
            shape_changed=self.shapes.column(rows),
            **cast("dict[str, Any]", dict(zip(_COLUMNS, self.columns, strict=True))),
        )

    def measures(self) -> tuple[MeasureSummary, ...]:
        """Give the mean of every measure."""
        return self.measured.summaries(len(self.ids), self.clusters)

    def warnings(self, baseline: str) -> tuple[str, ...]:
        """Say what a reader should know of the pairs."""
        shapes = self.shapes.told(baseline, self.candidate)
        return (*self.told, *self.pool.told, *self.measured.warnings, *shapes)
