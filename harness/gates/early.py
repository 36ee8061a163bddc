"""Decides gates of a run that may stop early: what holds whenever one looks, and what cannot.

Valid at any stopping time is the confidence sequence alone. What is counted over the cases as a
specification needs them all; shares are held against what was asked, and fail only when the cases
left out could not mend them.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from harness import stats
from harness.data.noun import replace
from harness.data.suite import Gate, RunSettings
from harness.data.verdict import GateResult
from harness.gates.consumption import TOTALS
from harness.gates.finding import GateFinding
from harness.gates.latency import QUANTILES, cases_needed
from harness.gates.question import CONFIDENCE, Question
from harness.gates.rows import Rows
from harness.gates.watch import Watch
from harness.gates.words import rule_of
from harness.units import plural

Decide = Callable[[Question], GateFinding]

NUMBERS = frozenset({"regressions", "faults", "shape_changes"})
_SHARES = frozenset({"error_rate", "pass_rate", "flaky_rate", "refusal_rate", "truncation_rate"})
_NAN = float("nan")
_UNANSWERED: Mapping[str, object] = MappingProxyType(
    {
        "case_ids": "", "tags": (), "clusters": None, "before_flaky": False, "after_flaky": False,
        "before_pass": _NAN, "after_pass": _NAN, "before_score": _NAN, "after_score": _NAN,
        "agreement": _NAN, "shape_changed": _NAN, "before_missing": 1.0, "after_missing": 1.0,
        "agreement_missing": 1.0, "before_faults": 0.0, "after_faults": 0.0,
    }
)  # fmt: skip
"""The row of a case that nobody was asked."""


def finding(question: Question, decide: Decide) -> GateFinding:
    """Give what a gate comes to in a run that may stop early; `decide` is how it is else decided.

    The table of the rows says how many cases were left out.
    """
    gate, rows = question.gate, question.rows
    unasked = rows.table.unasked
    followed = _followed(gate, rows)
    if followed is not None:
        largest = max(rows.table.cluster_sizes.values(), default=1)
        watch = Watch(drop=drop_of(gate) or 0.0, largest=largest)
        return decide(replace(question, rows=followed, watch=watch))
    if gate.metric in QUANTILES and question.run.balance == "latency":
        level = (1 - question.confidence) / len([*looks(gate, len(rows.table) + unasked)])
        return decide(replace(question, confidence=1 - level))
    if not unasked or is_beside(gate.metric):
        return decide(question)
    if gate.metric in NUMBERS and gate.confidence is None:
        return decide(replace(question, rows=_with_unasked(rows)))
    found = decide(question)
    left_out = f"the run was stopped before {plural(unasked, 'case')}"
    if gate.confidence is not None or found.method != "counted":
        reason = f"{found.reason}; {left_out}, and nothing says how sure this is then"
        return replace(found, outcome="inconclusive", reason=reason)
    at_best = decide(replace(question, rows=_with_unasked(rows)))
    if found.outcome == "fail" and at_best.outcome != "fail":
        reason = f"{found.reason}; {left_out}, which could turn it"
        return replace(found, outcome="inconclusive", reason=reason)
    return found


def is_followed(gate: Gate, clusters: Sequence[int] | None) -> bool:
    """Whether a confidence sequence decides the gate; `clusters` are the sizes of all, None: none.

    With clusters it does only where it can pass and fail at all. An interval that is looked at once
    is narrower, all the more where one cluster is far larger than the others: they do not lose it
    for a sequence that could save nothing. Sizes are known beforehand, so nothing was looked at.
    """
    margin = drop_of(gate)
    if margin is None or clusters is None:
        return margin is not None
    confidence = gate.confidence or CONFIDENCE
    return gate.each is None and all(
        stats.clusters_settle(clusters, margin, delta, confidence) for delta in (0.0, -1.0)
    )


def drop_of(gate: Gate) -> float | None:
    """Give the drop, in [0, 1), that a sequence would watch for the gate; None: it is of none."""
    drop = gate.max_drop if gate.max_drop is not None else gate.max_rise
    if gate.metric == "agreement":
        drop = None if gate.min is None else 1 - gate.min
    return drop if drop is not None and 0 <= drop < 1 else None


def _followed(gate: Gate, rows: Rows) -> Rows | None:
    """Give the rows in the order of a sequence that decides the gate; None where none does."""
    table = rows.table
    if not table.cluster_sizes:
        is_fit = rows.clusters is None and is_followed(gate, None)
        return rows.in_order_of_asking() if is_fit else None
    sizes = [*table.cluster_sizes.values()]
    singles = len(table) + table.unasked - sum(sizes)
    if not is_followed(gate, [*sizes, *[1] * singles]):
        return None
    return rows.in_order_of_asking().in_whole_clusters()


def is_beside(metric: str) -> bool:
    """Whether it is not of answers: its interval is taken at a moment that others chose."""
    return metric in QUANTILES or metric in TOTALS


def looks(gate: Gate, cases: int) -> Iterator[int]:
    """Give after how many cases a latency gate is looked at: each time they double, and at the end.

    Every look has its share of the chance to err (Bonferroni), so that all together keep to it.
    """
    at = cases_needed(gate.metric, gate.confidence or CONFIDENCE)
    while at < cases:
        yield at
        at *= 2
    yield cases


def is_told_early(gate: Gate, clusters: Sequence[int] | None) -> bool:
    """Whether the gate may be decided before all cases were asked.

    One for every tag may not: what tags there are, and how they do, is not known before the end.
    """
    if gate.each is not None:
        return False
    if drop_of(gate) is not None:
        return is_followed(gate, clusters)
    return gate.confidence is None and gate.metric in NUMBERS | _SHARES


def waits_for(gate: Gate, clusters: Sequence[int] | None) -> str:
    """Give why a gate that is waited for passes only once every case was asked; empty: it need not.

    It may fail before.
    """
    if gate.each is not None:
        return "every tag has to pass"
    if gate.metric in NUMBERS:
        return "it counts cases"
    if is_beside(gate.metric) or is_told_early(gate, clusters):
        return ""
    if drop_of(gate):  # above 0: where no drop is allowed the clusters are not to blame
        return "its clusters are too few, or too unlike in size, to be looked at as they come"
    return "its interval may be looked at only once"


def told_beforehand(
    gates: Iterable[Gate], run: RunSettings, clusters: Sequence[int] | None
) -> Iterator[str]:
    """Give a sentence for every gate that keeps a run that may stop early going to its end."""
    if run.stop == "end":
        return
    for gate in gates:
        why = waits_for(gate, clusters) if gate.level == "error" else ""
        if why:
            yield (
                f"gate {gate.metric} {rule_of(gate)} can pass only once every case was asked, as "
                f"{why}: `stop: early` saves calls only where a gate fails"
            )


def settled_by(results: Iterable[GateResult]) -> str:
    """Give why no more answers are needed, of all gates that are waited for; empty while they are.

    They are not once one has failed, or all have passed.
    """
    found = [*results]
    several = len({result.target for result in found}) > 1
    for result in found:
        if result.outcome == "fail":
            of = f" of {result.target}" if several else ""
            return f"{result.metric} {result.rule}{of} had failed"
    is_passed = {result.outcome for result in found} == {"pass"}
    return "all that was waited for had passed" if is_passed else ""


def _with_unasked(rows: Rows) -> Rows:
    """Give the rows with those left out as cases nobody answered."""
    table, more = rows.table, rows.table.unasked
    columns: dict[str, Any] = {}
    for name, filling in _UNANSWERED.items():
        values = getattr(table, name)
        if len(values):
            longer = [*values, *[filling] * more]
            columns[name] = array("d", longer) if isinstance(filling, float) else longer
    nothing = array("d", [_NAN]) * more
    columns["sided"] = {
        name: (array("d", before) + nothing, array("d", after) + nothing)
        for name, (before, after) in table.sided.items()
    }
    chosen = None
    if rows.chosen is not None:
        chosen = [*rows.chosen, *range(len(table), len(table) + more)]
    return Rows(table=replace(table, **columns, unasked=0, places=()), chosen=chosen)
