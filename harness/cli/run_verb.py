"""`revgate run`: plans, calls, compares, decides, writes all reports."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from harness.cli.plugin_options import open_registry, plugin_option
from harness.cli.presentation_options import presentation_options, refuse_bad_presentation
from harness.cli.run_request import RunRequest
from harness.clock import stated_time
from harness.errors import UsageError
from harness.exits import Ending, verdict_ending
from harness.selection import Selection


def _pairs(_ctx: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> Any:
    pairs = []
    for value in values:
        key, equals, text = value.partition("=")
        if not equals:
            raise click.BadParameter(f"{value!r} is not KEY=VALUE")
        pairs.append((key.strip(), text))
    return tuple(pairs)


@click.command(name="run")
@click.argument("suites", nargs=-1, type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Run folder (several suites: above).")
@click.option("--resume", metavar="RUN", help="Go on with a run that was stopped.")
@click.option("--record", type=click.Path(path_type=Path), help="Write a recording of the run.")
@click.option(
    "--replay",
    type=click.Path(path_type=Path),
    help="Answer every call from a recording or a run folder; nothing is sent.",
)
@click.option("--offline", is_flag=True, help="Refuse to call anything but this machine.")
@click.option("--no-preflight", is_flag=True, help="Do not ask the Hub about the pins first.")
@click.option("--case", "cases", multiple=True, metavar="GLOB", help="Only cases with such an id.")
@click.option("--tag", "tags", multiple=True, help="Only cases with this tag.")
@click.option("--limit", type=click.IntRange(min=0), help="Only the first N selected cases.")
@click.option("--repeats", type=click.IntRange(min=1), help="Answers per case and target.")
@click.option("--concurrency", type=click.IntRange(min=1), help="Calls in flight per target.")
@click.option("--max-calls", type=click.IntRange(min=1), help="Upper bound on calls sent.")
@click.option(
    "--calibrate",
    is_flag=True,
    help="Compare the baseline with itself: how often do these gates fail for nothing?",
)
@click.option("--dry-run", is_flag=True, help="Count calls, say what cannot pass, send nothing.")
@click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="KEY=VALUE",
    callback=_pairs,
    help="Override a setting: run.timeout_s=5, parameters.top_k=1.",
)
@click.option(
    "--trust",
    multiple=True,
    metavar="ORIGIN",
    help="An origin, beside those a provider is made for, that may receive its credential.",
)
@presentation_options
@plugin_option
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
@click.option("-v", "--verbose", is_flag=True, help="A line a call.")
@click.option(
    "--format",
    "output",
    type=click.Choice(["text", "json"]),
    default="text",
    help="What stdout gets: the summary, or result.json.",
)
def command(
    suites: tuple[Path, ...],
    plugins: tuple[str, ...],
    repeats: int | None,
    concurrency: int | None,
    max_calls: int | None,
    cases: tuple[str, ...],
    tags: tuple[str, ...],
    limit: int | None,
    overrides: tuple[tuple[str, str], ...],
    output: str,
    **flags: Any,
) -> Ending:
    """Run suites: call, compare, decide, report. The exit code is the verdict."""
    from harness.cli.indexing import run_several
    from harness.cli.running import run_suite

    shorthands = (
        ("run.repeats", repeats),
        ("run.concurrency", concurrency),
        ("run.max_calls", max_calls),
    )
    overrides += tuple((key, str(value)) for key, value in shorthands if value is not None)
    selection = Selection(
        cases=cases,
        tags=tags,
        limit=limit,
        overrides=overrides,
        plugins=plugins,
        is_replay=bool(flags["replay"]),
        is_calibration=flags.pop("calibrate"),
    )
    requests = [
        RunRequest(
            suite=suite,
            selection=selection,
            is_one_of_several=len(suites) > 1,
            wants_json=output == "json",
            stated_time=stated_time(os.environ) if flags["replay"] else None,
            **flags,
        )
        for suite in suites or (None,)
    ]
    _refuse_contradictions(suites, selection, flags)
    registry = open_registry(plugins)
    refuse_bad_presentation(flags["presentation"], registry)
    several = len(requests) > 1
    code = run_several(requests, registry) if several else run_suite(requests[0], registry)
    if flags["dry_run"]:
        return Ending(words="nothing was sent")
    if selection.is_calibration and not code:
        return Ending(words="the noise floor is known")
    return verdict_ending(code)


def _refuse_contradictions(
    suites: tuple[Path, ...], selection: Selection, flags: Mapping[str, Any]
) -> None:
    if not flags["resume"]:
        if not suites:
            raise UsageError("name a suite file to run, or a run to --resume")
        if flags["record"] and len(suites) > 1:
            raise UsageError("--record writes one recording: name one suite")
        return
    if len(suites) > 1:
        raise UsageError("--resume goes on with one run: name at most its own suite")
    changes = (selection.cases, selection.tags, selection.overrides, selection.is_calibration)
    is_changed = any(changes)
    if is_changed or selection.limit is not None:
        raise UsageError("--resume goes on with the run as it was planned: leave filters out")
    for name in ("out", "dry_run"):
        if flags[name]:
            raise UsageError(f"--resume goes on with a run: leave --{name.replace('_', '-')} out")
