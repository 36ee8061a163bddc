"""Which plugins a command loads: installed ones, `-p`, and the user's pyproject."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from harness.errors import UsageError
from harness.jsonvalue import as_object
from harness.registry import Registry, load_registry

_Command = TypeVar("_Command", bound=Callable[..., Any])


def plugin_option(command: _Command) -> _Command:
    """Add `-p MODULE` to a command."""
    return click.option(
        "-p",
        "plugins",
        multiple=True,
        metavar="MODULE",
        help="Load a plugin module beside the installed ones.",
    )(command)


def open_registry(plugins: tuple[str, ...]) -> Registry:
    """Load installed plugins, those of `[tool.revgate] plugins`, and the named ones."""
    return load_registry(dict.fromkeys((*_from_pyproject(Path.cwd()), *plugins)))


def _from_pyproject(folder: Path) -> tuple[str, ...]:
    """Give `[tool.revgate] plugins` of the folder the user stands in."""
    path = folder / "pyproject.toml"
    if not path.is_file():
        return ()
    import tomllib

    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from error
    tool = as_object(given.get("tool"))
    plugins = as_object(tool.get("revgate")).get("plugins", [])
    if not isinstance(plugins, list) or not all(isinstance(name, str) for name in plugins):
        raise UsageError(f"{path}: [tool.revgate] plugins must be a list of module names")
    return tuple(str(name) for name in plugins)
