"""What the index of several suites says: every string in it is finished and visible."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from harness.api import GateResult, Index, IndexedRun, format_s, format_share, plural
from harness_reports.characters import one_line, visible
from harness_reports.quantities import moment, span
from harness_reports.view.nouns import Badge
from harness_reports.view.words import VERDICTS, anchor, short_revision

WITHOUT = Badge("–", "NO VERDICT", "invalid")
_GRAVEST = ("invalid", "fail", "inconclusive", "pass")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexRow:
    """One suite."""

    anchor: str
    suite: str
    href: str
    """Its report, as seen from the index; empty: there is none."""
    badge: Badge
    why: str
    """The verdict's first reason, or why there is no verdict."""
    task: str
    pins: str
    passed: str
    regressed: str
    fixed: str
    gates: str
    """How many of those that decide passed."""
    failed_gates: str
    """Those of them that did not pass, by name."""
    warned_gates: str
    """Those for warning only that did not pass, by name."""
    faults: str
    took: str
    started_at: str
    started_words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPage:
    """The whole index."""

    title: str
    badge: Badge
    headline: str
    facts: tuple[str, ...]
    rows: tuple[IndexRow, ...]
    commands: tuple[str, ...]


def index_page(index: Index) -> IndexPage:
    """Give the page of the index, the suites in the order they were named."""
    badge = _badge(index)
    number = plural(len(index.runs), "suite")
    rows = tuple(_row(run, place) for place, run in enumerate(index.runs, start=1))
    return IndexPage(
        title=one_line(f"{badge.word} · {number} · {', '.join(row.suite for row in rows)}", 200),
        badge=badge,
        headline=_headline(index),
        facts=tuple(_facts(index)),
        rows=rows,
        commands=(visible(index.command),) if index.command else (),
    )


def _badge(index: Index) -> Badge:
    if any(run.verdict is None for run in index.runs) or not index.runs:
        return WITHOUT
    found = {run.verdict.outcome for run in index.runs if run.verdict is not None}
    return VERDICTS[next(outcome for outcome in _GRAVEST if outcome in found)]


def _headline(index: Index) -> str:
    words = {"pass": "passed", "fail": "failed", "inconclusive": "open", "invalid": "not valid"}
    counts = Counter(run.verdict.outcome if run.verdict else "none" for run in index.runs)
    parts = [f"{counts[name]:,} {word}" for name, word in words.items() if counts[name]]
    parts += [f"{counts['none']:,} without a verdict"] if counts["none"] else []
    return f"Of {plural(len(index.runs), 'suite')}: {', '.join(parts)}."


def _facts(index: Index) -> Iterator[str]:
    yield plural(sum(run.cases for run in index.runs), "case")
    counted = sum(run.counts.answered for run in index.runs)
    planned = sum(run.counts.planned for run in index.runs)
    yield f"{counted:,} of {plural(planned, 'call')} answered"
    yield f"exit code {index.exit_code}: {index.words}"


def _row(run: IndexedRun, place: int) -> IndexRow:
    verdict = run.verdict
    every = verdict.gates if verdict is not None else ()
    gates = [gate for gate in every if gate.level == "error"]
    met = sum(gate.outcome == "pass" for gate in gates)
    seconds = span(run.started_at, run.finished_at)
    is_told = verdict is not None
    return IndexRow(
        anchor=anchor("suite", run.suite, str(place)),
        suite=one_line(run.suite, 100),
        href=f"{quote(run.folder)}/report.html" if is_told and run.folder else "",
        badge=VERDICTS[verdict.outcome] if verdict is not None else WITHOUT,
        why=one_line(verdict.reasons[0] if verdict is not None else run.problem, 400),
        task=one_line(run.task, 60),
        pins=one_line(" → ".join(short_revision(t.revision) for t in run.targets), 120),
        passed=" → ".join(format_share(target.pass_rate) for target in run.targets),
        regressed=f"{run.regressed:,}" if is_told else "—",
        fixed=f"{run.fixed:,}" if is_told else "—",
        gates=f"{met} of {len(gates)}" if is_told else "—",
        failed_gates=_not_passed(every, "error"),
        warned_gates=_not_passed(every, "warn"),
        faults=f"{run.counts.faults:,}" if is_told else "—",
        took=_took(seconds) if is_told else "—",
        started_at=one_line(run.started_at, 40),
        started_words=one_line(moment(run.started_at), 40),
    )


def _took(seconds: float | None) -> str:
    """Times are kept to the second: less than one is not known to be less."""
    return "about 1 s" if seconds is not None and seconds < 1 else format_s(seconds)


def _not_passed(gates: Sequence[GateResult], level: str) -> str:
    found = (gate for gate in gates if gate.level == level and gate.outcome != "pass")
    return ", ".join(dict.fromkeys(one_line(gate.metric.replace("_", " "), 60) for gate in found))
