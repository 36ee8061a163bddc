"""`revgate show`: a run, or a case with its difference, in the terminal."""

import os
import sys

import click

from harness.cli.case_lines import case_lines, in_colour, uncoloured
from harness.cli.concluding import conclude_run
from harness.cli.folder import find_run
from harness.cli.plugin_options import open_registry, plugin_option
from harness.cli.screen import may_paint, show
from harness.cli.summary import summary_lines
from harness.errors import UsageError
from harness.exits import Ending
from harness.pipeline import task_of
from harness.stages.compare import case_views
from harness.store import RunReader, codec


@click.command(name="show")
@click.argument("run")
@click.argument("case", required=False)
@plugin_option
def command(run: str, case: str | None, plugins: tuple[str, ...]) -> Ending:
    """Show a run, or one CASE with what each target answered."""
    registry = open_registry(plugins)
    folder = find_run(run)
    if case is None:
        for line in summary_lines(conclude_run(folder, registry, writes=False)):
            show(line)
        show(f"report: {folder / 'report.html'}")
        return Ending()
    with RunReader(folder) as reader:
        suite = codec.suite_from_json(reader.header().suite)
        stored = reader.case(case)
        if stored is None:
            raise UsageError(f"{folder}: no case {case!r}{_nearest(reader, case)}")
        task = task_of(suite, registry)
        view = next(case_views(iter([stored]), suite, task))
        sent = (answer for answer in stored.answers if answer.attempts)
        exchanges = {answer.seq: reader.exchange(answer.seq)[1] for answer in sent}
    paint = in_colour if may_paint(sys.stdout, os.environ) else uncoloured
    for line in case_lines(view, task.show, exchanges, paint):
        show(line)
    return Ending()


def _nearest(reader: RunReader, case: str) -> str:
    from rapidfuzz.process import extractOne

    found = extractOne(case, [identity for identity, _ in reader.case_fingerprints()])
    return f"; did you mean {found[0]!r}?" if found and found[1] > 60 else ""
