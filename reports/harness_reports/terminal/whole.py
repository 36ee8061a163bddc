"""Puts the report of the terminal together, in the order of the page."""

from collections.abc import Iterator

from harness.api import Dossier, Line, Presentation, replace
from harness_reports.caselist.listing import Listing
from harness_reports.media_shelf import MediaShelf
from harness_reports.sides import pairs
from harness_reports.terminal.case import case_lines
from harness_reports.terminal.changes import fixed_lines, regression_lines, waived_lines
from harness_reports.terminal.head import (
    compared_lines,
    count_lines,
    gate_lines,
    slice_lines,
    upstream_lines,
    verdict_lines,
    warning_lines,
)
from harness_reports.terminal.lines import line, seal
from harness_reports.terminal.tail import (
    all_case_lines,
    end_lines,
    fault_lines,
    latency_lines,
    usage_lines,
)
from harness_reports.view.assemble import page_of
from harness_reports.view.panel import case_panel

_SECTIONS = (
    verdict_lines,
    gate_lines,
    count_lines,
    warning_lines,
    compared_lines,
    upstream_lines,
    slice_lines,
    regression_lines,
    waived_lines,
    fixed_lines,
    latency_lines,
    fault_lines,
    usage_lines,
    end_lines,
)


def screen(dossier: Dossier) -> Iterator[Line]:
    """Stream what `report.html` says of a run, in its order."""
    listing = Listing(replace(dossier, presentation=Presentation(embed="none")))
    page = page_of(replace(dossier, case_views=listing.views), MediaShelf())
    for section in _SECTIONS:
        yield from section(page)
    yield from all_case_lines(listing.finished(page, other_bytes=0).case_list())
    yield ()
    yield line(seal(page.badge), page.headline)  # again, where a terminal stops scrolling


def case_screen(dossier: Dossier) -> Iterator[Line]:
    """Stream every case of a dossier under each candidate, as `report.html` shows it in full."""
    series = {target.name: place for place, target in enumerate(dossier.targets)}
    for pair in pairs(dossier):
        panel = case_panel(dossier, pair, MediaShelf(), series=series[pair.after.target])
        yield from case_lines(panel)
