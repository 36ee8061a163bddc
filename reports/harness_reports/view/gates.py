"""Shows how every gate was decided."""

from harness.api import Dossier, GateResult
from harness_reports.characters import one_line, visible
from harness_reports.chart import interval_chart, interval_scale
from harness_reports.quantities import (
    gate_interval,
    gate_limit,
    gate_measured,
    gate_value,
    limit_kind,
)
from harness_reports.shapes import Chart
from harness_reports.view.nouns import GateRow
from harness_reports.view.words import OUTCOMES, anchor

CHART_WIDTH = 168.0
MOST_SHOWN = 12
"""Gates of a table; of more, those that only warn and did not are folded."""


def gate_rows(dossier: Dossier) -> tuple[GateRow, ...]:
    """Give a row a gate, in the order in which they were judged."""
    several, is_long = len(dossier.comparisons) > 1, len(dossier.verdict.gates) > MOST_SHOWN
    return tuple(
        _row(
            gate,
            several=several,
            is_folded=is_long and gate.level == "warn" and gate.outcome != "fail",
        )
        for gate in dossier.verdict.gates
    )


def gates_words(dossier: Dossier) -> str:
    """Give one sentence on the gates as a whole."""
    gates = [gate for gate in dossier.verdict.gates if gate.level == "error"]
    if not dossier.verdict.gates:
        return "No gate was judged, so nothing here can be a pass."
    counts = {word: sum(gate.outcome == word for gate in gates) for word in OUTCOMES}
    parts = [f"{counts['pass']} of {len(gates)} passed"]
    parts += [f"{counts['fail']} failed"] if counts["fail"] else []
    parts += [f"{counts['inconclusive']} undecided"] if counts["inconclusive"] else []
    warned = len(dossier.verdict.gates) - len(gates)
    parts += [f"{warned} for warning only"] if warned else []
    chosen = any(gate.is_default for gate in dossier.verdict.gates)
    default = " The suite names no gates: these fit its number of cases." if chosen else ""
    is_void = dossier.verdict.outcome == "invalid"
    void = " They decide nothing, as the comparison is not valid." if is_void else ""
    return f"{', '.join(parts)}.{default}{void}"


def _row(gate: GateResult, *, several: bool, is_folded: bool) -> GateRow:
    scope = [f"slice {one_line(gate.slice, 60)}"] if gate.slice is not None else []
    scope += [one_line(gate.target, 60)] if several else []
    notes = ["warning only"] if gate.level == "warn" else []
    notes += [one_line(gate.method, 120)] if gate.method else []
    return GateRow(
        anchor=anchor("gate", gate.metric, gate.rule, gate.target, gate.slice or ""),
        metric=one_line(gate.metric, 60).replace("_", " "),
        scope=" · ".join(scope),
        rule=one_line(gate.rule, 80),
        baseline=gate_value(gate, gate.baseline),
        candidate=gate_value(gate, gate.candidate),
        measured=gate_measured(gate),
        interval=gate_interval(gate),
        chart=_chart(gate),
        limit=gate_limit(gate),
        badge=OUTCOMES[gate.outcome],
        reason=visible(gate.reason),
        notes=" · ".join(notes),
        is_folded=is_folded,
    )


def _chart(gate: GateResult) -> Chart | None:
    if gate.low is None and gate.high is None:
        return None
    kind = limit_kind(gate)
    zero = {"max_drop": 0.0, "max_rise": 0.0, "max_ratio": 1.0}.get(kind)
    limit = -abs(gate.limit) if kind == "max_drop" else gate.limit
    scale = interval_scale([gate.low, gate.high, gate.estimate, zero, limit], CHART_WIDTH)
    if scale is None:
        return None
    return interval_chart(
        key=anchor("chart", gate.metric, gate.rule, gate.target, gate.slice or ""),
        title=one_line(f"Interval of {gate.metric.replace('_', ' ')}", 100),
        description=one_line(
            f"Measured {gate_measured(gate)}, interval {gate_interval(gate)}; "
            f"the limit: {gate_limit(gate)}.",
            300,
        ),
        scale=scale,
        estimate=gate.estimate,
        low=gate.low,
        high=gate.high,
        zero=zero,
        limit=limit,
        tone=OUTCOMES[gate.outcome].tone,
    )
