"""`revgate report`: writes the reports of a run again."""

import click

from harness.cli.concluding import conclude_run, where_report
from harness.cli.folder import find_run
from harness.cli.plugin_options import open_registry, plugin_option
from harness.cli.presentation_options import presentation_options, refuse_bad_presentation
from harness.cli.screen import show
from harness.data.presentation import Presentation
from harness.exits import Ending


@click.command(name="report")
@click.argument("run")
@presentation_options
@plugin_option
def command(run: str, plugins: tuple[str, ...], presentation: Presentation) -> Ending:
    """Write the reports of a run again from what is stored."""
    folder, registry = find_run(run), open_registry(plugins)
    refuse_bad_presentation(presentation, registry)
    conclude_run(folder, registry, presentation=presentation)
    show(where_report(folder))
    return Ending()
