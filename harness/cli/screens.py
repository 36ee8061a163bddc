"""Asks reporters for terminal lines, and writes them: safe, coloured where welcome, paged."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from harness.api.kinds import Reporter
from harness.cli.paging import pager_of, show_paged
from harness.cli.painting import in_colour, uncoloured
from harness.cli.screen import may_paint, tell
from harness.cli.summary import summary_lines
from harness.data.dossier import Dossier
from harness.data.lines import Line, Words
from harness.registry import Registry

Lines = Callable[[Dossier], Iterable[Line]]


def run_lines(dossier: Dossier, registry: Registry) -> Iterator[Line]:
    """Stream what reporters show of a run; the summary where none shows anything."""
    yield from _of_reporters(dossier, registry, lambda reporter: reporter.screen, _summary)


def case_lines(dossier: Dossier, registry: Registry) -> Iterator[Line]:
    """Stream what reporters show of the one case of a dossier; nothing where none does."""
    yield from _of_reporters(
        dossier, registry, lambda reporter: reporter.screen_case, lambda _dossier: ()
    )


def write_lines(lines: Iterable[Line], *, pages: bool) -> None:
    """Write lines to stdout; page by page on a terminal when that is wanted."""
    environ = os.environ
    paint = in_colour if may_paint(sys.stdout, environ) else uncoloured
    pager = pager_of(environ, (sys.stdin, sys.stdout)) if pages else []
    show_paged(map(paint, lines), pager, environ)


def _of_reporters(
    dossier: Dossier,
    registry: Registry,
    choose: Callable[[Reporter], Lines | None],
    fallback: Lines,
) -> Iterator[Line]:
    is_shown = False
    for _, reporter in sorted(registry.reporters.items()):
        lines = choose(reporter)
        if lines is None:
            continue
        try:
            for line in lines(dossier):
                yield line
                is_shown = True
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything
            tell(f"warning: reporter {reporter.name} raised {error!r}: what it shows ends here")
    if not is_shown:
        yield from fallback(dossier)


def _summary(dossier: Dossier) -> Iterator[Line]:
    return chain.from_iterable(
        ((Words(line),) for line in text.split("\n")) for text in summary_lines(dossier)
    )
