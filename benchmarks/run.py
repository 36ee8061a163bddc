"""Measures revgate, bare loops and other programs on the same work, and writes RESULTS.md.

python benchmarks/run.py            everything that is installed, five rounds
python benchmarks/run.py --quick    a tenth of the calls, one round, no A/A: does it work?

Measurements are kept line by line in a file: a benchmark that was stopped goes on where it was, and
a line taken out of it is measured again.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

if __package__ in {None, ""}:  # started by its path
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.cells import Cell, cells, missing
from benchmarks.contenders import contenders
from benchmarks.kept import Commits, Kept, Pairs, Ratio, ReportPage, RivalPage, StartUp
from benchmarks.machine import load_line, looking_line, machine
from benchmarks.markdown import page, reached
from benchmarks.must_reach import PAIRS, Aim, aims
from benchmarks.must_reach_pages import FEWER, MANY, page_aims
from benchmarks.rounds import Field
from benchmarks.serving import serving
from benchmarks.studies.commits import commits
from benchmarks.studies.coverage import intervals
from benchmarks.studies.million_pairs import compared_pairs
from benchmarks.studies.report_page import report_pages
from benchmarks.studies.rival_page import rival_pages
from benchmarks.studies.start_up import start_ups
from benchmarks.table import table_of
from benchmarks.work import Measurement

_GROUPS = (
    "speed",
    "latency",
    "rest",
    "memory",
    "start-up",
    "commits",
    "coverage",
    "report",
    "pairs",
)
_COVERAGE_DELAYS_MS = (0, 50)


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    kept = Kept(options.keep)
    if options.fresh:
        options.keep.unlink(missing_ok=True)
    everybody = contenders(options.revgate)
    versions = {name: everybody[name].version() for name in everybody}
    if versions["revgate"] is None:
        print(
            f"{options.revgate}: no revgate there; install it, or give --revgate", file=sys.stderr
        )
        return 2
    chosen = {
        name: everybody[name]
        for name, version in versions.items()
        if version is not None and name in (options.contenders or everybody)
    }
    with tempfile.TemporaryDirectory(prefix="revgate-benchmarks-") as scratch:
        folder = Path(scratch)
        (folder / "server").mkdir()
        with serving(folder / "server", (0, 50), use_nginx=not options.plain_server) as service:
            field = Field(service=service, contenders=chosen, scratch=folder, kept=kept)
            for cell in _cells(options):
                if cell.group in options.cells:
                    field.measure(cell)
            _studies(field, options)
            server = service.name
    told = {
        "machine": machine(),
        "server": f"{server}, one worker, on the same machine",
        "versions": ", ".join(f"{name} {v or '(not installed)'}" for name, v in versions.items()),
    }
    print("\n".join(reached(write(options, kept, told))))
    return 0


def write(options: argparse.Namespace, kept: Kept, told: dict[str, str]) -> list[Aim]:
    """Write the page of all that is kept; give what was promised and measured."""
    lines = list(kept.lines())
    measured = [line for line in lines if isinstance(line, Measurement)]
    starts = [line for line in lines if isinstance(line, StartUp)]
    committed = [line for line in lines if isinstance(line, Commits)]
    compared = [line for line in lines if isinstance(line, Pairs)]
    pages = [line for line in lines if isinstance(line, ReportPage)]
    rivals = [line for line in lines if isinstance(line, RivalPage)]
    table = table_of(measured)
    promised = [
        *aims(
            table,
            [line for line in lines if isinstance(line, Ratio)],
            starts,
            committed,
            compared,
            calls=options.calls,
            many_calls=options.many_calls,
        ),
        *page_aims(pages),
    ]
    notes = {
        **told,
        "load while measuring": load_line(line.load for line in measured),
        "looking at memory": looking_line(measured),
    }
    unsound = [line for line in measured if not line.is_sound]
    options.out.write_text(
        page(
            table,
            promised,
            unsound,
            notes,
            starts,
            committed,
            pages,
            compared,
            rivals,
            missing=missing(_cells(options), table),
        )
    )
    return promised


def _studies(field: Field, options: argparse.Namespace) -> None:
    kept, program = field.kept, options.revgate
    there = {type(line) for line in kept.lines()}
    if "start-up" in options.cells and StartUp not in there:
        for start in start_ups(program, field.scratch / "start-up", runs=4 * options.rounds + 1):
            kept.add(start)
    if "commits" in options.cells and Commits not in there:
        for run in commits(field, program, runs=options.rounds, calls=options.many_calls):
            kept.add(run)
    if "report" in options.cells:
        _reports(field, options)
    if "pairs" in options.cells and Pairs not in there:
        pairs = PAIRS if options.calls >= 4_000 else PAIRS // 100
        python = program.with_name("python")
        for one in compared_pairs(python, field.scratch / "pairs", runs=3, pairs=pairs):
            kept.add(one)
    if "coverage" in options.cells:
        for delay_ms in _COVERAGE_DELAYS_MS:
            runs, pairs = options.aa_runs // len(_COVERAGE_DELAYS_MS), options.aa_pairs
            for ratio in intervals(field, program, runs=runs, pairs=pairs, delay_ms=delay_ms):
                kept.add(ratio)


def _reports(field: Field, options: argparse.Namespace) -> None:
    """Measure the sizes that are not kept; promptfoo's pages beside ours, where it is chosen."""
    kept, folder = field.kept, field.scratch / "report"
    there = {line.cases for line in kept.lines() if isinstance(line, ReportPage)}
    sizes = (FEWER, MANY) if options.calls >= 4_000 else (FEWER,)
    for page_ in report_pages(folder, cases=tuple(n for n in sizes if n not in there), runs=3):
        kept.add(page_)
    if "promptfoo" not in field.contenders:
        return
    beside = {line.cases for line in kept.lines() if isinstance(line, RivalPage)}
    for size in (options.calls, options.many_calls):
        if size not in beside:
            for page_ in report_pages(folder, cases=(size,), runs=1):
                kept.add(page_)
            for rival in rival_pages(folder, cases=(size,)):
                kept.add(rival)


def _cells(options: argparse.Namespace) -> list[Cell]:
    return cells(
        rounds=options.rounds,
        calls=options.calls,
        many_calls=options.many_calls,
        rival_rounds_of_many=options.rival_rounds_of_many,
        rival_rounds_of_latency=options.rival_rounds_of_latency,
    )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    beside = Path(sys.executable).with_name("revgate")
    program = beside if beside.exists() else Path(shutil.which("revgate") or beside)
    here = Path(__file__).parent
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--quick", action="store_true", help="a tenth of the calls, one round, no A/A")
    add("--contenders", nargs="*", metavar="NAME", help="default: all that are installed")
    add("--cells", nargs="*", choices=_GROUPS, default=list(_GROUPS), help="default: all")
    add("--rounds", type=int, default=5)
    add("--calls", type=int, default=4_000, help="of most cells (default: %(default)s)")
    add(
        "--many-calls",
        type=int,
        default=20_000,
        help="of the cells with many (default: %(default)s)",
    )
    add(
        "--rival-rounds-of-many",
        type=int,
        default=1,
        metavar="N",
        help="rounds of inspect-ai and promptfoo at --many-calls; they take minutes "
        "(default: %(default)s)",
    )
    add(
        "--rival-rounds-of-latency",
        type=int,
        default=1,
        metavar="N",
        help="rounds of other programs against a server that waits (default: %(default)s)",
    )
    add("--aa-runs", type=int, default=100, help="A/A runs (default: %(default)s)")
    add("--aa-pairs", type=int, default=2_000, help="pairs of each (default: %(default)s)")
    add("--revgate", type=Path, default=program, help="what to measure (default: %(default)s)")
    add("--plain-server", action="store_true", help="do not look for nginx")
    add(
        "--keep",
        type=Path,
        default=cache / "revgate-benchmarks" / "measurements.jsonl",
        help="where measurements are kept (default: %(default)s)",
    )
    add("--fresh", action="store_true", help="forget what is kept")
    add("--out", type=Path, default=here / "RESULTS.md", help="the page (default: %(default)s)")
    options = parser.parse_args(arguments)
    if options.quick:
        options.rounds, options.calls, options.many_calls = 1, 400, 2_000
        options.cells = [name for name in options.cells if name != "coverage"]
        options.keep = options.keep.with_name("quick.jsonl")
        options.keep.unlink(missing_ok=True)
        if options.out == here / "RESULTS.md":
            options.out = options.keep.with_name("QUICK.md")
    return options


if __name__ == "__main__":
    raise SystemExit(main())
