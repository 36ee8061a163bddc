"""Builds the columns two targets are compared by, one case at a time."""

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from harness.api.kinds import Task
from harness.data.comparison import Change, Flip, MeasureSummary, PairTable
from harness.data.record import Measure, Record
from harness.data.suite import Case

NAN = float("nan")

_COLUMNS = (
    "before_pass", "after_pass", "before_score", "after_score", "before_missing", "after_missing",
    "agreement", "before_latency_s", "after_latency_s",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One target's records of one case, by repeat; a missing repeat has no record."""

    records: Mapping[int, Record]
    first: Mapping[int, bool]
    """Whether this side was sent first, by repeat."""

    @property
    def answered(self) -> list[Record]:
        """Records with an output."""
        return [record for record in self.records.values() if record.output is not None]

    @property
    def pass_share(self) -> float:
        """Share of answered repeats that passed; NaN when none was answered."""
        answered = self.answered
        if not answered:
            return NAN
        return sum(record.state == "passed" for record in answered) / len(answered)

    @property
    def mean_score(self) -> float:
        """Mean score of answered repeats; NaN when none was answered."""
        answered = self.answered
        return sum(r.score or 0.0 for r in answered) / len(answered) if answered else NAN


@dataclass(frozen=True, slots=True, kw_only=True)
class PairOutcome:
    """What became of one case."""

    change: Change
    flip: Flip | None
    measures: tuple[Measure, ...]
    """Of the first repeat both sides answered."""


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
    before_flaky: list[bool] = field(default_factory=list)
    after_flaky: list[bool] = field(default_factory=list)
    first_was_baseline: list[bool] = field(default_factory=list)
    flips: list[Flip] = field(default_factory=list)
    changes: Counter[Change] = field(default_factory=Counter)
    sums: dict[str, tuple[int, float, Literal["higher", "lower", "neither"]]] = field(
        default_factory=dict
    )
    warnings: dict[str, None] = field(default_factory=dict)

    def add(self, case: Case, before: Side, after: Side) -> PairOutcome:
        """Take in one case."""
        self.ids.append(case.id)
        self.tags.append(case.tags)
        self.clusters.append(case.cluster)
        put = self.columns
        put["before_pass"].append(before.pass_share)
        put["after_pass"].append(after.pass_share)
        put["before_score"].append(before.mean_score)
        put["after_score"].append(after.mean_score)
        put["before_missing"].append(1 - len(before.answered) / self.repeats)
        put["after_missing"].append(1 - len(after.answered) / self.repeats)
        self.before_flaky.append(0 < before.pass_share < 1)
        self.after_flaky.append(0 < after.pass_share < 1)
        self._add_latencies(before, after)
        measures = self._add_measures(case, before, after)
        flip = flip_of(case.id, self.candidate, before, after)
        if flip is not None:
            self.flips.append(flip)
        agreement = self.columns["agreement"][-1]
        change = _change(flip, agreement)
        self.changes[change] += 1
        return PairOutcome(change=change, flip=flip, measures=measures)

    def _add_latencies(self, before: Side, after: Side) -> None:
        for repeat, record in before.records.items():
            other = after.records.get(repeat)
            if other is None or record.latency_s is None or other.latency_s is None:
                continue
            self.columns["before_latency_s"].append(record.latency_s)
            self.columns["after_latency_s"].append(other.latency_s)
            self.first_was_baseline.append(before.first[repeat])

    def _add_measures(self, case: Case, before: Side, after: Side) -> tuple[Measure, ...]:
        """Compare repeat with repeat; the agreement of the case is the mean over them."""
        agreements: list[float] = []
        first: tuple[Measure, ...] = ()
        for repeat, record in before.records.items():
            other = after.records.get(repeat)
            if other is None or record.output is None or other.output is None:
                continue
            try:
                measures = tuple(self.task.compare(case, record.output, other.output))
            except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything
                self.warnings[f"task {self.task.name}: compare raised {error!r}"] = None
                continue
            first = first or measures
            for measure in measures:
                if measure.name == "agreement":
                    agreements.append(measure.value)
                if measure.value == measure.value:
                    n, total, _ = self.sums.get(measure.name, (0, 0.0, measure.better))
                    self.sums[measure.name] = (n + 1, total + measure.value, measure.better)
        mean = sum(agreements) / len(agreements) if agreements else NAN
        self.columns["agreement"].append(mean)
        return first

    def table(self) -> PairTable:
        """Give the columns."""
        return PairTable(
            case_ids=self.ids,
            tags=self.tags,
            clusters=self.clusters,
            before_flaky=self.before_flaky,
            after_flaky=self.after_flaky,
            first_was_baseline=self.first_was_baseline,
            **self.columns,
        )

    def measures(self) -> tuple[MeasureSummary, ...]:
        """Give the mean of every measure."""
        return tuple(
            MeasureSummary(name=name, n=n, mean=total / n, better=better)
            for name, (n, total, better) in self.sums.items()
        )


def flip_of(case_id: str, target: str, before: Side, after: Side) -> Flip | None:
    """Give the flip of a case whose majority of answered repeats changed sides, or None."""
    was, now = before.pass_share, after.pass_share
    if was > 0.5 > now:
        check, reason = _first_failure(after.answered)
        return Flip(
            case_id=case_id, target=target, before="pass", after="fail", check=check, reason=reason
        )
    if was < 0.5 < now:
        check, reason = _first_failure(before.answered)
        return Flip(
            case_id=case_id, target=target, before="fail", after="pass", check=check, reason=reason
        )
    return None


def _first_failure(records: Sequence[Record]) -> tuple[str, str]:
    for record in records:
        for finding in record.findings:
            if finding.required and not finding.ok:
                return finding.check, finding.message
    return "", ""


def _change(flip: Flip | None, agreement: float) -> Change:
    if flip is not None:
        return "regressed" if flip.after == "fail" else "fixed"
    if agreement != agreement:
        return "missing"
    return "same" if agreement == 1.0 else "changed"
