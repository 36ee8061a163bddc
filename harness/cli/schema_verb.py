"""`revgate schema`: the JSON Schema of suite files, installed plugins included."""

import click
import orjson

from harness.cli.plugin_options import open_registry, plugin_option
from harness.cli.screen import show_json
from harness.exits import Ending


@click.command(name="schema")
@plugin_option
def command(plugins: tuple[str, ...]) -> Ending:
    """Print the JSON Schema (draft-07) of suite files, for editors."""
    from harness.suitefile import suite_schema

    schema = suite_schema(open_registry(plugins))
    show_json(orjson.dumps(schema).decode())
    return Ending()
