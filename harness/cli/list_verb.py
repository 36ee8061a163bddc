"""`revgate list`: stored runs with verdict, pins, counts."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import orjson

from harness.cli.folder import RUNS
from harness.cli.screen import show, show_json, table, tell
from harness.emit import one_line
from harness.errors import StoreError
from harness.exits import Ending
from harness.identity import iso_time
from harness.jsonvalue import as_object, parse_json
from harness.store import RunReader

_COLUMNS = ("run", "verdict", "pins", "calls", "regressed", "fixed", "waived", "suite", "started")


@click.command(name="list")
@click.argument("folder", type=click.Path(path_type=Path), default=RUNS)
@click.option("--suite", help="Only runs of this suite.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text")
def command(folder: Path, suite: str | None, output: str) -> Ending:
    """List stored runs with verdict, pins, counts, the oldest first."""
    found = [_row(path.parent) for path in folder.glob("**/run.sqlite")] if folder.is_dir() else []
    rows = [row for row in found if suite is None or row["suite"] == suite]
    if not rows:
        tell(f"no run below {folder}{f' of suite {suite}' if suite else ''}")
        return Ending(code=5, words="nothing found")
    rows.sort(key=lambda row: (row["started"] or "", row["run"]))
    if output == "json":
        show_json(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode())
    else:
        cells = [tuple(_cell(row[name]) for name in _COLUMNS) for row in rows]
        show(table([_COLUMNS, *cells], indent=""))
    return Ending()


def _cell(value: object) -> str:
    return "" if value is None else one_line(str(value), 120)


def _row(folder: Path) -> dict[str, Any]:
    row: dict[str, Any] = {**dict.fromkeys(_COLUMNS), "run": str(folder)}
    try:
        with RunReader(folder) as reader:
            header = reader.header()
            done, planned = reader.count("exchange"), reader.count("plan")
    except StoreError:
        return {**row, "verdict": "unreadable"}
    row |= {"suite": header.suite.get("name"), "started": iso_time(header.started_at)}
    try:
        return row | _finished(as_object(parse_json((folder / "result.json").read_bytes())))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):  # not a result.json of ours
        return {**row, "verdict": "unfinished", "calls": f"{done}/{planned}"}


def _finished(result: Mapping[str, Any]) -> dict[str, Any]:
    pins = [str(target.get("revision") or "not pinned") for target in result["targets"].values()]
    counts = result["counts"]
    lost = sum(1 for flip in result["flips"] if flip["after"] == "fail")
    return {
        "verdict": str(result["verdict"]),
        "pins": " → ".join(pin[:8] for pin in pins),
        "calls": f"{counts['answered']}/{counts['planned']}",
        "regressed": lost,
        "fixed": len(result["flips"]) - lost,
        "waived": len(result.get("waived", ())),
    }
