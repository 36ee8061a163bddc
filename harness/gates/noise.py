"""How often the gates of a suite fail though nothing differs, from a side compared with itself."""

from random import Random
from typing import Any

from harness import stats
from harness.compact import unit_numbers
from harness.data.comparison import Comparison, PairTable
from harness.data.noise import Noise
from harness.data.noun import replace
from harness.gates.results import Evidence, gate_results
from harness.gates.words import between_shares
from harness.units import format_share, plural

RELABELLINGS = 400
"""Times the names of the sides are dealt anew."""

_PAIRS = (
    ("before_pass", "after_pass"),
    ("before_score", "after_score"),
    ("before_missing", "after_missing"),
    ("before_faults", "after_faults"),
    ("before_flaky", "after_flaky"),
)


def noise_of(evidence: Evidence, relabellings: int = RELABELLINGS) -> Noise:
    """Give the noise floor, from the one comparison of a side with itself.

    Both answers to a case come from the same model, so whose is the baseline's is a name: it is
    dealt at random, case by case, and every time all gates of level error decide. How often one
    fails is the false-alarm rate of these cases; that they might have been others is not in it.
    """
    (comparison,) = evidence.comparisons
    random = Random(evidence.suite.run.seed)
    alarms = 0
    for _ in range(relabellings):
        dealt = replace(comparison, table=relabelled(comparison.table, random))
        found = gate_results(replace(evidence, comparisons=(dealt,)))
        alarms += any(one.level == "error" and one.outcome == "fail" for one in found)
    interval = stats.exact_proportion(alarms, relabellings)
    return Noise(
        alarms=alarms,
        relabellings=relabellings,
        low=interval.low,
        high=interval.high,
        cases=len(comparison.table),
        visible_drop=_visible(evidence, comparison),
    )


def relabelled(table: PairTable, random: Random) -> PairTable:
    """Give the table with the sides of a random half of the cases exchanged."""
    swapped = [random.random() < 0.5 for _ in range(len(table))]
    columns: dict[str, Any] = {}
    for before, after in _PAIRS:
        columns[before], columns[after] = _exchanged(
            getattr(table, before), getattr(table, after), swapped
        )
    rows = table.latency_rows or range(len(table.before_latency_s))
    columns["before_latency_s"], columns["after_latency_s"] = _exchanged(
        table.before_latency_s, table.after_latency_s, [swapped[row] for row in rows]
    )
    columns["sided"] = {
        name: _exchanged(was, now, swapped) for name, (was, now) in table.sided.items()
    }
    return replace(table, **columns)


def _exchanged(before: Any, after: Any, swapped: list[bool]) -> tuple[list[Any], list[Any]]:
    if not len(before):
        return list(before), list(after)
    pairs = [
        (now, was) if is_swapped else (was, now)
        for was, now, is_swapped in zip(before, after, swapped, strict=True)
    ]
    return [was for was, _ in pairs], [now for _, now in pairs]


def _visible(evidence: Evidence, comparison: Comparison) -> float | None:
    """Give the smallest drop that a gate on the pass rate sees; None: no gate, or clusters."""
    drops = [
        gate
        for gate in evidence.gates
        if gate.metric == "pass_rate" and gate.max_drop and gate.level == "error"
    ]
    table = comparison.table
    # What is reckoned from flips of single cases would be too small where they are in clusters.
    if not drops or unit_numbers(table.clusters) is not None:
        return None
    both = [
        (was, now)
        for was, now in zip(table.before_pass, table.after_pass, strict=True)
        if was == was and now == now
    ]
    lost = sum(was > 0.5 > now for was, now in both)
    won = sum(was < 0.5 < now for was, now in both)
    limit = min(gate.limit for gate in drops)
    return stats.visible_drop(lost, won, len(both), limit) if both else None


def noise_words(noise: Noise) -> str:
    """Give the noise floor in a sentence."""
    rate = noise.alarms / noise.relabellings
    words = (
        f"noise floor: the baseline compared with itself over {plural(noise.cases, 'case')} fails "
        f"in {format_share(rate)} of {noise.relabellings:,} relabellings, "
        f"{between_shares(noise.low, noise.high)}"
    )
    if noise.visible_drop is None:
        return words
    return f"{words}; a drop of {noise.visible_drop * 100:.1f} points is seen in 4 of 5 runs"
