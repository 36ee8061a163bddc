"""Spells a dossier as the blocks of `summary.md`, the weightiest first."""

from collections.abc import Iterator

from harness.api import Dossier, plural
from harness_reports.causes import exemplars, regressions_of
from harness_reports.markdown_regressions import MOST_CAUSES, regressions
from harness_reports.markdown_tables import (
    gates_table,
    latency_table,
    measures_table,
    served_lines,
    slices_table,
    targets_table,
    usage_tables,
)
from harness_reports.markdown_text import block, code, plain
from harness_reports.markdown_waived import waived_lines
from harness_reports.result_json import all_warnings

MOST_BYTES = 60_000
_SYMBOLS = {"pass": "✅", "fail": "❌", "inconclusive": "❔", "invalid": "🚫"}
_CUT = "\n*Shortened: the rest is in `report.html` and `cases.csv`.*\n"


def summary_of(dossier: Dossier) -> str:
    """Give the summary: blocks in the order of their weight, as many as fit."""
    budget = MOST_BYTES - len(_CUT.encode())
    kept: list[str] = []
    for piece in _pieces(dossier):
        budget -= len(piece.encode())
        if budget < 0:
            kept.append(_CUT)
            break
        kept.append(piece)
    return "".join(kept)


def _pieces(dossier: Dossier) -> Iterator[str]:
    verdict = dossier.verdict
    yield f"## {_SYMBOLS[verdict.outcome]} {verdict.outcome.upper()} · {plain(dossier.suite)}\n\n"
    yield "".join(f"{plain(reason, 600)}\n\n" for reason in verdict.reasons[:10])
    yield _counts(dossier)
    yield from gates_table(dossier)
    yield targets_table(dossier)
    yield from served_lines(dossier)
    for comparison in dossier.comparisons:
        lost = regressions_of(comparison, MOST_CAUSES)
        chosen = exemplars(lost.largest, 5)
        yield from regressions(dossier, comparison.candidate, lost, chosen)
    yield from waived_lines(dossier)
    yield from slices_table(dossier)
    yield from measures_table(dossier)
    yield latency_table(dossier)
    yield from usage_tables(dossier)
    yield from _faults(dossier)
    warnings = all_warnings(dossier)
    if warnings:
        yield "### Warnings\n\n"
        yield from (f"- {plain(warning, 400)}\n" for warning in warnings)
    if dossier.reproduce:
        yield "\n### Again\n\n" + block("\n".join(dossier.reproduce), "sh", 2000)


def _counts(dossier: Dossier) -> str:
    lines = []
    for comparison in dossier.comparisons:
        name = f"{code(comparison.candidate)}: " if len(dossier.comparisons) > 1 else ""
        waived = f" · {len(comparison.waived)} waived" if comparison.waived else ""
        lines.append(
            f"{name}**{comparison.regressed} regressed** · {comparison.fixed} fixed{waived}\n"
        )
    counts = dossier.counts
    ends = f"{counts.answered:,} of {plural(counts.planned, 'call')} answered"
    lost = f"{plural(counts.faults, 'fault')}, {counts.skipped:,} skipped"
    rest = f"{lost}, {counts.cancelled:,} cancelled"
    size = f"{plural(dossier.cases, 'case')} × {plural(dossier.repeats, 'repeat')}"
    return "\n".join([*lines, f"{size} · {ends} · {rest}\n\n"])


def _faults(dossier: Dossier) -> Iterator[str]:
    if dossier.faults:
        yield "### Faults\n\n"
    for group in dossier.faults[:20]:
        status = f" {group.status}" if group.status else ""
        yield f"- {code(group.target)} {group.kind}{status} × {group.count}: {plain(group.hint)}\n"
        yield block(group.message, limit=400)
    yield "\n" if dossier.faults else ""
