"""`revgate compare`: judges, compares and decides again from what is stored."""

from contextlib import closing
from pathlib import Path

import click

from harness import pipeline
from harness.cli.concluding import conclude_run, present, write_all
from harness.cli.folder import find_run, make_folder
from harness.cli.plugin_options import open_registry, plugin_option
from harness.cli.presentation_options import presentation_options, refuse_bad_presentation
from harness.cli.two_runs import conclude_two
from harness.cli.waiving import keep_waivers
from harness.clock import Clock
from harness.data.noun import replace
from harness.data.presentation import Presentation
from harness.errors import UsageError
from harness.exits import Ending, verdict_ending
from harness.registry import plugin_versions
from harness.store import RunReader, RunWriter, codec


@click.command(name="compare")
@click.argument("runs", nargs=-1, required=True, metavar="RUN [RUN]")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the reports of two runs.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text")
@presentation_options
@plugin_option
def command(
    runs: tuple[str, ...],
    out: Path | None,
    plugins: tuple[str, ...],
    output: str,
    presentation: Presentation,
) -> Ending:
    """Judge, compare and decide again from what is stored; no call is made.

    One RUN is judged anew with the plugins of today. Of two, the first gives the baseline and the
    second the candidate; RUN#TARGET names another target than its first and last.
    """
    registry = open_registry(plugins)
    refuse_bad_presentation(presentation, registry)
    if len(runs) > 2:
        raise UsageError("compare takes one run or two")
    if len(runs) == 2:
        if out is None:
            raise UsageError("two runs need a folder for their reports: name it with --out")
        make_folder(out)
        dossier = conclude_two(runs[0], runs[1], out, registry)
        dossier = replace(dossier, presentation=presentation)
        write_all(dossier, out, registry)
        present(dossier, out, wants_json=output == "json")
        return verdict_ending(dossier.verdict.exit_code)
    if out is not None:
        raise UsageError("--out is for two runs: the reports of one are in its own folder")
    folder = find_run(runs[0])
    with RunReader(folder) as reader:
        suite = codec.suite_from_json(reader.header().suite)
    with closing(RunWriter(folder, create=False)) as writer:
        clock = Clock()
        if suite.path.exists():
            keep_waivers(suite, writer, clock.wall())
        pipeline.judge_again(suite, writer, registry, clock, plugin_versions(registry))
    dossier = conclude_run(folder, registry, presentation=presentation)
    present(dossier, folder, wants_json=output == "json")
    return verdict_ending(dossier.verdict.exit_code)
