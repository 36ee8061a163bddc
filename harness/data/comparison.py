"""Two targets side by side: paired columns, flips, slices, latency."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from harness.data.flips import Flip, FlipColumn
from harness.data.waiver import Waiver

Change = Literal["regressed", "waived", "fixed", "changed", "same", "missing"]
"""What became of a case; `waived` is a regression that a person accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A number with its interval."""

    value: float
    low: float
    high: float
    confidence: float
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PairTable:
    """One row a case, columns of equal length; NaN where a side has no answer.

    Pass and score columns are means over the answered repeats of the case, 0..1.
    """

    case_ids: Sequence[str]
    tags: Sequence[tuple[str, ...]]
    clusters: Sequence[str | None]
    before_pass: Sequence[float]
    after_pass: Sequence[float]
    before_score: Sequence[float]
    after_score: Sequence[float]
    before_missing: Sequence[float]
    """Share of the case's repeats the baseline did not answer, 0..1."""
    after_missing: Sequence[float]
    agreement: Sequence[float]
    """Share of repeats in which both sides gave the same answer in the task's terms."""
    before_flaky: Sequence[bool]
    """Whether the baseline's own repeats disagree on passing."""
    after_flaky: Sequence[bool]
    before_latency_s: Sequence[float]
    """One entry a (case, repeat) that both sides measured; paired with `after_latency_s`."""
    after_latency_s: Sequence[float]
    first_was_baseline: Sequence[bool]
    """Who of the pair was sent first; one entry a latency pair."""
    latency_rows: Sequence[int] = ()
    """The row each latency pair belongs to; empty: every pair is a case of its own."""
    before_faults: Sequence[float] = ()
    """Calls of the case that ended in a fault; what else is missing was not sent."""
    after_faults: Sequence[float] = ()
    agreement_missing: Sequence[float] = ()
    """Share of the case's repeats in which no pair of answers could be compared, 0..1."""
    measures: Mapping[str, Sequence[float]] = field(default_factory=dict)
    """The task's paired measures by name, the mean over repeats; NaN where there is none."""
    sided: Mapping[str, tuple[Sequence[float], Sequence[float]]] = field(default_factory=dict)
    """(before, after) of numbers each side has by itself, by name: `cost_usd`, `input_tokens`,
    `output_tokens`, `first_token_s`; the mean over repeats, NaN where unknown. And how answers
    ended: `refused`, `truncated` as shares of the repeats that say so, `ends_known` how many do,
    `uncounted` how many count as missing though they came."""
    shape_changed: Sequence[float] = ()
    """1 where the sides answered some repeat in different raw shapes, else 0; NaN where no repeat
    was answered by both; empty: no shape was told."""
    places: Sequence[int] = ()
    """Each case's place in the order of asking; empty: that of the table."""
    unasked: int = 0
    """Cases that are no row, as the question was settled before they were asked."""
    asked_until: int | None = None
    """The place before which every case was asked; None: all were."""
    cluster_sizes: Mapping[str, int] = field(default_factory=dict)
    """How many cases each cluster has, those nobody asked included; of a run that may stop early,
    else empty."""

    def __len__(self) -> int:
        """Number of cases."""
        return len(self.case_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaivedFlip:
    """A regression with the waiver that takes it out of the gates."""

    flip: Flip
    waiver: Waiver


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """The cases of one tag."""

    tag: str
    n: int
    before_rate: float | None
    after_rate: float | None
    difference: Estimate | None
    regressed: int
    fixed: int
    p_value: float | None = None
    """Exact McNemar, by signs where answers are graded or in clusters; Benjamini-Hochberg adjusted
    over all slices shown."""
    timed: int = 0
    """Cases whose latency both sides measured."""
    latency_shift: Estimate | None = None
    """Median of per-case latency ratios, candidate over baseline; None below six cases."""
    latency_p95: Estimate | None = None
    """Ratio of the 95th percentiles; None below a hundred cases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureSummary:
    """One of the task's paired measures over all cases."""

    name: str
    n: int
    """Cases that have it."""
    mean: float
    """Of the cases, each the mean of its repeats."""
    better: Literal["higher", "lower", "neither"]
    interval: Estimate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencySummary:
    """Measured latencies of one target, seconds. A quantile is None below its smallest sample."""

    n: int
    p50_s: float | None = None
    p90_s: float | None = None
    p95_s: float | None = None
    p99_s: float | None = None
    excluded: int = 0
    """Answers left out: retried, cached, replayed."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Of those, how many for which reason: `replayed`, `bundled`, `held back`, `moved`, `retried`,
    `cached`."""
    intervals: Mapping[str, Estimate] = field(default_factory=dict)
    """By `p50_s`, `p90_s`, ...: the quantile with limits that are values of the sample; infinite
    where it is too small for one."""
    curve: Sequence[tuple[float, float]] = ()
    """(seconds, share of answers at most that slow): at most 200 points of the ECDF."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A candidate against the baseline."""

    baseline: str
    candidate: str
    table: PairTable
    flips: FlipColumn = field(default_factory=FlipColumn)
    """In the order of the table, without those that are waived."""
    waived: tuple[WaivedFlip, ...] = ()
    slices: tuple[Slice, ...] = ()
    measures: tuple[MeasureSummary, ...] = ()
    latency_shift: Estimate | None = None
    """Median of per-pair latency ratios, candidate over baseline."""
    latency_p50: Estimate | None = None
    latency_p95: Estimate | None = None
    order_effect_p: float | None = None
    """p-value of "who of the pair is sent first is as fast as who is sent second"."""
    unpaired: tuple[str, ...] = ()
    """Cases only one side has."""
    warnings: tuple[str, ...] = field(default=())

    @property
    def regressed(self) -> int:
        """How many cases passed before and fail now, without those that are waived."""
        return self.flips.ending("fail")

    @property
    def fixed(self) -> int:
        """How many cases failed before and pass now."""
        return self.flips.ending("pass")

    @property
    def flipped(self) -> Sequence[str]:
        """The case ids of the flips, in their order."""
        return self.flips.case_ids
