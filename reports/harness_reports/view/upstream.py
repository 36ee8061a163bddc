"""Shows what changed upstream between two revisions beside what changed in behaviour."""

from collections.abc import Iterator, Mapping, Sequence

from harness.api import (
    Comparison,
    Dossier,
    Json,
    TargetView,
    format_points,
    format_ratio,
    format_share,
    is_commit,
    plural,
)
from harness_reports.characters import one_line
from harness_reports.quantities import interval
from harness_reports.view.changes import Gathered
from harness_reports.view.nouns import Row, UpstreamView
from harness_reports.view.words import short_revision

MOST_COMMITS, MOST_FILES = 20, 40
_HOW = {"added": "+ added", "changed": "≠ changed", "removed": "− removed"}
_WHERE = {
    "later": "later than the baseline",
    "earlier": "earlier than the baseline: a step back",
    "apart": "neither revision is in the other's history",
}


def upstream_views(dossier: Dossier, gathered: Sequence[Gathered]) -> tuple[UpstreamView, ...]:
    """Give a view a candidate of which the lock says what was changed, or could say it."""
    known = _known(dossier.environment)
    targets = {target.name: target for target in dossier.targets}
    views = []
    for one in gathered:
        before, after = dossier.targets[0], targets[one.comparison.candidate]
        found = known.get(after.name)
        if isinstance(found, dict):
            views.append(_view(before, after, one, found))
        elif _could_be_known(before, after):
            hint = (
                "The lock of this suite does not say what lies between these two commits: "
                "`revgate lock` asks the Hub and writes it down."
            )
            views.append(_view(before, after, one, {}, hint))
    return tuple(views)


def without_upstream(environment: Mapping[str, Json]) -> dict[str, Json]:
    """Give an environment without what stands in a section of its own."""
    found = dict(environment)
    looked = found.get("preflight")
    if isinstance(looked, dict):
        found["preflight"] = {key: item for key, item in looked.items() if key != "upstream"}
    return found


def _known(environment: Mapping[str, Json]) -> Mapping[str, Json]:
    match environment.get("preflight"):
        case {"upstream": dict(found)}:
            return found
    return {}


def _could_be_known(before: TargetView, after: TargetView) -> bool:
    pins = {before.revision or "", after.revision or ""}
    return before.model == after.model and len(pins) == 2 and all(map(is_commit, pins))


def _view(
    before: TargetView, after: TargetView, one: Gathered, found: Mapping[str, Json], hint: str = ""
) -> UpstreamView:
    commits = [c for c in _list(found.get("commits")) if isinstance(c, dict)]
    files = [f for f in _list(found.get("files")) if isinstance(f, dict)]
    return UpstreamView(
        target=one_line(after.name, 60),
        words=hint or _words(before, after, found, len(commits)),
        is_known=not hint,
        commits=tuple(
            (
                one_line(short_revision(str(commit.get("id", ""))), 40),
                one_line(str(commit.get("date", ""))[:10], 20),
                one_line(str(commit.get("title", "")), 160) or "no title",
            )
            for commit in commits[:MOST_COMMITS]
        ),
        files=tuple(
            (
                _HOW.get(str(file.get("how", "")), "changed"),
                one_line(str(file.get("path", "")), 160),
                one_line(str(file.get("kind", "")).replace("_", " "), 40),
            )
            for file in files[:MOST_FILES]
        ),
        more=" ".join(_more(len(commits), len(files), is_cut=found.get("cut") is True)),
        behaviour=tuple(_behaviour(one, before, after)),
    )


def _words(before: TargetView, after: TargetView, found: Mapping[str, Json], commits: int) -> str:
    where = _WHERE.get(str(found.get("direction", "")), "")
    model = one_line(str(found.get("model", after.model)), 120)
    count = plural(commits, "commit")
    told = where if found.get("direction") == "apart" else f"{count} {where}".strip()
    pins = (short_revision(t.revision) for t in (before, after))
    return f"{model}, from {one_line(' to '.join(pins), 120)}: {told}."


def _more(commits: int, files: int, *, is_cut: bool) -> Iterator[str]:
    if commits > MOST_COMMITS:
        yield f"{plural(commits - MOST_COMMITS, 'more commit')} in the lock."
    if files > MOST_FILES:
        yield f"{plural(files - MOST_FILES, 'more file')} in the lock."
    if is_cut:
        yield "There are more than the lock keeps."


def _behaviour(one: Gathered, before: TargetView, after: TargetView) -> Iterator[Row]:
    comparison, counts = one.comparison, one.counts
    if before.pass_rate is not None and after.pass_rate is not None:
        change = format_points(after.pass_rate - before.pass_rate)
        yield Row(
            "Passed",
            f"{format_share(before.pass_rate)} → {format_share(after.pass_rate)} ({change})",
        )
    moved = [
        f"{counts[word]:,} {word}"
        for word in ("regressed", "waived", "fixed", "changed", "same", "missing")
        if counts[word]
    ]
    yield Row("Cases", ", ".join(moved) or "none")
    for cause in one.lost.largest[:3]:
        words = ": ".join(filter(None, (cause.check, cause.reason)))
        yield Row(plural(len(cause.case_ids), "regression"), one_line(words, 120))
    yield from _speed(comparison)
    if after.shapes and before.shapes and set(after.shapes) != set(before.shapes):
        yield Row("Answer shape", "changed")


def _speed(comparison: Comparison) -> Iterator[Row]:
    shift = comparison.latency_shift
    if shift is not None:
        ends = interval(format_ratio, shift.low, shift.high)
        yield Row("Latency", f"{format_ratio(shift.value)} the baseline's {ends}")


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
