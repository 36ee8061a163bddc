"""`revgate slices`: searches a run for groups of cases that got worse."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import click
import orjson

from harness import pipeline
from harness.cli.folder import find_run
from harness.cli.plugin_options import open_registry, plugin_option
from harness.cli.screen import show, show_json, table
from harness.data.suite import Suite
from harness.emit import one_line
from harness.errors import UsageError
from harness.exits import Ending
from harness.gates.words import share_interval
from harness.store import RunReader, StoredCase, codec
from harness.subgroups import Found, Searched
from harness.units import format_points, format_share, plural

_HEADS = ("group", "cases", "before", "after", "change", "interval", "rest", "p", "adjusted")


@click.command(name="slices")
@click.argument("run")
@click.option("--metric", type=click.Choice(["pass_rate", "mean_score"]), default="pass_rate")
@click.option("--min", "least", type=click.IntRange(min=2), default=10, help="Fewest cases.")
@click.option("--level", type=click.FloatRange(0, 1, min_open=True, max_open=True), default=0.05,
              help="Share of false finds among those named, at most, on average.")  # fmt: skip
@click.option("--pairs", is_flag=True, help="Look at what two groups have in common, too.")
@click.option("--target", "candidate", help="The candidate, where a run has several.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text")
@plugin_option
def command(
    run: str,
    metric: str,
    least: int,
    level: float,
    candidate: str | None,
    output: str,
    plugins: tuple[str, ...],
    **flags: Any,
) -> Ending:
    """Search a RUN for groups of cases that got worse; no call is made.

    Groups are tags, clusters, expected and given labels, and quarters by length of the input and
    of the answer. All that are looked at count: of what is named at most 5 % is false, on average.
    """
    registry = open_registry(plugins)
    folder = find_run(run)
    with RunReader(folder) as reader:
        suite = codec.suite_from_json(reader.header().suite)
    name = _candidate(suite, candidate)
    kind: Literal["pass", "score"] = "pass" if metric == "pass_rate" else "score"
    searched = pipeline.search_subgroups(
        suite, lambda: _stored(folder), registry, name,
        kind=kind, least=least, level=level, pairs=bool(flags["pairs"]),
    )  # fmt: skip
    if output == "json":
        given = _as_json(name, metric, searched)
        show_json(orjson.dumps(given, option=orjson.OPT_INDENT_2).decode())
    else:
        _show_text(name, metric, searched)
    return Ending(words=f"{len(searched.found)} of {plural(searched.looked_at, 'group')} got worse")


def _stored(folder: Path) -> Iterator[StoredCase]:
    with RunReader(folder) as reader:
        yield from reader.cases()


def _candidate(suite: Suite, wanted: str | None) -> str:
    names = [target.name for target in suite.targets[1:]]
    if wanted is None and len(names) > 1:
        raise UsageError(f"the run has several candidates: say which with --target {names[0]}")
    if wanted is not None and wanted not in names:
        raise UsageError(f"the run has no candidate {wanted!r}; it has {', '.join(names)}")
    return wanted or names[0]


def _show_text(name: str, metric: str, searched: Searched) -> None:
    words = metric.replace("_", " ")
    show(
        f"{name}: looked at {plural(searched.looked_at, 'group')} of {searched.least} cases or "
        f"more; in {len(searched.found)} the {words} got worse (false discovery rate "
        f"{format_share(searched.level)}, Benjamini and Hochberg over all of them)"
    )
    if searched.left_out:
        show(f"  {plural(searched.left_out, 'pair')} of groups not looked at: there are too many")
    if not searched.looked_at:
        show("  too few cases, or nothing to group them by: tags are one way")
    if searched.found:
        show(table([_HEADS, *(_row(one) for one in searched.found)]))
        for one in searched.found:
            show(f"  {_name(one)}: {', '.join(one_line(c, 40) for c in one.case_ids)}")
    if searched.others:
        show("not found, only the surest of the rest that look worse:")
        show(table([_HEADS, *(_row(one) for one in searched.others)]))


def _name(one: Found) -> str:
    more = f" (= {', '.join(one.names[1:3])})" if len(one.names) > 1 else ""
    return one_line(one.names[0] + more, 100)


def _row(one: Found) -> tuple[str, ...]:
    difference = one.difference
    return (
        _name(one),
        f"{one.n:,}",
        format_share(one.before),
        format_share(one.after),
        format_points(one.change),
        share_interval(difference.low, difference.high) if difference else "",
        format_points(one.rest),
        _p(one.p_value),
        _p(one.adjusted),
    )


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def _as_json(name: str, metric: str, searched: Searched) -> dict[str, Any]:
    return {
        "target": name,
        "metric": metric,
        "looked_at": searched.looked_at,
        "left_out": searched.left_out,
        "min_cases": searched.least,
        "false_discovery_rate": searched.level,
        "found": [_group(one) for one in searched.found],
        "others": [_group(one) for one in searched.others],
    }


def _group(one: Found) -> dict[str, Any]:
    difference = one.difference
    return {
        "names": list(one.names),
        "n": one.n,
        "baseline": one.before,
        "candidate": one.after,
        "estimate": one.change,
        "low": difference and difference.low,
        "high": difference and difference.high,
        "confidence": difference and difference.confidence,
        "rest": one.rest,
        "worse": one.worse,
        "better": one.better,
        "p_value": one.p_value,
        "adjusted_p_value": one.adjusted,
        "cases": list(one.case_ids),
    }
