"""Says, before the first call, which gates cannot pass or cannot fail at this number of cases."""

from collections.abc import Callable, Iterator

from harness import stats
from harness.data.suite import Gate
from harness.gates import early
from harness.gates.consumption import FEWEST_CASES, TOTALS
from harness.gates.latency import QUANTILES, cases_needed
from harness.gates.question import CONFIDENCE
from harness.gates.words import rule_of
from harness.units import plural

_MOST = 1 << 20
_SHARES = frozenset({"error_rate", "pass_rate", "flaky_rate"})


def unreachable(
    gates: tuple[Gate, ...], cases: int, repeats: int | None = None, *, stops_early: bool = False
) -> Iterator[str]:
    """Give a sentence for every error-level gate that this many cases cannot decide one way.

    An interval that may be looked at at any time needs more of them. What needs `repeats` to be
    told is left out where they are not given. Clusters, tags and answers that are neither right nor
    wrong only make it need more than is said here.
    """
    for gate in gates:
        if gate.level != "error":
            continue
        name, had = f"gate {gate.metric} {rule_of(gate)}", plural(cases, "case")
        is_followed = stops_early and early.is_followed(gate)
        needs = _sequence(gate, cases) if is_followed else _needs(gate, cases, repeats)
        for cannot, needed, units in needs:
            ending = "whatever their number" if needed is None else f"it takes {needed:,} {units}"
            yield f"{name} cannot {cannot.format(had=had)}: {ending}"


def _needs(gate: Gate, cases: int, repeats: int | None) -> Iterator[tuple[str, int | None, str]]:
    """Give (what cannot be, the number that could, of what) of a gate."""
    confidence = gate.confidence or CONFIDENCE
    if gate.metric in QUANTILES:
        if cases < (needed := cases_needed(gate.metric, confidence)):
            yield "be decided with {had}", needed, "cases measured on both sides"
    elif gate.metric in TOTALS:
        if cases < FEWEST_CASES:
            yield "be decided with {had}", FEWEST_CASES, "cases known on both sides"
    elif gate.metric == "flaky_rate" and repeats == 1:
        yield "be decided with 1 repeat", 2, "repeats"
    elif gate.max_drop is not None:
        yield from _drop(gate.max_drop, cases, confidence)
    elif gate.metric == "agreement" or (gate.metric in _SHARES and gate.confidence is not None):
        each = repeats if gate.metric == "error_rate" else 1
        if each is not None:
            units = "calls" if gate.metric == "error_rate" else "cases"
            yield from _share(gate, cases, each, confidence, units)


def _sequence(gate: Gate, cases: int) -> Iterator[tuple[str, int | None, str]]:
    """Give what a gate that a run may stop at cannot do, at its best and at its worst."""
    margin = gate.limit if gate.max_drop is not None else 1 - gate.limit
    confidence = gate.confidence or CONFIDENCE
    for cannot, delta in (
        ("pass with {had} and `stop: early` unless the candidate is better", 0.0),
        ("fail with {had} and `stop: early`, even if all get worse", -1.0),
    ):
        needed = stats.cases_to_settle(margin, delta, confidence)
        if needed is None or cases < needed:
            yield cannot, needed, "cases"


def _drop(limit: float, cases: int, confidence: float) -> Iterator[tuple[str, int | None, str]]:
    if not _passes(limit, cases, confidence):
        needed = stats.cases_to_pass(limit, confidence) if 0 < limit < 1 else None
        yield "pass with {had} unless the candidate is better", needed, "cases that stay the same"
    if not (can_fail := _fails(limit, confidence))(cases):
        yield "fail with {had}, even if all get worse", _first(cases, can_fail), "cases"


def _passes(limit: float, cases: int, confidence: float) -> bool:
    """Say whether no change at all passes."""
    return stats.paired_proportion(0, 0, cases, confidence).low >= -limit


def _fails(limit: float, confidence: float) -> Callable[[int], bool]:
    """Give whether n cases fail when all of them get worse."""
    return lambda n: stats.paired_proportion(n, 0, n, confidence).high < -limit


def _share(
    gate: Gate, cases: int, each: int, confidence: float, units: str
) -> Iterator[tuple[str, int | None, str]]:
    """Give what a share cannot do even if it is as good, or as bad, as a share can be."""
    is_min = gate.min is not None
    limit = gate.limit if is_min else 1 - gate.limit

    def passes(n: int) -> bool:
        return stats.proportion(n, n, confidence).low >= limit

    def fails(n: int) -> bool:
        return stats.proportion(0, n, confidence).high < limit

    n = cases * each
    if not passes(n):
        best = "all are as they should be"
        yield f"pass with {{had}}, even if {best}", _first(n, passes), units
    if not fails(n):
        yield "fail with {had}, even if none is as it should be", _first(n, fails), units


def _first(n: int, holds: Callable[[int], bool]) -> int | None:
    """Give the first number above n that holds, None when none does; more never undoes it."""
    short, enough = n, max(1, 2 * n)
    while not holds(enough):
        short, enough = enough, 2 * enough
        if enough > _MOST:
            return None
    while enough - short > 1:
        middle = (short + enough) // 2
        short, enough = (short, middle) if holds(middle) else (middle, enough)
    return enough
