"""Says what may be read from the latencies of a run."""

from collections.abc import Iterator, Sequence

from harness.api import (
    Comparison,
    Dossier,
    Estimate,
    LatencySummary,
    format_ratio,
    format_s,
    plural,
)
from harness_reports.characters import one_line
from harness_reports.quantities import interval
from harness_reports.run_order import drifts, first_over_second

_NEEDED = {"p95_s": 100, "p99_s": 1000}


def sentences(dossier: Dossier) -> Iterator[str]:
    """Stream what may be read from the latencies of a run, and what may not."""
    if not any(target.latency.n for target in dossier.targets):
        yield (
            "No latency was measured: answers that were replayed, cached or retried "
            "say nothing about the model's speed."
        )
        return
    for comparison in dossier.comparisons:
        yield from _shifts(comparison)
    yield from dashes([target.latency for target in dossier.targets])
    if any(target.latency.intervals for target in dossier.targets):
        repeats = ", counting cases, as repeats of a case are alike" if dossier.repeats > 1 else ""
        yield f"In brackets: the interval of 95 % of a percentile, from order statistics{repeats}."
    left_out = sum(target.latency.excluded for target in dossier.targets)
    if left_out:
        yield (
            f"Left out: {plural(left_out, 'answer')} whose time is not the model's, as a retry, "
            "another address, a bundle, a cache, a recording or a wait of ours stands between."
        )


def dashes(spreads: Sequence[LatencySummary]) -> Iterator[str]:
    """Stream why a percentile is not given."""
    for key, needed in _NEEDED.items():
        if any(spread.n and getattr(spread, key) is None for spread in spreads):
            name = key.removesuffix("_s")
            yield f"A dash under {name}: it takes at least {needed:,} measured answers."


def _shifts(comparison: Comparison) -> Iterator[str]:
    name = one_line(comparison.candidate, 60)
    shifts = (
        (comparison.latency_shift, f"Paired call by call, the time of {name} is"),
        (comparison.latency_p50, f"The median of {name} is"),
        (comparison.latency_p95, f"The 95th percentile of {name} is"),
    )
    for estimate, words in shifts:
        if estimate is not None:
            yield f"{words} {_ratio(estimate)}."
    yield from _order(comparison)
    yield from _drifts(comparison)


def _order(comparison: Comparison) -> Iterator[str]:
    p = comparison.order_effect_p
    ratio = first_over_second(comparison.table)
    told = "" if ratio is None else f": the one sent first takes {format_ratio(ratio)} the other's"
    if p is not None and p < 0.01:
        yield (
            f"Who of a pair is sent first matters ({_p(p)}){told}. Calls are sent in a "
            "balanced order, so both sides share this, but the servers are not independent of "
            "each other."
        )
    elif p is not None:
        yield f"Whether a call of a pair was sent first made no visible difference (p = {p:.2f})."


def _drifts(comparison: Comparison) -> Iterator[str]:
    found = drifts(comparison.table)
    if found is None:
        return
    names = (comparison.baseline, comparison.candidate)
    moved = [
        f"{one_line(name, 60)} from {format_s(one.first_s)} in the first third to "
        f"{format_s(one.last_s)} in the last ({_p(one.p_value)})"
        for name, one in zip(names, found, strict=True)
        if one.p_value < 0.01
    ]
    if moved:
        yield f"Latency drifted over the run: the median of {'; of '.join(moved)}."
    else:
        least = min(one.p_value for one in found)
        yield f"Neither side became slower or faster over the run (p ≥ {least:.2f})."


def _ratio(estimate: Estimate) -> str:
    share = f"{estimate.confidence * 100:.3g} %"
    ends = interval(format_ratio, estimate.low, estimate.high)
    sure = ", no evidence of a change" if estimate.low <= 1 <= estimate.high else ""
    return f"{format_ratio(estimate.value)} the baseline's ({share} interval {ends}{sure})"


def _p(value: float) -> str:
    return "p < 0.001" if value < 0.001 else f"p = {value:.2g}"
