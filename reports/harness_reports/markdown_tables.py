"""Writes the tables of the Markdown summary."""

from collections.abc import Iterator

from harness.api import Dossier, format_s, format_share
from harness_reports.markdown_text import code, plain, table
from harness_reports.quantities import gate_interval, gate_limit, gate_measured, gate_value

_MARKS = {"pass": "✓ pass", "fail": "✗ fail", "inconclusive": "~ inconclusive"}


def gates_table(dossier: Dossier) -> Iterator[str]:
    """Stream a row a gate, then why those that did not pass did not."""
    gates = dossier.verdict.gates
    heads = ("Gate", "Baseline", "Candidate", "Measured", "Limit", "Result")
    rows = [
        (
            code(gate.metric)
            + (f" in {code(gate.slice)}" if gate.slice is not None else "")
            + (f" of {code(gate.target)}" if len(dossier.comparisons) > 1 else ""),
            gate_value(gate, gate.baseline),
            gate_value(gate, gate.candidate),
            plain(f"{gate_measured(gate)} {gate_interval(gate)}"),
            plain(gate_limit(gate)),
            f"**{_MARKS[gate.outcome]}**" + (" (warning only)" if gate.level == "warn" else ""),
        )
        for gate in gates
    ]
    for start in range(0, len(rows), 40):
        yield table(heads, rows[start : start + 40])
    yield (
        "".join(
            f"- {code(gate.metric)}: {plain(gate.reason, 400)}\n"
            for gate in gates[:20]
            if gate.outcome != "pass"
        )
        + "\n"
    )


def targets_table(dossier: Dossier) -> str:
    """Give who was compared."""
    heads = ("Target", "Model", "Revision", "Proof", "Passed")
    rows = [
        (
            code(target.name),
            code(target.model),
            code(target.revision or "not pinned"),
            target.proof,
            format_share(target.pass_rate),
        )
        for target in dossier.targets
    ]
    return "### Compared\n\n" + table(heads, rows)


def slices_table(dossier: Dossier) -> Iterator[str]:
    """Stream the ten slices of every candidate with the most regressions."""
    for comparison in dossier.comparisons:
        parts = sorted(comparison.slices, key=lambda part: -part.regressed)[:10]
        rows = [
            (
                code(part.tag),
                str(part.n),
                f"{format_share(part.before_rate)} → {format_share(part.after_rate)}",
                f"{part.regressed} / {part.fixed}",
            )
            for part in parts
        ]
        if rows:
            yield f"### Slices of {code(comparison.candidate)}\n\n"
            yield table(("Tag", "Cases", "Passed", "Regressed / fixed"), rows)


def latency_table(dossier: Dossier) -> str:
    """Give the latency of every target."""
    rows = [
        (code(target.name), str(spread.n), format_s(spread.p50_s), format_s(spread.p95_s))
        for target in dossier.targets
        for spread in [target.latency]
    ]
    return "### Latency\n\n" + table(("Target", "Measured", "p50", "p95"), rows)
