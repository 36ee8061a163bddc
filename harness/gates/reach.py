"""Says, before the first call, which gates cannot pass or cannot fail at this number of cases."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness import stats
from harness.data.suite import Gate
from harness.emit import one_line
from harness.gates import early
from harness.gates.consumption import FEWEST_CASES, TOTALS
from harness.gates.extremes import Extremes
from harness.gates.latency import QUANTILES, cases_needed
from harness.gates.question import CONFIDENCE
from harness.gates.words import rule_of
from harness.pairs.means import FEWEST_UNBOUNDED
from harness.units import plural

_SHARES = frozenset({"error_rate", "pass_rate", "flaky_rate", "refusal_rate", "truncation_rate"})
_OWN = _SHARES | frozenset({"regressions", "faults", "shape_changes", "mean_score", "agreement"})
"""Metrics that are no measures of a task."""

Need = tuple[str, int | None, str]
"""What cannot be, the number that could, of what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Size:
    """How much a suite asks."""

    cases: int
    repeats: int | None
    clusters: Sequence[int] | None


def unreachable(
    gates: tuple[Gate, ...],
    cases: int,
    repeats: int | None = None,
    *,
    stops_early: bool = False,
    clusters: Sequence[int] | None = None,
    tags: Mapping[str, int] | None = None,
) -> Iterator[str]:
    """Give a sentence for every error-level gate that this many cases cannot decide one way.

    An interval that may be looked at at any time needs more of them. `clusters` are the numbers of
    cases of the clusters, where the suite names them: they are the units then. What needs `repeats`
    to be told is left out where they are not given. `tags` are the numbers of cases of the tags: a
    gate for every tag has to do with those of one. Clusters within a tag, and answers that are
    neither right nor wrong, only make it need more than is said here.
    """
    size = _Size(cases=cases, repeats=repeats, clusters=clusters)
    had = plural(cases, "case")
    if clusters is not None:
        had += f" in {plural(len(clusters), 'cluster')}"
    for gate in gates:
        if gate.level != "error":
            continue
        name = f"gate {gate.metric} {rule_of(gate)}"
        if gate.each is not None and tags is not None:
            yield from _every(gate, name, tags, repeats, is_sequence=stops_early and not clusters)
            continue
        is_followed = stops_early and early.is_followed(gate, clusters)
        for cannot, needed, units in _sequence(gate, cases) if is_followed else _needs(gate, size):
            ending = "whatever their number" if needed is None else f"it takes {needed:,} {units}"
            yield f"{name} cannot {cannot.format(had=had)}: {ending}"


def _every(
    gate: Gate, name: str, tags: Mapping[str, int], repeats: int | None, *, is_sequence: bool
) -> Iterator[str]:
    """Give what a gate for every tag cannot do with the cases of the tag that has the fewest."""
    if not tags:
        yield f"{name}, each tag, cannot be decided: no case has a tag"
        return
    fewest, count = min(tags.items(), key=lambda item: (item[1], item[0]))
    had = f"the {plural(count, 'case')} of tag {one_line(fewest, 40)}"
    if is_sequence and early.is_followed(gate, None):
        needs = _sequence(gate, count)
    else:
        needs = _needs(gate, _Size(cases=count, repeats=repeats, clusters=None))
    for cannot, needed, units in needs:
        if units == "repeats":
            ending = f"it takes {needed:,} repeats"
        elif needed is None:
            ending = "whatever their number"
        else:
            short = sum(cases < needed for cases in tags.values())
            ending = f"it takes {needed:,} {units}, and {short:,} of {plural(len(tags), 'tag')} "
            ending += "has fewer" if short == 1 else "have fewer"
        yield f"{name}, each tag, cannot {cannot.format(had=had)}: {ending}"


def _needs(gate: Gate, size: _Size) -> Iterator[Need]:
    confidence, cases = gate.confidence or CONFIDENCE, size.cases
    if gate.metric in QUANTILES:
        if cases < (needed := cases_needed(gate.metric, confidence)):
            yield "be decided with {had}", needed, "cases measured on both sides"
    elif gate.metric in TOTALS:
        if cases < FEWEST_CASES:
            yield "be decided with {had}", FEWEST_CASES, "cases known on both sides"
        elif size.clusters is not None and len(size.clusters) < FEWEST_CASES:
            yield "be decided with {had}", FEWEST_CASES, "clusters"
    elif gate.metric == "flaky_rate" and size.repeats == 1:
        yield "be decided with 1 repeat", 2, "repeats"
    elif gate.max_drop is not None or gate.max_rise is not None:
        yield from _change(gate.limit, Extremes(cases, size.clusters, confidence))
    elif gate.metric == "agreement" or (gate.metric in _SHARES and gate.confidence is not None):
        yield from _share(gate, size, confidence)
    elif gate.metric not in _OWN:
        yield from _measure(gate, Extremes(cases, size.clusters, confidence))


def _sequence(gate: Gate, cases: int) -> Iterator[Need]:
    """Give what a gate that a run may stop at cannot do, at its best and at its worst.

    Of clusters there are enough, or they are not followed.
    """
    margin = early.drop_of(gate) or 0.0
    confidence = gate.confidence or CONFIDENCE
    for cannot, delta in (
        ("pass with {had} and `stop: early` unless the candidate is better", 0.0),
        ("fail with {had} and `stop: early`, even if all get worse", -1.0),
    ):
        needed = stats.cases_to_settle(margin, delta, confidence)
        if needed is None or cases < needed:
            yield cannot, needed, "cases"


def _change(limit: float, extremes: Extremes) -> Iterator[Need]:
    """Give what a drop, or a rise, cannot do: if nothing changes, and if everything gets worse."""
    if not extremes.change(0.0).low >= -limit:
        units = "cases that stay the same" if extremes.clusters is None else extremes.units
        needed = extremes.to_stay_within(limit) if 0 < limit < 1 else None
        yield "pass with {had} unless the candidate is better", needed, units
    if not extremes.change(-1.0).high < -limit:
        needed = extremes.first(lambda more: more.change(-1.0).high < -limit)
        yield "fail with {had}, even if all get worse", needed, extremes.units


def _share(gate: Gate, size: _Size, confidence: float) -> Iterator[Need]:
    """Give what a share cannot do even if it is as good, or as bad, as a share can be."""
    limit = gate.limit if gate.min is not None else 1 - gate.limit
    extremes = Extremes(size.cases, size.clusters, confidence)
    if not extremes.share(1.0).low >= limit:
        needed = extremes.first(lambda more: more.share(1.0).low >= limit)
        yield "pass with {had}, even if all are as they should be", needed, extremes.units
    if not extremes.share(0.0).high < limit:
        needed = extremes.first(lambda more: more.share(0.0).high < limit)
        yield "fail with {had}, even if none is as it should be", needed, extremes.units


def _measure(gate: Gate, extremes: Extremes) -> Iterator[Need]:
    """Give what a task's own measure cannot do: pass where every pair is as good as can be.

    How far a measure goes is not declared: most end at 1 at their best, or at 0.
    """
    limit = gate.limit
    if abs(limit) > 1 and extremes.count < FEWEST_UNBOUNDED:
        units = "clusters" if extremes.clusters is not None else "cases"
        yield "be decided with {had}, as it leaves -1..1", FEWEST_UNBOUNDED, units
    elif gate.min is not None and 0 < limit <= 1 and not extremes.share(1.0).low >= limit:
        needed = extremes.first(lambda more: more.share(1.0).low >= limit)
        yield "pass with {had}, even if every pair of answers has 1", needed, extremes.units
    elif gate.max is not None and 0 <= limit < 1 and not extremes.share(0.0).high <= limit:
        needed = extremes.first(lambda more: more.share(0.0).high <= limit)
        yield "pass with {had}, even if every pair of answers has 0", needed, extremes.units
