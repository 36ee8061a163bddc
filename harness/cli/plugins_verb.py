"""`revgate plugins`: what is installed, and whose it is."""

import click

from harness.cli.plugin_options import open_registry, plugin_option
from harness.cli.screen import show, table, tell
from harness.exits import Ending


@click.command(name="plugins")
@plugin_option
def command(plugins: tuple[str, ...]) -> Ending:
    """List installed tasks, providers, checks and reporters."""
    registry = open_registry(plugins)
    rows = [("kind", "name", "from", "")]
    for kind, found in (
        ("task", registry.tasks),
        ("provider", registry.providers),
        ("check", registry.checks),
        ("reporter", registry.reporters),
    ):
        for name, plugin in found.items():
            owner = registry.owners[kind, name]
            origin = f"{owner.distribution} {owner.version}".strip()
            rows.append((kind, name, origin, getattr(plugin, "summary", "")))
    show(table(rows, indent=""))
    for name, error in registry.broken.items():
        tell(f"plugin {name} could not be loaded: {error}")
    return Ending()
