"""`revgate show`: a run, or a case with its difference, in the terminal."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import click

from harness.cli.case_lines import every_answer
from harness.cli.concluding import conclude_run, where_report
from harness.cli.folder import find_run
from harness.cli.plugin_options import open_registry, plugin_option
from harness.cli.screens import case_lines, run_lines, write_lines
from harness.data.lines import Line, Words
from harness.errors import UsageError
from harness.exits import Ending
from harness.registry import Registry
from harness.store import RunReader


@click.command(name="show")
@click.argument("run")
@click.argument("case", required=False)
@click.option("--no-pager", is_flag=True, help="Write straight to the terminal.")
@plugin_option
def command(run: str, case: str | None, *, no_pager: bool, plugins: tuple[str, ...]) -> Ending:
    """Show the report of a run, or of one CASE what each target answered.

    The content and order are those of report.html. On a terminal it is coloured (not with
    NO_COLOR) and goes through $REVGATE_PAGER or $PAGER.
    """
    registry = open_registry(plugins)
    folder = find_run(run)
    lines = _run(folder, registry) if case is None else _case(folder, case, registry)
    write_lines(lines, pages=not no_pager)
    return Ending()


def _run(folder: Path, registry: Registry) -> Iterator[Line]:
    dossier = conclude_run(folder, registry, writes=False)
    where: Line = (Words(where_report(folder)),)
    return chain(run_lines(dossier, registry), (where,))


def _case(folder: Path, case: str, registry: Registry) -> Iterator[Line]:
    with RunReader(folder) as reader:
        stored = reader.case(case)
        if stored is None:
            raise UsageError(f"{folder}: no case {case!r}{_nearest(reader, case)}")
        sent = (answer for answer in stored.answers if answer.attempts)
        exchanges = {answer.seq: reader.exchange(answer.seq)[1] for answer in sent}
    dossier = conclude_run(folder, registry, only=stored)
    (view,) = dossier.case_views()
    return chain(case_lines(dossier, registry), every_answer(view, dossier.show, exchanges))


def _nearest(reader: RunReader, case: str) -> str:
    from rapidfuzz.process import extractOne

    found = extractOne(case, [identity for identity, _ in reader.case_fingerprints()])
    return f"; did you mean {found[0]!r}?" if found and found[1] > 60 else ""
