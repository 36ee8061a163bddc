"""`revgate trend`: a suite's runs over time, as text, SVG or JSON."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import orjson

from harness.cli.folder import RUNS
from harness.cli.screen import show, show_json, table, tell
from harness.data.comparison import Estimate
from harness.emit import one_line
from harness.errors import StoreError
from harness.exits import Ending
from harness.history import TrendPoint, finished_runs, trend_of, trend_svg
from harness.identity import iso_time
from harness.suitefile import suite_name
from harness.units import format_s, format_share, plural

_MOST_FLAKY = 10
_HEADS = ("started", "verdict", "target", "revision", "passed", "95 % interval", "p50", "p95",
          "cost", "flaky")  # fmt: skip


@click.command(name="trend")
@click.argument("suite")
@click.option("--runs", "folder", type=click.Path(path_type=Path), default=RUNS,
              help="The folder the runs lie in.")  # fmt: skip
@click.option("--last", type=click.IntRange(min=1), default=50, help="Only the newest N runs.")
@click.option("--target", help="Only this target.")
@click.option("--svg", type=click.Path(path_type=Path), help="Draw it into this file, too.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text")
def command(
    suite: str, folder: Path, last: int, target: str | None, svg: Path | None, output: str
) -> Ending:
    """Show the finished runs of SUITE (its name, or its file) over time, the oldest first."""
    path = Path(suite)
    name = suite_name(path) if path.suffix in {".yaml", ".yml"} and path.is_file() else suite
    runs = finished_runs(folder, name)[-last:]
    points = [point for point in trend_of(runs) if target in (None, point.target)]
    if not points:
        tell(f"no finished run of suite {name} below {folder}")
        return Ending(code=5, words="nothing found")
    if svg is not None:
        _write(svg, trend_svg(name, points))
    if output == "json":
        show_json(orjson.dumps(_as_json(name, points), option=orjson.OPT_INDENT_2).decode())
    else:
        _show_text(name, points, len(runs))
    return Ending(words=f"{plural(len(runs), 'run')} of suite {name}")


def _show_text(name: str, points: Sequence[TrendPoint], runs: int) -> None:
    show(f"{name}: {plural(runs, 'finished run')}")
    show(table([_HEADS, *(_row(point) for point in points)], indent=""))
    flaky = Counter(case_id for point in points for case_id in point.flaky)
    if flaky:
        ranked = sorted(flaky.items(), key=lambda item: (-item[1], item[0]))
        named = ", ".join(f"{one_line(c, 40)} ({n}×)" for c, n in ranked[:_MOST_FLAKY])
        more = f" and {len(ranked) - _MOST_FLAKY:,} more" if len(ranked) > _MOST_FLAKY else ""
        show(f"flaky, and in how many of {plural(len(points), 'row')}: {named}{more}")


def _row(point: TrendPoint) -> tuple[str, ...]:
    rate = point.pass_rate
    return (
        iso_time(point.run.started_at)[:16].replace("T", " "),
        point.run.verdict,
        one_line(point.target, 40),
        one_line((point.revision or "not pinned")[:12]),
        format_share(rate.value if rate else None),
        f"[{format_share(rate.low)}, {format_share(rate.high)}]" if rate else "",
        format_s(point.p50_s),
        format_s(point.p95_s),
        "—" if point.cost_usd is None else f"${point.cost_usd:.4g}",
        str(len(point.flaky)),
    )


def _as_json(name: str, points: Sequence[TrendPoint]) -> dict[str, Any]:
    return {
        "suite": name,
        "points": [
            {
                "run": str(point.run.folder),
                "run_id": point.run.run_id,
                "started_at": iso_time(point.run.started_at),
                "verdict": point.run.verdict,
                "target": point.target,
                "role": point.role,
                "revision": point.revision,
                "cases": point.cases,
                "pass_rate": _estimate(point.pass_rate),
                "p50_s": point.p50_s,
                "p95_s": point.p95_s,
                "cost_usd": point.cost_usd,
                "flaky": list(point.flaky),
            }
            for point in points
        ],
    }


def _estimate(found: Estimate | None) -> dict[str, Any] | None:
    if found is None:
        return None
    names = ("value", "low", "high", "confidence", "method")
    return {name: getattr(found, name) for name in names}


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise StoreError(f"{path}: cannot be written: {error.strerror or error}") from error
