"""Shows what became of the cases: regressions by cause, samples of the rest."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.api import Change, Comparison, Dossier, MeasureSummary, plural
from harness_reports.causes import Cause, Regressions, exemplars, regressions_of
from harness_reports.characters import one_line
from harness_reports.commands import accept
from harness_reports.media_shelf import MediaShelf
from harness_reports.neighbours import Near, Neighbourhood, neighbours
from harness_reports.quantities import interval, plain
from harness_reports.sides import Pair, pairs
from harness_reports.view.case_nouns import CasePanel, CauseBlock, Changes
from harness_reports.view.near_rows import neighbour_summary
from harness_reports.view.panel import case_panel
from harness_reports.view.words import anchor

MOST_REGRESSIONS = 50
MOST_SAMPLES = 10
MOST_OPEN = 3
MOST_OTHERS = 30
"""Cases of a cause that are named beside those in full."""
MOST_ACCEPTED = 40
"""Cases of a cause that one command accepts: longer ones nobody reads before pasting."""


@dataclass(slots=True)
class Gathered:
    """What one pass over the cases keeps of one candidate; bounded whatever their number."""

    comparison: Comparison
    series: int
    lost: Regressions
    chosen: dict[str, str]
    pairs: dict[str, Pair] = field(default_factory=dict)
    samples: dict[Change, list[Pair]] = field(default_factory=dict)
    counts: Counter[Change] = field(default_factory=Counter)
    embeddings: Neighbourhood = field(default_factory=Neighbourhood)
    near: Mapping[str, Near] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """Everything the page says of single cases."""

    gathered: tuple[Gathered, ...]


def gather(dossier: Dossier) -> Cases:
    """Read every case once; keep counts, the chosen regressions and samples."""
    found: dict[str, Gathered] = {}
    for series, comparison in enumerate(dossier.comparisons, start=1):
        lost = regressions_of(comparison, MOST_REGRESSIONS)
        chosen = exemplars(lost.largest, MOST_REGRESSIONS)
        found[comparison.candidate] = Gathered(comparison, series, lost, chosen)
    for pair in pairs(dossier):
        one = found.get(pair.after.target)
        if one is None:
            continue
        one.counts[pair.change] += 1
        if dossier.show == "vector":
            one.embeddings.add(pair.view.case.id, pair.before.output, pair.after.output)
        if pair.view.case.id in one.chosen:
            one.pairs[pair.view.case.id] = pair
        kept = one.samples.setdefault(pair.change, [])
        if pair.change in ("fixed", "changed") and len(kept) < MOST_SAMPLES:
            kept.append(pair)
    for one in found.values():
        one.near = neighbours(one.embeddings)
    return Cases(gathered=tuple(found.values()))


def changes_of(dossier: Dossier, one: Gathered, shelf: MediaShelf) -> Changes:
    """Give what became of the cases under one candidate."""
    name, counts = one.comparison.candidate, one.counts
    rank = {case_id: place for place, case_id in enumerate(one.chosen)}
    lost = one.lost.cases
    rest = (
        f"; {plural(len(one.pairs), 'case')} in full, from every cause in turn"
        if lost > len(one.pairs)
        else ""
    )
    return Changes(
        anchor=anchor("changes", name),
        candidate=one_line(name, 60),
        regressed_words=(
            f"{plural(lost, 'case')} passed before and {'fails' if lost == 1 else 'fail'} now, by "
            f"{plural(one.lost.causes, 'cause')}{rest}."
            if lost
            else "No case that passed before fails now."
        ),
        causes=tuple(_cause(dossier, one, cause, rank, shelf) for cause in one.lost.largest),
        fixed_words=_sample_words(
            counts["fixed"], "case failed before and passes now", "cases failed before and pass now"
        ),
        fixed=_samples(dossier, one, "fixed", shelf),
        changed_words=_sample_words(
            counts["changed"],
            "case changed its answer without a flip",
            "cases changed their answers without a flip",
        ),
        changed=_samples(dossier, one, "changed", shelf),
        measures=tuple(_measure_row(m) for m in one.comparison.measures),
        neighbours=neighbour_summary(one.near, is_cut=one.embeddings.is_cut),
    )


def _cause(
    dossier: Dossier, one: Gathered, cause: Cause, rank: dict[str, int], shelf: MediaShelf
) -> CauseBlock:
    # Those in full are the worst of their cause, at most so many.
    worst = cause.case_ids[: MOST_REGRESSIONS + MOST_OTHERS]
    mine = [case_id for case_id in worst if case_id in one.pairs]
    others = [one_line(case_id, 60) for case_id in worst if case_id not in one.pairs]
    unnamed = len(cause.case_ids) - len(mine) - MOST_OTHERS
    more = f" and {unnamed:,} more in cases.csv" if unnamed > 0 else ""
    return CauseBlock(
        anchor=anchor("cause", one.comparison.candidate, cause.check, cause.reason),
        check=one_line(cause.check, 80),
        reason=cause.reason,
        size=plural(len(cause.case_ids), "case"),
        panels=tuple(
            case_panel(
                dossier,
                one.pairs[case_id],
                shelf,
                series=one.series,
                is_open=rank[case_id] < MOST_OPEN,
                near=one.near.get(case_id),
            )
            for case_id in mine
        ),
        others=f"Also: {', '.join(others[:MOST_OTHERS])}{more}." if others else "",
        commands=_accept_all(dossier, one, cause),
    )


def _accept_all(dossier: Dossier, one: Gathered, cause: Cause) -> tuple[str, ...]:
    """The command that accepts all cases of a cause; none for one case, which has its own."""
    if not 1 < len(cause.case_ids) <= MOST_ACCEPTED:
        return ()
    return (accept(dossier, one.comparison.candidate, cause.case_ids[:]),)


def _samples(
    dossier: Dossier, one: Gathered, change: Change, shelf: MediaShelf
) -> tuple[CasePanel, ...]:
    return tuple(
        case_panel(dossier, pair, shelf, series=one.series, near=one.near.get(pair.view.case.id))
        for pair in one.samples.get(change, ())
    )


def _sample_words(count: int, singular: str, many: str) -> str:
    if not count:
        return ""
    shown = f"; the first {MOST_SAMPLES} are here" if count > MOST_SAMPLES else ""
    return f"{count:,} {singular if count == 1 else many}{shown}."


def _measure_row(measure: MeasureSummary) -> tuple[str, str, str, str, str]:
    found = measure.interval
    return (
        one_line(measure.name.replace("_", " "), 80),
        f"{measure.n:,}",
        plain(measure.mean),
        interval(plain, found.low, found.high) if found is not None else "",
        _better(measure.better),
    )


def _better(better: str) -> str:
    return {"higher": "higher is better", "lower": "lower is better"}.get(better, "either way")
