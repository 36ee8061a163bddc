"""`revgate check`: validates suites offline, every error at once."""

import os
from pathlib import Path

import click

from harness.cli.linting import sentences_on
from harness.cli.plugin_options import open_registry, plugin_option
from harness.cli.screen import show, show_commands, show_json, tell
from harness.cli.waiving import refuse_bad_waivers
from harness.clock import Clock
from harness.errors import HarnessError, NothingSelectedError
from harness.exits import Ending, gravest, verdict_ending
from harness.gates import Asked, foretold
from harness.registry import Registry
from harness.suitefile import (
    Problem,
    SuiteError,
    as_github,
    as_json,
    as_sarif,
    as_text,
    load_suite,
)
from harness.units import plural


@click.command(name="check")
@click.argument("suites", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "output",
    type=click.Choice(["text", "json", "github", "sarif"]),
    default="text",
)
@plugin_option
def command(suites: tuple[Path, ...], plugins: tuple[str, ...], output: str) -> Ending:
    """Validate suites offline: nothing is sent. Exit 4 when one has an error."""
    registry = open_registry(plugins)
    problems: list[Problem] = []
    codes = [_check(path, registry, problems, quiet=output != "text") for path in suites]
    _print(tuple(problems), output)
    code = gravest(codes)
    return verdict_ending(code) if code else Ending(words="every suite is valid")


def _check(path: Path, registry: Registry, problems: list[Problem], *, quiet: bool) -> int:
    try:
        loaded = load_suite(path, registry, environ=dict(os.environ))
        asked = Asked()
        for case in loaded.cases():
            asked.add(case)
        refuse_bad_waivers(loaded, Clock().wall())
    except SuiteError as error:
        problems.extend(error.problems)
        return error.exit_code
    except HarnessError as error:
        tell(str(error))
        return error.exit_code
    if not asked.cases:
        tell(f"{path}: the suite has no cases: nothing to run")
        return NothingSelectedError.exit_code
    suite = loaded.suite
    for warning in (*suite.warnings, *foretold(suite, asked), *sentences_on(loaded, registry)):
        tell(f"warning: {path}: {warning}")
    if not quiet:
        show(f"{path}: ok, {plural(asked.cases, 'case')}, {plural(len(suite.targets), 'target')}")
    return 0


def _print(problems: tuple[Problem, ...], output: str) -> None:
    if output == "json":
        show_json(as_json(problems))
    elif output == "sarif":
        show_json(as_sarif(problems))
    elif output == "github":
        show_commands(as_github(problems))
    elif problems:
        tell(as_text(problems))
