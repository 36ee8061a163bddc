"""`revgate lock`: resolves every revision of a suite to a commit, and writes it down."""

import os
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

import click

from harness.cli.plugin_options import open_registry, plugin_option
from harness.cli.screen import show, table, tell
from harness.clock import Clock
from harness.credentials import open_wallet
from harness.errors import UsageError
from harness.exits import Ending
from harness.hub import Hub, open_hub
from harness.lockfile import (
    Asked,
    Lock,
    Resolved,
    change_lines,
    changes,
    lock_of,
    lock_path,
    lock_text,
    moved_lines,
    moved_since,
    outdated,
    outdated_lines,
    pin_lines,
    problem_lines,
    read_asked,
    read_lock,
    refused,
    resolve,
    served_lines,
    table_rows,
    upstream_lines,
    was_written_here,
    with_upstream,
)
from harness.suitefile import SuiteError
from harness.units import plural

NOTHING, CHANGED = 5, 11


@click.command(name="lock")
@click.argument("suite", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing; exit 11 when the lock would change.")
@click.option(
    "--trust",
    multiple=True,
    metavar="ORIGIN",
    help="An origin, beside the public Hub, that may receive HF_TOKEN.",
)
@plugin_option
def command(
    suite: Path,
    check: bool,  # noqa: FBT001 - click hands its flags over so
    trust: tuple[str, ...],
    plugins: tuple[str, ...],
) -> Ending:
    """Resolve every revision of a suite to a commit on the Hub; write `<suite>.lock`.

    Exit 4 when a target cannot be resolved or its licence is not allowed, 5 when no target is on
    the Hub, 11 when --check finds that the lock would change, 12 when the Hub cannot be asked.
    """
    environ = dict(os.environ)
    asked = read_asked(suite, open_registry(plugins), environ)
    before = _present_lock(lock_path(suite), is_strict=check)
    with closing(open_hub(environ, open_wallet(environ, trust), Clock(), time.sleep)) as hub:
        resolved = resolve(asked, hub)
        after = with_upstream(asked, lock_of(asked.suite, resolved), before, hub)
        _present(asked, resolved, before, after, hub)
    if ending := refused(asked, resolved):
        return ending
    if not after.targets:
        return Ending(code=NOTHING, words="no target names a model of the Hub")
    return _compared(suite, before, after) if check else _written(suite, after)


def _present_lock(path: Path, *, is_strict: bool) -> Lock | None:
    """Give the lock that is there; a damaged one of ours is written anew, a stranger's file not."""
    try:
        return read_lock(path)
    except SuiteError as error:
        if is_strict or not was_written_here(path):
            raise
        tell(f"warning: {path} cannot be read and is written anew\n{error}")
        return None


def _present(
    asked: Asked, resolved: Sequence[Resolved], before: Lock | None, after: Lock, hub: Hub
) -> None:
    moved, behind = moved_since(before, after, hub), outdated(after, hub)
    show(table(table_rows(resolved, behind), indent=""))
    for line in served_lines(after):
        show(line)
    for one in moved:
        show("\n".join(("", *moved_lines(one))))
    for one in behind:
        show("\n".join(("", *outdated_lines(one))))
    told = {(one.before, one.after) for one in behind}
    for upstream in after.upstream:
        if (upstream.before, upstream.after) not in told:
            show("\n".join(("", *upstream_lines(upstream))))
    if lines := list(pin_lines(asked, resolved)):
        show("\n".join(("", "write into the suite:", *(f"  {line}" for line in lines))))
    for line in problem_lines(asked, resolved):
        tell(line)


def _compared(suite: Path, before: Lock | None, after: Lock) -> Ending:
    path = lock_path(suite)
    if before is None:
        return Ending(code=CHANGED, words=f"{path} is missing: run `revgate lock {suite}`")
    found = changes(before, after)
    if found:
        show("\n".join(("", f"{path}:", *(f"  {line}" for line in change_lines(found)))))
    if any(change.is_binding for change in found):
        return Ending(code=CHANGED, words=f"{path} would change: run `revgate lock {suite}`")
    return Ending(words=f"{path} is up to date")


def _written(suite: Path, lock: Lock) -> Ending:
    path, body = lock_path(suite), lock_text(lock, suite).encode("ascii")
    with suppress(OSError):
        if path.read_bytes() == body:
            return Ending(words=f"{path} is up to date")
    temporary = path.with_name(path.name + ".part")
    try:
        with temporary.open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    return Ending(words=f"wrote {path}, {plural(len(lock.targets), 'target')}")
