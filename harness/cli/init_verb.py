"""`revgate init`: writes a starter suite, its schema for the editor, a CI file."""

import shlex
import sys
from pathlib import Path

import click
import orjson

from harness.cli.plugin_options import open_registry, plugin_option
from harness.cli.screen import show, tell
from harness.cli.starter import STARTER_SUITE, WORKFLOW
from harness.errors import UsageError
from harness.exits import Ending
from harness.suitefile import suite_schema

_SUITE = "suite.yaml"


@click.command(name="init")
@click.argument("folder", type=click.Path(path_type=Path), default=Path(), metavar="[DIR]")
@click.option("-y", "--yes", is_flag=True, help="Ask nothing (nor is anything asked in CI).")
@plugin_option
def command(folder: Path, plugins: tuple[str, ...], yes: bool) -> Ending:  # noqa: FBT001
    """Write a starter suite, its JSON Schema for the editor, and a CI file.

    A file that is there already is left as it is.
    """
    schema = orjson.dumps(suite_schema(open_registry(plugins)), option=orjson.OPT_INDENT_2)
    files = {
        _SUITE: STARTER_SUITE.encode(),
        ".revgate/suite.schema.json": schema + b"\n",
        ".github/workflows/revgate.yml": WORKFLOW.encode(),
    }
    asks = not yes and sys.stdin is not None and sys.stdin.isatty()
    if asks and not click.confirm(f"Write {', '.join(files)} into {folder}?", default=True):
        return Ending(words="nothing was written")
    for name, body in files.items():
        _write_new(folder / name, body)
    for line in _next_steps(folder):
        show(line)
    return Ending()


def _write_new(path: Path, body: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(body)
    except FileExistsError:
        tell(f"{path}: is there already, left as it is")
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror or error}") from error
    else:
        show(f"wrote {path}")


def _next_steps(folder: Path) -> tuple[str, ...]:
    suite = shlex.quote(str(folder / _SUITE))
    recording = shlex.quote(str(folder / "suite.recording.jsonl"))
    return (
        "",
        "what to do next:",
        f"  1. edit {suite}: the two urls and revisions, your cases",
        f"  2. revgate check {suite}",
        f"  3. revgate run {suite} --dry-run",
        f"  4. revgate run {suite} --record {recording}    (token from HF_TOKEN)",
        "  5. commit the suite, its recording and the CI file: CI replays it, without a token",
    )
