"""`revgate doctor`: what revgate stands on, and what to do where it is not sound."""

import os
import sqlite3
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing

import click
import orjson

from harness.cli.folder import RUNS
from harness.cli.plugin_options import open_registry, plugin_option
from harness.cli.screen import show, show_json, table
from harness.clock import Clock
from harness.credentials import Wallet, open_wallet
from harness.doctor import (
    Observation,
    about_clock,
    about_extras,
    about_hub,
    about_open_files,
    about_plugins,
    about_proxies,
    about_python,
    about_runs_folder,
    about_sqlite,
    about_terminal,
    about_tokens,
    about_transports,
)
from harness.emit import one_line
from harness.errors import HarnessError, PluginError
from harness.exits import Ending
from harness.hub import forbidden_by, open_hub
from harness.units import plural

WITHIN_S = 10.0
UNSOUND = 4
_LONGEST = 400


@click.command(name="doctor")
@click.option("--offline", is_flag=True, help="Do not ask the Hub.")
@click.option(
    "--trust",
    multiple=True,
    metavar="ORIGIN",
    help="An origin, beside the public Hub, that may receive HF_TOKEN.",
)
@plugin_option
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text")
def command(offline: bool, trust: tuple[str, ...], plugins: tuple[str, ...], output: str) -> Ending:  # noqa: FBT001 - click hands its flags over so
    """Look at Python, libraries, plugins, disk, credentials and the Hub.

    Exit 4 when something is not sound that runs need.
    """
    environ = dict(os.environ)
    found = list(_observations(environ, open_wallet(environ, trust), plugins, offline=offline))
    (_show_json if output == "json" else _show_text)(found)
    errors = sum(one.state == "error" for one in found)
    warnings = sum(one.state == "warning" for one in found)
    if errors:
        return Ending(code=UNSOUND, words=f"{plural(errors, 'thing')} to repair")
    return Ending(words=f"sound, {plural(warnings, 'warning')}" if warnings else "sound")


def _observations(
    environ: Mapping[str, str], wallet: Wallet, plugins: tuple[str, ...], *, offline: bool
) -> Iterator[Observation]:
    major, minor, micro = sys.version_info[:3]
    yield from about_python((major, minor, micro), sys.executable)
    yield from about_transports()
    yield about_sqlite(sqlite3.sqlite_version_info)
    yield about_runs_folder(RUNS)
    yield about_open_files(_allowed_files())
    yield about_clock()
    yield about_terminal(sys.stdout, environ)
    yield from about_extras()
    try:
        registry = open_registry(plugins)
    except PluginError as error:
        yield Observation(subject="plugins", state="error", words=str(error))
    else:
        yield from about_plugins(registry)
        yield from about_tokens(registry.providers, environ)
    yield from about_proxies(environ)
    yield from _of_hub(environ, wallet, offline=offline)


def _of_hub(environ: Mapping[str, str], wallet: Wallet, *, offline: bool) -> Iterator[Observation]:
    if forbidden := "--offline" if offline else forbidden_by(environ):
        yield Observation(subject="Hub", state="note", words=f"not asked: {forbidden} is set")
        return
    clock = Clock()
    try:
        hub = open_hub(environ, wallet, clock, time.sleep, within_s=WITHIN_S)
    except HarnessError as error:
        yield Observation(subject="Hub", state="error", words=str(error))
        return
    with closing(hub):
        yield from about_hub(hub, clock)


def _allowed_files() -> int | None:
    try:
        import resource
    except ImportError:  # a system without such limits
        return None
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return None if allowed == resource.RLIM_INFINITY else allowed


def _show_text(found: list[Observation]) -> None:
    rows = [("", "what", "found")]
    for one in found:
        rows.append((one.state, one.subject, one_line(one.words, _LONGEST)))
        if one.advice:
            rows.append(("", "", f"→ {one_line(one.advice, _LONGEST)}"))
    show(table(rows, indent=""))


def _show_json(found: list[Observation]) -> None:
    rows = [
        {"subject": one.subject, "state": one.state, "words": one.words, "advice": one.advice}
        for one in found
    ]
    show_json(orjson.dumps({"schema": 1, "observations": rows}).decode())
