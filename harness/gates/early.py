"""Decides gates of a run that may stop early: what holds whenever one looks, and what cannot.

Valid at any stopping time is the confidence sequence alone. What is counted over the cases as a
specification needs them all; shares are held against what was asked, and fail only when the cases
left out could not mend them.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from harness.data.noun import replace
from harness.data.suite import Gate, RunSettings
from harness.data.verdict import GateResult
from harness.gates.consumption import TOTALS
from harness.gates.finding import GateFinding
from harness.gates.latency import QUANTILES, cases_needed
from harness.gates.question import CONFIDENCE, Question
from harness.gates.rows import Rows
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
    if is_followed(gate) and rows.clusters is None:
        return decide(replace(question, rows=rows.in_order_of_asking(), is_sequence=True))
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


def is_followed(gate: Gate) -> bool:
    """Whether a confidence sequence decides the gate."""
    if gate.metric == "agreement":
        return gate.min is not None and 0 < gate.min <= 1
    return any(limit is not None and 0 <= limit < 1 for limit in (gate.max_drop, gate.max_rise))


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


def is_told_early(gate: Gate, *, has_clusters: bool) -> bool:
    """Whether the gate may be decided before all cases were asked.

    One for every tag may not: what tags there are, and how they do, is not known before the end.
    """
    if gate.each is not None:
        return False
    if is_followed(gate):
        return not has_clusters
    return gate.confidence is None and gate.metric in NUMBERS | _SHARES


def waits_for(gate: Gate, *, has_clusters: bool) -> str:
    """Give why a gate that is waited for passes only once every case was asked; empty: it need not.

    It may fail before.
    """
    if gate.each is not None:
        return "every tag has to pass"
    if gate.metric in NUMBERS:
        return "it counts cases"
    if is_beside(gate.metric) or is_told_early(gate, has_clusters=has_clusters):
        return ""
    if is_followed(gate):
        return "cases of one cluster are not independent"
    return "its interval may be looked at only once"


def told_beforehand(
    gates: Iterable[Gate], run: RunSettings, *, has_clusters: bool
) -> Iterator[str]:
    """Give a sentence for every gate that keeps a run that may stop early going to its end."""
    if run.stop == "end":
        return
    for gate in gates:
        why = waits_for(gate, has_clusters=has_clusters) if gate.level == "error" else ""
        if why:
            yield (
                f"gate {gate.metric} {rule_of(gate)} can pass only once every case was asked, as "
                f"{why}: `stop: early` saves calls only where a gate fails"
            )


def settled_by(results: Iterable[GateResult]) -> str:
    """Give why no more answers are needed, of all gates that are waited for; empty while they are.

    They are not once one has failed, or all have passed.
    """
    outcomes = []
    for result in results:
        if result.outcome == "fail":
            return f"{result.metric} {result.rule} had failed"
        outcomes.append(result.outcome)
    return "all that was waited for had passed" if {*outcomes} == {"pass"} else ""


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
