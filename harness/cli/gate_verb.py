"""`revgate gate`: decides again from what is stored; only the exit code matters."""

import click

from harness.cli.concluding import conclude_run
from harness.cli.folder import find_run
from harness.cli.plugin_options import open_registry, plugin_option
from harness.cli.screen import show
from harness.cli.summary import verdict_lines
from harness.exits import Ending, verdict_ending


@click.command(name="gate")
@click.argument("run")
@plugin_option
def command(run: str, plugins: tuple[str, ...]) -> Ending:
    """Decide again from stored judgements; write nothing. The exit code is the verdict."""
    dossier = conclude_run(find_run(run), open_registry(plugins), writes=False)
    for line in verdict_lines(dossier):
        show(line)
    return verdict_ending(dossier.verdict.exit_code)
