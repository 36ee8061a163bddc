"""Writes the tables of the Markdown summary."""

from collections.abc import Iterator

from harness.api import Dossier, format_s, format_share, plural
from harness_reports.markdown_text import code, plain, table
from harness_reports.quantities import (
    gate_interval,
    gate_limit,
    gate_measured,
    gate_value,
    interval,
)
from harness_reports.quantities import plain as number
from harness_reports.view.served import served_spans, shape_findings, trace_words
from harness_reports.view.usage import usage_table

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


def measures_table(dossier: Dossier) -> Iterator[str]:
    """Stream the task's measures of every candidate, each with its interval where there is one."""
    for comparison in dossier.comparisons:
        rows = [
            (
                code(one.name),
                f"{one.n:,}",
                number(one.mean),
                interval(number, one.interval.low, one.interval.high) if one.interval else "—",
                "either way" if one.better == "neither" else f"{one.better} is better",
            )
            for one in comparison.measures[:40]
        ]
        if rows:
            yield f"### Measures of {code(comparison.candidate)}\n\n"
            yield table(("Measure", "Cases", "Mean", "Interval", "Reading"), rows)


def usage_tables(dossier: Dossier) -> Iterator[str]:
    """Give what was consumed and what it cost, a column a target, where anything is known."""
    found = usage_table(dossier)
    if found is not None:
        yield "### Usage and cost\n\n"
        yield table(
            ("Sum over answers", *(code(name) for name in found.targets)),
            [(row[0], *(plain(cell) for cell in row[1:])) for row in found.rows],
        )
        yield "".join(f"- {plain(note)}\n" for note in found.notes) + "\n"


def served_lines(dossier: Dossier) -> Iterator[str]:
    """Stream what is not plain of who answered: several addresses, changes of revision or shape."""
    lines = [f"- {plain(finding, 600)}\n" for finding in shape_findings(dossier)]
    for target in dossier.targets:
        name = code(target.name)
        for revision, when in served_spans(target):
            lines.append(f"- {name} changed in mid-run: {code(revision)} {plain(when)}\n")
        for url, count in sorted(target.urls.items(), key=lambda item: (-item[1], item[0])):
            lines.append(f"- {name}: {plural(count, 'answer')} from {code(url)}\n")
        for trace_name, trace in target.traces.items():
            lines.append(f"- {name}: {code(trace_name)} {plain(trace_words(trace), 600)}\n")
        if target.moved:
            moved = plural(target.moved, "answer")
            lines.append(f"- {name}: {moved} from another address, left out of latency\n")
        if target.batched:
            batched = plural(target.batched, "answer")
            lines.append(f"- {name}: {batched} bundled with others, left out of latency\n")
    if lines:
        yield "".join(lines) + "\n"


def latency_table(dossier: Dossier) -> str:
    """Give the latency of every target, and apart from it the time to the first words."""
    rows = [
        (code(target.name), str(spread.n), format_s(spread.p50_s), format_s(spread.p95_s))
        for target in dossier.targets
        for spread in [target.latency]
    ]
    whole = "### Latency\n\n" + table(("Target", "Measured", "p50", "p95"), rows)
    first = [
        (code(target.name), str(spread.n), format_s(spread.p50_s), format_s(spread.p95_s))
        for target in dossier.targets
        if (spread := target.first_token) is not None
    ]
    heads = ("First words of", "Measured", "p50", "p95")
    return whole + (table(heads, first) if first else "")
