"""Shows three or more targets abreast: a column a target, a row a figure."""

from collections.abc import Callable, Sequence

from harness.api import Dossier, TargetView, format_ratio, format_s, format_share
from harness_reports.characters import one_line
from harness_reports.quantities import dollars, plain
from harness_reports.view.changes import Gathered
from harness_reports.view.nouns import AbreastTable
from harness_reports.view.words import PROOFS

FEWEST = 3


def abreast_table(dossier: Dossier, gathered: Sequence[Gathered]) -> AbreastTable | None:
    """Give all targets side by side; None for two, whose cards already stand so."""
    targets = dossier.targets
    if len(targets) < FEWEST:
        return None
    by_name = {one.comparison.candidate: one for one in gathered}

    def row(name: str, cell: Callable[[TargetView], str]) -> tuple[str, ...]:
        return (name, *(cell(target) for target in targets))

    def change(word: str) -> tuple[str, ...]:
        return (
            word.capitalize(),
            *(
                f"{by_name[t.name].counts[word]:,}" if t.name in by_name else "—"  # type: ignore[index]  # a change
                for t in targets
            ),
        )

    def shift(target: TargetView) -> str:
        one = by_name.get(target.name)
        found = one.comparison.latency_shift if one is not None else None
        return format_ratio(found.value) if found is not None else "—"

    rows = [
        row("Who answered", lambda t: f"{PROOFS[t.proof][0].symbol} {PROOFS[t.proof][0].word}"),
        row("Passed", lambda t: format_share(t.pass_rate)),
        row("Mean score", lambda t: plain(t.mean_score)),
        *(change(word) for word in ("regressed", "fixed", "changed", "same")),
        row("Faults", lambda t: f"{t.counts.get('faults', 0):,}"),
        row("Latency p50", lambda t: format_s(t.latency.p50_s)),
        row("Latency p95", lambda t: format_s(t.latency.p95_s)),
        row("Time against the baseline", shift),
    ]
    if any(target.cost_usd is not None for target in targets):
        rows.append(row("Cost", lambda t: dollars(t.cost_usd)))
    return AbreastTable(
        targets=tuple(one_line(target.name, 60) for target in targets), rows=tuple(rows)
    )
