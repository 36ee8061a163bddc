"""`revgate run --dry-run`: counts calls, says which gates cannot pass, sends nothing."""

from collections.abc import Sequence

import orjson

from harness.cli.estimating import CostEstimate, live
from harness.cli.screen import show, show_json, tell
from harness.cli.starting import check_budget
from harness.data.suite import Gate, Suite
from harness.gates import Asked, foretold, gates_asked
from harness.gates.words import rule_of
from harness.selection import Selection
from harness.stages.plan import planned_calls
from harness.suitefile import LoadedSuite
from harness.units import plural


def dry_run(loaded: LoadedSuite, selection: Selection, *, wants_json: bool) -> None:
    """Show what a run would do; raises what a run would raise before its first call."""
    suite = loaded.suite
    asked = Asked()
    estimate = CostEstimate(suite)
    for case in selection.pick(loaded.cases()):
        asked.add(case)
        estimate.watch(case)
    check_budget(asked.cases, suite.targets, suite.run)
    for sentence in (*suite.warnings, *foretold(suite, asked)):
        tell(f"warning: {sentence}")
    gates = gates_asked(suite, asked)
    (_show_json if wants_json else _show_text)(suite, asked.cases, gates, estimate.usd)


def _show_json(suite: Suite, cases: int, gates: Sequence[Gate], most_usd: float | None) -> None:
    calls, warmups = planned_calls(cases, suite.targets, suite.run)
    plan = {
        "suite": suite.name,
        "cases": cases,
        "repeats": suite.run.repeats,
        "targets": [target.name for target in suite.targets],
        "calls": calls,
        "warmups": warmups,
        "most_cost_usd": most_usd,
        "gates": [
            {
                "metric": gate.metric,
                "rule": rule_of(gate),
                "each": gate.each,
                "level": gate.level,
                "is_default": gate.is_default,
            }
            for gate in gates
        ],
    }
    show_json(orjson.dumps(plan).decode())


def _show_text(suite: Suite, cases: int, gates: Sequence[Gate], most_usd: float | None) -> None:
    calls, warmups = planned_calls(cases, suite.targets, suite.run)
    called = live(suite.targets)
    also = f" and {plural(warmups, 'warm-up')}" if warmups else ""
    show(
        f"{suite.name}: {plural(cases, 'case')} × {plural(suite.run.repeats, 'repeat')} × "
        f"{plural(len(called), 'target')} = {plural(calls, 'call')}"
        f"{also}; nothing was sent"
    )
    for target in suite.targets:
        if target.run is not None:
            show(f"  {target.name} is stored: its answers are taken from {target.run}")
    if any(target.price is not None for target in called):
        show(f"  cost: {_cost(most_usd, suite)}")
    for gate in gates:
        chosen = " (default)" if gate.is_default else ""
        each = f", each {gate.each}" if gate.each is not None else ""
        show(f"  gate {gate.metric} {rule_of(gate)}{each}, level {gate.level}{chosen}")


def _cost(most_usd: float | None, suite: Suite) -> str:
    bound = suite.run.max_cost_usd
    stops = f"; run.max_cost_usd stops it at ${bound:.6g}" if bound is not None else ""
    if most_usd is None:
        return f"unknown: a target has no price, or nothing bounds what is answered{stops}"
    return f"about ${most_usd:.4g} at most, retries left out{stops}"
