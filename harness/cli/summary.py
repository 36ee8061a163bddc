"""A finished comparison on the terminal."""

from collections.abc import Iterator, Sequence
from itertools import islice

from harness.cli.screen import table
from harness.data.comparison import WaivedFlip
from harness.data.dossier import Dossier, TargetView
from harness.data.verdict import GateResult
from harness.emit import one_line
from harness.gates.words import ratio_interval, share_interval, value_words
from harness.units import format_points, format_ratio, format_s, format_share, plural

_SYMBOL = {"pass": "✓ pass", "fail": "✗ fail", "inconclusive": "~ open"}
_MOST_FLIPS = 10
_LONGEST = 600
"""Characters of a reason: what would decide a gate stands at its end."""


def summary_lines(dossier: Dossier) -> Iterator[str]:
    """Give the lines of a result: targets, gates, flips, warnings, verdict."""
    yield (
        f"{dossier.suite} · {dossier.task} · {plural(dossier.cases, 'case')} × "
        f"{plural(dossier.repeats, 'repeat')} × {plural(len(dossier.targets), 'target')}"
    )
    yield ""
    yield table([_TARGET_HEADS, *(_target_row(target) for target in dossier.targets)])
    if dossier.verdict.gates:
        yield ""
        yield table(_gate_rows(dossier.verdict.gates))
    for comparison in dossier.comparisons:
        regressed = comparison.regressed
        yield ""
        waived = f", {len(comparison.waived)} waived" if comparison.waived else ""
        yield f"  {comparison.candidate}: {regressed} regressed, {comparison.fixed} fixed{waived}"
        lost = (flip for flip in comparison.flips if flip.after == "fail")
        for flip in islice(lost, _MOST_FLIPS):
            yield f"    ✗ {one_line(flip.case_id, 40)}  {flip.check}: {one_line(flip.reason, 90)}"
        if regressed > _MOST_FLIPS:
            yield f"    … and {regressed - _MOST_FLIPS} more"
        yield from _waived_lines(comparison.waived)
    for group in dossier.faults:
        yield (
            f"  ! {group.target}: {plural(group.count, 'fault')} {group.kind}: "
            f"{one_line(group.message, 120)}"
        )
        if group.hint:
            yield f"    {group.hint}"
    for warning in dossier.warnings:
        yield f"  ! {one_line(warning, 200)}"
    yield ""
    yield from verdict_lines(dossier)


def verdict_lines(dossier: Dossier) -> Iterator[str]:
    """Give the verdict with its reasons, and what it were without waivers."""
    yield f"{dossier.verdict.outcome.upper()}  {one_line(dossier.verdict.reasons[0], _LONGEST)}"
    for reason in dossier.verdict.reasons[1:]:
        yield f"      {one_line(reason, _LONGEST)}"
    if dossier.without_waivers is not None:
        without = dossier.without_waivers
        first = one_line(without.reasons[0], _LONGEST)
        yield f"without waivers: {without.outcome.upper()}  {first}"


def _waived_lines(waived: Sequence[WaivedFlip]) -> Iterator[str]:
    for one in waived[:_MOST_FLIPS]:
        why = f"{one_line(one.waiver.reason, 90)} ({one_line(one.waiver.by, 40)})"
        until = f"waived until {one.waiver.expires}"
        yield f"    ≈ {one_line(one.flip.case_id, 40)}  {until}: {why}"
    if len(waived) > _MOST_FLIPS:
        yield f"    … and {len(waived) - _MOST_FLIPS} more"


_TARGET_HEADS = ("target", "revision", "proof", "answered", "passed", "p50", "p95", "faults")


def _target_row(target: TargetView) -> tuple[str, ...]:
    counts = target.counts
    total = sum(counts[name] for name in ("answered", "faults", "skipped", "cancelled"))
    return (
        target.name,
        (target.revision or "not pinned")[:12],
        target.proof,
        f"{counts['answered']}/{total}",
        f"{counts['passed']} ({format_share(target.pass_rate)})",
        format_s(target.latency.p50_s),
        format_s(target.latency.p95_s),
        str(counts["faults"]),
    )


_GATE_HEADS = ("gate", "", "level", "baseline", "candidate", "estimate")


def _gate_rows(gates: Sequence[GateResult]) -> list[tuple[str, ...]]:
    """Give the table of gates: of whom where candidates are several, how sure where not alike."""
    several = len({gate.target for gate in gates}) > 1
    sure = {gate.confidence for gate in gates}
    interval = f"{next(iter(sure)) * 100:.4g} % interval" if len(sure) == 1 else "interval"
    rows: list[tuple[str, ...]] = [(*_GATE_HEADS, interval)]
    for gate in gates:
        row = _gate_row(gate, f"{one_line(gate.target, 30)}: " if several else "")
        if len(sure) > 1 and row[-1]:
            row = (*row[:-1], f"{row[-1]} ({gate.confidence * 100:.4g} %)")
        rows.append(row)
    return rows


def _gate_row(gate: GateResult, whose: str) -> tuple[str, ...]:
    name = f"{gate.metric}{f' [{one_line(gate.slice, 30)}]' if gate.slice else ''} {gate.rule}"
    return (
        _SYMBOL[gate.outcome],
        whose + name,
        gate.level + (" (default)" if gate.is_default else ""),
        _number(gate, gate.baseline),
        _number(gate, gate.candidate),
        _estimate(gate),
        _interval(gate),
    )


def _number(gate: GateResult, value: float | None) -> str:
    return "—" if value is None else value_words(gate.metric, value)


def _estimate(gate: GateResult) -> str:
    if gate.estimate is None:
        return "—"
    if gate.rule.startswith("max_ratio"):
        return format_ratio(gate.estimate)
    if gate.rule.startswith(("max_drop", "max_rise")):
        return format_points(gate.estimate)
    return _number(gate, gate.estimate)


def _interval(gate: GateResult) -> str:
    if gate.low is None or gate.high is None:
        return ""
    if gate.rule.startswith("max_ratio"):
        return ratio_interval(gate.low, gate.high)
    if gate.rule.startswith(("max_drop", "max_rise")):
        return share_interval(gate.low, gate.high)
    return f"[{value_words(gate.metric, gate.low)}, {value_words(gate.metric, gate.high)}]"
