"""`revgate report`: writes the reports of a run again."""

import click

from harness.cli.concluding import conclude_run
from harness.cli.folder import find_run
from harness.cli.plugin_options import open_registry, plugin_option
from harness.cli.screen import show
from harness.exits import Ending


@click.command(name="report")
@click.argument("run")
@plugin_option
def command(run: str, plugins: tuple[str, ...]) -> Ending:
    """Write the reports of a run again from what is stored."""
    folder = find_run(run)
    conclude_run(folder, open_registry(plugins))
    show(f"report: {folder / 'report.html'}")
    return Ending()
