"""The verbs that installed packages add to the command line, found by entry point."""

from importlib.metadata import EntryPoint, entry_points

import click

from harness.errors import PluginError

_GROUP = "revgate.commands"


def added_names() -> set[str]:
    """Give the names of the verbs other packages add."""
    return {entry.name for entry in entry_points(group=_GROUP)}


def added_verb(name: str) -> click.Command | None:
    """Give the verb of that name, None where nobody adds it.

    Raises PluginError naming it when it cannot be imported.
    """
    for entry in entry_points(group=_GROUP, name=name):
        return _loaded(entry)
    return None


def added_help(name: str) -> str:
    """Give what the verb says of itself in a line; one that cannot be imported says so."""
    try:
        verb = added_verb(name)
    except PluginError:
        return "(cannot be loaded)"
    return verb.get_short_help_str(80) if verb else ""


def _loaded(entry: EntryPoint) -> click.Command:
    try:
        command = entry.load()
    except (Exception, SystemExit) as error:
        raise PluginError(f"the verb {entry.name} cannot be loaded: {error!r}") from error
    if not isinstance(command, click.Command):
        raise PluginError(f"the verb {entry.name} is not a click command: {entry.value}")
    return command
