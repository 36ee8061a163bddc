"""`revgate list`: stored runs with verdict, pins, counts."""

from pathlib import Path
from typing import Any

import click

from harness.cli.screen import show, table, tell
from harness.emit import one_line
from harness.errors import StoreError
from harness.exits import Ending
from harness.jsonvalue import as_object, parse_json
from harness.store import RunReader


@click.command(name="list")
@click.argument("folder", type=click.Path(path_type=Path), default=Path("runs"))
def command(folder: Path) -> Ending:
    """List stored runs with verdict, pins, counts."""
    rows: list[tuple[str, ...]] = [("run", "verdict", "pins", "calls", "regressed", "fixed")]
    if folder.is_dir():
        rows += [_row(path.parent) for path in sorted(folder.glob("**/run.sqlite"))]
    if len(rows) == 1:
        tell(f"no run below {folder}")
        return Ending(code=5, words="nothing found")
    show(table(rows, indent=""))
    return Ending()


def _row(folder: Path) -> tuple[str, ...]:
    try:
        result: dict[str, Any] = dict(as_object(parse_json((folder / "result.json").read_bytes())))
    except (OSError, ValueError):
        return _unfinished(folder)
    try:
        return _finished(folder, result)
    except (KeyError, TypeError, AttributeError):  # not a result.json of ours
        return _unfinished(folder)


def _finished(folder: Path, result: dict[str, Any]) -> tuple[str, ...]:
    pins = " → ".join(
        str(target.get("revision") or "not pinned")[:8] for target in result["targets"].values()
    )
    counts = result["counts"]
    lost = sum(1 for flip in result["flips"] if flip["after"] == "fail")
    return (
        str(folder),
        one_line(str(result["verdict"]), 20),
        one_line(pins),
        f"{counts['answered']}/{counts['planned']}",
        str(lost),
        str(len(result["flips"]) - lost),
    )


def _unfinished(folder: Path) -> tuple[str, ...]:
    try:
        with RunReader(folder) as reader:
            done, planned = reader.count("exchange"), reader.count("plan")
    except StoreError:
        return (str(folder), "unreadable", "", "", "", "")
    return (str(folder), "unfinished", "", f"{done}/{planned}", "", "")
